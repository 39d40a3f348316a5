"""The export queue as a table: waiting, running and finished exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.export.queue_rows import Done, Failed, QueueRow
from app.gui.kit import number_format, theme

VIDEO, SNAPSHOT, PROGRESS, SPEED, LEFT, OUTCOME = range(6)
"""The columns"""
FRACTION = Qt.ItemDataRole.UserRole
"""The role of the progress as a number from 0 to 1, None if it is not known"""
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class QueueModel(QAbstractTableModel):
    """The queue as a table model. Rows that stay are only updated, so that they stay selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[QueueRow, ...] = ()

    def show_rows(self, rows: Sequence[QueueRow]) -> None:
        rows = tuple(rows)
        if [row.number for row in rows] != [row.number for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        before, self.rows = self.rows, rows
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(place, 0), self.index(place, OUTCOME))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else OUTCOME + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        names = (
            self.tr("Video"),
            self.tr("Snapshot"),
            self.tr("Progress"),
            self.tr("Frames/s"),
            self.tr("Time left"),
            self.tr("Result"),
        )
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return {VIDEO: str(row.task.source), OUTCOME: self.result_of(row)}.get(column) or self._text(row, column)
        if role == FRACTION and column == PROGRESS:
            return _fraction(row)
        if role == Qt.ItemDataRole.DecorationRole and column == OUTCOME and isinstance(row.outcome, Done | Failed):
            return theme.icon("done" if isinstance(row.outcome, Done) else "warning")
        return None

    def _text(self, row: QueueRow, column: int) -> str:
        match column:
            case 0:
                return row.task.source.name
            case 1:
                return Path(row.task.snapshot).name if row.task.snapshot else self.tr("default")
            case 2:
                return self._progress(row)
            case 3:
                return "" if row.frames_per_s is None else f"{row.frames_per_s:.1f}"
            case 4:
                return "" if row.left_s is None else number_format.clock(row.left_s)
        return self._outcome(row)

    def _progress(self, row: QueueRow) -> str:
        if row.done:
            total = row.total
            return (
                self.tr("{} frames").format(row.done) if total is None else self.tr("{} of {}").format(row.done, total)
            )
        return self.tr("preparing…") if row.state == "running" else ""

    def result_of(self, row: QueueRow) -> str:
        """What became of an export that is over, in full; empty until then."""
        if isinstance(row.outcome, Failed):
            return str(row.outcome.error)
        return self._outcome(row) if row.is_over else ""

    def _outcome(self, row: QueueRow) -> str:
        outcome = row.outcome
        if isinstance(outcome, Failed):
            text = str(outcome.error)
            for path in (row.task.source, *row.task.outputs):  # Folders would take the place of the reason.
                text = text.replace(str(path), path.name)
            return text
        if isinstance(outcome, Done):
            counts = outcome.result.counts
            text = self.tr("{} frames, {} with a face.").format(counts.frames, counts.frames_with_face)
            result = outcome.result
            unusual = (result.damage, *(note.sentence for note in result.notes))
            return " ".join((text, *(sentence for sentence in unusual if sentence)))
        words = {
            "waiting": self.tr("waiting"),
            "running": self.tr("running"),
            "paused": self.tr("paused"),
            "cancelled": self.tr("Cancelled."),
        }
        return words.get(row.state, "")


def _fraction(row: QueueRow) -> float | None:
    if not row.done or not row.total:
        return None
    return min(1.0, row.done / row.total)
