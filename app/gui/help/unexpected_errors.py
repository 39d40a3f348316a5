"""Unexpected errors: logged with their traceback, and shown in one box, however many there are."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app.anonymous import anonymous
from app.gui.help.reporting import Reporter
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.folders import show_in_folder
from app.logs import log_folder, window_log
from app.threads.workers import report_uncaught

LOG = logging.getLogger(__name__)

_TEXT_WIDTH_PX = 420


class UnexpectedErrors(QObject):
    """While installed, uncaught exceptions are logged and shown, and the program keeps running.

    Thread: made, installed and uninstalled in the GUI thread; exceptions may come from any thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gui_calls = GuiCalls()
        self._box: UnexpectedErrorBox | None = None
        self._earlier_hook = sys.excepthook
        self._restore_thread_hook: Callable[[], None] | None = None

    def install(self) -> None:
        """Replaces the hooks for uncaught exceptions. May be called twice."""
        if self._restore_thread_hook is None:
            self._earlier_hook, sys.excepthook = sys.excepthook, self._report
            self._restore_thread_hook = report_uncaught(self._report)

    def uninstall(self) -> None:
        """Restores the earlier hooks and closes the box. May be called twice."""
        if self._restore_thread_hook is not None:
            sys.excepthook = self._earlier_hook
            self._restore_thread_hook()
            self._restore_thread_hook = None
        if self._box is not None:
            self._box.close()

    def __enter__(self) -> Self:
        self.install()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.uninstall()

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        LOG.critical("Unexpected error", exc_info=(kind, error, trace))
        # Only text is passed on: the exception would keep everything alive that its frames refer to.
        self._gui_calls.post(partial(self._show, _summary(kind, error)))

    def _show(self, summary: str) -> None:
        if self._restore_thread_hook is None:
            return
        if self._box is not None:
            self._box.add_error()
            return
        log = window_log()
        self._box = UnexpectedErrorBox(summary, log.path if log is not None else None, QApplication.activeWindow())
        self._box.finished.connect(self._forget_box)
        self._box.show()

    def _forget_box(self) -> None:
        box, self._box = self._box, None
        if box is not None:
            box.deleteLater()


class UnexpectedErrorBox(QDialog):
    """What happened, where the log is, and a report to copy. The window behind it remains usable."""

    def __init__(self, summary: str, log: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unexpected error"))
        self._more = 0
        icon = QLabel()
        side = self.style().pixelMetric(QStyle.PixelMetric.PM_MessageBoxIconSize)
        icon.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(side, side))
        icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(_line(summary, name="summary"))
        column.addWidget(_line(self.tr("You can keep working. If something looks wrong, restart the program.")))
        if log is not None:
            column.addWidget(_line(self.tr("Details are in the log: {}").format(anonymous(str(log))), name="quiet"))
        self._count = _line("", name="quiet")
        self._count.hide()
        column.addWidget(self._count)
        column.addStretch()
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(icon)
        top.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(self._make_buttons(log))
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    def add_error(self) -> None:
        """Counts another error that happened while the box is open."""
        self._more += 1
        one, many = self.tr("1 more error has been logged since."), self.tr("{} more errors have been logged since.")
        self._count.setText(one if self._more == 1 else many.format(self._more))
        self._count.show()

    def _make_buttons(self, log: Path | None) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        copy = QPushButton(self.tr("&Copy report"))
        copy.setToolTip(self.tr("Copies versions and the last lines of the log. Your user name is removed."))
        reporter = Reporter(self)
        copy.clicked.connect(lambda: copy.setText(self.tr("Collecting…")))
        copy.clicked.connect(lambda: reporter.copy(None))
        reporter.copied.connect(lambda: copy.setText(self.tr("Copied")))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        if log is not None:
            folder = QPushButton(self.tr("Open log &folder"))
            folder.clicked.connect(lambda: show_in_folder(log_folder(), self))
            buttons.addButton(folder, QDialogButtonBox.ButtonRole.ActionRole)
        return buttons


def _summary(kind: type[BaseException], error: BaseException) -> str:
    message = (str(error).strip().splitlines() or [""])[0]
    return f"{kind.__name__}: {message}" if message else kind.__name__


def _line(text: str, *, name: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFixedWidth(_TEXT_WIDTH_PX)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
