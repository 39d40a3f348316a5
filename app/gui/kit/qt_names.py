"""Creates Qt's Python classes before another thread needs them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6 import QtCore, QtGui, QtWidgets

_PER_STEP = 40


def qt_names_in_steps() -> Iterator[None]:
    """Creates every class and enum of Qt's main modules, in steps; all take about 0.13 s the first time, then nothing.

    PySide6 creates them when they are first used. pyqtgraph uses all of them when it is imported, which a thread does;
    if the GUI thread paints at that moment, the program sometimes crashed (3 of 62 starts on a loaded machine).
    Thread: the GUI's.
    """
    for module in (QtCore, QtGui, QtWidgets):
        names = dir(module)
        for first in range(0, len(names), _PER_STEP):
            for name in names[first : first + _PER_STEP]:
                getattr(module, name)
            yield
