"""Three plots below each other, of yaw, pitch and roll, over a whole video. Imports pyqtgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.bare_plot import BarePlot
from app.gui.kit.pacing import Paced
from app.gui.kit.plot_axis import PlotAxis
from app.session.video_curves import FaceCurve, Line

_DRAW_EVERY_MS = 40
_MINIMUM_HALF_RANGE_DEG = 10.0
_SHORTEST_S = 0.2
_ZOOM = 1.5
_PAN = 0.1
_MOST_SMOOTH_POINTS = 3000
"""Of one plot. Smooth edges of more points take too long to draw, and are not seen where lines are that dense."""

_POINT_PX = 5

_MARKED = QColor(128, 128, 128, 40)


class Pointer(NamedTuple):
    """Where the pointer is: a time in seconds, and degrees in the plot of yaw (`which` 0), pitch (1) or roll (2)."""

    time_s: float
    which: int
    angle: float


class WholePlots(QWidget):
    """The wheel zooms in time, dragging moves, a click seeks. With the focus, so do the keys + − ← → Home End 0."""

    seek_requested = Signal(float)
    hovered = Signal(object)
    """A Pointer, and None when the pointer leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._faces: tuple[FaceCurve, ...] = ()
        self._by_angle = False
        self._end_s = 0.0
        self._cursor_s: float | None = None
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.ci.setContentsMargins(0, 2, 12, 0)
        self._view.ci.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        names = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        self._rows = [_Row(self, self._view, row, name) for row, name in enumerate(names)]
        for row in self._rows[1:]:
            row.box.setXLink(self._rows[0].box)
        self._drawing: Paced[bool] = Paced(self, _DRAW_EVERY_MS, lambda _due: self._draw())
        self._rows[0].box.sigXRangeChanged.connect(lambda: self._drawing.offer(True))
        self._view.viewport().installEventFilter(self)
        theme.watch().changed.connect(self._colour)
        self._colour()

    @property
    def shown_s(self) -> tuple[float, float]:
        """The times at the left and the right edge."""
        start_s, end_s = self._rows[0].box.viewRange()[0]
        return float(start_s), float(end_s)

    def set_length(self, end_s: float) -> None:
        """Sets the end of the time axis. If it changes, the whole video is shown."""
        end_s = max(end_s, _SHORTEST_S)
        if end_s == self._end_s:
            return
        self._end_s = end_s
        for row in self._rows:
            row.box.setLimits(xMin=0, xMax=end_s, minXRange=min(_SHORTEST_S, end_s))
        self.show_all()

    def show_pictures(self, per_s: float) -> None:
        """Shows points that no line joins, and counts pictures, so many in a second; 0: lines over time."""
        for row in self._rows:
            row.show_pictures(per_s)
        self._colour()
        self._draw()

    def show_faces(self, faces: Sequence[FaceCurve], *, by_angle: bool) -> None:
        """Draws these faces, the first one on top. `by_angle`: in the angles' colours instead of the faces'."""
        self._faces, self._by_angle = tuple(faces), by_angle
        for angle, row in enumerate(self._rows):
            row.set_range([(curve.extremes[0][angle], curve.extremes[1][angle]) for curve in self._faces])
        self._colour()
        self._draw()

    def move_cursor(self, time_s: float | None) -> None:
        """Moves the cursor. If it leaves what is shown, that follows it by a page."""
        start_s, end_s = self.shown_s
        was_shown = self._cursor_s is not None and start_s <= self._cursor_s <= end_s
        if time_s is not None and was_shown and not start_s <= time_s <= end_s:
            self._show(time_s, time_s + end_s - start_s)
        self._cursor_s = time_s
        for row in self._rows:
            row.cursor.setVisible(time_s is not None)
            if time_s is not None:
                row.cursor.setValue(time_s)

    def show_pointer(self, time_s: float | None) -> None:
        for row in self._rows:
            row.pointer.setVisible(time_s is not None)
            if time_s is not None:
                row.pointer.setValue(time_s)

    def show_marks(self, start_s: float | None, end_s: float | None) -> None:
        """Shows the range between the in and the out mark."""
        for row in self._rows:
            row.marked.setVisible(start_s is not None or end_s is not None)
            row.marked.setRegion((start_s or 0.0, self._end_s if end_s is None else end_s))

    def show_all(self) -> None:
        self._rows[0].box.setXRange(0, self._end_s, padding=0)

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Magnifies time by this factor; the time `around_s`, by default the middle, stays where it is."""
        start_s, end_s = self.shown_s
        centre_s = (start_s + end_s) / 2 if around_s is None else around_s
        self._show(centre_s - (centre_s - start_s) / factor, centre_s + (end_s - centre_s) / factor)

    def pan(self, share: float) -> None:
        """Moves by this share of what is shown, to the right if positive."""
        start_s, end_s = self.shown_s
        self._show(start_s + share * (end_s - start_s), end_s + share * (end_s - start_s))

    def event(self, event: QEvent) -> bool:
        # Otherwise the window's shortcuts take the keys.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self._takes(event):
            super().keyPressEvent(event)
            return
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.pan(-_PAN if key == Qt.Key.Key_Left else _PAN)
        else:
            length_s = self.shown_s[1] - self.shown_s[0]
            start_s = 0.0 if key == Qt.Key.Key_Home else self._end_s - length_s
            self._show(start_s, start_s + length_s)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        keys = Qt.Key
        taken = (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus, keys.Key_0, keys.Key_Left, keys.Key_Right)
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return not held and event.key() in (*taken, keys.Key_Home, keys.Key_End)

    def _show(self, start_s: float, end_s: float) -> None:
        length_s = min(max(end_s - start_s, _SHORTEST_S), self._end_s)
        start_s = min(max(0.0, start_s), self._end_s - length_s)
        self._rows[0].box.setXRange(start_s, start_s + length_s, padding=0)

    def _draw(self) -> None:
        start_s, end_s = self.shown_s
        lines = [curve.lines(start_s, end_s) for curve in self._faces]
        for angle, row in enumerate(self._rows):
            row.show_lines([own[angle] for own in lines])

    def _colour(self) -> None:
        self._view.setBackground(QColor(theme.colours().base))
        for row, colour in zip(self._rows, theme.angle_colours(), strict=True):
            own = [colour if self._by_angle else theme.face_line(curve.face_id) for curve in self._faces]
            row.set_colours(colour, own)


class _Row:
    """The plot of one angle."""

    def __init__(self, owner: WholePlots, view: Any, row: int, name: str) -> None:
        self.box = _Box(owner, row)
        last = row == 2
        left, bottom = _Degrees("left"), _Clock("bottom")
        self.plot = BarePlot(self.box, left, bottom)
        view.addItem(self.plot, row=row, col=0)
        left.setWidth(owner.fontMetrics().horizontalAdvance("−180°") + 12)
        bottom.setStyle(showValues=last)
        if not last:
            bottom.setHeight(4)
        view.ci.layout.setRowStretchFactor(row, 1)
        self._name = name
        self._zero = pg.InfiniteLine(0, angle=0)
        self.cursor, self.pointer = pg.InfiniteLine(0, angle=90), pg.InfiniteLine(0, angle=90)
        self.marked = pg.LinearRegionItem(brush=QBrush(_MARKED), pen=pg.mkPen(None), movable=False)
        self.marked.setZValue(-6)
        self._label = pg.LabelItem(justify="left")
        self._label.setParentItem(self.box)
        self._label.anchor(itemPos=(0, 0), parentPos=(0, 0), offset=(2, -2))
        for item in (self._zero, self.marked, self.cursor, self.pointer):
            self.plot.add(item)
        for item in (self.marked, self.cursor, self.pointer):
            item.hide()
        self._lines: list[Any] = []
        self._as_points = False

    def show_pictures(self, per_s: float) -> None:
        self.plot.bottom.per_s, self._as_points = per_s, per_s > 0
        self.plot.bottom.picture = None  # pyqtgraph's cache of what it drew.
        self.plot.bottom.update()
        while self._lines:  # `set_colours` makes those of the other kind.
            self.plot.remove(self._lines.pop())

    def show_lines(self, lines: Sequence[Line]) -> None:
        smooth = sum(len(line.time_s) for line in lines) <= _MOST_SMOOTH_POINTS
        for item, line in zip(self._lines, lines, strict=True):
            if self._as_points:
                known = np.isfinite(line.angle)
                item.setData(x=line.time_s[known], y=line.angle[known])
                continue
            item.setData(line.time_s, line.angle, antialias=smooth)

    def set_range(self, extremes: Sequence[tuple[float, float]]) -> None:
        known = [value for pair in extremes for value in pair if not math.isnan(value)]
        low, high = (min(known), max(known)) if known else (0.0, 0.0)
        middle, half = (low + high) / 2, max(_MINIMUM_HALF_RANGE_DEG, (high - low) / 2)
        self.box.setYRange(middle - 1.1 * half, middle + 1.1 * half, padding=0)

    def set_colours(self, angle: QColor, faces: Sequence[QColor]) -> None:
        """Colours the row's name like the angle, and makes a line in each of the other colours."""
        colours = theme.colours()
        while len(self._lines) > len(faces):
            self.plot.remove(self._lines.pop())
        while len(self._lines) < len(faces):
            line = pg.ScatterPlotItem(size=_POINT_PX) if self._as_points else pg.PlotCurveItem(connect="finite")
            line.setZValue(-len(self._lines))
            self.plot.add(line)
            self._lines.append(line)
        for line, colour in zip(self._lines, faces, strict=True):
            line.setPen(pg.mkPen(colour, width=1.2))
            if self._as_points:
                line.setBrush(pg.mkBrush(colour))
        for axis in (self.plot.left, self.plot.bottom):
            axis.setPen(pg.mkPen(colours.line))
            axis.setTextPen(pg.mkPen(colours.quiet))
            axis.setStyle(tickLength=-4, tickFont=theme.quiet_font(self._view_font()))
        self._zero.setPen(pg.mkPen(colours.line, width=1))
        self.cursor.setPen(pg.mkPen(colours.text, width=1.5))
        self.pointer.setPen(pg.mkPen(colours.quiet, width=1, style=Qt.PenStyle.DashLine))
        self._label.setText(f'<b style="background-color:{colours.base}">&nbsp;{self._name}&nbsp;</b>', color=angle)

    def _view_font(self) -> Any:
        return self.plot.scene().views()[0].font()


