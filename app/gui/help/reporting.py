"""Puts the text of a report together in a worker, and onto the clipboard."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.gui.help.fault_report import fault_report
from app.gui.kit.bridge import GuiCalls


class Reporter(QObject):
    """Copies a report where it is asked to, one at a time."""

    copied = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gui_calls = GuiCalls()
        self._busy = False

    def copy(self, settings: Mapping[str, object] | None = None) -> None:
        """Gathers the report and puts it onto the clipboard; `copied` tells when it is there."""
        if self._busy:
            return
        self._busy = True
        threading.Thread(target=self._gather, args=(settings, self._gui_calls), name="report", daemon=True).start()

    def _gather(self, settings: Mapping[str, object] | None, gui_calls: GuiCalls) -> None:
        gui_calls.post(partial(self._take, fault_report(settings)))

    def _take(self, text: str) -> None:
        if not shiboken6.isValid(self):
            return  # Whoever asked has closed.
        self._busy = False
        QGuiApplication.clipboard().setText(text)
        self.copied.emit()
