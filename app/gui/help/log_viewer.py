"""The application's log while it grows: filtered, searched, copied."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QColor, QDesktopServices, QFontDatabase, QShowEvent, QTextCharFormat, QTextCursor
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

from app.gui.help.fault_report import anonymous
from app.gui.help.reporting import Reporter
from app.gui.kit import theme
from app.gui.kit.bridge import LatestValue
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.logs import LINES_KEPT, LogLine, log_folder, start_window_log


class LogViewer(QWidget):
    """A window of its own, on the log that the application keeps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Log"))
        self._log = start_window_log()
        self._seen = 0
        self.level = QComboBox()
        self.level.setAccessibleName(self.tr("Least level"))
        for text, level in (
            (self.tr("Everything"), logging.NOTSET),
            (self.tr("Warnings and errors"), logging.WARNING),
            (self.tr("Errors"), logging.ERROR),
        ):
            self.level.addItem(text, level)
        self.level.currentIndexChanged.connect(self._show_anew)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the log"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show_anew)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Log"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setMaximumBlockCount(5 * LINES_KEPT)
        self._nothing = QLabel()
        self._nothing.setObjectName("quiet")
        layout = QVBoxLayout(self)
        layout.addLayout(self._make_filter())
        layout.addWidget(self.text)
        layout.addLayout(self._make_buttons())
        self.resize(860, 520)
        self._news: LatestValue[bool] = LatestValue()
        self._paced: Paced[bool] = Paced(self, TEXT_EVERY_MS, lambda _: self._add_new())
        self._news.on_value(self._take_news)
        self._leave: Callable[[], None] | None = None
        theme.watch().changed.connect(self._show_anew)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        if self._leave is None:
            self._leave = self._log.ring.watch(lambda: self._news.put(True))
            self._show_anew()
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._leave is not None:
            self._leave()
            self._leave = None
        self._paced.forget()
        super().closeEvent(event)

    def _make_filter(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.level)
        row.addWidget(self.search, 1)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        self.copy_button = QPushButton(self.tr("&Copy report"))
        self.copy_button.setToolTip(self.tr("Versions, machine and the last lines of the log, without your name"))
        reporter = Reporter(self)
        self.copy_button.clicked.connect(lambda: reporter.copy(self.settings))
        reporter.copied.connect(lambda: self._nothing.setText(self.tr("The report is on the clipboard.")))
        folder = QPushButton(self.tr("Open log &folder"))
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder()))))
        if self._log.path is None:
            folder.setEnabled(False)
            folder.setToolTip(self.tr("The log folder cannot be written; the log is kept in memory only."))
        else:
            folder.setToolTip(anonymous(str(self._log.path)))
        row = QHBoxLayout()
        row.addWidget(self._nothing, 1)
        row.addWidget(folder)
        row.addWidget(self.copy_button)
        return row

    settings: dict[str, object] | None = None
    """What the report says of the user's settings; the main window may fill it in."""

    def _take_news(self, news: bool) -> None:
        if self._leave is not None:
            self._paced.offer(news)

    def _show_anew(self) -> None:
        self._seen = 0
        self.text.clear()
        self._add_new()

    def _add_new(self) -> None:
        lines = self._log.ring.lines(after=self._seen)
        if lines:
            self._seen = lines[-1].number
        fitting = [line for line in lines if self._fits(line)]
        if fitting:
            bar = self.text.verticalScrollBar()
            at_end = bar.value() >= bar.maximum() - 4
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.beginEditBlock()
            for line in fitting:
                self._write(cursor, line)
            cursor.endEditBlock()
            if at_end:
                bar.setValue(bar.maximum())
        empty = not self.text.document().characterCount() > 1
        told = self.tr("Nothing in the log fits.") if self._log.ring.lines() else self.tr("The log is empty.")
        self._nothing.setText(told if empty else "")

    def _fits(self, line: LogLine) -> bool:
        wanted = self.search.text().casefold()
        told = f"{line.level_name} {line.source} {line.text}".casefold()
        return line.level >= self.level.currentData() and wanted in told

    def _write(self, cursor: QTextCursor, line: LogLine) -> None:
        if not cursor.atStart():
            cursor.insertBlock()
        clock = time.strftime("%H:%M:%S", time.localtime(line.time_s))
        cursor.insertText(f"{clock}  {line.source}  ", _ink(theme.colours().quiet))
        colour = theme.colours().danger if line.level >= logging.ERROR else theme.colours().text
        marked = f"{line.level_name}: " if line.level >= logging.WARNING else ""
        cursor.insertText(marked + anonymous(line.text), _ink(colour))


def _ink(colour: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    return form
