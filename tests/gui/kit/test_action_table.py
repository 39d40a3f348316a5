"""A table of rows becomes the actions and menus of a window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit import theme
from app.gui.kit.action_table import ActionRow, ActionTable, MenuRow

ROWS = (
    ActionRow("open", "&Open…", "Ctrl+O", "folder", tip="Opens a file"),
    ActionRow("loop", "&Loop", "L", checkable=True),
    ActionRow("about", "&About", tip="Shows the version"),
)
FILE: MenuRow = ("&File", "open recent | loop")
HELP: MenuRow = ("&Help", "about")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def actions(window: QWidget) -> ActionTable:
    return ActionTable(window, ROWS, context="Test")


def test_a_row_becomes_an_action_of_the_window(window: QWidget, actions: ActionTable) -> None:
    assert [action.objectName() for action in window.actions()] == ["open", "loop", "about"]
    assert actions["open"].shortcut().toString() == "Ctrl+O"
    assert not actions["open"].icon().isNull()
    assert actions["loop"].isCheckable() and not actions["open"].isCheckable()
    assert actions["open"].toolTip() == "Opens a file (Ctrl+O)"
    assert actions["about"].toolTip() == "Shows the version"


def test_a_menu_has_actions_submenus_and_separators_in_order(window: QWidget, actions: ActionTable) -> None:
    recent = QMenu("Recent", window)
    menu = actions.make_menu(FILE, {"recent": recent})
    assert menu.title() == "&File"
    entries = menu.actions()
    assert [entries[0], entries[3]] == [actions["open"], actions["loop"]]
    assert entries[1] is recent.menuAction()
    assert entries[2].isSeparator()


def test_an_unknown_name_in_a_menu_is_an_error(actions: ActionTable) -> None:
    with pytest.raises(KeyError, match="no_such_action"):
        actions.make_menu(("&File", "no_such_action"))


def test_calls_do_not_receive_whether_an_action_is_checked(actions: ActionTable) -> None:
    received: list[tuple[object, ...]] = []
    actions.connect_calls({"loop": lambda *arguments: received.append(arguments)})
    actions["loop"].trigger()
    assert received == [()]


def test_only_actions_with_a_shortcut_are_listed_under_their_menus(actions: ActionTable) -> None:
    assert list(actions.shortcuts([FILE, HELP])) == [("File", "Open", "Ctrl+O"), ("File", "Loop", "L")]


def test_icons_follow_the_colour_scheme(actions: ActionTable, qapp: object) -> None:
    before = actions["open"].icon().cacheKey()
    theme.watch().dark = not theme.is_dark()
    theme.watch().changed.emit()
    after = actions["open"].icon().cacheKey()
    theme.watch().dark = not theme.is_dark()
    theme.watch().changed.emit()
    assert before != after
    assert actions["open"].icon().cacheKey() == before


def test_an_icon_can_be_exchanged(actions: ActionTable) -> None:
    before = actions["open"].icon().cacheKey()
    actions.set_icon("open", "video")
    assert actions["open"].icon().cacheKey() != before
