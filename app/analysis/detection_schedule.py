"""Decides on which frames the detector runs; on the others, boxes are carried by optical flow."""

from __future__ import annotations

from typing import Protocol

from app.analysis.optical_flow import GreyView
from app.frames import Frame
from detectors import Detection, FaceDetector


class DetectionSchedule(Protocol):
    """Decides for each frame whether the detector runs.

    Exports use `EveryNth`. The live view uses `app.models.background_detector.BackgroundDetector`, which may take
    longer than a frame.
    """

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> tuple[Detection, ...] | None:
        """The faces in this frame, or None if the boxes of the previous frame should be carried to it.

        `reset`: discard all previous detections, because a source or a shot starts with this frame.
        """
        ...


class EveryNth:
    """Runs the detector on every n-th frame and after each reset."""

    def __init__(self, detector: FaceDetector, n: int) -> None:
        self._detector = detector
        self._n = n
        self._since = 0

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> tuple[Detection, ...] | None:  # noqa: ARG002
        # Counts calls rather than using the frame's index: live sources skip frames, and could skip every n-th one.
        self._since += 1
        if not reset and self._since < self._n:
            return None
        self._since = 0
        return self._detector.detect(frame.image, index=frame.index, time_s=frame.time_s)
