"""The table of angles in the side panel of the session viewer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.gui.kit import number_format, theme

_PADDING_PX = 20


class StatisticsTable(QTableWidget):
    """Angles in degrees below headings, in sections of three rows; as high as its contents."""

    def __init__(self, angles: Sequence[str], headings: Sequence[str]) -> None:
        super().__init__(0, 1 + len(headings))
        self._angles = angles
        self.setHorizontalHeaderLabels(["", *headings])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(40)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().resizeSection(0, max(map(self.fontMetrics().horizontalAdvance, angles)) + _PADDING_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        theme.watch().changed.connect(self._colour)

    def show_sections(self, sections: Sequence[tuple[str, Sequence[Sequence[float]]]]) -> None:
        """Shows sections of a title, which may be empty, and a row of numbers for each angle; NaN becomes a dash."""
        self.clearSpans()
        self.setRowCount(sum(len(rows) + bool(title) for title, rows in sections))
        row = 0
        for title, angle_rows in sections:
            if title:
                heading = QTableWidgetItem(title)
                heading.setFont(theme.tabular_digits(self.font(), bold=True))
                heading.setToolTip(
                    self.tr("Frames with this face, and their share of the frames that are not excluded")
                )
                self.setItem(row, 0, heading)
                self.setSpan(row, 0, 1, self.columnCount())
                row += 1
            for angle, numbers in zip(self._angles, angle_rows, strict=True):
                self.setItem(row, 0, QTableWidgetItem(angle))
                for column, number in enumerate(numbers, start=1):
                    item = QTableWidgetItem(number_format.ABSENT if math.isnan(number) else number_format.angle(number))
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    item.setFont(theme.tabular_digits(self.font()))
                    self.setItem(row, column, item)
                row += 1
        self._colour()
        rows_px = sum(map(self.rowHeight, range(self.rowCount())))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows_px + 4)

    def _colour(self) -> None:
        colours = theme.angle_colours()
        angle = 0
        for row in range(self.rowCount()):
            item = self.item(row, 0)
            if item is None:
                continue
            if self.columnSpan(row, 0) > 1:
                item.setForeground(self.palette().text())
                angle = 0
                continue
            item.setForeground(colours[angle % len(colours)])
            angle += 1
