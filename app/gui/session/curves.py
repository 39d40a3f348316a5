"""Yaw, pitch and roll over the whole video: three plots with a common time axis, a cursor, and the excluded ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.gui.kit import theme
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.gui.session.plots import AnglePlot, value_at
from app.outputs.exclusions import Span
from app.session.video_curves import FaceCurve

_SHORTEST_RANGE_S = 0.02
_DRAW_EVERY_MS = 40


class SessionCurves(QWidget):
    """Shows the curves of one face. Clicking or dragging seeks; dragging with Shift, or while `excluding`, excludes;
    dragging with Ctrl marks a range."""

    seek_requested = Signal(float)
    range_dragged = Signal(float, float)
    """The start and end of a range to exclude."""
    range_marked = Signal(float, float)
    """The start and end of a range for whatever is chosen next."""
    include_requested = Signal(float)
    """A time that was right-clicked: the exclusion there is to be removed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Yaw, pitch and roll over time"))
        self.excluding = False
        self._curves: tuple[FaceCurve, ...] = ()
        self._names: tuple[str, ...] = ()
        self._spread_shown = True
        self._excluded: tuple[Span, ...] = ()
        self._marked: Span | None = None
        self._end_s = 0.0
        self._time_s = 0.0
        self._view = pg.GraphicsLayoutWidget()
        self._view.ci.setContentsMargins(4, 4, 10, 2)
        self._view.ci.setSpacing(2)
        layout = pg.QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        titles = ("", "", self.tr("Time (s)"))
        self._plots = [AnglePlot(self._view, _Box(self), row, time_title=title) for row, title in enumerate(titles)]
        for plot in self._plots[1:]:
            plot.box.setXLink(self._plots[0].box)
        self._drawing: Paced[bool] = Paced(self, _DRAW_EVERY_MS, lambda _due: self._draw_visible_part())
        self._plots[0].box.sigXRangeChanged.connect(lambda: self._drawing.offer(True))
        self._text: Paced[float] = Paced(self, TEXT_EVERY_MS, self._show_values)
        theme.watch().changed.connect(self._colour)
        self._colour()

    @property
    def time_box(self) -> Any:
        """The view box with the time axis that all plots share."""
        return self._plots[0].box

    def show_curves(self, curves: Sequence[FaceCurve], names: Sequence[str]) -> None:
        """Draws one curve, or two, the second one dashed. `names` are those of their tables."""
        self._curves, self._names = tuple(curves), tuple(names)
        self._draw()

    def show_excluded(self, excluded: Sequence[Span]) -> None:
        self._excluded = tuple(excluded)
        for plot in self._plots:
            plot.show_excluded(self._excluded)

    def show_spread(self, shown: bool) -> None:
        self._spread_shown = shown
        self._draw()

    def show_pictures(self, per_s: float) -> None:
        """Counts pictures along the time axis, so many in a second; 0: shows seconds."""
        titles = ("", "", self.tr("Picture") if per_s else self.tr("Time (s)"))
        for plot, title in zip(self._plots, titles, strict=True):
            plot.show_pictures(per_s, title)

    def set_length(self, end_s: float) -> None:
        """Sets the length of the time axis. If it changes, the whole video is shown."""
        if max(end_s, 0.1) == self._end_s:
            return
        self._end_s = max(end_s, 0.1)
        for plot in self._plots:
            plot.box.setLimits(xMin=-0.02 * self._end_s, xMax=1.02 * self._end_s, minXRange=min(0.2, self._end_s))
        self.show_all()

    def show_all(self) -> None:
        """Zooms out to the whole video."""
        self._plots[0].box.setXRange(0, self._end_s, padding=0.01)

    def move_cursor(self, time_s: float) -> None:
        self._time_s = time_s
        for plot in self._plots:
            plot.cursor.setValue(time_s)
        self._keep_visible(time_s)
        self._text.offer(time_s)

    def show_selection(self, span: Span | None) -> None:
        """Shows the range that is being dragged; None shows the marked one, if there is one."""
        for plot in self._plots:
            plot.show_selection(span if span is not None else self._marked)

    def show_marked(self, span: Span | None) -> None:
        """Shows the marked range, or a line at the one end that is marked; None for neither."""
        self._marked = span
        self.show_selection(None)

    def finish_selection(self, span: Span, *, marks: bool) -> None:
        """A range was dragged, to mark it or to exclude it."""
        self.show_selection(None)
        start_s, end_s = max(0.0, min(span)), max(span)
        if end_s - start_s >= _SHORTEST_RANGE_S:
            (self.range_marked if marks else self.range_dragged).emit(start_s, end_s)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self.show_selection(None)
        super().leaveEvent(event)

    def _colour(self) -> None:
        colours = theme.colours()
        self._view.setBackground(QColor(colours.base))
        for plot, colour in zip(self._plots, theme.angle_colours(), strict=True):
            plot.set_colours(colours, colour)
        self._draw()

    def _draw(self) -> None:
        for index, plot in enumerate(self._plots):
            plot.set_height(self._curves, index, with_spread=self._spread_shown)
            plot.show_excluded(self._excluded)
        self._draw_visible_part()
        self._show_values(self._time_s)

    def _draw_visible_part(self) -> None:
        """Draws only what is visible, with no more points than can be distinguished."""
        start_s, end_s = self._plots[0].box.viewRange()[0]
        lines = [curve.lines(start_s, end_s) for curve in self._curves]
        bands = [curve.bands(start_s, end_s) for curve in self._curves] if self._spread_shown else []
        for index, plot in enumerate(self._plots):
            plot.show_lines([own[index] for own in lines], [own[index] for own in bands])

    def _keep_visible(self, time_s: float) -> None:
        box = self._plots[0].box
        start, end = box.viewRange()[0]
        if not start <= time_s <= end and not box.is_dragged:
            box.setXRange(time_s - 0.1 * (end - start), time_s + 0.9 * (end - start), padding=0)

    def _show_values(self, time_s: float) -> None:
        titles = (self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll"))
        for index, (plot, title) in enumerate(zip(self._plots, titles, strict=True)):
            values = [value_at(curve, index, time_s) for curve in self._curves]
            plot.show_text(title, list(zip(self._names, values, strict=False)))


class _Box(pg.ViewBox):  # type: ignore[misc]
    """Handles the mouse: click or drag to seek, Shift+drag to exclude, Ctrl+drag to mark, wheel to zoom, middle button
    to pan."""

    def __init__(self, owner: SessionCurves) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self._owner = owner
        self._selection_start_s: float | None = None
        self._marks = False
        self.is_dragged = False

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802 - pyqtgraph's name
        event.accept()
        if event.button() == Qt.MouseButton.RightButton:
            self._owner.include_requested.emit(self._time_of(event.pos()))
        elif event.double():
            self._owner.show_all()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._owner.seek_requested.emit(max(0.0, self._time_of(event.pos())))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        now_s = self._time_of(event.pos())
        if event.isStart():
            self._marks = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            selects = shift or self._marks or self._owner.excluding
            self._selection_start_s = self._time_of(event.buttonDownPos()) if selects else None
        self.is_dragged = not event.isFinish()
        if self._selection_start_s is None:
            self._owner.seek_requested.emit(max(0.0, now_s))
        elif event.isFinish():
            self._owner.finish_selection(Span(self._selection_start_s, now_s), marks=self._marks)
        else:
            self._owner.show_selection(Span(self._selection_start_s, now_s))

    def _time_of(self, position: QPointF) -> float:
        return float(self.mapToView(position).x())
