"""The export queue as a table: waiting, running and finished exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.export.queue_rows import Done, Failed, QueueRow
from app.gui.kit import number_format, theme
from app.gui.kit.source_names import distinct_names

VIDEO, OUTPUTS, SETTINGS, PROGRESS, SPEED, LEFT, OUTCOME = range(7)
"""The columns"""
FRACTION = Qt.ItemDataRole.UserRole
"""The role of the progress as a number from 0 to 1, None if it is not known"""
ROWS_TYPE = "application/x-export-queue-rows"
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class QueueModel(QAbstractTableModel):
    """The queue as a table model. Rows that stay are only updated, so that they stay selected."""

    placed = Signal(list, object)
    """The numbers of rows that were dragged, and the number of the row before which they were dropped, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[QueueRow, ...] = ()
        self._names: dict[Path, str] = {}

    def show_rows(self, rows: Sequence[QueueRow]) -> None:
        rows = tuple(rows)
        if [row.number for row in rows] != [row.number for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self._names = distinct_names(row.task.source for row in rows)
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
            self.tr("Written files"),
            self.tr("Settings"),
            self.tr("Progress"),
            self.tr("Frames/s"),
            self.tr("Time left"),
            self.tr("Result"),
        )
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == FRACTION and column == PROGRESS:
            return _fraction(row)
        if role == Qt.ItemDataRole.DecorationRole and column == OUTCOME and isinstance(row.outcome, Done | Failed):
            return theme.icon("done" if isinstance(row.outcome, Done) else "warning")
        return None

    # Rows are dragged within the table

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # Between two rows, but not onto one.
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [ROWS_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        numbers = sorted({self.rows[index.row()].number for index in indexes})
        data = QMimeData()
        data.setData(ROWS_TYPE, " ".join(map(str, numbers)).encode("ascii"))
        return data

    def dropMimeData(  # noqa: N802
        self,
        data: QMimeData,
        action: Qt.DropAction,  # noqa: ARG002 - Qt's signature
        row: int,
        column: int,  # noqa: ARG002
        parent: Index,  # noqa: ARG002
    ) -> bool:
        """Reports where the rows were dropped. It returns False, so that the view removes nothing by itself."""
        numbers = [int(number) for number in bytes(data.data(ROWS_TYPE).data()).split()]
        self.placed.emit(numbers, self.rows[row].number if 0 <= row < len(self.rows) else None)
        return False

    # Texts

    def result_of(self, row: QueueRow) -> str:
        """What became of an export that is over, in full; empty until then."""
        if isinstance(row.outcome, Failed):
            return str(row.outcome.error)
        return self._outcome(row) if row.is_over else ""

    def _text(self, row: QueueRow, column: int) -> str:
        texts: dict[int, Callable[[QueueRow], str]] = {
            VIDEO: lambda row: self._names[row.task.source],
            OUTPUTS: lambda row: ", ".join(path.name for path in row.task.written),
            SETTINGS: lambda row: row.preset or self._snapshot(row),
            PROGRESS: self._progress,
            SPEED: lambda row: "" if row.is_over or row.frames_per_s is None else f"{row.frames_per_s:.1f}",
            LEFT: lambda row: "" if row.left_s is None else number_format.clock(row.left_s),
            OUTCOME: self._outcome,
        }
        return texts[column](row)

    def _tip(self, row: QueueRow, column: int) -> str:
        if column == VIDEO:
            return str(row.task.source)
        if column == OUTPUTS:
            return "\n".join(map(str, row.task.outputs))
        if column == SETTINGS:
            task = row.task
            lines = [self.tr("Preset: {}").format(row.preset)] if row.preset else []
            lines += [
                self.tr("Snapshot: {}").format(self._snapshot(row)),
                self.tr("Detector: {}").format(task.detector.name),
                self.tr("Smoothing: {:.0f} %").format(100 * task.settings.smoothing),
            ]
            if task.settings.correct_perspective:
                lines.append(self.tr("Perspective corrected"))
            return "\n".join(lines)
        return (self.result_of(row) if column == OUTCOME else "") or self._text(row, column)

    def _snapshot(self, row: QueueRow) -> str:
        return Path(row.task.snapshot).name if row.task.snapshot else self.tr("default")

    def _progress(self, row: QueueRow) -> str:
        if row.done:
            total = row.total
            return (
                self.tr("{} frames").format(row.done) if total is None else self.tr("{} of {}").format(row.done, total)
            )
        return self.tr("preparing…") if row.state == "running" else ""

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
