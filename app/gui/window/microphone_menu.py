"""The menu that chooses the microphone of recordings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

SYSTEM_DEFAULT = ""
"""In place of a microphone's name."""


class MicrophoneMenu(QMenu):
    """Lists microphones whenever it opens: those found last until the new search is done.

    It does not search itself: on `search_requested`, search and show what was found. `chosen` has the name of a
    microphone, or SYSTEM_DEFAULT.
    """

    search_requested = Signal()
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Microphone"))
        self.setObjectName("microphones")
        self._group = QActionGroup(self)
        self._names: tuple[str, ...] = ()
        self._current = SYSTEM_DEFAULT
        self._fill()
        self.aboutToShow.connect(self.search_requested)

    def show_current(self, name: str) -> None:
        if name != self._current:
            self._current = name
            self._fill()

    def show_microphones(self, names: Sequence[str]) -> None:
        found = tuple(dict.fromkeys(names))
        if found != self._names:
            self._names = found
            self._fill()

    def _fill(self) -> None:
        self.clear()
        self._add(self.tr("System default"), SYSTEM_DEFAULT)
        for name in self._names:
            self._add(name.replace("&", "&&"), name)
        if self._current not in (SYSTEM_DEFAULT, *self._names):
            self._add(self.tr("{} (not connected)").format(self._current.replace("&", "&&")), self._current)

    def _add(self, text: str, name: str) -> None:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(name == self._current)
        action.setActionGroup(self._group)
        action.triggered.connect(lambda _checked=False: self.chosen.emit(name))
