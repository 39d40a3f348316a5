"""What can be done in the session viewer, with its shortcuts, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from app.gui.kit import theme

_N = cast("Callable[[str, str], str]", QT_TRANSLATE_NOOP)

KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("open_video", _N("Session", "Open &video…"), "Ctrl+O", "video"),
    ("open_table", _N("Session", "Open &table…"), "Ctrl+T", "chart"),
    ("compare", _N("Session", "&Compare with table…"), "Ctrl+Shift+T", "plus"),
    ("stop_comparing", _N("Session", "Stop co&mparing"), "", ""),
    ("save_exclusions", _N("Session", "&Save exclusions"), "Ctrl+S", "done"),
    ("save_filtered", _N("Session", "Save &filtered table as…"), "Ctrl+Shift+S", ""),
    ("save_plot", _N("Session", "Save &plot…"), "Ctrl+P", "picture"),
    ("save_figures", _N("Session", "Export s&tatistics…"), "Ctrl+E", ""),
    ("close", _N("Session", "&Close"), "Ctrl+W", ""),
    ("mark", _N("Session", "&Mark ranges"), "M", ""),
    ("undo", _N("Session", "&Undo"), "Ctrl+Z", ""),
    ("include", _N("Session", "&Remove excluded range"), "Del", ""),
    ("include_all", _N("Session", "Remove &all excluded ranges"), "", ""),
    ("play", _N("Session", "&Play or pause"), "Space", "play"),
    ("back", _N("Session", "P&revious frame"), "Left", "previous"),
    ("forward", _N("Session", "&Next frame"), "Right", "next"),
    ("second_back", _N("Session", "1 s &back"), "Shift+Left", ""),
    ("second_forward", _N("Session", "1 s &forward"), "Shift+Right", ""),
    ("to_start", _N("Session", "To the &start"), "Home", ""),
    ("show_all", _N("Session", "Show the &whole video"), "0", ""),
)
"""Name, text, shortcut, icon."""

_MENUS = (
    (
        _N("Session", "&File"),
        "open_video open_table compare stop_comparing | save_exclusions save_filtered save_plot save_figures | close",
    ),
    (_N("Session", "&Exclude"), "mark | undo include include_all"),
    (_N("Session", "&Play"), "play | back forward second_back second_forward to_start | show_all"),
)


class SessionActions(QObject):
    """The actions of a session viewer, in its menus. They end with it, and so does their watching the colours."""

    def __init__(self, window: QMainWindow, calls: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        for name, text, keys, icon in KINDS:
            action = QAction(_told(text), window)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(partial(_called, calls[name]))
            window.addAction(action)
            self._actions[name] = action
            if icon:
                self._icons[name] = icon
        self["mark"].setCheckable(True)
        for title, names in _MENUS:
            menu = window.menuBar().addMenu(_told(title))
            for name in names.split():
                if name == "|":
                    menu.addSeparator()
                else:
                    menu.addAction(self[name])
        theme.watch().changed.connect(self.draw_icons)
        self.draw_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def draw_icons(self) -> None:
        for name, icon in self._icons.items():
            self._actions[name].setIcon(theme.icon(icon))

    def show_playing(self, *, playing: bool) -> None:
        self._icons["play"] = "pause" if playing else "play"
        self["play"].setIcon(theme.icon(self._icons["play"]))

    def enable(self, *, table: bool, faces: bool, unsaved: bool, compared: bool, excluded: bool, changed: bool) -> None:
        """Greys what has nothing to act on."""
        for name, able in (
            ("save_filtered", table),
            ("save_figures", table),
            ("mark", table),
            ("save_plot", faces),
            ("save_exclusions", unsaved),
            ("stop_comparing", compared),
            ("undo", changed),
            ("include", excluded),
            ("include_all", excluded),
        ):
            self[name].setEnabled(able)


def _told(text: str) -> str:
    return QCoreApplication.translate("Session", text)


def _called(call: Callable[[], object], _checked: bool = False) -> None:
    call()
