from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest

from app.analysis.optical_flow import GreyView
from app.frames import Frame
from app.models.background_detector import BackgroundDetector
from detectors import BgrImage, Box, Detection
from tests.photograph import FACE, astronaut

STEP = 4
"""The camera moves this many pixels to the right in each frame, so the face moves to the left."""


def frame(index: int) -> Frame:
    image = np.ascontiguousarray(astronaut()[:300, STEP * index : STEP * index + 400])
    return Frame(image, index, Fraction(index, 25))


def face_at(index: int) -> Box:
    return FACE.moved(-STEP * index, 0)


class HeldDetector:
    """Answers once `released` is set."""

    name = "dlib-cnn"

    def __init__(self, *, held: bool) -> None:
        self.released = threading.Event()
        self.detected: list[int] = []
        self.closed = False
        if not held:
            self.released.set()

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        self.detected.append(index)
        assert self.released.wait(60)
        return (Detection(face_at(index), 1.5),)

    def close(self) -> None:
        self.closed = True


def detect(background: BackgroundDetector, index: int, *, reset: bool = False) -> tuple[Detection, ...] | None:
    now = frame(index)
    found = background(now, GreyView(now.image), reset=reset)
    return None if found is None else found.detections


def until_done(background: BackgroundDetector, detector: HeldDetector) -> None:
    detector.released.set()
    if background.waiting:
        done = threading.Event()
        background.when_done(done.set)
        assert done.wait(60)


def test_a_fast_detector_answers_for_the_frame_itself() -> None:
    detector = HeldDetector(held=False)
    background = BackgroundDetector(detector, patience_s=60)
    try:
        for index in range(3):
            assert detect(background, index, reset=index == 0) == (Detection(face_at(index), 1.5),)
    finally:
        background.close()
    assert detector.detected == [0, 1, 2]
    assert detector.closed


def test_a_slow_detector_delays_no_frame_and_its_box_is_carried_to_the_present() -> None:
    detector = HeldDetector(held=True)
    background = BackgroundDetector(detector, patience_s=0)
    try:
        assert [detect(background, index, reset=index == 0) for index in range(8)] == [None] * 8
        until_done(background, detector)
        found = detect(background, 8)
    finally:
        background.close()
    assert detector.detected == [0]
    assert found is not None
    assert found[0].box.centre == pytest.approx(face_at(8).centre, abs=1.5)
    assert found[0].score == 1.5


def test_a_detection_from_before_a_cut_is_discarded() -> None:
    detector = HeldDetector(held=True)
    background = BackgroundDetector(detector, patience_s=0)
    try:
        assert detect(background, 0, reset=True) is None
        assert detect(background, 1, reset=True) is None
        until_done(background, detector)
        for index in range(2, 4):
            found = detect(background, index)
            until_done(background, detector)
        found = detect(background, 4) if found is None else found
    finally:
        background.close()
    assert found is not None
    assert found[0].box.centre == pytest.approx(face_at(4).centre, abs=STEP + 1.5)
    assert detector.detected[:2] == [0, 2]


def test_the_detector_runs_on_every_nth_frame_at_most() -> None:
    detector = HeldDetector(held=False)
    background = BackgroundDetector(detector, every=3, patience_s=60)
    try:
        for index in range(7):
            detect(background, index, reset=index == 0)
    finally:
        background.close()
    assert detector.detected == [0, 3, 6]


def test_the_detector_runs_on_the_first_frame_whatever_its_index() -> None:
    detector = HeldDetector(held=False)
    background = BackgroundDetector(detector, every=3, patience_s=60)
    try:
        assert detect(background, 5) == (Detection(face_at(5), 1.5),)
    finally:
        background.close()


def test_an_error_of_the_detector_is_raised() -> None:
    class Broken(HeldDetector):
        def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
            raise RuntimeError("the detector failed")

    background = BackgroundDetector(Broken(held=False), patience_s=60)
    try:
        with pytest.raises(RuntimeError, match="failed"):
            detect(background, 0, reset=True)
    finally:
        background.close()


def test_a_closed_one_finds_nothing_and_raises_nothing() -> None:
    background = BackgroundDetector(HeldDetector(held=False))
    background.close()
    background.close()
    assert detect(background, 0, reset=True) is None
