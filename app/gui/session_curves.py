"""Yaw, pitch and roll over the whole film: three plots on one time axis, with a cursor and what is excluded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.flow.session import Kind
from app.flow.session_statistics import angles_of
from app.gui import theme, wording
from app.gui.pacing import TEXT_EVERY_MS, Paced
from app.outputs.courses import FaceCourse, Numbers
from app.outputs.exclusions import Span

_BINS = 750
"""Places along a plot that are told apart: more cost time, and no eye sees them."""
_LEAST_HALF_DEG = 10.0
_AXIS_WIDTH_PX = 46
_SHORTEST_RANGE_S = 0.02
_EXCLUDED = QColor(128, 128, 128, 84)
_MARKING = QColor(128, 128, 128, 130)


class SessionCurves(QWidget):
    """Shows courses of one face. A click or drag seeks; with Shift held, or while marking, a drag marks a range."""

    seek_wanted = Signal(float)
    range_marked = Signal(float, float)
    remove_wanted = Signal(float)
    """A place in an excluded range that was right-clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Yaw, pitch and roll over time"))
        self.marking = False
        self._courses: tuple[FaceCourse, ...] = ()
        self._kind: Kind = "smoothed"
        self._names: tuple[str, ...] = ()
        self._bands_shown = True
        self._excluded: tuple[Span, ...] = ()
        self._end_s = 0.0
        self._time_s = 0.0
        self._view = pg.GraphicsLayoutWidget()
        self._view.ci.setContentsMargins(4, 4, 10, 2)
        self._view.ci.setSpacing(2)
        layout = pg.QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._panels = [_Panel(self, self._view, row) for row in range(3)]
        for panel in self._panels[1:]:
            panel.plot.setXLink(self._panels[0].plot)
        self._text: Paced[float] = Paced(self, TEXT_EVERY_MS, self._tell_values)
        theme.watch().changed.connect(self._draw)
        self._draw()

    def show_courses(self, courses: Sequence[FaceCourse], names: Sequence[str], kind: Kind) -> None:
        """One course, or two of which the second is dashed, each torn where its face is absent; `names` are their
        tables'."""
        self._courses, self._names, self._kind = tuple(courses), tuple(names), kind
        self._draw()

    def show_excluded(self, excluded: Sequence[Span]) -> None:
        self._excluded = tuple(excluded)
        for panel in self._panels:
            panel.show_excluded(self._excluded)

    def show_bands(self, shown: bool) -> None:
        self._bands_shown = shown
        self._draw()

    def set_length(self, end_s: float) -> None:
        """How far the time axis goes. Where that is news, the whole is shown."""
        if max(end_s, 0.1) == self._end_s:
            return
        self._end_s = max(end_s, 0.1)
        for panel in self._panels:
            panel.box.setLimits(xMin=-0.02 * self._end_s, xMax=1.02 * self._end_s, minXRange=min(0.2, self._end_s))
        self.show_all()

    def show_all(self) -> None:
        """The whole film."""
        self._panels[0].box.setXRange(0, self._end_s, padding=0.01)

    def move_cursor(self, time_s: float) -> None:
        self._time_s = time_s
        for panel in self._panels:
            panel.cursor.setValue(time_s)
        self._keep_in_sight(time_s)
        self._text.offer(time_s)

    @property
    def shown_range(self) -> tuple[float, float]:
        start, end = self._panels[0].box.viewRange()[0]
        return float(start), float(end)

    def show_marking(self, span: Span | None) -> None:
        for panel in self._panels:
            panel.show_marking(span)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self.show_marking(None)
        super().leaveEvent(event)

    def finish_marking(self, span: Span) -> None:
        self.show_marking(None)
        start_s, end_s = max(0.0, min(span)), max(span)
        if end_s - start_s >= _SHORTEST_RANGE_S:
            self.range_marked.emit(start_s, end_s)

    def _draw(self) -> None:
        colours = theme.colours()
        self._view.setBackground(QColor(colours.base))
        angles = [angles_of(course, self._kind) for course in self._courses]
        for index, (panel, colour) in enumerate(zip(self._panels, theme.angle_colours(), strict=True)):
            panel.dress(colours, colour)
            panel.show_lines(self._courses, [own[:, index] for own in angles], index, bands=self._bands_shown)
            panel.show_excluded(self._excluded)
        self._tell_values(self._time_s)

    def _keep_in_sight(self, time_s: float) -> None:
        start, end = self.shown_range
        if not start <= time_s <= end and not self._panels[0].box.dragged:
            self._panels[0].box.setXRange(time_s - 0.1 * (end - start), time_s + 0.9 * (end - start), padding=0)

    def _tell_values(self, time_s: float) -> None:
        titles = (self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll"))
        for index, (panel, title) in enumerate(zip(self._panels, titles, strict=True)):
            told = [
                _value_at(course, angles_of(course, self._kind)[:, index], index, time_s) for course in self._courses
            ]
            panel.tell(title, list(zip(self._names, told, strict=False)))


class _Panel:
    """One angle's plot."""

    def __init__(self, owner: SessionCurves, view: Any, row: int) -> None:
        self.box = _Box(owner)
        self.plot = view.addPlot(row=row, col=0, viewBox=self.box, axisItems={"left": _Degrees("left")})
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.getAxis("left").setWidth(_AXIS_WIDTH_PX)
        self.plot.getAxis("bottom").setStyle(showValues=row == 2)
        if row == 2:
            self.plot.setLabel("bottom", owner.tr("Time (s)"))
        else:
            self.plot.getAxis("bottom").setHeight(6)
        self.plot.getAxis("bottom").enableAutoSIPrefix(enable=False)
        self.plot.showGrid(x=True, y=True, alpha=0.22)
        self._zero = pg.InfiniteLine(0, angle=0)
        self._bands = [_Band(), _Band()]
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
        self._courses: list[tuple[Numbers, Numbers, Numbers]] = []
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
            band.fill = QBrush(fill)

    def show_lines(self, courses: Sequence[FaceCourse], angles: Sequence[Numbers], index: int, *, bands: bool) -> None:
        self._courses = [
            (course.time_s, middle, course.spread[:, index]) for course, middle in zip(courses, angles, strict=True)
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
        edges = [middle + side * spread * bands for _, middle, spread in self._courses for side in (-1, 1)]
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
            if place >= len(self._courses):
                line.setData([], [])
                band.show_values(np.empty(0), np.empty(0), np.empty(0))
                continue
            time_s, middle, spread = self._courses[place]
            seen = slice(max(0, int(np.searchsorted(time_s, start)) - 2), int(np.searchsorted(time_s, end)) + 2)
            time_s, middle, spread = time_s[seen], middle[seen], spread[seen]
            band.show_values(*_coarsened(time_s, middle - spread, middle + spread))
            x, low, high = _coarsened(time_s, middle, middle)
            if len(x) < len(time_s):
                # Down and up again at each place: peaks stay.
                line.setData(np.repeat(x, 2), np.stack([low, high], axis=1).ravel())
            else:
                line.setData(time_s, middle)


class _Box(pg.ViewBox):  # type: ignore[misc]
    """The mouse: click or drag to seek, Shift and drag to mark, wheel to zoom in time, middle drag to move."""

    def __init__(self, owner: SessionCurves) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self._owner = owner
        self._begun_s: float | None = None
        self.dragged = False

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802 - pyqtgraph's name
        event.accept()
        if event.button() == Qt.MouseButton.RightButton:
            self._owner.remove_wanted.emit(self._time_of(event.pos()))
        elif event.double():
            self._owner.show_all()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._owner.seek_wanted.emit(max(0.0, self._time_of(event.pos())))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        now_s = self._time_of(event.pos())
        if event.isStart():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._begun_s = self._time_of(event.buttonDownPos()) if shift or self._owner.marking else None
        self.dragged = not event.isFinish()
        if self._begun_s is None:
            self._owner.seek_wanted.emit(max(0.0, now_s))
        elif event.isFinish():
            self._owner.finish_marking(Span(self._begun_s, now_s))
        else:
            self._owner.show_marking(Span(self._begun_s, now_s))

    def _time_of(self, place: QPointF) -> float:
        return float(self.mapToView(place).x())


class _Degrees(pg.AxisItem):  # type: ignore[misc]
    """Numbers with a true minus."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


class _Band(QGraphicsItem):
    """The spread about a line."""

    def __init__(self) -> None:
        super().__init__()
        self.fill = QBrush()
        self._path = QPainterPath()
        self.setZValue(-5)

    def show_values(self, x: Numbers, low: Numbers, high: Numbers) -> None:
        self.prepareGeometryChange()
        self._path = _band_path(x, low, high)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        return self._path.controlPointRect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        painter.fillPath(self._path, self.fill)


def _coarsened(x: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """At most about twice _BINS points, each with the least and most of those it stands for, absences left aside."""
    step = len(x) // _BINS
    if step < 2:
        return x, low, high
    starts = np.arange(0, len(x), step)
    return x[starts], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)


def _band_path(x: Numbers, low: Numbers, high: Numbers) -> QPainterPath:
    path = QPainterPath()
    known = ~np.isnan(low + high)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        own = slice(start, end)
        around_x = np.concatenate((x[own], x[own][::-1]))
        around_y = np.concatenate((low[own], high[own][::-1]))
        if end - start > 1:
            path.addPath(pg.arrayToQPath(around_x, around_y, connect="all"))
    return path


def _value_at(course: FaceCourse, angle: Numbers, index: int, time_s: float) -> str:
    """The angle of the latest row not after the time, with its spread; a dash in an absence."""
    row = int(np.searchsorted(course.time_s, time_s + 1e-6, side="right")) - 1
    if row < 0 or np.isnan(angle[row]):
        return wording.ABSENT
    spread = course.spread[row, index]
    return wording.angle(float(angle[row])) + ("" if np.isnan(spread) else f" {wording.spread(float(spread))}")


def _grey(colour: QColor) -> Any:
    item = pg.LinearRegionItem(brush=QBrush(colour), pen=pg.mkPen(None), movable=False)
    item.setZValue(-2)
    return item


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
