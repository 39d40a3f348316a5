"""Processes one video after another in one process. Models are loaded once and used for all of them."""

from __future__ import annotations

import hashlib
import os
import platform
import time
import traceback
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.batch.job import Answered, Done, Failed, Job, Outcome, OutputFile, Split, relative_name
from app.batch.joining import Joined, JoinedVideo, answering, join
from app.batch.places import fetched, is_address, put
from app.batch.segments import SeamDiffers, Segment, answer, remove_segments, segments_of
from app.batch.task import in_folder, own_folders
from app.errors import Cancelled, StudioError
from app.export.pipeline import RunControl
from app.export.resume import ANSWERS, WorkDiffers, remove_work, work_folder
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask
from app.frames import Note
from app.models.opening import face_detector, load_detector, load_estimator
from app.parts import PARTS
from app.settings import DetectorChoice, EngineChoice
from app.threads.processes import end_with_parent
from app.video import SourceFacts
from app.video.limits import set_decoder_threads
from app.weights import ModelStore
from detectors import FaceDetector
from hopenet import HeadPoseEstimator

_MODELS_KEPT = 4
"""Of each kind: a table may give each video its own options."""

_READ_AT_ONCE = 1 << 20

_DECODER_THREADS = 2
"""At least so many decode, because those of FFmpeg's frames wait for each other."""

_LONG_BYTES = 50_000_000
"""Of a source from this size on, ten minutes or so, the work is kept when the worker is lost or stopped."""


class VideoWorker:
    """Runs jobs by the code of `annotate`, one at a time. Thread: the process's main one."""

    def __init__(self) -> None:
        PARTS.remove_abandoned()  # Of a worker before this one that was killed.
        self._models = Models(ModelStore.standard())

    def run(self, job: Job) -> Outcome:
        """What came of the video; an error that a user can act on is one of the outcomes, and so is any other."""
        set_decoder_threads(max(_DECODER_THREADS, job.task.engine.threads or 1))
        try:
            return self._run(job, _Spent())
        except Cancelled as error:
            return Failed(str(error), stopped=True)
        except StudioError as error:
            return Failed(str(error))
        except Exception as error:  # noqa: BLE001 - one video must not end the batch, whatever is wrong with it
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
            return Failed(f"It failed unexpectedly: {what}")
        finally:
            set_decoder_threads(0)

    def _run(self, job: Job, spent: _Spent) -> Outcome:
        if job.segment is not None:
            return self._answer(job, job.segment, spent)
        if job.joined:
            return self._join(job, spent)
        # On a GPU, the faces of several frames are computed together, which keeping the answers of each would prevent.
        keeps_answers = not job.address and not self._models.on_gpu(job.task)
        if job.split_s is not None and keeps_answers and not is_address(job.source):
            segments = segments_of(job.task, job.split_s)
            if len(segments) > 1:
                return Split(segments)
        with _at_hand(job) as (task, folder):
            if job.size_bytes >= _LONG_BYTES and keeps_answers:
                return self._resumed(task, folder, spent)
            done = self._process(task, folder, spent)
            return done if not job.address else replace(done, outputs=_put(done.outputs, folder, job.address))

    def _resumed(self, task: ExportTask, folder: Path, spent: _Spent) -> Done:
        """Goes on with what an earlier worker has kept, unless that was with other options or of another source."""
        try:
            return self._process(replace(task, resume=True), folder, spent)
        except WorkDiffers:
            remove_work(work_folder(task))
            return self._process(replace(task, resume=True), folder, spent)

    def _process(
        self,
        task: ExportTask,
        folder: Path,
        spent: _Spent,
        joined: Joined | None = None,
        *,
        notes: tuple[Note, ...] = (),
    ) -> Done:
        by_card = task.decoder == "nvidia"
        with _folders(task):
            result = run_task(
                task,
                store=self._models.store,
                control=RunControl(),
                open_models=self._models.opened if joined is None else answering(self._models.opened, joined.answers),
                notes=notes if joined is None else joined.notes,
                answered=None if joined is None else JoinedVideo(task.source, joined.frames, by_card=by_card),
            )
        return Done(
            {relative_name(path, folder): output_file(path) for path in _files(task)},
            frames=result.counts.frames,
            faces=result.counts.faces,
            video_s=_video_s(self._models.facts, result, task.settings.measure_every),
            wall_s=spent.wall_s,
            processor_s=spent.processor_s,
            notes=tuple(note.sentence for note in result.notes),
            damage=result.damage,
            by=self._models.used,
        )

    def _answer(self, job: Job, segment: Segment, spent: _Spent) -> Outcome:
        path = segment.file(job.segments_folder)
        if path.exists():  # Answered before the batch was interrupted.
            return Answered(segment.end - segment.first, 0.0, 0.0)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            frames = answer(job.task, segment, path, store=self._models.store, open_models=self._models.opened)
        except SeamDiffers:
            return Split(())
        return Answered(frames, spent.wall_s, spent.processor_s)

    def _join(self, job: Job, spent: _Spent) -> Done:
        """The outputs from the answers of all segments, or from the video itself if they do not agree."""
        folder, every = job.segments_folder, job.task.settings.measure_every
        resumed = replace(job.task, resume=True)
        work = work_folder(resumed)
        try:
            if job.task.video is None:
                joined = join(job.joined, folder, every=every, answers=folder / ANSWERS)
                done = self._process(job.task, job.folder, spent, joined)
            else:  # Its pictures are needed, and decoded by a resumed export.
                joined = join(job.joined, folder, every=every, answers=work / ANSWERS)
                done = self._process(resumed, job.folder, spent, notes=joined.notes)
        except (SeamDiffers, WorkDiffers):
            remove_work(work)
            done = self._process(job.task, job.folder, spent)
        remove_segments(job.joined, folder)
        return done

    def close(self) -> None:
        self._models.close()


