"""A plot that is only its axes and a view box."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsItem, QSizePolicy


class BarePlot(pg.GraphicsWidget):  # type: ignore[misc]
    """A view box with an axis at its left and one below it, in place of pyqtgraph's PlotItem.

    Each PlotItem also makes two more axes and some forty hidden widgets for a menu, which we never show. They take as
    long to make as the rest of the plot, and are styled anew with every change of the theme.
    """

    def __init__(self, box: Any, left: Any, bottom: Any) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.box, self.left, self.bottom = box, left, bottom
        grid = QGraphicsGridLayout()
        grid.setContentsMargins(1, 1, 1, 1)
        grid.setSpacing(0)
        self.setLayout(grid)
        grid.addItem(box, 0, 1)
        for axis, row, column in ((left, 0, 0), (bottom, 1, 1)):
            axis.linkToView(box)
            grid.addItem(axis, row, column)
            axis.setZValue(-0.5)  # So that the grid is below the curves.
            axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
        grid.setRowStretchFactor(0, 100)
        grid.setColumnStretchFactor(1, 100)

    def add(self, item: Any) -> None:
        """Adds an item, which does not change the visible range."""
        self.box.addItem(item, ignoreBounds=True)

    def remove(self, item: Any) -> None:
        self.box.removeItem(item)
