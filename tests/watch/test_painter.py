from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from app.drawing.drawing import draw
from app.drawing.reshaping import fitted
from app.frames import Analysis, Face, Frame
from app.watch.painter import NetworkCrop, Painter, selected_face
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import Box
from hopenet import HeadPose
from hopenet.crops import SquareCrop

SIZE = 320, 240
POSE = HeadPose(20, -10, 5)
SMALL, LARGE = Box(10, 20, 50, 70), Box(150, 40, 260, 170)


def analysis(*boxes: Box, index: int = 0, captured_s: float | None = None) -> Analysis:
    image = np.random.default_rng(index).integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
    faces = tuple(Face(number, box, 1.0, POSE, POSE, None) for number, box in enumerate(boxes, 1))
    return Analysis(Frame(image, index, Fraction(index, 25), captured_s), faces)


class Wall:
    """Where the pictures are hung, drawn with `options`. `held` keeps the painter at its first."""

    def __init__(self) -> None:
        self.options = ViewOptions()
        self.pictures: list[ShownFrame] = []
        self.held = threading.Event()
        self.held.set()
        self._changed = threading.Condition()

    def hang(self, shown: ShownFrame) -> None:
        with self._changed:
            self.pictures.append(shown)
            self._changed.notify_all()
        assert self.held.wait(60)

    def wait(self, count: int) -> ShownFrame:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.pictures) >= count, 60)
        return self.pictures[count - 1]


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def painter(wall: Wall) -> Iterator[Painter]:
    made = Painter(lambda: wall.options, wall.hang)
    yield made
    wall.held.set()
    made.close()


@pytest.mark.parametrize(
    ("followed", "expected"), [(None, 2), (1, 1), (2, 2), (9, None)], ids=["the largest", "one", "another", "one away"]
)
def test_the_selected_face_is_the_one_followed_or_the_largest(followed: int | None, expected: int | None) -> None:
    face = selected_face(analysis(SMALL, LARGE), followed)
    assert (face.track_id if face else None) == expected


def test_without_a_face_none_is_selected(painter: Painter, wall: Wall) -> None:
    assert selected_face(analysis(), None) is None
    painter.show(analysis(), NetworkCrop(SquareCrop(1.2), 64), Pace())
    shown = wall.wait(1)
    assert (shown.face, shown.network_view) == (None, None)


def test_the_picture_is_what_a_video_would_get_in_that_size(painter: Painter, wall: Wall) -> None:
    now, options = analysis(SMALL, LARGE), ViewOptions(size=(200, 200))
    wall.options = options
    painter.show(now, None, Pace())
    shown = wall.wait(1)
    assert shown.picture.shape == (150, 200, 3)
    assert np.array_equal(shown.picture, draw(fitted(now, (200, 200)), options.style, options.reference))


def test_what_the_network_sees_is_selected_face_the_same_face(painter: Painter, wall: Wall) -> None:
    now = analysis(SMALL, LARGE)
    wall.options = ViewOptions(followed=1)
    painter.show(now, NetworkCrop(SquareCrop(1.2), 48), Pace())
    painter_view = wall.wait(1).network_view
    assert painter_view is not None
    assert painter_view.shape == (48, 48, 3)
    wall.options = ViewOptions(followed=2)
    painter.redraw()
    other = wall.wait(2)
    assert other.face is not None
    assert other.face.track_id == 2
    assert other.network_view is not None
    assert not np.array_equal(other.network_view, painter_view)


def test_a_slow_wall_gets_the_newest_and_nothing_queues_up(painter: Painter, wall: Wall) -> None:
    wall.held.clear()
    painter.show(analysis(index=0), None, Pace())
    wall.wait(1)
    for index in range(1, 6):
        painter.show(analysis(index=index), None, Pace())
    wall.held.set()
    assert wall.wait(2).analysis.frame.index == 5
    assert len(wall.pictures) == 2


def test_redrawing_before_the_first_frame_draws_nothing(painter: Painter, wall: Wall) -> None:
    wall.options = ViewOptions(followed=1)
    painter.redraw()
    painter.show(analysis(SMALL, LARGE), None, Pace())
    assert wall.wait(1).options.followed == 1
    assert len(wall.pictures) == 1


def test_redrawing_a_frame_does_not_count_as_delay(painter: Painter, wall: Wall) -> None:
    painter.show(analysis(captured_s=time.perf_counter()), None, Pace())
    first = wall.wait(1).pace.delay_ms
    wall.options = ViewOptions(size=(100, 100))
    painter.redraw()
    again = wall.wait(2).pace.delay_ms
    assert first is not None
    assert again == first


def test_videos_have_no_delay_and_the_pace_gets_the_drawing_time(painter: Painter, wall: Wall) -> None:
    painter.show(analysis(LARGE), None, Pace(25.0, 25.0, dropped=3, timings_ms={"infer": 2.0}))
    pace = wall.wait(1).pace
    assert replace(pace, timings_ms={}) == Pace(25.0, 25.0, None, 3)
    assert set(pace.timings_ms) == {"infer", "draw"}
