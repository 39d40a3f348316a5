"""Processes one video after another in one process. Models are loaded once and used for all of them."""

from __future__ import annotations

import hashlib
import os
import platform
import time
import traceback
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.batch.job import Done, Failed, Job, Outcome, OutputFile, relative_name
from app.errors import Cancelled, StudioError
from app.export.pipeline import RunControl
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask
from app.models.opening import face_detector, load_detector, load_estimator
from app.parts import PARTS
from app.settings import DetectorChoice, EngineChoice
from app.threads.processes import end_with_parent
from app.video import SourceFacts
from app.weights import ModelStore
from detectors import FaceDetector
from hopenet import HeadPoseEstimator

_MODELS_KEPT = 4
"""Of each kind: a table may give each video its own options."""

_READ_AT_ONCE = 1 << 20


class VideoWorker:
    """Runs jobs by the code of `annotate`, one at a time. Thread: the process's main one."""

    def __init__(self) -> None:
        PARTS.remove_abandoned()  # Of a worker before this one that was killed.
        self._models = Models(ModelStore.standard())

    def run(self, job: Job) -> Outcome:
        """What came of the video; an error that a user can act on is one of the outcomes, and so is any other."""
        started_s, processor_s = time.perf_counter(), time.process_time()
        try:
            for path in job.task.outputs:
                path.parent.mkdir(parents=True, exist_ok=True)
            result = run_task(
                job.task,
                store=self._models.store,
                control=RunControl(),
                open_models=self._models.opened,
            )
            outputs = {relative_name(path, job.folder): output_file(path) for path in _files(job.task)}
        except Cancelled as error:
            return Failed(str(error), stopped=True)
        except StudioError as error:
            return Failed(str(error))
        except Exception as error:  # noqa: BLE001 - one video must not end the batch, whatever is wrong with it
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
            return Failed(f"It failed unexpectedly: {what}")
        return Done(
            outputs,
            frames=result.counts.frames,
            faces=result.counts.faces,
            video_s=_video_s(self._models.facts, result),
            wall_s=round(time.perf_counter() - started_s, 3),
            processor_s=round(time.process_time() - processor_s, 3),
            notes=tuple(note.sentence for note in result.notes),
            damage=result.damage,
        )

    def close(self) -> None:
        self._models.close()


@dataclass(slots=True)
class Models:
    """Estimators and detectors that are open, the ones used last at the end."""

    store: ModelStore
    facts: SourceFacts | None = None
    """Of the last source that models were opened for."""
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
                yield detector, estimator
        else:
            yield self._detector(task.detector), estimator

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


def _video_s(facts: SourceFacts | None, result: ExportResult) -> float:
    """How many seconds of video were processed."""
    if facts is None or facts.kind != "video" or not facts.frame_rate:
        return 0.0
    return round(float(result.counts.frames / facts.frame_rate), 3)
