"""dlib's network takes seconds per frame: it must not delay the picture, a change of the detector, or closing."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.watch.shown_frame import ShownFrame
from tests.gui.choices import with_detector
from tests.photograph import astronaut

Until = Callable[..., None]


@pytest.fixture(scope="session")
def dlib_model(model: Callable[[str], Path]) -> Path:
    return model("mmod-human-face-detector")


@pytest.fixture
def playing(window: MainWindow, dlib_model: Path, until: Until) -> MainWindow:
    """The window with a video that plays in a loop."""
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    window.action("loop").trigger()
    return window


def detector(window: MainWindow) -> str:
    models = window.studio.models.loaded
    return "" if models is None else models.detector.detector.name


def answers(shown: ShownFrame) -> bool:
    """Whether the frame comes with a result of the detector."""
    return "detect" in shown.analysis.timings_ms


def test_frames_are_shown_while_it_works_and_its_boxes_follow(
    window: MainWindow, dlib_model: Path, until: Until
) -> None:
    studio = window.studio
    studio.live_view.open("synthetic")  # It never starts again, which would discard a detection in progress.
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None)
    studio.models.choose_detector("dlib-cnn")
    until(lambda: detector(window) == "dlib-cnn")
    frames: list[ShownFrame] = []
    studio.live_view.frame_shown.connect(lambda qt_frame: frames.append(qt_frame.shown))
    until(lambda: sum(not answers(shown) for shown in frames) > 5)
    first = next(place for place, shown in enumerate(frames) if not answers(shown))
    until(lambda: any(map(answers, frames[first:])))
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None)


def test_changing_back_does_not_wait_for_it(playing: MainWindow, until: Until) -> None:
    studio = playing.studio
    studio.models.choose_detector("dlib-cnn")
    until(lambda: detector(playing) == "dlib-cnn" and studio.models.loaded.detector.waiting)  # type: ignore[union-attr]
    studio.models.choose_detector("mediapipe")
    until(lambda: detector(playing) == "mediapipe")
    frame = studio.live_view.newest
    until(lambda: studio.live_view.newest is not frame)
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None)
    assert not playing.notice.isVisible(), playing.notice.text


def test_the_last_of_several_quick_choices_is_used(playing: MainWindow, until: Until) -> None:
    studio = playing.studio
    studio.models.choose_detector("dlib-cnn")
    studio.models.choose_detector("dlib-hog")
    studio.models.choose_detector("dlib-cnn")
    studio.models.choose_detector("mediapipe")
    until(lambda: detector(playing) == "mediapipe" and studio.models.loaded.choice == studio.models.choice)  # type: ignore[union-attr]
    assert studio.preferences.current.choice.detector.name == "mediapipe"
    assert not playing.notice.isVisible(), playing.notice.text


def test_closing_does_not_wait_for_it(playing: MainWindow, end_window: Any, until: Until) -> None:
    studio = playing.studio
    studio.models.choose_detector("dlib-cnn")
    until(lambda: detector(playing) == "dlib-cnn" and studio.models.loaded.detector.waiting)  # type: ignore[union-attr]
    end_window(playing)
    assert not multiprocessing.active_children(), "the detector's process still works"


@pytest.mark.parametrize("kind", ["picture", "paused video"])
def test_in_a_picture_or_paused_video_the_box_appears_once_it_is_found(
    kind: str, open_window: Callable[..., MainWindow], dlib_model: Path, until: Until, tmp_path: Path
) -> None:
    window = open_window(with_detector("dlib-cnn"))
    studio = window.studio
    if kind == "picture":
        path = tmp_path / "astronaut.png"
        small = cv2.resize(np.ascontiguousarray(astronaut()[:300, 90:390]), (200, 200))
        assert cv2.imwrite(str(path), small)
        studio.live_view.open(str(path))
    else:
        studio.live_view.open(str(SAMPLE))
        until(lambda: studio.live_view.newest is not None)
        window.action("play").trigger()
        until(lambda: studio.live_view.watcher.player is not None and not studio.live_view.watcher.player.state.playing)
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None, 120)
    shown: list[object] = []
    studio.live_view.frame_shown.connect(shown.append)
    deadline_s = time.monotonic() + 0.5
    until(lambda: time.monotonic() > deadline_s)
    assert len(shown) <= 1, "once its box is found, the frame is not analysed again and again"
