"""The plotting library: imported in a thread, and what its plots share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from types import ModuleType

import shiboken6
from PySide6.QtCore import QObject

from app.gui.kit.bridge import GuiCalls
from app.gui.kit.qt_names import qt_names_in_steps
from app.gui.kit.turns import in_turns
from app.threads.garbage import all_kept
from app.threads.workers import Worker

_UNUSED = "pyqtgraph.widgets.RawImageWidget"


class PlottingLibrary:
    """Imports pyqtgraph, or a module that needs it, for a widget. That takes a tenth of a second, so a thread does it.

    Thread: the GUI's.
    """

    def __init__(self, owner: QObject, module: str = "pyqtgraph") -> None:
        self._owner = owner
        self._module = module
        self._gui_calls = GuiCalls()
        owner.destroyed.connect(self._gui_calls.close)
        self._requested = False

    def request(self, then: Callable[[], None]) -> None:
        """Calls `then()` once the library is there, if the widget still is. Later requests do nothing."""
        if self._requested:
            return
        self._requested = True
        if self._module in sys.modules:
            then()
        else:
            in_turns(self._owner, self._import_steps(then))

    def _import_steps(self, then: Callable[[], None]) -> Iterator[None]:
        yield from qt_names_in_steps()
        Worker("pyqtgraph", partial(_import, self._module, self._gui_calls, partial(self._call, then)))

    def _call(self, then: Callable[[], None]) -> None:
        if shiboken6.isValid(self._owner):
            then()


def _import(module: str, gui_calls: GuiCalls, then: Callable[[], None]) -> None:
    # A widget that we do not use, and the only one that imports CUDA's bindings: if they are installed, because PyTorch
    # requires them, they take longer than all the rest of pyqtgraph.
    sys.modules.setdefault(_UNUSED, ModuleType(_UNUSED))
    with all_kept():
        import_module(module)
    gui_calls.post(then)
