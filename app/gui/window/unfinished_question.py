"""The question what to do with recordings that were not finished because the program was killed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui.kit.number_format import clock
from app.gui.state.recorder import Recorder
from app.watch.unfinished import Unfinished

_NAMED = 5
"""The maximum number of recordings that are named in the question."""


class UnfinishedQuestion(QMessageBox):
    """Asks once for all of them, without blocking the window. Closing it leaves them for the next start.

    Call `open()`.
    """

    def __init__(self, window: QWidget, recorder: Recorder, found: Sequence[Unfinished]) -> None:
        super().__init__(window)
        self._window, self._recorder, self._found = window, recorder, found
        self.setIcon(QMessageBox.Icon.Question)
        if len(found) == 1:
            self.setText(self.tr("A recording was not finished."))
        else:
            self.setText(self.tr("{} recordings were not finished.").format(len(found)))
        lines = [self._line(recording) for recording in found[:_NAMED]]
        if len(found) > _NAMED:
            lines.append(self.tr("… and {} more").format(len(found) - _NAMED))
        effect = self.tr("The program ended while recording. Finish to get the video and the table up to that moment.")
        self.setInformativeText("\n".join((*lines, "", effect)))
        self.finish = self.addButton(self.tr("&Finish"), QMessageBox.ButtonRole.AcceptRole)
        self.delete = self.addButton(self.tr("&Delete…"), QMessageBox.ButtonRole.DestructiveRole)
        self.later = self.addButton(self.tr("&Later"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.finish)
        self.setEscapeButton(self.later)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(self._act)

    def _act(self) -> None:
        if self.clickedButton() is self.finish:
            self._recorder.finish_unfinished(self._found)
        elif self.clickedButton() is self.delete:
            _DeleteQuestion(self._window, self._recorder, self._found).open()
        else:
            self._recorder.leave_unfinished(self._found)

    def _line(self, recording: Unfinished) -> str:
        at = datetime.fromisoformat(recording.plan.started)
        started = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at.timestamp())), QLocale.FormatType.ShortFormat)
        return self.tr("{}: {}, {} frames, started {}").format(
            recording.name, clock(recording.duration_s), recording.frames, started
        )


class _DeleteQuestion(QMessageBox):
    def __init__(self, window: QWidget, recorder: Recorder, found: Sequence[Unfinished]) -> None:
        super().__init__(window)
        self._window, self._recorder, self._found = window, recorder, found
        self.setIcon(QMessageBox.Icon.Warning)
        if len(found) == 1:
            self.setText(self.tr("Delete the recording {}?").format(found[0].name))
        else:
            self.setText(self.tr("Delete {} recordings?").format(len(found)))
        self.setInformativeText(self.tr("What was recorded cannot be restored afterwards."))
        self.delete = self.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = self.addButton(self.tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(keep)
        self.setEscapeButton(keep)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(self._act)

    def _act(self) -> None:
        if self.clickedButton() is self.delete:
            self._recorder.delete_unfinished(self._found)
        else:
            UnfinishedQuestion(self._window, self._recorder, self._found).open()
