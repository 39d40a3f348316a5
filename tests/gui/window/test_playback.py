"""What playback actions and keys do to the video in the real window."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.export.dialog import ExportDialog
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.picture.transport_bar import TransportBar
from app.gui.state.marks import Marks
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.watch.player import Player
from hopenet import HeadPose
from tests.gui.find import find, only
from tests.photograph import astronaut

Until = Callable[..., None]


@pytest.fixture
def video(window: MainWindow, until: Until) -> MainWindow:
    """The window with the sample video, paused at 2 s."""
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.state.facts is not None and window.studio.live_view.newest is not None)
    player(window).pause()
    player(window).seek(2.0)
    until(lambda: index(window) == 60)
    return window


def player(window: MainWindow) -> Player:
    found = window.studio.live_view.watcher.player
    assert found is not None
    return found


def neutral_pose(window: MainWindow) -> HeadPose | None:
    return window.studio.live_view.options.reference.neutral


def index(window: MainWindow) -> int:
    newest = window.studio.live_view.newest
    return -1 if newest is None else newest.analysis.frame.index


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["next_frame"], 61),
        (["previous_frame"], 59),
        (["next_frame", "next_frame", "previous_frame"], 61),
        (["skip_forward"], 210),
        (["skip_back"], 0),
        (["skip_forward", "skip_forward"], 239),
        (["to_start"], 0),
        (["to_end"], 239),
        (["forward_1_s"], 90),
        (["back_1_s"], 30),
        (["to_end", "back_10_s", "forward_1_s"], 30),
        (["forward_10_s"], 239),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_actions_seek_in_a_paused_video(names: list[str], expected: int, video: MainWindow, until: Until) -> None:
    for name in names:
        video.action(name).trigger()
    until(lambda: index(video) == expected)
    assert not player(video).state.playing


def test_play_continues_and_starts_over_at_the_end(video: MainWindow, until: Until) -> None:
    player(video).seek(7.5)
    until(lambda: index(video) == 225)
    video.action("play").trigger()
    until(lambda: player(video).state.ended and index(video) == 239)
    video.action("play").trigger()
    until(lambda: player(video).state.playing and 0 <= index(video) < 200)


def test_a_loop_starts_over_at_the_end(video: MainWindow, until: Until) -> None:
    video.action("loop").trigger()
    player(video).seek(7.5)
    player(video).play()
    until(lambda: index(video) > 225)
    until(lambda: index(video) < 100)
    assert video.action("loop").isChecked()


def test_speed_changes_in_steps_up_to_a_minimum_and_a_maximum(video: MainWindow) -> None:
    speeds = []
    for name in ["faster"] * 4 + ["slower"] * 6:
        video.action(name).trigger()
        speeds.append(player(video).state.speed)
    assert speeds == [1.5, 2.0, 4.0, 4.0, 2.0, 1.5, 1.0, 0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("source", "playable", "seekable"),
    [("sample", True, True), ("synthetic", True, False), ("picture", False, False), ("none", False, False)],
)
def test_only_actions_that_the_source_supports_are_enabled(
    source: str, playable: bool, seekable: bool, window: MainWindow, until: Until, photograph: Path
) -> None:
    if source != "none":
        address = {"sample": str(SAMPLE), "synthetic": "synthetic", "picture": str(photograph)}[source]
        window.studio.live_view.open(address)
        until(lambda: window.studio.live_view.newest is not None)
    assert window.action("play").isEnabled() is playable
    assert window.action("next_frame").isEnabled() is seekable
    assert window.action("loop").isEnabled() is seekable
    assert window.action("reconnect").isEnabled() is (source == "synthetic")
    assert only(window, TransportBar).isVisible() is playable


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "photograph.png"
    assert cv2.imwrite(str(path), astronaut()[:200, :300])
    return path


@pytest.mark.parametrize(
    ("key", "modifier", "done"),
    [
        (Qt.Key.Key_Period, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 61),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 59),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 210),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 0),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, lambda window: player(window).state.playing),
        (Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier, lambda window: player(window).state.loop),
        (Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, lambda window: player(window).state.playing),
        (Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 59),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, lambda window: index(window) == 239),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, lambda window: index(window) == 90),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, lambda window: index(window) == 0),
        (Qt.Key.Key_I, Qt.KeyboardModifier.NoModifier, lambda window: window.studio.marks.current.start_s == 2.0),
        (Qt.Key.Key_O, Qt.KeyboardModifier.NoModifier, lambda window: window.studio.marks.current.end_s == 2.033),
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier, lambda window: window.studio.live_view.options.style.mirror),
        (Qt.Key.Key_2, Qt.KeyboardModifier.NoModifier, lambda window: window.studio.live_view.options.style.cube),
        (Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier, lambda window: neutral_pose(window)),
        (Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier, lambda window: not window.side.isVisible()),
    ],
    ids=[
        "next",
        "previous",
        "skip",
        "start",
        "play",
        "loop",
        "L",
        "J",
        "end",
        "1 s",
        "10 s",
        "in",
        "out",
        "mirror",
        "cube",
        "neutral",
        "side panel",
    ],
)
def test_keys_trigger_actions(
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    done: Callable[[MainWindow], object],
    video: MainWindow,
    until: Until,
    qtbot: QtBot,
) -> None:
    video.activateWindow()
    until(video.isActiveWindow)
    until(lambda: video.studio.live_view.newest is not None and video.studio.live_view.newest.face is not None)
    focus: QWidget = QApplication.focusWidget() or video.view
    qtbot.keyClick(focus, key, modifier)
    until(lambda: done(video))


def test_l_plays_faster_each_time_and_k_pauses(video: MainWindow) -> None:
    speeds = []
    for _ in range(3):
        video.action("play_faster").trigger()
        speeds.append((player(video).state.playing, player(video).state.speed))
    assert speeds == [(True, 1.0), (True, 1.5), (True, 2.0)]
    video.action("pause").trigger()
    assert not player(video).state.playing


@pytest.mark.parametrize(("text", "expected"), [("#123", 123), ("f7", 7), ("0:05.5", 165), ("1.2", 36)])
def test_a_place_can_be_typed(text: str, expected: int, video: MainWindow, until: Until, qtbot: QtBot) -> None:
    video.action("go_to").trigger()
    dialog = only(video, GoToDialog)
    qtbot.keyClicks(only(dialog, QLineEdit), text)  # What was there is selected, and so replaced.
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    until(lambda: index(video) == expected)
    assert player(video).state.frame == expected


def test_a_place_that_the_video_does_not_have_is_refused_with_the_reason(video: MainWindow, qtbot: QtBot) -> None:
    video.action("go_to").trigger()
    dialog = only(video, GoToDialog)
    for text, reason in (("9:00", "ends at 00:08.0"), ("f240", "last frame is 239"), ("abc", "A time such as")):
        only(dialog, QLineEdit).setText(text)
        assert any(reason in label.text() for label in dialog.findChildren(QLabel))
        assert not find(dialog, QPushButton, "Go").isEnabled()
    dialog.reject()


def test_marks_are_the_range_of_the_export_and_belong_to_the_video(video: MainWindow, until: Until) -> None:
    video.action("mark_start").trigger()
    player(video).seek_frame(119)
    until(lambda: index(video) == 119)
    video.action("mark_end").trigger()
    marks = video.studio.marks.current
    video.action("export").trigger()
    until(lambda: video.findChildren(ExportDialog))
    dialog = only(video, ExportDialog)
    since, until_time = dialog.range.limits
    assert until_time is not None
    inside = [number for number in range(240) if since <= Fraction(number, 30) < until_time]
    assert (inside[0], inside[-1]) == (60, 119)
    dialog.reject()
    video.action("clear_end").trigger()
    assert video.studio.marks.current == Marks(marks.start_s, None)
    video.studio.live_view.open("synthetic")
    until(lambda: not video.studio.marks.current)


def test_a_loop_keeps_to_the_marks(video: MainWindow, until: Until) -> None:
    seen: list[int] = []
    video.action("mark_start").trigger()
    player(video).seek_frame(66)
    until(lambda: index(video) == 66)
    video.action("mark_end").trigger()
    video.action("loop").trigger()
    player(video).play()

    def looped() -> bool:
        seen.append(index(video))
        return any(after < before for before, after in itertools.pairwise(seen))

    until(looped)
    assert all(60 <= number <= 66 for number in seen)


def test_what_is_unusual_about_a_video_is_told_once_and_again_on_request(
    video: MainWindow, until: Until, tmp_path: Path
) -> None:
    wide = tmp_path / "wide.mkv"
    with av.open(str(wide), "w") as container:
        stream = container.add_stream("mjpeg", 25, width=64, height=64, pix_fmt="yuvj420p")
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        for frame in (av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "bgr24"), None):
            container.mux(stream.encode(frame))
    video.studio.live_view.open(str(wide))
    until(lambda: "not square" in video.notice.text)
    video.notice.dismiss()
    until(lambda: player(video).state.ended)
    assert not video.notice.isVisible()
    mark = next(one for one in video.findChildren(QToolButton) if "not square" in one.toolTip())
    mark.click()
    assert video.notice.isVisible() and "not square" in video.notice.text
    video.studio.live_view.open(str(SAMPLE))
    until(lambda: not video.notice.isVisible())
