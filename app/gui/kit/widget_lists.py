"""Lists of all widgets, which are safe to make.

Qt's own functions make a Python object for each widget of a list. That may start Python's garbage collection, which may
delete widgets that are later in the list, and the program crashes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

T = TypeVar("T")


def all_widgets() -> list[QWidget]:
    return _listed(QApplication.allWidgets)


def windows() -> list[QWidget]:
    """All windows, also hidden ones, and menus."""
    return _listed(QApplication.topLevelWidgets)


def native_windows() -> list[QWindow]:
    """What the system knows of windows; most of those that have not been shown have none."""
    return _listed(QApplication.topLevelWindows)


def _listed(make: Callable[[], list[T]]) -> list[T]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return make()
    finally:
        if was_enabled:
            gc.enable()
