"""A test of the window that leaves a timer or a window behind fails."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.leaks import nothing_left_in_qt


def test_every_test_is_checked(request: pytest.FixtureRequest) -> None:
    assert {"_nothing_outlives_its_test", "_nothing_outlives_its_test_in_qt"} <= set(request.fixturenames)


def test_a_timer_that_outlives_a_test_is_found(qapp: QApplication) -> None:
    timer = QTimer()
    with pytest.raises(AssertionError, match="QTimer"), nothing_left_in_qt(qapp):
        timer.start(10_000)
    timer.stop()


def test_a_window_that_outlives_a_test_is_found(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    with pytest.raises(AssertionError, match="QWidget"), nothing_left_in_qt(qapp):
        window.show()


def test_what_was_closed_and_what_was_there_before_is_no_leak(qapp: QApplication, qtbot: QtBot) -> None:
    older = QWidget()
    qtbot.addWidget(older)
    older.show()
    with nothing_left_in_qt(qapp):
        window = QWidget()
        timer = QTimer(window)
        window.show()
        timer.start(10_000)
        window.close()
        window.deleteLater()
