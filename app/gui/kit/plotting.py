"""The plotting library: imported in a thread, and what its plots share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import shiboken6
from PySide6.QtCore import QObject

from app.gui.kit.bridge import GuiCalls
from app.gui.kit.qt_names import resolve_qt_names
from app.threads.workers import Worker


class PlottingLibrary:
    """Imports pyqtgraph for a widget. The import takes a third of a second, so a thread does it.

    Thread: the GUI's.
    """

    def __init__(self, owner: QObject) -> None:
        self._owner = owner
        self._gui_calls = GuiCalls()
        self._requested = False

    def request(self, then: Callable[[], None]) -> None:
        """Calls `then()` once the library is there, if the widget still is. Later requests do nothing."""
        if self._requested:
            return
        self._requested = True
        if "pyqtgraph" in sys.modules:
            then()
        else:
            resolve_qt_names()
            Worker("pyqtgraph", partial(_import_pyqtgraph, self._gui_calls, partial(self._call, then)))

    def _call(self, then: Callable[[], None]) -> None:
        if shiboken6.isValid(self._owner):
            then()


def _import_pyqtgraph(gui_calls: GuiCalls, then: Callable[[], None]) -> None:
    import pyqtgraph  # noqa: F401

    gui_calls.post(then)
