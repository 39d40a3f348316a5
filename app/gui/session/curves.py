"""Yaw, pitch and roll over the whole video: three plots on one time axis, with a cursor and what is excluded."""

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
from app.outputs.table_data import FaceTrack
from app.session.session import Kind
from app.session.statistics import angles_of

_SHORTEST_RANGE_S = 0.02


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
        self._tracks: tuple[FaceTrack, ...] = ()
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
        titles = ("", "", self.tr("Time (s)"))
        self._panels = [AnglePlot(self._view, _Box(self), row, time_title=title) for row, title in enumerate(titles)]
        for panel in self._panels[1:]:
            panel.plot.setXLink(self._panels[0].plot)
        self._text: Paced[float] = Paced(self, TEXT_EVERY_MS, self._tell_values)
        theme.watch().changed.connect(self._draw)
        self._draw()

    def show_courses(self, tracks: Sequence[FaceTrack], names: Sequence[str], kind: Kind) -> None:
        """One course, or two of which the second is dashed, each torn where its face is absent; `names` are their
        tables'."""
        self._tracks, self._names, self._kind = tuple(tracks), tuple(names), kind
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
        """The whole video."""
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
        angles = [angles_of(track, self._kind) for track in self._tracks]
        for index, (panel, colour) in enumerate(zip(self._panels, theme.angle_colours(), strict=True)):
            panel.dress(colours, colour)
            panel.show_lines(self._tracks, [own[:, index] for own in angles], index, bands=self._bands_shown)
            panel.show_excluded(self._excluded)
        self._tell_values(self._time_s)

    def _keep_in_sight(self, time_s: float) -> None:
        start, end = self.shown_range
        if not start <= time_s <= end and not self._panels[0].box.dragged:
            self._panels[0].box.setXRange(time_s - 0.1 * (end - start), time_s + 0.9 * (end - start), padding=0)

    def _tell_values(self, time_s: float) -> None:
        titles = (self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll"))
        for index, (panel, title) in enumerate(zip(self._panels, titles, strict=True)):
            told = [value_at(track, angles_of(track, self._kind)[:, index], index, time_s) for track in self._tracks]
            panel.tell(title, list(zip(self._names, told, strict=False)))


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
