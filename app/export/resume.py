"""The work of an export that can be resumed: where it is kept, and whether it belongs to an export."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app import product
from app.atomic_files import writing
from app.errors import OutputError, UsageError
from app.export.answers import Answers, KnownDetector, KnownEstimator
from app.export.segments import SegmentedVideo
from app.export.task import ExportTask
from app.frames import Note
from app.parts import locked
from app.video import Sink, SourceFacts, VideoWriter
from detectors import FaceDetector
from hopenet import HeadPoseEstimator

_SUFFIX = ".resume"
TASK, ANSWERS, _LOCK = "task.json", "answers.jsonl", "lock"
_BINARY = getattr(os, "O_BINARY", 0)


class WorkDiffers(UsageError):
    """What is kept belongs to another export: with other settings, other models, or a source that has changed."""


@dataclass(slots=True)
class ResumableWork:
    """What is kept of an export while it runs, in `folder`. Thread: the export's."""

    folder: Path
    resumed: bool
    answers: Answers
    video: SegmentedVideo | None = None

    def sink(self, sink: Sink | None, task: ExportTask, facts: SourceFacts) -> Sink | None:
        """The sink, with a video written in segments."""
        if not isinstance(sink, VideoWriter) or task.video is None:
            return sink
        self.video = SegmentedVideo(
            sink, task.video, self.folder, source=facts, options=task.video_options, since=task.since
        )
        return self.video

    def models(
        self, task: ExportTask, detector: FaceDetector, estimator: HeadPoseEstimator
    ) -> tuple[FaceDetector, HeadPoseEstimator]:
        """The models, which are asked only what has not been answered.

        Raises WorkDiffers if the work was begun with other settings, models or a source that has changed since.
        """
        now = json.loads(json.dumps(_fingerprint(task, detector, estimator), default=str))
        path = self.folder / TASK
        if path.exists():
            _check_same(self.folder, json.loads(path.read_text(encoding="utf-8")), now)
        else:
            with writing(path):
                path.write_text(json.dumps(now, indent=1), encoding="utf-8")
        return KnownDetector(detector, self.answers), KnownEstimator(estimator, self.answers)

    @property
    def notes(self) -> tuple[Note, ...]:
        """That the export was resumed, for the record."""
        if not self.resumed:
            return ()
        return (Note("resumed", "The export was interrupted and resumed."),)


@contextmanager
def resumable(task: ExportTask) -> Iterator[ResumableWork]:
    """The folder in which an export keeps its work, beside its first output; removed if the block ends normally.

    Raises OutputError if it cannot be written or another process works on it.
    """
    target, folder = task.written[0], work_folder(task)
    with writing(target):
        folder.mkdir(exist_ok=True)
        lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | _BINARY, 0o600)
    if not locked(lock):
        os.close(lock)
        raise OutputError(f"Another process is writing {target}.", advice="Wait until it has finished.")
    finished = False
    try:
        work = ResumableWork(folder, (folder / TASK).exists(), Answers(folder / ANSWERS))
        try:
            yield work
        finally:
            work.answers.close()
        finished = True
    finally:
        os.close(lock)
        if finished or not (folder / TASK).exists():
            remove_work(folder)


def work_folder(task: ExportTask) -> Path:
    """Where the work of this export is kept."""
    target = task.written[0]
    return target.with_name(target.name + _SUFFIX)


def is_kept(task: ExportTask) -> bool:
    """Whether there is work that this export would continue."""
    return (work_folder(task) / TASK).exists()


def discard_work(task: ExportTask) -> None:
    """Removes the work of this export, if there is any and no process works on it. Never raises OSError."""
    folder = work_folder(task)
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | _BINARY)
    except OSError:
        return
    unused = locked(lock)
    os.close(lock)
    if unused:
        remove_work(folder)


def _fingerprint(task: ExportTask, detector: FaceDetector, estimator: HeadPoseEstimator) -> dict[str, Any]:
    """All that the outputs depend on."""
    settings = asdict(task)
    for name in ("source", "overwrite", "resume"):
        del settings[name]
    boxes = task.detector.boxes
    return {
        "version": product.version(),
        "source": str(task.source.resolve()),
        "source's content": _content(task.source),
        "box file": None if boxes is None else _content(Path(boxes)),
        "snapshot's SHA-256": estimator.sha256,
        "engine": estimator.engine.name,
        "detector": detector.name,
        **{f"option {name}": value for name, value in settings.items()},
    }


def _content(path: Path) -> str:
    """Sizes and times of the file, or of all files in the folder, as a hash."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    stats = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.sha256(json.dumps(stats).encode("utf-8")).hexdigest()


def _check_same(folder: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    different = [what for name in {**before, **now} for what in _different(name, before.get(name), now.get(name))]
    if different:
        names = ", ".join(name.removeprefix("option ") for name in different)
        raise WorkDiffers(
            f"The export cannot be resumed, because something is different now: {names}.",
            advice=f"Use what it was begun with, or delete {folder} to start over.",
        )


def _different(name: str, before: object, now: object) -> list[str]:
    """The name, or, of a group of options, the names of those that differ."""
    if before == now:
        return []
    if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
        return [name]
    return [inner for inner in {**before, **now} if before.get(inner) != now.get(inner)]


def remove_work(folder: Path) -> None:
    """Removes our files; others that somebody put there stay."""
    for path in (*folder.glob("segment*.mp4"), *(folder / name for name in (TASK, ANSWERS, _LOCK))):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
