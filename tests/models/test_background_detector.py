from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest
import skimage.data

from app.analysis.optical_flow import GreyView
from app.frames import Frame
from app.models.background_detector import BackgroundDetector
from detectors import BgrImage, Box, Detection

FACE = Box(173, 70, 272, 178)
STEP = 4
"""The camera goes so many pixels to the right each frame, so the face goes to the left."""


def frame(index: int) -> Frame:
    photo = skimage.data.astronaut()[..., ::-1]
    image = np.ascontiguousarray(photo[:300, STEP * index : STEP * index + 400])
    return Frame(image, index, Fraction(index, 25))


def face_at(index: int) -> Box:
    return FACE.moved(-STEP * index, 0)


class HeldDetector:
    """Answers when it is let."""

    name = "dlib-cnn"

    def __init__(self, *, held: bool) -> None:
        self.let = threading.Event()
        self.asked: list[int] = []
        self.closed = False
        if not held:
            self.let.set()

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        self.asked.append(index)
        assert self.let.wait(60)
        return (Detection(face_at(index), 1.5),)

    def close(self) -> None:
        self.closed = True


def look(beside: BackgroundDetector, index: int, *, reset: bool = False) -> tuple[Detection, ...] | None:
    now = frame(index)
    return beside(now, GreyView(now.image), reset=reset)


def until_done(beside: BackgroundDetector, detector: HeldDetector) -> None:
    detector.let.set()
    if beside.waiting:
        done = threading.Event()
        beside.when_done(done.set)
        assert done.wait(60)


def test_a_quick_detector_answers_for_the_very_frame() -> None:
    detector = HeldDetector(held=False)
    beside = BackgroundDetector(detector, patience_s=60)
    try:
        for index in range(3):
            assert look(beside, index, reset=index == 0) == (Detection(face_at(index), 1.5),)
    finally:
        beside.close()
    assert detector.asked == [0, 1, 2]
    assert detector.closed


def test_a_slow_detector_holds_up_no_frame_and_its_box_is_carried_to_the_present() -> None:
    detector = HeldDetector(held=True)
    beside = BackgroundDetector(detector, patience_s=0)
    try:
        assert [look(beside, index, reset=index == 0) for index in range(8)] == [None] * 8
        assert not beside.has_answered
        until_done(beside, detector)
        found = look(beside, 8)
        assert beside.has_answered
    finally:
        beside.close()
    assert detector.asked == [0]
    assert found is not None
    assert found[0].box.centre == pytest.approx(face_at(8).centre, abs=1.5)
    assert found[0].score == 1.5


def test_what_was_asked_before_a_cut_is_not_told_after_it() -> None:
    detector = HeldDetector(held=True)
    beside = BackgroundDetector(detector, patience_s=0)
    try:
        assert look(beside, 0, reset=True) is None
        assert look(beside, 1, reset=True) is None
        until_done(beside, detector)
        for index in range(2, 4):
            found = look(beside, index)
            until_done(beside, detector)
        found = look(beside, 4) if found is None else found
    finally:
        beside.close()
    assert found is not None
    assert found[0].box.centre == pytest.approx(face_at(4).centre, abs=STEP + 1.5)
    assert detector.asked[:2] == [0, 2]


def test_every_nth_frame_at_most_is_looked_at() -> None:
    detector = HeldDetector(held=False)
    beside = BackgroundDetector(detector, every=3, patience_s=60)
    try:
        for index in range(7):
            look(beside, index, reset=index == 0)
    finally:
        beside.close()
    assert detector.asked == [0, 3, 6]


def test_a_new_one_looks_at_the_first_frame_whatever_came_before() -> None:
    detector = HeldDetector(held=False)
    beside = BackgroundDetector(detector, every=3, patience_s=60)
    try:
        assert look(beside, 5) == (Detection(face_at(5), 1.5),)
    finally:
        beside.close()


def test_what_the_detector_raises_is_raised_at_the_next_frame() -> None:
    class Broken(HeldDetector):
        def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
            raise RuntimeError("the detector broke")

    beside = BackgroundDetector(Broken(held=False), patience_s=60)
    try:
        with pytest.raises(RuntimeError, match="broke"):
            look(beside, 0, reset=True)
    finally:
        beside.close()


def test_a_closed_one_finds_nothing_and_fails_nobody() -> None:
    beside = BackgroundDetector(HeldDetector(held=False))
    beside.close()
    beside.close()
    assert look(beside, 0, reset=True) is None
