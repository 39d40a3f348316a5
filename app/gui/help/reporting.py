"""Collects a problem report in a worker and copies it to the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.gui.help.fault_report import fault_report
from app.gui.kit.bridge import GuiCalls
from app.threads.workers import Worker


class Reporter(QObject):
    """Copies reports to the clipboard, one at a time."""

    copied = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gui_calls = GuiCalls()
        self.destroyed.connect(self._gui_calls.close)
        self._busy = False

    def copy(self, settings: Mapping[str, object] | None = None) -> None:
        """Collects a report in the background; `copied` is emitted when it is on the clipboard."""
        if not self._busy:
            self._busy = True
            Worker("report", partial(_collect, settings, self._gui_calls, self._copy_text))

    def _copy_text(self, text: str) -> None:
        if not shiboken6.isValid(self):
            return  # The window was closed in the meantime.
        self._busy = False
        QGuiApplication.clipboard().setText(text)
        self.copied.emit()


def _collect(settings: Mapping[str, object] | None, gui_calls: GuiCalls, then: Callable[[str], object]) -> None:
    gui_calls.post(partial(then, fault_report(settings)))
