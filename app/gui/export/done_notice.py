"""Tells the user that the export queue is done, if no window of the program is active."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app import product
from app.export.queue_rows import QueueRow

_SHOWN_MS = 10_000


def sum_of(done: int, failed: int) -> str:
    """How many exports are done and how many failed; "" if there is neither."""
    sentences = []
    if done:
        many = QCoreApplication.translate("DoneNotice", "{} exports are done.").format(done)
        sentences.append(QCoreApplication.translate("DoneNotice", "1 export is done.") if done == 1 else many)
    if failed:
        many = QCoreApplication.translate("DoneNotice", "{} exports failed.").format(failed)
        sentences.append(QCoreApplication.translate("DoneNotice", "1 export failed.") if failed == 1 else many)
    return " ".join(sentences)


class DoneNotice(QObject):
    """A message beside the system tray where there is one; the window asks for attention in the task bar anyway.

    `clicked` is called if the user clicks the message.
    """

    def __init__(self, window: QWidget, clicked: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._clicked = clicked
        self._tray: QSystemTrayIcon | None = None
        self._unfinished: frozenset[int] = frozenset()
        self._batch: set[int] = set()

    def show_rows(self, rows: Sequence[QueueRow]) -> None:
        """Notices when the last unfinished export is over. Counts are those since the queue was last done."""
        unfinished = frozenset(row.number for row in rows if not row.is_over)
        self._batch |= unfinished
        was, self._unfinished = self._unfinished, unfinished
        if was and not unfinished:
            ended = [row.state for row in rows if row.number in self._batch]
            self._batch.clear()
            done, failed = ended.count("done"), ended.count("failed")
            if done or failed:
                self._tell(sum_of(done, failed))

    def _tell(self, text: str) -> None:
        if QApplication.activeWindow() is not None:
            return
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            self._show_message(text)

    def _show_message(self, text: str) -> None:
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.messageClicked.connect(self._clicked)
            self._tray.activated.connect(lambda _reason: self._clicked())
        tray = self._tray
        tray.setToolTip(text)
        tray.show()
        tray.showMessage(product.TITLE, text, self._window.windowIcon(), _SHOWN_MS)
        QTimer.singleShot(_SHOWN_MS, tray, tray.hide)
