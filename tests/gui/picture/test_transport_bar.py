"""The transport bar emits requests, and shows the state of playback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.picture.seek_slider import Preview
from app.gui.picture.transport_bar import SPEEDS, TransportBar
from app.watch.player import PlayerState
from tests.gui.find import find

PLAYING = PlayerState(position_s=12.34, frame=307, duration_s=200.0)


@pytest.fixture
def bar(qtbot: QtBot) -> TransportBar:
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.resize(700, bar.sizeHint().height())
    bar.show()
    bar.show_state(PLAYING)
    return bar


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (PLAYING, "00:12.3 / 03:20.0 · #307"),
        (replace(PLAYING, frame=None), "00:12.3 / 03:20.0 · #–"),
        (replace(PLAYING, duration_s=None), "00:12.3 · #307"),
        (replace(PLAYING, position_s=12.0, duration_s=7300.0), "0:00:12.0 / 2:01:40.0 · #307"),
    ],
    ids=["usual", "while the frame is sought", "of unknown length", "hours"],
)
def test_the_time_and_the_number_of_the_frame_are_shown(bar: TransportBar, state: PlayerState, text: str) -> None:
    bar.show_state(state)
    time = find(bar, QToolButton, "Time")
    assert time.text() == text
    assert time.accessibleDescription() == text


def test_a_click_on_the_time_asks_for_a_place(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.place_requested):
        find(bar, QToolButton, "Time").click()


def test_marks_are_drawn_where_they_are(bar: TransportBar) -> None:
    slider = bar.seek
    before = slider.grab().toImage()
    bar.show_marks(50.0, 150.0)
    after = slider.grab().toImage()
    changed = [
        x
        for x in range(slider.width())
        if any(before.pixelColor(x, y) != after.pixelColor(x, y) for y in range(slider.height()))
    ]
    assert changed[0] == pytest.approx(slider.x_at(50.0), abs=3)
    assert changed[-1] == pytest.approx(slider.x_at(150.0), abs=3)
    bar.show_marks(None, None)
    assert slider.grab().toImage() == before


def test_a_folder_shows_the_name_and_the_number_of_the_picture(bar: TransportBar) -> None:
    names = [f"shot{number}.jpg" for number in range(1, 11)]
    bar.show_state(replace(PLAYING, position_s=0.12, frame=3, duration_s=0.4), pictures=names)
    assert find(bar, QToolButton, "Time").text() == "shot4.jpg · picture 4 of 10"
    assert bar.seek.caption(0.159) == "4 of 10 · shot4.jpg"
    bar.show_state(PLAYING)
    assert bar.seek.caption(1.0) == "00:01.0"


def test_play_and_pause_are_one_button(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.pause_requested):
        find(bar, QToolButton, "Pause (Space)").click()
    bar.show_state(replace(PLAYING, playing=False))
    with qtbot.waitSignal(bar.play_requested):
        find(bar, QToolButton, "Play (Space)").click()


def test_steps_speed_and_loop_are_requested(qtbot: QtBot, bar: TransportBar) -> None:
    steps: list[int] = []
    bar.step_requested.connect(steps.append)
    find(bar, QToolButton, "Previous frame (,)").click()
    find(bar, QToolButton, "Next frame (.)").click()
    assert steps == [-1, 1]
    with qtbot.waitSignal(bar.speed_requested) as requested:
        find(bar, QAction, "0.5×").trigger()
    assert requested.args == [0.5]
    with qtbot.waitSignal(bar.loop_requested) as requested:
        find(bar, QToolButton, "Loop (Shift+L)").click()
    assert requested.args == [True]


def test_the_menu_offers_every_speed_and_checks_the_current_one(bar: TransportBar) -> None:
    bar.show_state(replace(PLAYING, speed=1.5))
    checked = {speed: find(bar, QAction, f"{speed:g}×").isChecked() for speed in SPEEDS}
    assert checked == {speed: speed == 1.5 for speed in SPEEDS}
    assert find(bar, QToolButton, "Speed").text() == "1.5×"


@pytest.mark.parametrize("time_s", [0.0, 50.0, 137.5, 200.0])
def test_a_click_seeks_to_its_position(qtbot: QtBot, bar: TransportBar, time_s: float) -> None:
    asked: list[float] = []
    bar.seek_requested.connect(asked.append)
    place = QPoint(round(bar.seek.x_at(time_s)), bar.seek.height() // 2)
    qtbot.mouseClick(bar.seek, Qt.MouseButton.LeftButton, pos=place)
    assert asked[-1] == pytest.approx(time_s, abs=0.5)


def test_playback_does_not_move_the_handle_during_a_drag(qtbot: QtBot, bar: TransportBar) -> None:
    asked: list[float] = []
    bar.seek_requested.connect(asked.append)
    middle = bar.seek.height() // 2
    qtbot.mousePress(bar.seek, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.seek.x_at(20)), middle))
    qtbot.mouseMove(bar.seek, QPoint(round(bar.seek.x_at(150)), middle))
    qtbot.waitUntil(lambda: asked[-1] > 140)
    bar.show_state(replace(PLAYING, position_s=20.0))
    assert bar.seek.value() > 140_000
    qtbot.mouseRelease(bar.seek, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.seek.x_at(180)), middle))
    assert asked[-1] == pytest.approx(180.0, abs=0.5)
    bar.show_state(replace(PLAYING, position_s=20.0))
    assert bar.seek.value() == 20_000


def test_arrow_keys_seek(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.seek_requested) as asked:
        qtbot.keyClick(bar.seek, Qt.Key.Key_Right)
    assert asked.args == [pytest.approx(13.34)]


def hover(bar: TransportBar, time_s: float) -> Preview:
    """Moves the pointer over a time of the slider. Sent directly: a display's own pointer would interfere."""
    place, none = QPointF(bar.seek.x_at(time_s), bar.seek.height() / 2), Qt.MouseButton.NoButton
    where = bar.seek.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(bar.seek, event)
    preview = find(bar, Preview, "preview")
    assert preview.isVisible()
    return preview


