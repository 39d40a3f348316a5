"""When the detector looks at a frame, and when boxes are carried along instead."""

from __future__ import annotations

from typing import Protocol

from app.analysis.optical_flow import GreyView
from app.frames import Frame
from detectors import Detection, FaceDetector


class DetectionSchedule(Protocol):
    """Decides for each frame whether faces are looked for."""

    def __call__(self, frame: Frame, view: GreyView, *, anew: bool) -> tuple[Detection, ...] | None:
        """The faces of this frame, or None where those of the frame before are to be carried along.

        `anew` says that what was known means nothing any more: the first frame of a source, or of a shot.
        """
        ...


class EveryNth:
    """Looks at every n-th frame, and wherever all is new."""

    def __init__(self, detector: FaceDetector, n: int) -> None:
        self._detector = detector
        self._n = n
        self._since = 0

    def __call__(self, frame: Frame, view: GreyView, *, anew: bool) -> tuple[Detection, ...] | None:  # noqa: ARG002
        # Counted, not by the frame's index: live, frames may be skipped, and then the n-th might never come.
        self._since += 1
        if not anew and self._since < self._n:
            return None
        self._since = 0
        return self._detector.detect(frame.image, index=frame.index, time_s=frame.time_s)
