"""The tables of the attention page: the targets, which can be edited, and what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.gui.kit.number_box import NumberBox
from app.session.targets import LARGEST_RADIUS_DEG, SMALLEST_RADIUS_DEG, Target, Targets

_SWATCH_PX = 12
_REMOVING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_NUMBERS = ("yaw_deg", "pitch_deg", "radius_deg")
_FIELDS = ("name", *_NUMBERS)
"""Of a target, by column."""

_RANGES = {
    "yaw_deg": (-180.0, 180.0),
    "pitch_deg": (-180.0, 180.0),
    "radius_deg": (SMALLEST_RADIUS_DEG, LARGEST_RADIUS_DEG),
}


def swatch(colour: str) -> QIcon:
    pixmap = QPixmap(QSize(_SWATCH_PX, _SWATCH_PX))
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


class _Table(QTableWidget):
    """Names on the left, numbers on the right; as high as its contents."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__(0, len(headings))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(24)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self._set_headings(headings)

    def _set_headings(self, headings: Sequence[str]) -> None:
        self.setColumnCount(len(headings))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, heading in enumerate(headings):
            item = QTableWidgetItem(heading)
            item.setTextAlignment(right if column else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _number(self, text: str, tip: str = "") -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setFont(theme.tabular_digits(self.font()))
        item.setToolTip(tip)
        return item

    def _fit_height(self) -> None:
        rows_px = sum(map(self.rowHeight, range(self.rowCount())))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows_px + 4)


class TargetsTable(_Table):
    """Name, yaw, pitch and radius of each target. A double click or F2 edits a field, Del removes the target."""

    edited = Signal(int, object)
    """The place of a target, and the Target that it becomes."""
    refused = Signal(str)
    """Why a field cannot be changed like that."""
    chosen = Signal(int)
    removed = Signal(int)

    def __init__(self) -> None:
        super().__init__(("", "", "", ""))
        self._set_headings((self.tr("Target"), self.tr("Yaw"), self.tr("Pitch"), self.tr("Radius")))
        self.setAccessibleName(self.tr("Targets"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed)
        self.setItemDelegate(_DegreesDelegate(self))
        self._targets = Targets(())
        self._filling = False
        self.itemChanged.connect(self._take)
        self.currentCellChanged.connect(lambda row, *_: None if self._filling or row < 0 else self.chosen.emit(row))

    def show_targets(self, targets: Targets, selected: int | None) -> None:
        self._filling = True
        self._targets = targets
        self.setRowCount(len(targets.targets))
        for row, target in enumerate(targets.targets):
            name = QTableWidgetItem(swatch(target.colour), target.name)
            name.setToolTip(target.name)
            self.setItem(row, 0, name)
            for column, field in enumerate(_NUMBERS, start=1):
                item = self._number(number_format.angle(getattr(target, field)))
                item.setData(Qt.ItemDataRole.UserRole, getattr(target, field))
                self.setItem(row, column, item)
        if selected is not None and selected < len(targets.targets):
            self.setCurrentCell(selected, max(0, self.currentColumn()))
        self._filling = False
        self._fit_height()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _REMOVING:
            event.accept()  # Otherwise it would remove an exclusion.
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in _REMOVING and self.currentRow() >= 0:
            self.removed.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def _take(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        place = item.row()
        target = self._targets.targets[place]
        try:
            value = item.data(Qt.ItemDataRole.UserRole) if item.column() else item.text().strip()
            changes: dict[str, Any] = {_FIELDS[item.column()]: value}
            changed = replace(target, **changes)
            others = self._targets.targets
            Targets((*others[:place], changed, *others[place + 1 :]))
        except ValueError as error:
            self.refused.emit(str(error))
            changed = target
        self.show_targets(self._targets, place)
        if changed != target:
            self.edited.emit(place, changed)


class _DegreesDelegate(QStyledItemDelegate):
    """Numbers are edited in a spin box, which allows only what is valid."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        if not index.column():
            return super().createEditor(parent, option, index)
        box = NumberBox(parent)
        box.setDecimals(1)
        box.setRange(*_RANGES[_NUMBERS[index.column() - 1]])
        box.setSuffix("°")
        box.setFrame(False)
        box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        return box

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        if isinstance(editor, QDoubleSpinBox):
            editor.setValue(float(index.data(Qt.ItemDataRole.UserRole)))
        else:
            super().setEditorData(editor, index)

    def setModelData(  # noqa: N802
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if isinstance(editor, QDoubleSpinBox):
            editor.interpretText()
            model.setData(index, editor.value(), Qt.ItemDataRole.UserRole)
        else:
            super().setModelData(editor, model, index)


class Line(NamedTuple):
    """A row of measures: the colour of its swatch (empty: none), its name, its numbers as text, and a tool tip."""

    colour: str
    name: str
    numbers: tuple[str, ...]
    tip: str = ""


class MeasuresTable(_Table):
    """What was measured of each target; it can be selected, not edited."""

    def __init__(self, name: str, headings: Sequence[str] = ("",)) -> None:
        super().__init__(headings)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)

    def show_lines(self, lines: Sequence[Line], headings: Sequence[str] | None = None) -> None:
        if headings is not None:
            self._set_headings(headings)
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            name = QTableWidgetItem(line.name)
            if line.colour:
                name.setIcon(swatch(line.colour))
            name.setToolTip(line.tip or line.name)
            self.setItem(row, 0, name)
            for column, text in enumerate(line.numbers, start=1):
                self.setItem(row, column, self._number(text, line.tip))
        self._fit_height()


def with_target(targets: Targets, place: int, target: Target | None) -> Targets:
    """The targets with another one at this place; None removes it; behind the last place, it is added."""
    before, after = targets.targets[:place], targets.targets[place + 1 :]
    return replace(targets, targets=(*before, *([target] if target is not None else []), *after))
