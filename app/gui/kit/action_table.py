"""Makes the actions and menus of a window from tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.gui.kit import theme

MenuRow = tuple[object, str]
"""A menu's untranslated title, and the names of what is in it, separated by spaces; “|” stands for a separator."""

_NO_SUBMENUS: Mapping[str, QMenu] = {}
_ROLES = {
    "quit": QAction.MenuRole.QuitRole,
    "about": QAction.MenuRole.AboutRole,
    "preferences": QAction.MenuRole.PreferencesRole,
}
"""Actions that macOS moves to the application's menu. Without a role it would guess from their texts."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action before it is made. `keys` is its shortcut, for example “Ctrl+O”, or several, as in “Ctrl++; Ctrl+=”.

    `text` and `tip` are untranslated strings; Qt's stubs call what QT_TRANSLATE_NOOP returns an object.
    """

    name: str
    text: object
    keys: str = ""
    icon: str = ""
    tip: object = ""
    checkable: bool = False


class ActionTable(QObject):
    """The actions of a window, by name. Their icons follow the colour scheme.

    `context` is the translation context of the texts in `rows` and of the titles of menus.
    """

    def __init__(self, window: QWidget, rows: Sequence[ActionRow], *, context: str) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._icons = {row.name: row.icon for row in rows if row.icon}
        self._actions = {row.name: self._made(row) for row in rows}
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def connect_calls(self, calls: Mapping[str, Callable[[], object]]) -> None:
        """Makes each action call its function, which is not told whether the action is checked."""
        for name, call in calls.items():
            self[name].triggered.connect(partial(_without_checked, call))

    def make_menu(self, row: MenuRow, submenus: Mapping[str, QMenu] = _NO_SUBMENUS) -> QMenu:
        """A menu of the window with these actions and submenus."""
        title, names = row
        menu = QMenu(self._translated(title), self._window)
        self.fill(menu, names, submenus)
        return menu

    def fill(self, menu: QMenu, names: str, submenus: Mapping[str, QMenu] = _NO_SUBMENUS) -> None:
        """Appends actions, submenus and separators to a menu; `names` is as in a MenuRow."""
        menu.setToolTipsVisible(True)
        for name in names.split():
            if name == "|":
                menu.addSeparator()
            elif name in submenus:
                menu.addMenu(submenus[name])
            else:
                menu.addAction(self[name])

    def set_icon(self, name: str, icon: str) -> None:
        self._icons[name] = icon
        self[name].setIcon(theme.icon(icon))

    def shortcuts(self, menus: Sequence[MenuRow]) -> Iterator[tuple[str, str, str]]:
        """Menu, text and keys of every action in `menus` that has a shortcut."""
        for title, names in menus:
            for action in (self._actions[name] for name in names.split() if name in self._actions):
                if not action.shortcut().isEmpty():
                    text = action.text().replace("&", "").removesuffix("…")
                    every = QKeySequence.listToString(action.shortcuts(), QKeySequence.SequenceFormat.NativeText)
                    yield self._translated(title).replace("&", ""), text, every.replace("; ", ", ")

    def _made(self, row: ActionRow) -> QAction:
        action = QAction(self._translated(row.text), self._window)
        action.setObjectName(row.name)
        action.setCheckable(row.checkable)
        action.setShortcuts(QKeySequence.listFromString(row.keys) if row.keys else [])
        if row.tip:
            tip = self._translated(row.tip)
            action.setToolTip(f"{tip} ({_keys(action)})" if row.keys else tip)
        if sys.platform == "darwin":
            action.setMenuRole(_ROLES.get(row.name, QAction.MenuRole.NoRole))
        self._window.addAction(action)
        return action

    def _translated(self, text: object) -> str:
        return QCoreApplication.translate(self._context, str(text))

    def _draw_icons(self) -> None:
        for name, icon in self._icons.items():
            self[name].setIcon(theme.icon(icon))


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def _without_checked(call: Callable[[], object], _checked: bool = False) -> None:
    call()
