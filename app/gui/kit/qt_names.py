"""Creates Qt's Python classes before another thread needs them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6 import QtCore, QtGui, QtWidgets

_STEP_S = 0.002


def qt_names_in_steps() -> Iterator[None]:
    """Creates every class and enum of Qt's main modules, in steps of 2 ms; the first time, all take 0.13 s.

    PySide6 creates them when they are first used. pyqtgraph uses all of them when it is imported, which a thread does;
    if the GUI thread paints at that moment, the program sometimes crashed (3 of 62 starts on a loaded machine).
    Thread: the GUI's.
    """
    for module in (QtCore, QtGui, QtWidgets):
        since_s = time.perf_counter()
        for name in dir(module):
            getattr(module, name)
            if time.perf_counter() - since_s > _STEP_S:
                yield
                since_s = time.perf_counter()
