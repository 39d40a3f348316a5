"""The plot of one angle over time: lines with their spread, a cursor, and the excluded ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QGraphicsItem

from app.gui.kit import number_format, theme
from app.gui.kit.bare_plot import BarePlot
from app.gui.kit.plot_axis import PlotAxis
from app.gui.kit.spread_band import SpreadBand
from app.outputs.exclusions import Span
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import Indices
from app.session.video_curves import Band, FaceCurve, Line

_MINIMUM_HALF_RANGE_DEG = 10.0
_AXIS_WIDTH_PX = 46
_GRID_OPACITY = 56
"""Out of 255."""
_POINT_PX = 6
_EXCLUDED = QColor(128, 128, 128, 84)
_SELECTION = QColor(128, 128, 128, 130)
_NO_LINE = Line(np.empty(0), np.empty(0))
_NO_BAND = Band(np.empty(0), np.empty(0), np.empty(0))
_BAND_OPACITIES = 44, 24
"""Of the first and second track, out of 255."""


class AnglePlot:
    """A plot in a row of a `GraphicsLayoutWidget`. `box` is its view box, which handles the mouse."""

    def __init__(self, view: Any, box: Any, row: int, *, time_title: str) -> None:
        self.box = box
        self._times = _Times("bottom")
        left, bottom = _Degrees("left"), self._times
        self.plot = BarePlot(box, left, bottom)
        view.addItem(self.plot, row=row, col=0)
        left.setWidth(_AXIS_WIDTH_PX)
        bottom.setStyle(showValues=bool(time_title))
        if time_title:
            bottom.setLabel(time_title)
        else:
            bottom.setHeight(6)
        bottom.enableAutoSIPrefix(enable=False)
        for axis in (left, bottom):
            axis.setGrid(_GRID_OPACITY)
        self._zero = pg.InfiniteLine(0, angle=0)
        self._bands = [SpreadBand(), SpreadBand()]
        self._lines = [pg.PlotCurveItem(connect="finite") for _ in range(2)]
        self._points = [pg.ScatterPlotItem(size=_POINT_PX, pen=None) for _ in range(2)]
        self.cursor = pg.InfiniteLine(0, angle=90)
        self._selection = _region(_SELECTION)
        self._selection.hide()
        self._excluded: list[Any] = []
        self._label = pg.LabelItem(justify="left")
        self._label.setParentItem(self.box)
        self._label.anchor(itemPos=(0, 0), parentPos=(0, 0), offset=(4, 2))
        for item in (self._zero, *self._bands, *reversed(self._lines), *self._points, self.cursor, self._selection):
            self.plot.add(item)
        for item in (*self._lines, *self._bands):
            # Cached as a picture, so that a cursor moving over it costs almost nothing.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._colour = QColor()
        self._colours = theme.colours()

    def set_colours(self, colours: theme.Colours, colour: QColor) -> None:
        """Applies the colours of the scheme, and that of the angle."""
        self._colours, self._colour = colours, colour
        for axis in (self.plot.left, self.plot.bottom):
            axis.setPen(QColor(colours.line))
            axis.setTextPen(QColor(colours.quiet))
        self._zero.setPen(pg.mkPen(QColor(colours.faint), width=1))
        self.cursor.setPen(pg.mkPen(QColor(colours.text), width=1.5))
        lighter = QColor(colour)
        lighter.setAlpha(190)
        # Of each curve: while every frame is drawn, and while the line is coarse.
        self._pens = (
            (pg.mkPen(colour, width=2), pg.mkPen(colour, width=1)),
            (pg.mkPen(lighter, width=1.5, dash=[5, 3]), pg.mkPen(lighter, width=1)),
        )
        for band, opacity in zip(self._bands, _BAND_OPACITIES, strict=True):
            fill = QColor(colour)
            fill.setAlpha(opacity)
            band.set_colour(fill)

    def show_lines(self, lines: Sequence[Line], bands: Sequence[Band]) -> None:
        """Draws what is visible of each curve, and its spread unless there are no bands."""
        for which, (item, band) in enumerate(zip(self._lines, self._bands, strict=True)):
            line = lines[which] if which < len(lines) else _NO_LINE
            # Wide smooth lines take long to draw, and are not seen where a line goes up and down in each pixel.
            item.setPen(self._pens[which][line.coarse])
            item.setData(line.time_s, line.angle, antialias=not line.coarse)
            alone = _stand_alone(line.angle) if not line.coarse else np.zeros(0, np.int64)
            points = self._points[which]
            if len(alone) or points.isVisible():  # Hidden points take no time, neither to set nor to paint.
                points.setData(line.time_s[alone], line.angle[alone], brush=item.opts["pen"].color())
                points.setVisible(len(alone) > 0)
            edges = bands[which] if which < len(bands) else _NO_BAND
            band.show_values(edges.time_s, edges.low, edges.high)

    def show_pictures(self, per_s: float, time_title: str) -> None:
        """Counts pictures along the time axis, so many in a second; 0: shows seconds. `time_title`: of the axis."""
        self._times.show_pictures(per_s)
        if time_title:
            self.plot.bottom.setLabel(time_title)

    def set_height(self, curves: Sequence[FaceCurve], index: int, *, with_spread: bool) -> None:
        """Chooses the angles that are visible, so that these curves fit. `index` is the angle's place."""
        pairs = [curve.outer_extremes if with_spread else curve.extremes for curve in curves]
        known = [float(edge[index]) for pair in pairs for edge in pair if not math.isnan(edge[index])]
        low, high = (min(known), max(known)) if known else (0.0, 0.0)
        middle, half = (low + high) / 2, max(_MINIMUM_HALF_RANGE_DEG, (high - low) / 2)
        # With room for the text above the lines.
        self.box.setYRange(middle - 1.05 * half, middle + 1.45 * half, padding=0)

    def show_excluded(self, excluded: Sequence[Span]) -> None:
        while len(self._excluded) > len(excluded):
            self.plot.remove(self._excluded.pop())
        while len(self._excluded) < len(excluded):
            item = _region(_EXCLUDED)
            self.plot.add(item)
            self._excluded.append(item)
        for item, span in zip(self._excluded, excluded, strict=True):
            item.setRegion(span)

    def show_selection(self, span: Span | None) -> None:
        self._selection.setVisible(span is not None)
        if span is not None:
            self._selection.setRegion((min(span), max(span)))

    def show_text(self, title: str, values: Sequence[tuple[str, str]]) -> None:
        """Shows the angle's name and its values at the cursor. `values` are pairs of a table's name and its value."""
        text = f'<b style="color:{self._colour.name()}">{title}</b>'
        for line, (name, value) in zip(("━━", "╌╌"), values, strict=False):
            text += "&nbsp;&nbsp; "
            if len(values) > 1:
                text += f'<span style="color:{self._colours.quiet}">{line} {_escaped(name)}</span>&nbsp; '
            text += value
        text = f'<span style="background-color:{self._colours.base}">&nbsp;{text}&nbsp;</span>'
        self._label.setText(text, color=self._colours.text, size="9pt")