def test_a_preview_of_the_time_under_the_pointer_is_requested_and_shown(qtbot: QtBot, bar: TransportBar) -> None:
    with qtbot.waitSignal(bar.preview_requested) as requested:
        preview = hover(bar, 100)
    assert requested.args == [pytest.approx(100.0, abs=0.5)]
    height = preview.height()
    bar.show_preview(99.8, image("#336699"))
    assert preview.isVisible() and preview.height() > height
    assert middle(preview) == "#336699"


def test_a_preview_is_replaced_only_by_one_that_is_closer(bar: TransportBar) -> None:
    preview = hover(bar, 100)
    bar.show_preview(99.0, image("#336699"))
    bar.show_preview(30.0, image("#996633"))
    assert middle(preview) == "#336699"
    bar.show_preview(99.8, image("#669933"))
    assert middle(preview) == "#669933"


def test_a_late_preview_is_ignored_after_the_pointer_has_left(bar: TransportBar) -> None:
    preview = hover(bar, 100)
    height = preview.height()
    QApplication.sendEvent(bar.seek, QEvent(QEvent.Type.Leave))
    bar.show_preview(100.0, image("#336699"))
    assert not preview.isVisible()
    hover(bar, 90)
    assert preview.height() == height


def image(colour: str) -> QImage:
    plain = QImage(320, 180, QImage.Format.Format_RGB32)
    plain.fill(QColor(colour))
    return plain


def middle(preview: Preview) -> str:
    """The colour in the middle of the preview's picture."""
    return preview.grab().toImage().pixelColor(preview.width() // 2, preview.height() // 3).name()


def test_a_video_of_unknown_length_cannot_be_seeked(bar: TransportBar) -> None:
    bar.show_state(replace(PLAYING, duration_s=None))
    assert not bar.seek.isEnabled()


def test_damage_is_reported(bar: TransportBar) -> None:
    bar.show_state(replace(PLAYING, damage="It breaks off after 3 s."))
    mark = find(bar, QToolButton, "It breaks off after 3 s.")
    assert mark.isVisible() and mark.toolTip() == "It breaks off after 3 s."


def test_a_live_source_is_stopped_started_and_reconnected(qtbot: QtBot, bar: TransportBar) -> None:
    bar.show_live(True, 73.4)
    assert find(bar, QLabel, "Elapsed").text() == "01:13"
    assert find(bar, QLabel, "LIVE").isEnabled()
    with qtbot.waitSignal(bar.reconnect_requested):
        find(bar, QToolButton, "Reconnect (Ctrl+R)").click()
    with qtbot.waitSignal(bar.stop_requested):
        find(bar, QToolButton, "Stop (Space)").click()
    bar.show_live(False, 0.0)
    assert not find(bar, QLabel, "STOPPED").isEnabled()
    with qtbot.waitSignal(bar.start_requested):
        find(bar, QToolButton, "Start (Space)").click()


def test_the_bar_looks_as_it_did(qtbot: QtBot, same_picture: Callable[[QWidget, str], None]) -> None:
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.show_state(
        replace(PLAYING, position_s=4012.3, duration_s=8000.0, playing=False, speed=0.25, loop=True, damage="x")
    )
    bar.resize(700, bar.sizeHint().height())
    same_picture(bar, "transport-video")
    bar.show_live(True, 73.0)
    same_picture(bar, "transport-live")
