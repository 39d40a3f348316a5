"""The hints of the first start: one after another, each until it is read, used or dismissed, and never again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton

from app.gui.window.main_window import MainWindow
from app.preferences import read_preferences
from tests.gui.find import find

Until = Callable[..., None]


def bubble(window: MainWindow) -> QFrame:
    (found,) = [frame for frame in window.findChildren(QFrame) if frame.objectName() == "hint"]
    return found


def said(window: MainWindow) -> str:
    shown = bubble(window)
    return shown.accessibleName() if shown.isVisible() else ""


def open_sample(window: MainWindow, until: Until) -> None:
    window.action("open_sample").trigger()
    until(lambda: window.studio.live_view.newest is not None)


def test_each_hint_waits_until_it_is_of_use_and_goes_when_its_thing_is_used(window: MainWindow, until: Until) -> None:
    assert said(window) == ""
    window.hints.show_first()
    assert said(window).startswith("Start here")
    open_sample(window, until)
    until(lambda: said(window).startswith("Choose another network"))
    window.menus.detector.aboutToShow.emit()
    assert said(window).startswith("Export")
    find(bubble(window), QPushButton, "Got it").click()
    assert said(window) == ""


def test_they_are_shown_once_and_on_request_again(window: MainWindow, settings_file: Path, until: Until) -> None:
    window.hints.show_first()
    until(lambda: settings_file.exists() and read_preferences(settings_file).hints_seen)
    window.hints.hints.dismiss()
    window.hints.show_first()
    assert said(window) == ""
    window.action("hints").trigger()
    assert said(window).startswith("Start here")


def test_with_a_video_open_they_begin_with_what_can_be_done_with_it(window: MainWindow, until: Until) -> None:
    open_sample(window, until)
    window.action("hints").trigger()
    assert said(window).startswith("Choose another network")


def test_escape_ends_them_and_nothing_else(window: MainWindow, until: Until) -> None:
    open_sample(window, until)
    window.studio.live_view.follow(7)
    window.action("hints").trigger()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert said(window) == ""
    assert window.studio.live_view.options.followed == 7


def test_a_bubble_does_not_cover_a_message_but_waits_until_it_is_dismissed(window: MainWindow, until: Until) -> None:
    open_sample(window, until)
    window.action("hints").trigger()
    hint = said(window)
    window.notice.say("The settings were not saved.", topic="test")
    assert said(window) == ""
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)  # It dismisses no hint that nobody sees.
    window.notice.dismiss()
    assert said(window) == hint != ""


def test_a_bubble_stays_inside_the_window_beside_its_widget(window: MainWindow, until: Until) -> None:
    open_sample(window, until)
    window.action("hints").trigger()
    window.hints.hints.next()
    for size in ((1024, 640), (1400, 800)):
        window.resize(*size)
        until(lambda: window.rect().contains(bubble(window).geometry()), 10)
        export = window.menus.button("export")
        at = export.mapTo(window, export.rect().center())
        assert bubble(window).geometry().left() <= at.x() <= bubble(window).geometry().right()
        assert bubble(window).geometry().top() > at.y()


@pytest.mark.parametrize("name", ["open", "snapshot", "export"])
def test_every_hint_has_a_button_of_the_tool_bar(name: str, window: MainWindow) -> None:
    assert window.menus.button(name).isVisible()
