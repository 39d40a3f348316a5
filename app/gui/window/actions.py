"""Everything that can be done from the window, with its name and shortcut, in one table."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.gui.kit import theme


@dataclass(frozen=True, slots=True)
class _Kind:
    """An action before it is made. `keys` are shortcuts, the first of which menus show.

    `section` and `text` are untranslated; Qt's stubs call what marks them for translation an object.
    """

    name: str
    section: object
    text: object
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False


_SOURCE = QT_TRANSLATE_NOOP("Actions", "Source")
_PLAY = QT_TRANSLATE_NOOP("Actions", "Playback")
_SHOW = QT_TRANSLATE_NOOP("Actions", "View")
_KEEP = QT_TRANSLATE_NOOP("Actions", "Keep")
_POSE = QT_TRANSLATE_NOOP("Actions", "Pose")
_HELP = QT_TRANSLATE_NOOP("Actions", "Help")

KINDS: tuple[_Kind, ...] = (
    _Kind("open_video", _SOURCE, QT_TRANSLATE_NOOP("Actions", "&Open video or picture…"), ("Ctrl+O",), "video"),
    _Kind("open_folder", _SOURCE, QT_TRANSLATE_NOOP("Actions", "Open &folder…"), ("Ctrl+Shift+O",), "folder"),
    _Kind("open_camera", _SOURCE, QT_TRANSLATE_NOOP("Actions", "&Camera…"), ("Ctrl+K",), "camera"),
    _Kind("open_address", _SOURCE, QT_TRANSLATE_NOOP("Actions", "&Address of a stream…"), ("Ctrl+L",), "stream"),
    _Kind("open_sample", _SOURCE, QT_TRANSLATE_NOOP("Actions", "&Sample video"), (), "sample"),
    _Kind("open_synthetic", _SOURCE, QT_TRANSLATE_NOOP("Actions", "S&ynthetic camera"), (), "camera"),
    _Kind("close_source", _SOURCE, QT_TRANSLATE_NOOP("Actions", "C&lose source"), ("Ctrl+W",)),
    _Kind("quit", _SOURCE, QT_TRANSLATE_NOOP("Actions", "&Quit"), ("Ctrl+Q",)),
    _Kind("play", _PLAY, QT_TRANSLATE_NOOP("Actions", "&Play or pause"), ("Space",)),
    _Kind("back", _PLAY, QT_TRANSLATE_NOOP("Actions", "P&revious frame"), (",",)),
    _Kind("forward", _PLAY, QT_TRANSLATE_NOOP("Actions", "&Next frame"), (".",)),
    _Kind("skip_back", _PLAY, QT_TRANSLATE_NOOP("Actions", "5 s &back"), ("Left",)),
    _Kind("skip_forward", _PLAY, QT_TRANSLATE_NOOP("Actions", "5 s &forward"), ("Right",)),
    _Kind("to_start", _PLAY, QT_TRANSLATE_NOOP("Actions", "To the &start"), ("Home",)),
    _Kind("slower", _PLAY, QT_TRANSLATE_NOOP("Actions", "S&lower"), ("[",)),
    _Kind("faster", _PLAY, QT_TRANSLATE_NOOP("Actions", "F&aster"), ("]",)),
    _Kind("loop", _PLAY, QT_TRANSLATE_NOOP("Actions", "&Loop"), ("L",), checkable=True),
    _Kind("reconnect", _PLAY, QT_TRANSLATE_NOOP("Actions", "Re&connect"), ("Ctrl+R",)),
    _Kind("axis", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Axis"), ("1",), checkable=True),
    _Kind("cube", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Cube"), ("2",), checkable=True),
    _Kind("box", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Box"), ("3",), checkable=True),
    _Kind("identity", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Number"), ("4",), checkable=True),
    _Kind("angles", _SHOW, QT_TRANSLATE_NOOP("Actions", "An&gles"), ("5",), checkable=True),
    _Kind("trail", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Trail"), ("6",), checkable=True),
    _Kind("mirror", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Mirror"), ("M",), checkable=True),
    _Kind("follow_largest", _SHOW, QT_TRANSLATE_NOOP("Actions", "Follow the &largest face"), ("Esc",)),
    _Kind("follow_next", _SHOW, QT_TRANSLATE_NOOP("Actions", "Follow the ne&xt face"), ("F",)),
    _Kind("full_screen", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Full screen"), ("F11",), checkable=True),
    _Kind("side_panel", _SHOW, QT_TRANSLATE_NOOP("Actions", "&Side panel"), ("Ctrl+B",), checkable=True),
    _Kind("chart", _SHOW, QT_TRANSLATE_NOOP("Actions", "C&hart"), ("Ctrl+J",), checkable=True),
    _Kind("set_neutral", _POSE, QT_TRANSLATE_NOOP("Actions", "Set &neutral pose"), ("N",)),
    _Kind("reset_neutral", _POSE, QT_TRANSLATE_NOOP("Actions", "&Reset neutral pose"), ("Shift+N",)),
    _Kind("save_picture", _KEEP, QT_TRANSLATE_NOOP("Actions", "Save &picture…"), ("Ctrl+S",), "picture"),
    _Kind("record", _KEEP, QT_TRANSLATE_NOOP("Actions", "&Record"), ("Ctrl+Shift+R",), "record", checkable=True),
    _Kind("export", _KEEP, QT_TRANSLATE_NOOP("Actions", "&Export…"), ("Ctrl+E",), "export"),
    _Kind("show_queue", _KEEP, QT_TRANSLATE_NOOP("Actions", "Export &queue"), ("Ctrl+U",)),
    _Kind("open_session", _KEEP, QT_TRANSLATE_NOOP("Actions", "Open &session…"), ("Ctrl+Shift+S",)),
    _Kind("shortcuts", _HELP, QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"), ("F1",)),
    _Kind("show_log", _HELP, QT_TRANSLATE_NOOP("Actions", "&Log"), ("Ctrl+Shift+L",)),
    _Kind("about", _HELP, QT_TRANSLATE_NOOP("Actions", "&About")),
)


class Actions(QObject):
    """The actions of a window, by their names in KINDS. They end with it, and so does their watching the colours."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        for kind in KINDS:
            action = QAction(QCoreApplication.translate("Actions", str(kind.text)), window)
            action.setObjectName(kind.name)
            action.setCheckable(kind.checkable)
            action.setShortcuts([QKeySequence(keys) for keys in kind.keys])
            if kind.name == "quit":
                action.setMenuRole(QAction.MenuRole.QuitRole)
            elif kind.name == "about":
                action.setMenuRole(QAction.MenuRole.AboutRole)
            elif sys.platform == "darwin":
                action.setMenuRole(QAction.MenuRole.NoRole)
            window.addAction(action)
            self._actions[kind.name] = action
            if kind.icon:
                self._icons[kind.name] = kind.icon
        theme.watch().changed.connect(self.draw_icons)
        self.draw_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def draw_icons(self) -> None:
        for name, icon in self._icons.items():
            self._actions[name].setIcon(theme.icon(icon))

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Section, text and shortcut of each action, for the list of shortcuts."""
        for kind in KINDS:
            action = self._actions[kind.name]
            keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
            text = action.text().replace("&", "").rstrip("…")
            yield QCoreApplication.translate("Actions", str(kind.section)), text, keys
