"""Decides on which frames the detector runs; on the others, boxes are carried by optical flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

from app.analysis.optical_flow import GreyView
from app.frames import Frame
from detectors import BgrImage, Detection, FaceDetector


class Found(NamedTuple):
    """The faces that were found in a frame, and the name of the detector that found them.

    `exact`: they were found in this very frame, not in an earlier one and carried.
    """

    detections: tuple[Detection, ...]
    detector: str
    exact: bool = True


@runtime_checkable
class PictureDetector(Protocol):
    """A detector that looks at a picture that stands alone in another way than at the frames of a video."""

    def detect_in_picture(self, image: BgrImage, *, index: int) -> Found: ...


def detect(detector: FaceDetector, frame: Frame) -> Found:
    """The faces in a frame."""
    if frame.stands_alone and isinstance(detector, PictureDetector):
        return detector.detect_in_picture(frame.image, index=frame.index)
    return Found(detector.detect(frame.image, index=frame.index, time_s=frame.time_s), detector.name)


class DetectionSchedule(Protocol):
    """Decides for each frame whether the detector runs.

    Exports use `EveryNth`. The live view uses `app.models.background_detector.BackgroundDetector`, which may take
    longer than a frame.
    """

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> Found | None:
        """The faces in this frame, or None if the boxes of the previous frame should be carried to it.

        `reset`: discard all previous detections, because a source, a shot or another picture starts with this frame.
        """
        ...


class EveryNth:
    """Runs the detector on every n-th frame and after each reset."""

    def __init__(self, detector: FaceDetector, n: int) -> None:
        self._detector = detector
        self._n = n
        self._since = 0

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> Found | None:  # noqa: ARG002
        # Counts calls rather than using the frame's index: live sources skip frames, and could skip every n-th one.
        self._since += 1
        if not reset and self._since < self._n:
            return None
        self._since = 0
        return detect(self._detector, frame)


class AtMultiples:
    """Runs the detector on the frames whose number is a multiple of n, and after each reset.

    So the boxes in a part of a video do not depend on where its analysis began, as long as it began at a multiple.
    """

    def __init__(self, found_in: Callable[[Frame], Found], n: int) -> None:
        self._found_in = found_in
        self._n = n

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> Found | None:  # noqa: ARG002
        return self._found_in(frame) if reset or frame.index % self._n == 0 else None
