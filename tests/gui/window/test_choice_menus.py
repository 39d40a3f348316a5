"""An open menu of choices is not rebuilt, and the tool bar's buttons show what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.errors import StudioError
from app.gui.window.choice_button import ChoiceButton
from app.gui.window.choice_menus import DeviceMenu
from app.gui.window.main_window import MainWindow
from app.models.loader import Loading, Refused


def checked(menu: QMenu) -> list[object]:
    return [action.data() for action in menu.actions() if action.isChecked()]


def test_an_open_menu_is_only_rebuilt_after_it_is_closed(qtbot: QtBot) -> None:
    menu = DeviceMenu()
    qtbot.addWidget(menu)
    before = menu.actions()
    menu.popup(QPoint(0, 0))
    menu.show_choice("cpu")
    assert menu.actions() == before
    menu.hide()
    qtbot.waitUntil(lambda: checked(menu) == ["cpu"])


def test_the_same_choice_does_not_rebuild_a_menu(qtbot: QtBot) -> None:
    menu = DeviceMenu()
    qtbot.addWidget(menu)
    menu.show_choice("cpu")
    before = menu.actions()
    menu.show_choice("cpu")
    assert menu.actions() == before


def test_a_button_shows_what_is_chosen_and_a_screen_reader_reads_it(qtbot: QtBot) -> None:
    button = ChoiceButton("Snapshot", QMenu())
    qtbot.addWidget(button)
    narrow = button.sizeHint().width()
    button.show_choice("compact", "Compact, our own")
    assert button.sizeHint().width() > narrow
    assert button.accessibleName() == "Snapshot: compact"
    assert button.toolTip() == "Snapshot: Compact, our own"
    button.show_choice("a very long name " * 8)
    assert button.sizeHint().width() < 320


def test_a_cancelled_download_is_no_longer_told_of_once_another_try_has_begun(window: MainWindow) -> None:
    models = window.studio.models
    cancelled = Refused(models.choice, StudioError("Loading was cancelled."), None)
    models.load_reported.emit(cancelled)
    assert window.notice.text == "Loading was cancelled."
    models.load_reported.emit(Loading("downloading", "A", 1, 2))
    assert not window.notice.isVisible()