class _Degrees(PlotAxis):
    """An axis whose numbers have a true minus sign."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


class _Times(PlotAxis):
    """An axis of seconds, or of the numbers of pictures, counted from 1. `per_s`: pictures in a second; 0: seconds."""

    per_s = 0.0

    def show_pictures(self, per_s: float) -> None:
        self.per_s = per_s
        self.setScale(per_s or 1.0)

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802
        if not self.per_s:
            return list(super().tickStrings(values, scale, spacing))
        numbers = [value * scale for value in values]
        return [f"{number + 1:.0f}" if abs(number - round(number)) < 0.01 and number >= 0 else "" for number in numbers]


def _stand_alone(angle: Numbers) -> Indices:
    """Which values have none beside them, so that no line shows them."""
    known = np.concatenate([[False], np.isfinite(angle), [False]])
    return np.flatnonzero(known[1:-1] & ~known[:-2] & ~known[2:])


def value_at(curve: FaceCurve, index: int, time_s: float) -> str:
    """The angle in the frame at this time, with its spread; a dash while the face is absent."""
    row = curve.row_at(time_s)
    if row is None or np.isnan(curve.angles[row, index]):
        return number_format.ABSENT
    spread = math.nan if curve.spread is None else float(curve.spread[row, index])
    text = number_format.angle(float(curve.angles[row, index]))
    return text + ("" if math.isnan(spread) else f" {number_format.spread(spread)}")


def _region(colour: QColor) -> Any:
    item = pg.LinearRegionItem(brush=QBrush(colour), pen=pg.mkPen(None), movable=False)
    item.setZValue(-2)
    return item


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
