"""“Check this computer”: what works here, what does not, and how to fix it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.atomic_files import replacing, writing
from app.doctor.finding import Finding, Mark, Report
from app.doctor.report_text import MARKS, conclusion, text_lines
from app.doctor.running import examine
from app.doctor.texts import TOPICS
from app.errors import OutputError
from app.gui.help.check_texts import translated
from app.gui.kit import theme
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.file_dialogs import FileDialogs
from app.threads.signals import Stop
from app.threads.workers import Worker

FILE_NAME = "computer.txt"


class CheckDialog(QDialog):
    """Shows the lines of the command `doctor`. The checks run in processes of their own, started by a worker.

    Thread: the GUI's.
    """

    checked = Signal()

    def __init__(self, files: FileDialogs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Check this computer"))
        self._files = files
        self._gui_calls = GuiCalls()
        self._stop = Stop()
        self._report: Report | None = None
        self._conclusion = QLabel()
        self._conclusion.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Checking"))
        self._lines = QTextBrowser()
        self._lines.setOpenLinks(False)
        self._lines.setAccessibleName(self.tr("What works on this computer"))
        self._note = QLabel()
        self._note.setObjectName("quiet")
        self._note.setWordWrap(True)
        self._copy = QPushButton(self.tr("&Copy"))
        self._copy.setToolTip(self.tr("Copies all lines. Your user name and home folder are left out."))
        self._copy.clicked.connect(self._copy_lines)
        self._save = QPushButton(self.tr("&Save…"))
        self._save.clicked.connect(self._save_lines)
        self._again = QPushButton(self.tr("Check &again"))
        self._again.clicked.connect(self._start)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for button in (self._copy, self._save, self._again):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        top = QHBoxLayout()
        top.addWidget(self._conclusion, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self._progress)
        layout.addWidget(self._lines, 1)
        layout.addWidget(self._note)
        layout.addWidget(buttons)
        self.resize(760, 600)
        self.finished.connect(self._end)
        self.destroyed.connect(partial(_end, self._stop, self._gui_calls))
        self._start()

    def lines(self) -> str:
        """The report as text; empty while it is not known."""
        return "\n".join(text_lines(self._report, MARKS, translated)) + "\n" if self._report is not None else ""

    def _start(self) -> None:
        self._report = None
        self._conclusion.setText(self.tr("Checking this computer. It takes a few seconds."))
        self._lines.clear()
        self._note.clear()
        self._progress.show()
        self._update_enabled()
        self._stop = Stop()
        Worker("doctor", partial(_examine, self._stop, self._gui_calls, self._show))

    def _show(self, report: Report) -> None:
        if not shiboken6.isValid(self):
            return  # Closed before the worker was done.
        self._report = report
        self._progress.hide()
        self._conclusion.setText(conclusion(report, translated))
        self._lines.setHtml(_html(report))
        self._lines.setFocus()
        self._update_enabled()
        self.checked.emit()

    def _update_enabled(self) -> None:
        for button in (self._copy, self._save, self._again):
            button.setEnabled(self._report is not None)

    def _copy_lines(self) -> None:
        QGuiApplication.clipboard().setText(self.lines())
        self._note.setText(self.tr("The lines have been copied to the clipboard."))

    def _save_lines(self) -> None:
        filters = self.tr("Text files (*.txt)")
        path = self._files.save_file(self.tr("Save the lines"), FILE_NAME, filters, suffix=".txt")
        if path is not None:
            Worker("doctor", partial(_write, path, self.lines(), self._gui_calls, self._show_saved))

    def _show_saved(self, path: Path, error: str) -> None:
        if shiboken6.isValid(self):
            self._note.setText(error or self.tr("Saved as {}.").format(path.name))

    def _end(self) -> None:
        self._stop.request()


def _end(stop: Stop, gui_calls: GuiCalls) -> None:
    stop.request()
    gui_calls.close()


def _examine(stop: Stop, gui_calls: GuiCalls, then: Callable[[Report], object]) -> None:
    report = examine(stop=stop)
    if not stop.requested:
        gui_calls.post(partial(then, report))


def _write(path: Path, text: str, gui_calls: GuiCalls, then: Callable[[Path, str], object]) -> None:
    error = ""
    try:
        with replacing(path) as part, writing(path):
            part.write_text(text, encoding="utf-8", newline="\n")
    except OutputError as failure:
        error = str(failure)
    gui_calls.post(partial(then, path, error))


def _html(report: Report) -> str:
    colours = {"ok": theme.colours().text, "note": theme.colours().quiet}
    danger = theme.colours().danger
    blocks = []
    heading = ""
    for one in report.findings:
        if one.heading != heading:
            heading = one.heading
            blocks.append(f'<p style="margin: 12px 0 2px 0"><b>{escape(translated(TOPICS[heading]))}</b></p>')
        blocks.append(_line_html(one, colours.get(one.mark, danger)))
    return "".join(blocks)


def _line_html(one: Finding, colour: str) -> str:
    mark: Mark = one.mark
    text = f'<span style="color: {colour}">{MARKS[mark]}</span>&nbsp; {escape(one.text(translated))}'
    if mark == "failed":
        text = f"<b>{text}</b>"
    fix = one.fix(translated) if mark != "ok" else ""
    line = f'<p style="margin: 2px 0 2px 34px; text-indent: -20px">{text}</p>'
    return line + (f'<p style="margin: 0 0 4px 34px">→ {escape(fix)}</p>' if fix else "")
