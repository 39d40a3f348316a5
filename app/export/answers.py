"""The answers of detector and network, kept line by line so that a killed export need not ask them again.

Everything that follows from the answers, such as tracks and smoothed angles, is computed again from the source's
frames. So a resumed export gives the very numbers of an undisturbed one, and nothing of the analysis's state is stored.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, Protocol

from app.analysis.detection_schedule import Found, PictureDetector
from app.atomic_files import writing
from app.errors import OutputError
from app.frames import Frame
from app.threads.workers import Monitor, synchronized
from app.video import Source
from detectors import BgrImage, Box, Detection, FaceDetector
from hopenet import HeadPose, HeadPoseEstimator, PoseEstimate, PoseSpread
from hopenet.estimator import Prepared

DETECTED, ESTIMATED = "detected", "estimated"
"""What a line says: the answer of the detector, or that of the network."""


class AnsweredSource(Source, Protocol):
    """A source whose frames have no pictures, because detector and network have answered for all of them."""

    def begins_shot(self, frame: Frame) -> bool:
        """Whether a shot begins with this frame."""
        ...


class Answers(Monitor):
    """The answers in a file: those that are there are given in the order of their kind, new ones are added.

    The detector may be ahead of the network by some frames, so lines of the two kinds may lie between each other in
    several ways. Thread: any, but one for each kind.
    """

    def __init__(self, path: Path) -> None:
        """Raises OutputError if the file cannot be written."""
        super().__init__()
        self._path = path
        with writing(path):
            path.touch()
            whole = _whole_lines(path)
            os.truncate(path, whole)
            self._known = self._read() if whole else iter(())
            self._file = path.open("a", encoding="utf-8", newline="\n", buffering=1)
        self._waiting: dict[str, deque[dict[str, Any]]] = {DETECTED: deque(), ESTIMATED: deque()}
        """What has been read on the way to answers of the other kind."""

    @synchronized
    def known(self, key: str, index: int) -> Any | None:
        """The next answer of this kind that is there; None behind the last one.

        Raises OutputError if it answers something else.
        """
        waiting = self._waiting[key]
        while not waiting:
            answer = next(self._known, None)
            if answer is None:
                return None
            kind = next((kind for kind in self._waiting if kind in answer), None)
            if kind is None:
                self._refuse()
            self._waiting[kind].append(answer)
        answer = waiting.popleft()
        if answer[key] != index:
            self._refuse()
        return answer["answer"]

    @synchronized
    def add(self, key: str, index: int, answer: object) -> None:
        """Raises OutputError if the disk refuses it."""
        with writing(self._path):
            self._file.write(json.dumps({key: index, "answer": answer}, separators=(",", ":")) + "\n")

    def close(self) -> None:
        """Raises OutputError."""
        with writing(self._path):
            self._file.close()

    def _refuse(self) -> NoReturn:
        raise OutputError(f"{self._path} does not belong to this export.", advice="Delete its folder to start over.")

    def _read(self) -> Iterator[dict[str, Any]]:
        with self._path.open(encoding="utf-8") as file:
            end = os.fstat(file.fileno()).st_size
            read = 0
            for line in file:
                read += len(line.encode("utf-8"))
                if read > end:
                    return  # It was added since.
                yield json.loads(line)


class KnownDetector:
    """A detector that is asked only for frames whose answer is not there.

    Implements `FaceDetector` and `PictureDetector`.
    """

    def __init__(self, detector: FaceDetector, answers: Answers) -> None:
        self._detector, self._answers = detector, answers

    @property
    def name(self) -> str:
        return self._detector.name

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        known = self._answers.known(DETECTED, index)
        if known is not None:
            return tuple(Detection(Box(*box), score) for *box, score in known)
        found = self._detector.detect(image, index=index, time_s=time_s)
        self._answers.add(DETECTED, index, [[*map(float, one.box), float(one.score)] for one in found])
        return found

    def detect_in_picture(self, image: BgrImage, *, index: int) -> Found:
        known = self._answers.known(DETECTED, index)
        if known is not None:
            return Found(tuple(Detection(Box(*box), score) for *box, score in known["boxes"]), known["by"])
        asked = self._detector
        found = (
            asked.detect_in_picture(image, index=index)
            if isinstance(asked, PictureDetector)
            else Found(asked.detect(image, index=index, time_s=0.0), asked.name)
        )
        boxes = [[*map(float, one.box), float(one.score)] for one in found.detections]
        self._answers.add(DETECTED, index, {"boxes": boxes, "by": found.detector})
        return found

    def close(self) -> None:
        self._detector.close()


class KnownEstimator(HeadPoseEstimator):
    """An estimator that runs its network only for frames whose answer is not there."""

    def __init__(self, estimator: HeadPoseEstimator, answers: Answers, *, first: int = 0) -> None:
        """`first`: the number of the first answer, if these are those of a part of a video."""
        super().__init__(estimator.engine, estimator.record, sha256=estimator.sha256)
        self._answers = answers
        self._calls = first

    @property
    def pictures_at_once(self) -> int:
        """One: a batch of other faces could change the last digits, so a resumed export would differ."""
        return 1

    def infer(self, prepared: Prepared) -> tuple[PoseEstimate | None, ...]:
        known = self.known_estimates()
        if known is not None:
            return known
        estimates = super().infer(prepared)
        self._answers.add(ESTIMATED, self._calls - 1, [None if one is None else _numbers(one) for one in estimates])
        return estimates

    def known_estimates(self) -> tuple[PoseEstimate | None, ...] | None:
        """The answer for the next frame; None if it is not there."""
        number, self._calls = self._calls, self._calls + 1
        known = self._answers.known(ESTIMATED, number)
        return None if known is None else tuple(None if one is None else _estimate(one) for one in known)


def _numbers(estimate: PoseEstimate) -> list[float]:
    return [float(number) for part in estimate for number in part]


def _estimate(numbers: list[float]) -> PoseEstimate:
    return PoseEstimate(HeadPose(*numbers[:3]), PoseSpread(*numbers[3:]))


def _whole_lines(path: Path) -> int:
    """How many bytes of the file are whole lines of JSON."""
    whole = 0
    with path.open("rb") as file:
        for line in file:
            try:
                if not line.endswith(b"\n"):
                    break
                json.loads(line)
            except ValueError:
                break
            whole += len(line)
    return whole
