"""The full screen shows nothing but the picture until the pointer moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.window.main_window import MainWindow
from app.product import SAMPLE

Until = Callable[..., None]


@pytest.fixture
def full(window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The window in the full screen, with the sample video."""
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    middle = window.view.rect().center()
    monkeypatch.setattr("app.gui.window.full_screen.QCursor.pos", lambda: window.view.mapToGlobal(middle))
    window._full_screen._timer.setInterval(50)
    window.action("full_screen").trigger()
    until(window.isFullScreen)
    return window


def move(window: MainWindow, x: float) -> None:
    place, none = QPointF(x, 40), Qt.MouseButton.NoButton
    where = window.view.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window.view, event)


def test_the_bars_are_hidden_and_come_when_the_pointer_or_a_key_is_moved(
    full: MainWindow, until: Until, qtbot: QtBot
) -> None:
    bar = full.workspace.transport
    until(lambda: not bar.isVisible())
    for part in (full.menuBar(), full.menus.tools, full.status, full.side, full.chart):
        assert not part.isVisible()
    assert full.view.height() == full.workspace.viewer.height()  # The bar takes no room from the picture.
    assert full.view.cursor().shape() == Qt.CursorShape.BlankCursor
    move(full, 33)
    assert bar.isVisible() and full.view.cursor().shape() != Qt.CursorShape.BlankCursor
    assert bar.geometry().bottom() == full.workspace.viewer.rect().bottom()
    until(lambda: not bar.isVisible())
    qtbot.keyClick(full.view, Qt.Key.Key_Comma)
    assert bar.isVisible()


def test_the_bar_stays_while_it_is_used(full: MainWindow, until: Until, qtbot: QtBot) -> None:
    bar = full.workspace.transport
    move(full, 33)
    bar.seek.setFocus()
    qtbot.wait(300)
    assert bar.isVisible()
    full.view.setFocus()
    until(lambda: not bar.isVisible())


def test_leaving_brings_the_bar_back_to_its_place(full: MainWindow, until: Until) -> None:
    bar = full.workspace.transport
    until(lambda: not bar.isVisible())
    full.action("follow_largest").trigger()  # Esc
    until(lambda: not full.isFullScreen())
    until(lambda: bar.isVisible() and bar.y() >= full.workspace.view.height())
    full.studio.live_view.close_source()
    until(lambda: full.studio.live_view.state.status == "empty")
    full.action("full_screen").trigger()
    move(full, 44)
    assert not bar.isVisible()
    full.action("full_screen").trigger()