class _Degrees(PlotAxis):
    """An axis in degrees, with a true minus sign."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: ARG002, N802 - pyqtgraph's name
        return [f"{value:g}°".replace("-", "−") for value in values]


class _Clock(PlotAxis):
    """An axis of times as on a clock, with steps that clocks have, or of the numbers of pictures, counted from 1."""

    per_s = 0.0
    """Pictures in a second; 0: times."""
    _STEPS = tuple(factor * 10**power for power in range(7) for factor in (1, 2, 5))
    _STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:  # noqa: N802, N803
        wanted_s = (maxVal - minVal) * 90 / max(size, 1.0)
        if self.per_s:
            step = next((step for step in self._STEPS if step >= wanted_s * self.per_s), self._STEPS[-1])
            return [(step / self.per_s, 0.0)]
        step_s = next((step for step in self._STEPS_S if step >= wanted_s), self._STEPS_S[-1])
        return [(step_s, 0.0)]

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: ARG002, N802
        if self.per_s:
            return [f"{value * self.per_s + 1:.0f}" for value in values]
        return [number_format.clock(value, tenths=spacing < 1) for value in values]


class _Box(pg.ViewBox):  # type: ignore[misc]
    """Handles the mouse."""

    def __init__(self, owner: WholePlots, which: int) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self._owner, self._which = owner, which

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802 - pyqtgraph's name
        event.accept()
        self._owner.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self._owner.show_all()
        else:
            self._owner.seek_requested.emit(max(0.0, self._time_of(event.pos())))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: ARG002, N802
        event.accept()
        moved_s = self._time_of(event.lastPos()) - self._time_of(event.pos())
        start_s, end_s = self._owner.shown_s
        self._owner.pan(moved_s / (end_s - start_s))

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: ARG002, N802
        event.accept()
        steps = event.delta() / 120
        self._owner.zoom(_ZOOM**steps, self._time_of(event.pos()))

    def hoverEvent(self, event: Any) -> None:  # noqa: N802
        if not event.isExit():
            place = self.mapToView(event.pos())
            self._owner.hovered.emit(Pointer(float(place.x()), self._which, float(place.y())))

    def _time_of(self, position: QPointF) -> float:
        return float(self.mapToView(position).x())
