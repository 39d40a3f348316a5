"""Automatic detection in pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.analysis.detection_schedule import PictureDetector
from app.errors import ModelError
from app.models.opening import load_detector
from app.models.picture_detector import AutomaticDetector
from app.settings import DetectorChoice
from app.video import open_source
from app.weights import ModelStore
from detectors import BgrImage, Box, Detection, FaceDetector

PICTURE = np.zeros((8, 8, 3), np.uint8)


class Finds:
    """Finds as many faces as it is told, and remembers whether it was closed."""

    def __init__(self, name: str, faces: int) -> None:
        self.name = name
        self.closed = False
        self._faces = faces

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        return (Detection(Box(0, 0, 4, 4), 1.0),) * self._faces

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("first", "other", "used"), [(1, 3, "full"), (3, 3, "short"), (4, 3, "short")])
def test_the_detector_that_finds_most_faces_counts_and_the_first_of_equals(first: int, other: int, used: str) -> None:
    detector = AutomaticDetector(Finds("short", first), [lambda: Finds("full", other)])
    found = detector.detect_in_picture(PICTURE, index=0)
    assert (found.detector, len(found.detections)) == (used, max(first, other))


def test_videos_are_searched_by_the_first_one_and_the_others_are_not_even_opened() -> None:
    opened: list[Finds] = []

    def open_other() -> FaceDetector:
        opened.append(Finds("full", 9))
        return opened[-1]

    detector = AutomaticDetector(Finds("short", 1), [open_other])
    assert len(detector.detect(PICTURE, index=0, time_s=0.0)) == 1
    assert (detector.name, opened) == ("short", [])
    detector.detect_in_picture(PICTURE, index=0)
    detector.close()
    assert [other.closed for other in opened] == [True]


def test_one_that_is_not_available_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> FaceDetector:
        raise ModelError("It cannot be downloaded.")

    detector = AutomaticDetector(Finds("short", 1), [refuse])
    assert [detector.detect_in_picture(PICTURE, index=index).detector for index in (0, 1)] == ["short", "short"]
    assert len(caplog.records) == 1


def test_in_photographs_of_groups_both_ranges_are_tried(shared_data: Path, model: Callable[[str], Path]) -> None:
    for name in ("blazeface-short-range", "blazeface-full-range"):
        model(name)
    detector = load_detector(DetectorChoice(), store=ModelStore.standard(), progress=False)
    assert isinstance(detector, PictureDetector)
    with open_source(shared_data / "faces") as source:
        found = [detector.detect_in_picture(frame.image, index=frame.index) for frame in source.frames()]
    detector.close()
    assert sum(len(one.detections) for one in found) == 55
    assert {one.detector for one in found} == {"mediapipe", "mediapipe-full"}
