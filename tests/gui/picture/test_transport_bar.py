"""The transport asks for what is pressed, and shows where the video is."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.picture.transport_bar import SPEEDS, TransportBar


def state(**changes: object) -> SimpleNamespace:
    fields = {
        "position_s": 12.34,
        "duration_s": 200.0,
        "playing": True,
        "ended": False,
        "speed": 1.0,
        "loop": False,
        "damage": None,
    }
    return SimpleNamespace(**(fields | changes))


@pytest.fixture
def bar(qtbot: QtBot) -> TransportBar:
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.resize(700, bar.sizeHint().height())
    bar.show()
    bar.show_state(state())
    return bar


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (state(), "00:12 / 03:20"),
        (state(playing=False), "00:12.3 / 03:20.0"),
        (state(duration_s=None), "00:12"),
        (state(position_s=12.0, duration_s=7300.0), "0:00:12 / 2:01:40"),
    ],
    ids=["playing", "tenths while paused", "of unknown length", "hours"],
)
def test_time_is_told(bar: TransportBar, told: SimpleNamespace, text: str) -> None:
    bar.show_state(told)
    assert bar._time.text() == text


def test_play_and_pause_are_one_button(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.pause_requested):
        bar._play.click()
    bar.show_state(state(playing=False))
    with qtbot.waitSignal(bar.play_requested):
        bar._play.click()


def test_steps_speed_and_loop_are_asked_for(qtbot: QtBot, bar: TransportBar) -> None:
    steps: list[int] = []
    bar.step_requested.connect(steps.append)
    for button in bar.findChildren(QToolButton):
        if "frame" in button.accessibleName():
            button.click()
    assert steps == [-1, 1]
    with qtbot.waitSignal(bar.speed_requested) as asked:
        bar._speeds[0.5].trigger()
    assert asked.args == [0.5]
    with qtbot.waitSignal(bar.loop_requested) as asked:
        bar._loop.click()
    assert asked.args == [True]


def test_speeds_are_those_of_the_keys() -> None:
    assert SPEEDS == (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)


@pytest.mark.parametrize("time_s", [0.0, 50.0, 137.5, 200.0])
def test_a_click_jumps_to_the_place(qtbot: QtBot, bar: TransportBar, time_s: float) -> None:
    asked: list[float] = []
    bar.seek_requested.connect(asked.append)
    place = QPoint(round(bar.seek.x_at(time_s)), bar.seek.height() // 2)
    qtbot.mouseClick(bar.seek, Qt.MouseButton.LeftButton, pos=place)
    assert asked[-1] == pytest.approx(time_s, abs=0.5)


def test_a_drag_scrubs_and_the_video_does_not_pull_the_handle_away(qtbot: QtBot, bar: TransportBar) -> None:
    asked: list[float] = []
    bar.seek_requested.connect(asked.append)
    middle = bar.seek.height() // 2
    qtbot.mousePress(bar.seek, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.seek.x_at(20)), middle))
    qtbot.mouseMove(bar.seek, QPoint(round(bar.seek.x_at(150)), middle))
    qtbot.waitUntil(lambda: asked[-1] > 140)
    bar.show_state(state(position_s=20.0))
    assert bar.seek.value() > 140_000
    qtbot.mouseRelease(bar.seek, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.seek.x_at(180)), middle))
    assert asked[-1] == pytest.approx(180.0, abs=0.5)
    bar.show_state(state(position_s=20.0))
    assert bar.seek.value() == 20_000


def test_keys_seek(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.seek_requested) as asked:
        qtbot.keyClick(bar.seek, Qt.Key.Key_Right)
    assert asked.args == [pytest.approx(13.34)]


def test_what_lies_under_the_pointer_is_previewed(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.preview_requested) as asked:
        bar.seek._ask(QPointF(bar.seek.x_at(100), 5))
    assert asked.args[0] == pytest.approx(100.0, abs=0.5)
    preview = bar.seek._preview
    bare = preview.sizeHint()
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    bar.show_preview(99.8, image)
    assert preview.isVisible() and preview.sizeHint().height() > bare.height()
    bar.show_preview(30.0, image)
    assert preview.pictured_s == 99.8
    bar.seek._hide_preview()
    bar.show_preview(100.0, image)
    assert not preview.isVisible() and preview.pictured_s is None


def test_a_video_of_unknown_length_cannot_be_sought_in(bar: TransportBar) -> None:
    bar.show_state(state(duration_s=None))
    assert not bar.seek.isEnabled()


def test_damage_is_told(bar: TransportBar) -> None:
    bar.show_state(state(damage="It breaks off after 3 s."))
    assert bar._damage.isVisible() and "breaks off" in bar._damage.toolTip()


def test_a_live_source_is_stopped_started_and_reconnected(qtbot: QtBot, bar: TransportBar) -> None:
    bar.show_live(True, 73.4)
    assert bar._elapsed.text() == "01:13" and bar._live_mark.text() == "LIVE"
    with qtbot.waitSignal(bar.stop_requested):
        bar._switch.click()
    bar.show_live(False, 0.0)
    with qtbot.waitSignal(bar.start_requested):
        bar._switch.click()


def test_the_bar_looks_as_it_did(qtbot: QtBot, same_picture: Callable[[QWidget, str], None]) -> None:
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.show_state(state(position_s=4012.3, duration_s=8000.0, playing=False, speed=0.25, loop=True, damage="x"))
    bar.resize(700, bar.sizeHint().height())
    same_picture(bar, "transport-video")
    bar.show_live(True, 73.0)
    same_picture(bar, "transport-live")
