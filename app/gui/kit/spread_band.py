"""The shaded band around a curve that shows the spread of an angle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

Array = npt.NDArray[np.float64]


class SpreadBand(QGraphicsItem):
    """Fills the area between two curves of a pyqtgraph plot, with a gap wherever either of them is NaN."""

    def __init__(self) -> None:
        super().__init__()
        self._fill = QBrush()
        self._path = QPainterPath()
        self.setZValue(-5)

    def set_colour(self, colour: QColor) -> None:
        self._fill = QBrush(colour)
        self.update()

    def show_values(self, x: Array, low: Array, high: Array) -> None:
        """Draws the band between `low` and `high` over `x`. Shapes: (N,) each."""
        self.prepareGeometryChange()
        self._path = _path(x, low, high)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        return self._path.controlPointRect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        painter.fillPath(self._path, self._fill)


def runs(known: npt.NDArray[np.bool_]) -> list[slice]:
    """The stretches of at least two consecutive known samples."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _path(x: Array, low: Array, high: Array) -> QPainterPath:
    import pyqtgraph  # Takes a third of a second, and the window starts without it.

    path = QPainterPath()
    for run in runs(np.isfinite(low) & np.isfinite(high)):
        around_x = np.concatenate([x[run], x[run][::-1]])
        around_y = np.concatenate([low[run], high[run][::-1]])
        path.addPath(pyqtgraph.arrayToQPath(around_x, around_y, connect="all"))
    return path
