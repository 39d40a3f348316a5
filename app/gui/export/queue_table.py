"""The table of the queue panel: a hint while it is empty, progress bars, and rows that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.gui.export.queue_model import (
    FRACTION,
    LEFT,
    OUTCOME,
    OUTPUTS,
    PROGRESS,
    SETTINGS,
    SPEED,
    VIDEO,
    Index,
    QueueModel,
)
from app.gui.kit import theme

_WIDTHS = {VIDEO: 170, OUTPUTS: 210, SETTINGS: 110, PROGRESS: 140, SPEED: 70, LEFT: 76}


class QueueTable(QTableView):
    returned = Signal()
    """Return was pressed."""

    def __init__(self, model: QueueModel, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFont(theme.tabular_digits(self.font()))
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDragDropOverwriteMode(False)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 14)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(OUTCOME, QHeaderView.ResizeMode.Stretch)
        self.setItemDelegate(_Cells(self))
        self.setItemDelegateForColumn(PROGRESS, _ProgressBars(self))

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and the last row, as in a list: a cell of a row cannot be chosen."""
        ends = (QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd)
        if action in ends:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        return super().moveCursor(action, modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Return is a key that a table claims for itself, so no shortcut would get it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returned.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The row that the keyboard is on is selected, so that what is marked is what the buttons act on."""
        super().focusInEvent(event)
        if self.model().rowCount() and not self.selectionModel().hasSelection():
            self.selectRow(max(0, self.currentIndex().row()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            with QPainter(self.viewport()) as painter:
                painter.setPen(self.palette().placeholderText().color())
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._hint)


class _Cells(QStyledItemDelegate):
    """Draws no frame around the cell with the keyboard: it would look like a selection of its own.

    In a selected row, the icon has the colour of the text.
    """

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        if index.column() == VIDEO:  # Its beginning may tell the folder, and its end the name.
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        if option.state & QStyle.StateFlag.State_Selected and not option.icon.isNull():
            option.icon = _coloured(option, option.palette.color(option.palette.ColorRole.HighlightedText))


def _coloured(option: QStyleOptionViewItem, colour: QColor) -> QIcon:
    """The icon's shape in one colour."""
    ratio = option.widget.devicePixelRatioF() if option.widget else 1.0
    drawn = option.icon.pixmap(option.decorationSize, ratio)
    with QPainter(drawn) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(drawn.rect(), colour)
    icon = QIcon()
    icon.addPixmap(drawn, QIcon.Mode.Selected)  # From a picture for another mode, the style would make a bluish one.
    return icon


class _ProgressBars(_Cells):
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
