"""Automatic detection: one detector for videos, and for each picture that stands alone the one that finds most."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from app.analysis.detection_schedule import Found
from app.errors import StudioError
from detectors import BgrImage, Detection, FaceDetector

LOG = logging.getLogger(__name__)


class AutomaticDetector:
    """Finds faces in videos with its first detector. Implements `FaceDetector` and `PictureDetector`.

    In a picture that stands alone, every detector looks, and the one that finds most faces counts; if several find as
    many, the earlier one. So it does not depend on the other pictures of a folder which detector is used.
    Thread: as `FaceDetector`.
    """

    def __init__(self, first: FaceDetector, others: Sequence[Callable[[], FaceDetector]]) -> None:
        """`others` open the other detectors, once the first picture comes. One that is not available is left out."""
        self._all = [first]
        self._others = tuple(others)

    @property
    def name(self) -> str:
        return self._all[0].name

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        return self._all[0].detect(image, index=index, time_s=time_s)

    def detect_in_picture(self, image: BgrImage, *, index: int) -> Found:
        self._open_others()
        found = [Found(one.detect(image, index=index, time_s=0.0), one.name) for one in self._all]
        return max(found, key=lambda one: len(one.detections))

    def close(self) -> None:
        for detector in self._all:
            detector.close()

    def _open_others(self) -> None:
        others, self._others = self._others, ()
        for open_other in others:
            try:
                self._all.append(open_other())
            except StudioError as error:
                LOG.warning("Pictures are searched with the detector %s alone: %s", self.name, error)
