"""The plot of one angle over time: lines with their spread, a cursor, and the excluded ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QGraphicsItem

from app.gui.kit import number_format, theme
from app.gui.kit.spread_band import SpreadBand
from app.outputs.exclusions import Span
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack

_BINS = 750
"""About as many points as a plot shows. More would take time to draw without being visible."""
_MINIMUM_HALF_RANGE_DEG = 10.0
_AXIS_WIDTH_PX = 46
_EXCLUDED = QColor(128, 128, 128, 84)
_SELECTION = QColor(128, 128, 128, 130)
_BAND_OPACITIES = 44, 24
"""Of the first and second track, out of 255."""


class AnglePlot:
    """A plot in a row of a `GraphicsLayoutWidget`. `box` is its view box, which handles the mouse."""

    def __init__(self, view: Any, box: Any, row: int, *, time_title: str) -> None:
        self.box = box
        self.plot = view.addPlot(row=row, col=0, viewBox=self.box, axisItems={"left": _Degrees("left")})
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.getAxis("left").setWidth(_AXIS_WIDTH_PX)
        self.plot.getAxis("bottom").setStyle(showValues=bool(time_title))
        if time_title:
            self.plot.setLabel("bottom", time_title)
        else:
            self.plot.getAxis("bottom").setHeight(6)
        self.plot.getAxis("bottom").enableAutoSIPrefix(enable=False)
        self.plot.showGrid(x=True, y=True, alpha=0.22)
        self._zero = pg.InfiniteLine(0, angle=0)
        self._bands = [SpreadBand(), SpreadBand()]
        self._lines = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(2)]
        self.cursor = pg.InfiniteLine(0, angle=90)
        self._selection = _region(_SELECTION)
        self._selection.hide()
        self._excluded: list[Any] = []
        self._label = pg.LabelItem(justify="left")
        self._label.setParentItem(self.box)
        self._label.anchor(itemPos=(0, 0), parentPos=(0, 0), offset=(4, 2))
        for item in (self._zero, *self._bands, *reversed(self._lines), self.cursor, self._selection):
            self.plot.addItem(item, ignoreBounds=True)
        for item in (*self._lines, *self._bands):
            # Cached as a picture, so that a cursor moving over it costs almost nothing.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._tracks: list[tuple[Numbers, Numbers, Numbers]] = []
        self.box.sigXRangeChanged.connect(self._draw_visible_part)
        self._colour = QColor()
        self._colours = theme.colours()

    def set_colours(self, colours: theme.Colours, colour: QColor) -> None:
        """Applies the colours of the scheme, and that of the angle."""
        self._colours, self._colour = colours, colour
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(QColor(colours.line))
            axis.setTextPen(QColor(colours.quiet))
        self._zero.setPen(pg.mkPen(QColor(colours.faint), width=1))
        self.cursor.setPen(pg.mkPen(QColor(colours.text), width=1.5))
        lighter = QColor(colour)
        lighter.setAlpha(190)
        self._lines[0].setPen(pg.mkPen(colour, width=2))
        self._lines[1].setPen(pg.mkPen(lighter, width=1.5, dash=[5, 3]))
        for band, opacity in zip(self._bands, _BAND_OPACITIES, strict=True):
            fill = QColor(colour)
            fill.setAlpha(opacity)
            band.set_colour(fill)

    def show_lines(self, tracks: Sequence[FaceTrack], angles: Sequence[Numbers], index: int, *, spread: bool) -> None:
        """Draws the angle of each track over time. `index` is the angle's column in the spread of a track."""
        self._tracks = [
            (track.time_s, middle, track.spread[:, index]) for track, middle in zip(tracks, angles, strict=True)
        ]
        for band in self._bands:
            band.setVisible(spread)
        self._update_height(with_spread=spread)
        self._draw_visible_part()

    def show_excluded(self, excluded: Sequence[Span]) -> None:
        while len(self._excluded) > len(excluded):
            self.plot.removeItem(self._excluded.pop())
        while len(self._excluded) < len(excluded):
            item = _region(_EXCLUDED)
            self.plot.addItem(item, ignoreBounds=True)
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

    def _update_height(self, *, with_spread: bool) -> None:
        edges = [middle + side * spread * with_spread for _, middle, spread in self._tracks for side in (-1, 1)]
        known = np.concatenate(edges) if edges else np.empty(0)
        known = known[~np.isnan(known)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
        middle, half = (low + high) / 2, max(_MINIMUM_HALF_RANGE_DEG, (high - low) / 2)
        # With room for the text above the lines.
        self.box.setYRange(middle - 1.05 * half, middle + 1.45 * half, padding=0)

    def _draw_visible_part(self) -> None:
        """Draws only what is visible, with no more points than can be distinguished."""
        start, end = self.box.viewRange()[0]
        for which, (line, band) in enumerate(zip(self._lines, self._bands, strict=True)):
            if which >= len(self._tracks):
                line.setData([], [])
                band.show_values(np.empty(0), np.empty(0), np.empty(0))
                continue
            time_s, middle, spread = self._tracks[which]
            part = slice(max(0, int(np.searchsorted(time_s, start)) - 2), int(np.searchsorted(time_s, end)) + 2)
            time_s, middle, spread = time_s[part], middle[part], spread[part]
            band.show_values(*_coarsened(time_s, middle - spread, middle + spread))
            x, low, high = _coarsened(time_s, middle, middle)
            if len(x) < len(time_s):
                # The minimum and the maximum at each point, so that peaks remain visible.
                line.setData(np.repeat(x, 2), np.stack([low, high], axis=1).ravel())
            else:
                line.setData(time_s, middle)


class _Degrees(pg.AxisItem):  # type: ignore[misc]
    """An axis whose numbers have a true minus sign."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


def _coarsened(x: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """At most about 2 × _BINS points, each with the minimum and maximum of the known samples that it replaces."""
    step = len(x) // _BINS
    if step < 2:
        return x, low, high
    starts = np.arange(0, len(x), step)
    return x[starts], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)


def value_at(track: FaceTrack, angle: Numbers, index: int, time_s: float) -> str:
    """The angle in the frame at this time, with its spread; a dash while the face is absent."""
    row = track.row_at(time_s)
    if row is None or np.isnan(angle[row]):
        return number_format.ABSENT
    spread = track.spread[row, index]
    return number_format.angle(float(angle[row])) + (
        "" if np.isnan(spread) else f" {number_format.spread(float(spread))}"
    )


def _region(colour: QColor) -> Any:
    item = pg.LinearRegionItem(brush=QBrush(colour), pen=pg.mkPen(None), movable=False)
    item.setZValue(-2)
    return item


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
