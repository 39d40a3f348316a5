"""dlib's network takes seconds for a frame: it must hold up neither picture, nor switching, nor closing."""

from __future__ import annotations

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
def dlib_model() -> Path:
    from app.errors import ModelError
    from app.weights import ModelStore

    try:
        return ModelStore.standard().path("mmod-human-face-detector")
    except ModelError as error:
        pytest.skip(f"needs the model of dlib's network: {error.message}")


@pytest.fixture
def playing(window: MainWindow, dlib_model: Path, until: Until) -> MainWindow:
    """The window with a video that plays round and round."""
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    window.action("loop").trigger()
    return window


def detector(window: MainWindow) -> str:
    models = window.studio.models.loaded
    return "" if models is None else models.detector.detector.name


def answers(shown: ShownFrame) -> bool:
    """Whether the detector had something to say of this frame."""
    return "detect" in shown.analysis.timings_ms


def test_frames_go_on_while_it_looks_and_its_boxes_come_later(
    window: MainWindow, dlib_model: Path, until: Until
) -> None:
    studio = window.studio
    studio.live_view.open("synthetic")  # Without end: where a video begins anew, what is under way is of no use.
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None)
    studio.models.choose_detector("dlib-cnn")
    until(lambda: detector(window) == "dlib-cnn")
    frames: list[ShownFrame] = []
    studio.live_view.frame_shown.connect(lambda qt_frame: frames.append(qt_frame.shown))
    until(lambda: sum(not answers(shown) for shown in frames) > 5)
    looking = next(place for place, shown in enumerate(frames) if not answers(shown))
    until(lambda: any(map(answers, frames[looking:])))
    carried = sum(not answers(shown) for shown in frames)
    print(f"{carried} frames were shown without waiting for it")
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None)


def test_switching_back_does_not_wait_for_it(playing: MainWindow, until: Until) -> None:
    studio = playing.studio
    studio.models.choose_detector("dlib-cnn")
    until(lambda: detector(playing) == "dlib-cnn" and studio.models.loaded.detector.waiting)  # type: ignore[union-attr]
    studio.models.choose_detector("mediapipe")
    began_s = time.monotonic()
    until(lambda: detector(playing) == "mediapipe")
    print(f"switched back after {time.monotonic() - began_s:.2f} s")
    frame = studio.live_view.newest
    until(lambda: studio.live_view.newest is not frame)
    until(lambda: studio.live_view.newest is not None and studio.live_view.newest.face is not None)
    assert not playing.notice.isVisible(), playing.notice.text


def test_choosing_another_while_it_still_opens_ends_with_the_other(playing: MainWindow, until: Until) -> None:
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
    began_s = time.monotonic()
    end_window(playing)
    spent_s = time.monotonic() - began_s
    print(f"closed after {spent_s:.2f} s")
    assert spent_s < 8, "asked for are 3 s; a busy machine may take its time"


@pytest.mark.parametrize("kind", ["picture", "paused video"])
def test_where_all_stands_still_the_box_appears_when_it_is_done(
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
    assert len(shown) <= 1, "once its box is there, the frame is not analysed on and on"