class _Spent:
    """What has been spent since this was made."""

    def __init__(self) -> None:
        self._started_s, self._processor_s = time.perf_counter(), time.process_time()

    @property
    def wall_s(self) -> float:
        return round(time.perf_counter() - self._started_s, 3)

    @property
    def processor_s(self) -> float:
        return round(time.process_time() - self._processor_s, 3)


@dataclass(slots=True)
class Models:
    """Estimators and detectors that are open, the ones used last at the end."""

    store: ModelStore
    facts: SourceFacts | None = None
    """Of the last source that models were opened for."""
    used: str = ""
    """The detector and the engine that it was opened with."""
    _estimators: OrderedDict[tuple[str | None, EngineChoice], HeadPoseEstimator] = field(default_factory=OrderedDict)
    _detectors: OrderedDict[DetectorChoice, FaceDetector] = field(default_factory=OrderedDict)

    @contextmanager
    def opened(
        self, task: ExportTask, facts: SourceFacts, _store: ModelStore, control: RunControl
    ) -> Iterator[tuple[FaceDetector, HeadPoseEstimator]]:
        """As `app.export.run.OpenModels`. A box file belongs to one video, so its detector is not kept."""
        self.facts = facts
        estimator = self._estimator(task)
        if task.detector.boxes is not None:
            with face_detector(
                task.detector, store=self.store, frame_count=facts.frame_count, progress=False, stop=control.stop
            ) as detector:
                self.used = f"{detector.name}, {estimator.engine.name}"
                yield detector, estimator
        else:
            detector = self._detector(task.detector)
            self.used = f"{detector.name}, {estimator.engine.name}"
            yield detector, estimator

    def on_gpu(self, task: ExportTask) -> bool:
        """Whether the network of a task runs on one. Raises ModelError."""
        return not self._estimator(task).engine.name.endswith("-cpu")

    def close(self) -> None:
        for detector in self._detectors.values():
            detector.close()
        self._detectors.clear()

    def _estimator(self, task: ExportTask) -> HeadPoseEstimator:
        key = task.snapshot, task.engine
        if key not in self._estimators:
            if len(self._estimators) >= _MODELS_KEPT:
                self._estimators.popitem(last=False)
            self._estimators[key] = load_estimator(task.snapshot, task.engine, store=self.store, progress=False)
        self._estimators.move_to_end(key)
        return self._estimators[key]

    def _detector(self, choice: DetectorChoice) -> FaceDetector:
        if choice not in self._detectors:
            if len(self._detectors) >= _MODELS_KEPT:
                self._detectors.popitem(last=False)[1].close()
            self._detectors[choice] = load_detector(choice, store=self.store, progress=False)
        self._detectors.move_to_end(choice)
        return self._detectors[choice]


@contextmanager
def _at_hand(job: Job) -> Iterator[tuple[ExportTask, Path]]:
    """The task with a source on this machine and outputs in a folder of it, and that folder."""
    with ExitStack() as stack:
        task, folder = job.task, job.folder
        if is_address(job.source):
            task = replace(task, source=stack.enter_context(fetched(job.source)), address=job.source)
        if job.address:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="hopenet-studio-")))
            task = in_folder(task, job.folder, folder)
        yield task, folder


@contextmanager
def _folders(task: ExportTask) -> Iterator[None]:
    """Makes the folders of the outputs. If the block fails, those of this video alone are removed again, if empty."""
    for path in task.outputs:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for own in own_folders(task):
            with suppress(OSError):
                own.rmdir()
        raise


def _put(outputs: Mapping[str, OutputFile], folder: Path, address: str) -> dict[str, OutputFile]:
    """Puts the outputs where they belong, and returns them with what is said of them there."""
    return {name: replace(one, tag=put(folder / name, f"{address}/{name}")) for name, one in outputs.items()}


def worker_in_process() -> VideoWorker:
    """The worker of a process that ends when the one that started it does, cleaning up behind itself."""
    end_with_parent()
    return VideoWorker()


def worker_name() -> str:
    return f"{platform.node()}:{os.getpid()}"


def output_file(path: Path) -> OutputFile:
    """Raises OSError."""
    sha256, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_READ_AT_ONCE):
            sha256.update(chunk)
            size += len(chunk)
    return OutputFile(sha256.hexdigest(), size)


def _files(task: ExportTask) -> list[Path]:
    """The files of the outputs; of annotated pictures each one."""
    return [file for path in task.outputs for file in (sorted(path.iterdir()) if path.is_dir() else [path])]


def _video_s(facts: SourceFacts | None, result: ExportResult, every: int) -> float:
    """How many seconds of video were processed, if every so many frames were measured."""
    if facts is None or facts.kind != "video" or not facts.frame_rate:
        return 0.0
    frames = result.counts.frames * every
    if facts.frame_count is not None:
        frames = min(frames, facts.frame_count)
    return round(float(frames / facts.frame_rate), 3)
