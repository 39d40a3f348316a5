"""Creates Qt's Python classes before another thread needs them."""

from __future__ import annotations

from functools import cache

from PySide6 import QtCore, QtGui, QtWidgets


@cache
def resolve_qt_names() -> None:
    """Creates every class and enum of Qt's main modules; takes about 0.13 s the first time, and nothing after that.

    PySide6 creates them when they are first used. pyqtgraph uses all of them when it is imported, which a thread does;
    if the GUI thread paints at that moment, the program sometimes crashed (3 of 62 starts on a loaded machine).
    Thread: the GUI's.
    """
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name)
