"""One angle of a session's faces over time: lines with their spread, a cursor, and what is excluded."""

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
from app.outputs.table_data import FaceTrack

_BINS = 750
"""Places along a plot that are told apart: more cost time, and no eye sees them."""
_LEAST_HALF_DEG = 10.0
_AXIS_WIDTH_PX = 46
_EXCLUDED = QColor(128, 128, 128, 84)
_MARKING = QColor(128, 128, 128, 130)


class AnglePlot:
    """One angle's plot, in a row of a `GraphicsLayoutWidget`. The mouse is the box's."""

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
        self._marking = _grey(_MARKING)
        self._marking.hide()
        self._excluded: list[Any] = []
        self._label = pg.LabelItem(justify="left")
        self._label.setParentItem(self.box)
        self._label.anchor(itemPos=(0, 0), parentPos=(0, 0), offset=(4, 2))
        for item in (self._zero, *self._bands, *reversed(self._lines), self.cursor, self._marking):
            self.plot.addItem(item, ignoreBounds=True)
        for item in (*self._lines, *self._bands):
            # Drawn once into a picture of its own: a cursor that moves over it costs next to nothing.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._tracks: list[tuple[Numbers, Numbers, Numbers]] = []
        self.box.sigXRangeChanged.connect(self._fit_width)
        self._colour = QColor()
        self._quiet = self._behind = ""

    def dress(self, colours: theme.Colours, colour: QColor) -> None:
        self._colour, self._quiet, self._behind = colour, colours.quiet, colours.base
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
        for band, alpha in zip(self._bands, (44, 24), strict=True):
            fill = QColor(colour)
            fill.setAlpha(alpha)
            band.set_colour(fill)

    def show_lines(self, tracks: Sequence[FaceTrack], angles: Sequence[Numbers], index: int, *, bands: bool) -> None:
        self._tracks = [
            (track.time_s, middle, track.spread[:, index]) for track, middle in zip(tracks, angles, strict=True)
        ]
        for band in self._bands:
            band.setVisible(bands)
        self._fit_height(bands=bands)
        self._fit_width()

    def show_excluded(self, excluded: Sequence[Span]) -> None:
        while len(self._excluded) > len(excluded):
            self.plot.removeItem(self._excluded.pop())
        while len(self._excluded) < len(excluded):
            item = _grey(_EXCLUDED)
            self.plot.addItem(item, ignoreBounds=True)
            self._excluded.append(item)
        for item, span in zip(self._excluded, excluded, strict=True):
            item.setRegion(span)

    def show_marking(self, span: Span | None) -> None:
        self._marking.setVisible(span is not None)
        if span is not None:
            self._marking.setRegion((min(span), max(span)))

    def tell(self, title: str, values: Sequence[tuple[str, str]]) -> None:
        told = f'<b style="color:{self._colour.name()}">{title}</b>'
        for place, (name, value) in enumerate(values):
            told += "&nbsp;&nbsp; "
            if len(values) > 1:
                told += f'<span style="color:{self._quiet}">{"╌╌" if place else "━━"} {_plain(name)}</span>&nbsp; '
            told += value
        told = f'<span style="background-color:{self._behind}">&nbsp;{told}&nbsp;</span>'
        self._label.setText(told, color=theme.colours().text, size="9pt")

    def _fit_height(self, *, bands: bool) -> None:
        edges = [middle + side * spread * bands for _, middle, spread in self._tracks for side in (-1, 1)]
        known = np.concatenate(edges) if edges else np.empty(0)
        known = known[~np.isnan(known)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
        middle, half = (low + high) / 2, max(_LEAST_HALF_DEG, (high - low) / 2)
        # Room above for the line of text.
        self.box.setYRange(middle - 1.05 * half, middle + 1.45 * half, padding=0)

    def _fit_width(self) -> None:
        """Draws what lies in sight, in as many points as can be seen."""
        start, end = self.box.viewRange()[0]
        for place, (line, band) in enumerate(zip(self._lines, self._bands, strict=True)):
            if place >= len(self._tracks):
                line.setData([], [])
                band.show_values(np.empty(0), np.empty(0), np.empty(0))
                continue
            time_s, middle, spread = self._tracks[place]
            seen = slice(max(0, int(np.searchsorted(time_s, start)) - 2), int(np.searchsorted(time_s, end)) + 2)
            time_s, middle, spread = time_s[seen], middle[seen], spread[seen]
            band.show_values(*_coarsened(time_s, middle - spread, middle + spread))
            x, low, high = _coarsened(time_s, middle, middle)
            if len(x) < len(time_s):
                # Down and up again at each place: peaks stay.
                line.setData(np.repeat(x, 2), np.stack([low, high], axis=1).ravel())
            else:
                line.setData(time_s, middle)


class _Degrees(pg.AxisItem):  # type: ignore[misc]
    """Numbers with a true minus."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


def _coarsened(x: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """At most about twice _BINS points, each with the least and most of those it stands for, absences left aside."""
    step = len(x) // _BINS
    if step < 2:
        return x, low, high
    starts = np.arange(0, len(x), step)
    return x[starts], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)


def value_at(track: FaceTrack, angle: Numbers, index: int, time_s: float) -> str:
    """The angle of the latest row not after the time, with its spread; a dash in an absence."""
    row = int(np.searchsorted(track.time_s, time_s + 1e-6, side="right")) - 1
    if row < 0 or np.isnan(angle[row]):
        return number_format.ABSENT
    spread = track.spread[row, index]
    return number_format.angle(float(angle[row])) + (
        "" if np.isnan(spread) else f" {number_format.spread(float(spread))}"
    )


def _grey(colour: QColor) -> Any:
    item = pg.LinearRegionItem(brush=QBrush(colour), pen=pg.mkPen(None), movable=False)
    item.setZValue(-2)
    return item


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
