"""What the buttons and keys of a player do to the video in the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.picture.transport_bar import TransportBar
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.watch.player import Player

Until = Callable[..., None]


@pytest.fixture
def video(window: MainWindow, until: Until) -> MainWindow:
    """The window with the sample video, paused at its second second."""
    window.live_view.open(str(SAMPLE))
    until(lambda: window.live_view.watcher_state.facts is not None and window.live_view.newest is not None)
    player(window).pause()
    player(window).seek(2.0)
    until(lambda: index(window) == 60)
    return window


def player(window: MainWindow) -> Player:
    found = window.live_view.watcher.player
    assert found is not None
    return found


def index(window: MainWindow) -> int:
    newest = window.live_view.newest
    return -1 if newest is None else newest.analysis.frame.index


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["forward"], 61),
        (["back"], 59),
        (["forward", "forward", "back"], 61),
        (["skip_forward"], 210),
        (["skip_back"], 0),
        (["skip_forward", "skip_forward"], 239),
        (["to_start"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_paused_video_is_moved_by_its_actions(
    names: list[str], expected: int, video: MainWindow, until: Until
) -> None:
    for name in names:
        video.actions_[name].trigger()
    until(lambda: index(video) == expected)
    assert not player(video).state.playing


def test_play_goes_on_and_at_the_end_begins_again(video: MainWindow, until: Until) -> None:
    player(video).seek(7.5)
    until(lambda: index(video) == 225)
    video.actions_["play"].trigger()
    until(lambda: player(video).state.ended and index(video) == 239)
    video.actions_["play"].trigger()
    until(lambda: player(video).state.playing and 0 <= index(video) < 200)


def test_a_loop_begins_again_by_itself(video: MainWindow, until: Until) -> None:
    video.actions_["loop"].trigger()
    player(video).seek(7.5)
    player(video).play()
    until(lambda: index(video) > 225)
    until(lambda: index(video) < 100)
    assert video.actions_["loop"].isChecked()


def test_speeds_are_those_of_the_menu_and_end_at_both_ends(video: MainWindow) -> None:
    speeds = []
    for name in ["faster"] * 4 + ["slower"] * 6:
        video.actions_[name].trigger()
        speeds.append(player(video).state.speed)
    assert speeds == [1.5, 2.0, 4.0, 4.0, 2.0, 1.5, 1.0, 0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("source", "playable", "windable"),
    [("sample", True, True), ("synthetic", True, False), ("picture", False, False), ("none", False, False)],
)
def test_only_what_fits_the_source_can_be_done(
    source: str, playable: bool, windable: bool, window: MainWindow, until: Until, photograph: Path
) -> None:
    if source != "none":
        address = {"sample": str(SAMPLE), "synthetic": "synthetic", "picture": str(photograph)}[source]
        window.live_view.open(address)
        until(lambda: window.live_view.newest is not None)
    assert window.actions_["play"].isEnabled() is playable
    assert window.actions_["forward"].isEnabled() is windable
    assert window.actions_["loop"].isEnabled() is windable
    assert window.actions_["reconnect"].isEnabled() is (source == "synthetic")
    assert window.findChild(TransportBar).isVisible() is playable


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    import cv2
    import skimage.data

    path = tmp_path / "photograph.png"
    assert cv2.imwrite(str(path), skimage.data.astronaut()[:200, :300, ::-1])
    return path


@pytest.mark.parametrize(
    ("key", "modifier", "done"),
    [
        (Qt.Key.Key_Period, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 61),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 59),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 210),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 0),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, lambda window: player(window).state.playing),
        (Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, lambda window: player(window).state.loop),
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier, lambda window: window.live_view.options.style.mirror),
        (Qt.Key.Key_2, Qt.KeyboardModifier.NoModifier, lambda window: window.live_view.options.style.cube),
        (Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier, lambda window: window.live_view.options.reference.neutral),
        (Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier, lambda window: not window.side.isVisible()),
    ],
    ids=["next", "previous", "5 s on", "start", "play", "loop", "mirror", "cube", "neutral", "side panel"],
)
def test_keys_do_it(
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    done: Callable[[MainWindow], object],
    video: MainWindow,
    until: Until,
    qtbot: Any,
) -> None:
    video.activateWindow()
    until(video.isActiveWindow)
    until(lambda: video.live_view.newest is not None and video.live_view.newest.face is not None)
    focus: QWidget = QApplication.focusWidget() or video.view
    qtbot.keyClick(focus, key, modifier)
    until(lambda: done(video))
