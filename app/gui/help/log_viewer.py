"""A window that shows the log as it grows, and filters and searches it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QColor, QFontDatabase, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.anonymous import anonymous
from app.gui.help.reporting import Reporter
from app.gui.kit import theme
from app.gui.kit.bridge import LatestValue
from app.gui.kit.folders import show_in_folder
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.logs import LINES_KEPT, LogLine, log_folder, start_window_log


class LogViewer(QWidget):
    """Shows the lines of the log that are kept in memory.

    `settings` are added to a copied report.
    """

    def __init__(self, settings: Mapping[str, object] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Log"))
        self._settings = settings
        self._log = start_window_log()
        self._last_shown = 0
        self._level = QComboBox()
        self._level.setAccessibleName(self.tr("Minimum level"))
        for text, level in (
            (self.tr("Everything"), logging.NOTSET),
            (self.tr("Warnings and errors"), logging.WARNING),
            (self.tr("Errors"), logging.ERROR),
        ):
            self._level.addItem(text, level)
        self._level.currentIndexChanged.connect(self._show_all)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search the log"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._show_all)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName(self.tr("Log"))
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._text.setMaximumBlockCount(5 * LINES_KEPT)
        self._note = QLabel()
        self._note.setObjectName("quiet")
        layout = QVBoxLayout(self)
        layout.addLayout(self._make_filter())
        layout.addWidget(self._text)
        layout.addLayout(self._make_buttons())
        self.resize(860, 520)
        self._changes: LatestValue[bool] = LatestValue()
        self._paced: Paced[bool] = Paced(self, TEXT_EVERY_MS, lambda _: self._show_new())
        self._changes.on_value(self._show_soon)
        self._stop_watching: Callable[[], None] | None = None
        theme.watch().changed.connect(self._show_all)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        if self._stop_watching is None:
            self._stop_watching = self._log.ring.watch(lambda: self._changes.put(True))
            self._show_all()
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._stop_watching is not None:
            self._stop_watching()
            self._stop_watching = None
        self._paced.forget()
        super().closeEvent(event)

    def _make_filter(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._level)
        row.addWidget(self._search, 1)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        copy = QPushButton(self.tr("&Copy report"))
        copy.setToolTip(self.tr("Copies versions, settings, and the last lines of the log. Your user name is removed."))
        reporter = Reporter(self)
        copy.clicked.connect(lambda: self._note.setText(self.tr("Collecting the report. It takes a few seconds.")))
        copy.clicked.connect(lambda: reporter.copy(self._settings))
        reporter.copied.connect(lambda: self._note.setText(self.tr("The report has been copied to the clipboard.")))
        folder = QPushButton(self.tr("Open log &folder"))
        folder.clicked.connect(lambda: show_in_folder(log_folder(), self))
        if self._log.path is None:
            folder.setEnabled(False)
            folder.setToolTip(self.tr("The log folder is not writable, so the log is kept in memory only."))
        else:
            folder.setToolTip(anonymous(str(self._log.path)))
        row = QHBoxLayout()
        row.addWidget(self._note, 1)
        row.addWidget(folder)
        row.addWidget(copy)
        return row

    def _show_soon(self, changed: bool) -> None:
        if self._stop_watching is not None:
            self._paced.offer(changed)

    def _show_all(self) -> None:
        self._last_shown = 0
        self._text.clear()
        self._show_new()

    def _show_new(self) -> None:
        lines = self._log.ring.lines(after=self._last_shown)
        if lines:
            self._last_shown = lines[-1].number
        matching = [line for line in lines if self._matches(line)]
        if matching:
            bar = self._text.verticalScrollBar()
            at_end = bar.value() >= bar.maximum() - 4
            cursor = QTextCursor(self._text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.beginEditBlock()
            for line in matching:
                _insert(cursor, line)
            cursor.endEditBlock()
            if at_end:
                bar.setValue(bar.maximum())
        empty = self._text.document().characterCount() <= 1
        note = self.tr("No matching log entries.") if self._log.ring.lines() else self.tr("The log is empty.")
        self._note.setText(note if empty else "")

    def _matches(self, line: LogLine) -> bool:
        text = f"{line.level_name} {line.source} {line.text}".casefold()
        return line.level >= self._level.currentData() and self._search.text().casefold() in text


def _insert(cursor: QTextCursor, line: LogLine) -> None:
    if not cursor.atStart():
        cursor.insertBlock()
    clock = time.strftime("%H:%M:%S", time.localtime(line.time_s))
    cursor.insertText(f"{clock}  {line.source}  ", _format(theme.colours().quiet))
    colour = theme.colours().danger if line.level >= logging.ERROR else theme.colours().text
    level = f"{line.level_name}: " if line.level >= logging.WARNING else ""
    cursor.insertText(level + anonymous(line.text), _format(colour))


def _format(colour: str) -> QTextCharFormat:
    text_format = QTextCharFormat()
    text_format.setForeground(QColor(colour))
    return text_format
