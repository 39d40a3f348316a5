"""Joins the segments of a long video to the outputs of the whole one.

Detector and network have answered for each frame, and when it is shown, its size and where shots begin are known as
well. Tables need nothing else: the video is not decoded again. Only for an annotated video it is, because its pictures
are drawn on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from app.atomic_files import replacing, writing
from app.batch.segments import FRAMES, LINES_IN_FRAME, OVERLAP, SEEN, SeamDiffers, Segment, measured
from app.export.answers import Answers, KnownDetector, KnownEstimator
from app.export.pipeline import RunControl
from app.export.run import OpenModels
from app.export.task import ExportTask
from app.frames import Frame, Note
from app.video import SourceFacts, open_source
from app.video.facts import always
from app.weights import ModelStore
from detectors import BgrImage, Detection, FaceDetector
from hopenet import HeadPoseEstimator, PoseEstimate
from hopenet.camera_geometry import CameraGeometry
from hopenet.crops import BoxLike, CropRule
from hopenet.estimator import Prepared

_SEEN_LINE = 2
"""Its place among the lines of a frame."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What has been answered for all frames of a video, in two files, and what the record says about it."""

    answers: Path
    frames: Path
    notes: tuple[Note, ...]


def join(segments: Sequence[Segment], folder: Path, *, every: int, answers: Path) -> Joined:
    """Writes the answers of all segments to one file, and what is known of the frames to another in `folder`.

    `every`: every so many frames were measured. Raises SeamDiffers, and OutputError if a file cannot be written.
    """
    frames = folder / FRAMES
    with writing(answers):
        answers.parent.mkdir(parents=True, exist_ok=True)
    with (
        replacing(answers) as answers_part,
        replacing(frames) as frames_part,
        writing(answers),
        answers_part.open("w", encoding="utf-8", newline="\n") as of_models,
        frames_part.open("w", encoding="utf-8", newline="\n") as of_frames,
    ):
        for place, line in enumerate(_joined(segments, folder, every)):
            (of_frames if place % LINES_IN_FRAME == _SEEN_LINE else of_models).write(line)
    joints = tuple({"frame": segment.first, "time_s": float(segment.since)} for segment in segments[1:])
    sentence = f"The video was analysed in {len(segments)} segments, which were joined without a difference."
    return Joined(answers, frames, (Note("joined", sentence, joints),))


def _joined(segments: Sequence[Segment], folder: Path, every: int) -> Iterator[str]:
    """The lines of all segments, each frame once. Raises SeamDiffers."""
    shared: list[str] = []
    for segment in segments:
        lines = _lines(segment.file(folder))
        own = LINES_IN_FRAME * measured(segment.first, segment.end, every)
        beyond = LINES_IN_FRAME * measured(segment.end, segment.end + OVERLAP * every, every)
        if len(lines) != own + (beyond if segment is not segments[-1] else 0):
            raise SeamDiffers
        if shared and _without_shot(lines[_SEEN_LINE]) == _without_shot(shared[_SEEN_LINE]):
            # Whether a shot begins with a frame is only known to a segment that has the one before it.
            lines[_SEEN_LINE] = shared[_SEEN_LINE]
        if lines[: len(shared)] != shared:
            raise SeamDiffers
        yield from lines[:own]
        shared = lines[own:]


def _without_shot(line: str) -> object:
    try:
        known = json.loads(line)
        return known[SEEN], known["answer"][:3]
    except (ValueError, KeyError, TypeError):
        return line


def _lines(path: Path) -> list[str]:
    """Empty if the file has gone, which does not agree with anything."""
    try:
        return path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return []


class JoinedVideo:
    """A video whose frames are known without their pictures. Implements `AnsweredSource` and `Sampled`."""

    def __init__(self, path: Path, frames: Path, *, by_card: bool = False) -> None:
        """Raises SourceError if the video cannot be opened."""
        self._frames = frames
        self._shots: set[int] = set()
        with open_source(path, by_card=by_card) as source:
            self.facts: SourceFacts = source.facts
            self.notes: tuple[Note, ...] = source.notes

    @property
    def damage(self) -> None:
        """There is none: segments with damage are not joined."""

    def begins_shot(self, frame: Frame) -> bool:
        return frame.index in self._shots

    def frames(
        self,
        start: Fraction = Fraction(0),  # noqa: ARG002
        *,
        wanted: Callable[[], bool] = always,
    ) -> Iterator[Frame]:
        """All frames that were measured: those before `start` are not among them. Their pictures are black."""
        with self._frames.open(encoding="utf-8") as lines:
            for line in lines:
                if not wanted():
                    return
                known: dict[str, Any] = json.loads(line)
                time, width, height, begins_shot = known["answer"]
                if begins_shot:
                    self._shots.add(known[SEEN])
                yield Frame(_black(width, height), known[SEEN], Fraction(time))

    def every_nth(
        self, _n: int, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always
    ) -> Iterator[Frame]:
        return self.frames(start, wanted=wanted)

    def close(self) -> None:
        """Does nothing: no file stays open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _black(width: int, height: int) -> BgrImage:
    """A picture that takes no memory."""
    return np.broadcast_to(np.zeros(1, np.uint8), (height, width, 3))


def answering(open_models: OpenModels, answers: Path) -> OpenModels:
    """Opens models that give only what is in the file of answers, and raise SeamDiffers if it is not."""

    @contextmanager
    def opened(
        task: ExportTask, facts: SourceFacts, store: ModelStore, control: RunControl
    ) -> Iterator[tuple[FaceDetector, HeadPoseEstimator]]:
        with open_models(task, facts, store, control) as (detector, estimator):
            known = Answers(answers)
            try:
                yield KnownDetector(_Silent(detector.name), known), _AnsweredEstimator(estimator, known)
            finally:
                known.close()

    return opened


class _Silent:
    """A detector that is never asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    def detect(
        self,
        image: BgrImage,  # noqa: ARG002
        *,
        index: int,  # noqa: ARG002
        time_s: float,  # noqa: ARG002
    ) -> tuple[Detection, ...]:
        raise SeamDiffers

    def close(self) -> None:
        """Does nothing."""


class _AnsweredEstimator(KnownEstimator):
    """An estimator that neither cuts out faces nor runs its network."""

    def prepare(
        self,
        image: BgrImage,  # noqa: ARG002
        boxes: Iterable[BoxLike],
        *,
        crop: CropRule,  # noqa: ARG002
        camera: CameraGeometry | None = None,  # noqa: ARG002
        alongside: bool = False,  # noqa: ARG002
    ) -> Prepared:
        side = self.record.input_size
        return Prepared(np.empty((0, 3, side, side), np.float32), (), sum(1 for _ in boxes))

    def infer(self, prepared: Prepared) -> tuple[PoseEstimate | None, ...]:
        known = self.known_estimates()
        if known is None or len(known) != prepared.boxes:
            raise SeamDiffers
        return known
