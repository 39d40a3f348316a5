"""The export queue in the status bar of the main window: which export of how many, and the time left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from app.export.queue_rows import QueueRow
from app.gui.kit import number_format, theme

_STEPS = 1000


class QueueStatus(QWidget):
    """Shown while an export is unfinished. A click, Return or Space on it reports that the user wants the queue."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.text = QLabel()
        self.text.setFont(theme.tabular_digits(self.text.font()))
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedSize(90, 10)
        self.bar.setAccessibleName(self.tr("Exports"))
        self.left = QLabel()
        self.left.setFont(theme.tabular_digits(self.left.font()))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        row.setSpacing(theme.SPACE)
        for widget in (self.text, self.bar, self.left):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_rows(self, rows: Sequence[QueueRow], *, paused: bool = False) -> None:
        """`paused`: whether the queue is, which may be before its first export begins."""
        unfinished = [row for row in rows if not row.is_over]
        self.setVisible(bool(unfinished))
        if not unfinished:
            return
        running = next((row for row in unfinished if row.is_running), unfinished[0])
        # Those that failed or were cancelled are no progress, but they are not ahead either.
        over = len(rows) - len(unfinished)
        text = self.tr("Export {} of {}").format(over + 1, len(rows))
        if paused or running.state == "paused":
            text = self.tr("{}, paused").format(text)
        self.text.setText(text)
        done = over + sum(row.done / row.total for row in unfinished if row.total and row.is_running)
        self.bar.setRange(0, _STEPS * len(rows))
        self.bar.setValue(min(_STEPS * len(rows), round(_STEPS * done)))
        left_s = left_of(rows)
        self.left.setText("" if left_s is None else self.tr("{} left").format(number_format.clock(left_s)))
        files = ", ".join(path.name for path in running.task.written)
        self.setToolTip(self.tr("{} → {}\nClick to show the export queue.").format(running.task.source.name, files))
        self.setAccessibleName(f"{text}. {self.left.text()}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


def left_of(rows: Sequence[QueueRow]) -> float | None:
    """The seconds that all unfinished exports take at the speed of the running one; None if that is not known."""
    unfinished = [row for row in rows if not row.is_over]
    speed = next((row.frames_per_s for row in unfinished if row.is_running and row.frames_per_s), None)
    if speed is None or any(row.total is None for row in unfinished):
        return None
    return sum(max(0, (row.total or 0) - (row.done if row.is_running else 0)) for row in unfinished) / speed
