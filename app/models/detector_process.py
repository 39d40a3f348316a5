"""A face detector that runs in a process of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.threads.processes import HelperProcess
from app.threads.signals import Stop
from detectors import BgrImage, Detection, open_detector


class DetectorProcess:
    """A face detector in a process of its own. Implements `FaceDetector`.

    Thread: as `FaceDetector`, but `close` may be called from any thread, and ends a detection in progress, which then
    raises HelperEnded.
    """

    def __init__(self, name: str, *, stop: Stop | None = None, **given: Any) -> None:
        """Opens `detectors.open_detector(name, **given)`. Raises what that raises, or as `HelperProcess`."""
        self.name = name
        self._process = HelperProcess(partial(open_detector, name, **given), stop=stop)

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        found: tuple[Detection, ...] = self._process.call("detect", image, index=index, time_s=time_s)
        return found

    def close(self) -> None:
        self._process.close()
