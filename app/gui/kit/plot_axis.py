"""The axis of our plots."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from app.gui.kit import theme


class PlotAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that draws itself straight away, and its grid in opaque colours, below the curves.

    pyqtgraph records its axes as pictures, and playing one looks up the font of each number anew; its grid is
    translucent, which takes Qt ten times as long to draw. Together that took 5 ms for each axis, and again with every
    movement of a cursor over the grid.
    """

    picture: Any  # What `generateDrawSpecs` returned; pyqtgraph sets None whenever something has changed.

    def paint(self, painter: QPainter, _option: object, _widget: object) -> None:
        if self.picture is None:
            painter.save()
            self.picture = self.generateDrawSpecs(painter)
            painter.restore()
        if self.picture is not None:
            self.drawPicture(painter, *self.picture)

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:  # noqa: N802 - pyqtgraph's
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        pen, start, end = axis
        painter.setPen(pen)
        painter.drawLine(start, end)
        for pen, level in groupby(ticks, key=lambda tick: tick[0]):
            painter.setPen(_opaque(pen))
            painter.drawLines([QLineF(start, end) for _, start, end in level])
        painter.setPen(self.textPen())
        if self.style["tickFont"] is not None:
            painter.setFont(self.style["tickFont"])
        for area, flags, text in texts:
            painter.drawText(area, int(flags), text)


def _opaque(pen: QPen) -> QPen:
    """The pen in the colour that its translucent one has above the background of our plots."""
    above, below = pen.color(), QColor(theme.colours().base)
    share = above.alphaF()
    opaque = QPen(pen)
    opaque.setColor(
        QColor.fromRgbF(
            share * above.redF() + (1 - share) * below.redF(),
            share * above.greenF() + (1 - share) * below.greenF(),
            share * above.blueF() + (1 - share) * below.blueF(),
        )
    )
    return opaque
