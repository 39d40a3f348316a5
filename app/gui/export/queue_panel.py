"""The panel of the export queue: its rows, and buttons to act on them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.export.queue_rows import QueueRow
from app.gui.export.queue_model import FRACTION, LEFT, OUTCOME, PROGRESS, SNAPSHOT, SPEED, VIDEO, Index, QueueModel
from app.gui.kit import theme

_RUNNING = ("running", "paused")


class QueuePanel(QWidget):
    """Shows the queue's rows, and reports what the user wants by signals.

    The signals with lists carry the numbers of the selected rows.
    """

    pause_wanted = Signal()
    resume_wanted = Signal()
    cancel_wanted = Signal(list)
    remove_wanted = Signal(list)
    retry_wanted = Signal(list)
    clear_wanted = Signal()
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export queue"))
        self.setAcceptDrops(True)
        self.model = QueueModel(self)
        self.table = _Table(self.tr("Drop videos here to export them."))
        self.table.setAccessibleName(self.tr("Export queue"))
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(PROGRESS, _ProgressBars(self.table))
        self._arrange_columns()
        self.result = QLabel()
        self.result.setWordWrap(True)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.result.hide()
        self._paused = False
        self.pause = self._button(self._toggle_pause)
        self.cancel = self._button(
            lambda: self.cancel_wanted.emit(self._numbers("waiting", *_RUNNING)), self.tr("&Cancel")
        )
        self.retry = self._button(
            lambda: self.retry_wanted.emit(self._numbers("cancelled", "failed")), self.tr("&Try again")
        )
        self.remove = self._button(self._remove, self.tr("Re&move"))
        self.reveal = self._button(self._reveal, self.tr("Show in &folder"))
        self.clear = self._button(self.clear_wanted.emit, self.tr("C&lear finished"))
        buttons = QHBoxLayout()
        for button in (self.pause, self.cancel, self.retry, self.remove, self.reveal):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.addWidget(self.table)
        column.addWidget(self.result)
        column.addLayout(buttons)
        self.table.selectionModel().selectionChanged.connect(self._update_enabled)
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()
        self._update_enabled()
        self.resize(860, 320)

    def show_rows(self, rows: Sequence[QueueRow]) -> None:
        """Shows the queue in its present state. Exports that were selected stay selected."""
        chosen = self._numbers()
        self.model.show_rows(rows)
        if self._numbers() != chosen:
            self._choose(chosen)
        running = next((row.state for row in rows if row.state in _RUNNING), None)
        if running is not None:
            self._paused = running == "paused"
        self._update_enabled()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.files_dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def _arrange_columns(self) -> None:
        header = self.table.horizontalHeader()
        widths = {VIDEO: 190, SNAPSHOT: 110, PROGRESS: 150, SPEED: 70, LEFT: 76}
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(OUTCOME, QHeaderView.ResizeMode.Stretch)

    def _button(self, call: object, text: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)  # In a dialog, Enter would press it.
        button.clicked.connect(lambda _checked=False: call())  # type: ignore[operator]
        return button

    def _chosen(self) -> list[QueueRow]:
        return [self.model.rows[index.row()] for index in self.table.selectionModel().selectedRows()]

    def _numbers(self, *states: str) -> list[int]:
        """The numbers of the selected rows in these states; without states, of all selected rows."""
        return [row.number for row in self._chosen() if not states or row.state in states]

    def _choose(self, numbers: Sequence[int]) -> None:
        selection = self.table.selectionModel()
        for place, row in enumerate(self.model.rows):
            if row.number in numbers:
                flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                selection.select(self.model.index(place, 0), flags)

    def _toggle_pause(self) -> None:
        self._paused = not self._paused
        (self.pause_wanted if self._paused else self.resume_wanted).emit()
        self._update_enabled()

    def _remove(self) -> None:
        self.remove_wanted.emit([row.number for row in self._chosen() if row.state not in _RUNNING])

    def _reveal(self) -> None:
        for row in self._chosen():
            folder = row.task.written[0].parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
            return

    def _update_enabled(self) -> None:
        """Enables the buttons that have something to act on."""
        chosen, rows = self._chosen(), self.model.rows
        self.pause.setText(self.tr("&Resume") if self._paused else self.tr("&Pause"))
        self.pause.setEnabled(self._paused or any(not row.is_over for row in rows))
        self.cancel.setEnabled(any(not row.is_over for row in chosen))
        self.retry.setEnabled(any(row.state in ("cancelled", "failed") for row in chosen))
        self.remove.setEnabled(any(row.state not in _RUNNING for row in chosen))
        self.reveal.setEnabled(bool(chosen))
        self.clear.setEnabled(any(row.is_over for row in rows))
        self._show_result(chosen)
        self._draw_pause()

    def _show_result(self, chosen: Sequence[QueueRow]) -> None:
        """Shows the whole result of the selected export, or of the last one that failed; the column is too narrow."""
        shown = chosen or [row for row in self.model.rows if row.state == "failed"][-1:]
        text = self.model.result_of(shown[0]) if len(shown) == 1 else ""
        self.result.setText(text)
        self.result.setVisible(bool(text))

    def _draw_icons(self) -> None:
        for button, name in (
            (self.cancel, "stop"),
            (self.retry, "reconnect"),
            (self.remove, "minus"),
            (self.reveal, "reveal"),
        ):
            button.setIcon(theme.icon(name))
        self._draw_pause()
        self.table.viewport().update()

    def _draw_pause(self) -> None:
        self.pause.setIcon(theme.icon("play" if self._paused else "pause"))


class _Table(QTableView):
    """A table that shows a hint while it is empty."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFont(theme.tabular_digits(self.font()))
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 14)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            with QPainter(self.viewport()) as painter:
                painter.setPen(self.palette().placeholderText().color())
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._hint)


class _ProgressBars(QStyledItemDelegate):
    """Draws a thin progress bar below the text."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        place = option.rect.adjusted(5, 4, -8, -4)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = option.palette.ColorRole
        painter.save()
        painter.setPen(option.palette.color(role.HighlightedText if chosen else role.Text))
        text = index.data(Qt.ItemDataRole.DisplayRole)
        fraction = index.data(FRACTION)
        words = place if fraction is None else place.adjusted(0, 0, 0, -5)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if fraction is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            groove = QRect(place.left(), place.bottom() - 3, place.width(), 4)
            painter.setBrush(option.palette.color(role.Mid))
            painter.drawRoundedRect(groove, 2, 2)
            groove.setWidth(round(fraction * groove.width()))
            painter.setBrush(option.palette.color(role.HighlightedText if chosen else role.Accent))
            painter.drawRoundedRect(groove, 2, 2)
        painter.restore()
