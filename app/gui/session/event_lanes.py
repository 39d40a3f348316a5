"""The events of a session over time, below its curves: a lane for each label."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.gui.kit import theme
from app.gui.session.when import moment_text, span_text
from app.outputs.table_data import PoseTableData
from app.session.events import Event, Label

_LANE_PX = 16
_MOST_LANES = 9
_NEAR_PX = 4.0
_MOMENT_PX = 5.0
_VISIBLE_PX = 0.5
_NAME_PX = 4.0
"""Between a label's name and the edge or the playhead beside it."""


class EventLanes(QWidget):
    """Ranges as bars, moments as diamonds, each in its label's colour. A click seeks, a double-click edits.

    `time_box`: the view box of the curves, whose time axis it shares.
    """

    seek_requested = Signal(float)
    event_chosen = Signal(object)
    """Event"""
    edit_requested = Signal(object)
    """Event"""

    def __init__(self, time_box: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Events over time"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._box = time_box
        self._labels: tuple[Label, ...] = ()
        self._shown: tuple[tuple[Event, ...], tuple[Label, ...]] = ((), ())
        self._table: PoseTableData | None = None
        self._events: Mapping[str, list[Event]] = {}
        self._longest_s: Mapping[str, float] = {}
        self._running: Mapping[str, float] = {}
        self._selected: frozenset[Event] = frozenset()
        self._time_s = 0.0
        self._painted: QPixmap | None = None
        self._painted_scale: tuple[object, ...] = ()
        time_box.sigXRangeChanged.connect(lambda *_: self.update())
        time_box.sigResized.connect(lambda *_: self.update())
        theme.watch().changed.connect(self.update)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, _LANE_PX * max(1, min(_MOST_LANES, len(self._labels))) + 2)

    def show_events(self, events: Sequence[Event], labels: Sequence[Label]) -> None:
        """Shows the events, in order. Labels beyond the ninth share the last lane."""
        if (tuple(events), tuple(labels)) == self._shown:
            return
        self._shown = tuple(events), tuple(labels)
        by_label: dict[str, list[Event]] = {label.name: [] for label in labels}
        for event in events:
            by_label.setdefault(event.label, []).append(event)
        self._events, self._labels = by_label, tuple(labels)
        self._longest_s = {
            name: max((event.end_s - event.start_s for event in own), default=0.0) for name, own in by_label.items()
        }
        self._painted = None
        self.setVisible(bool(labels))
        self.updateGeometry()
        self.update()

    def show_table(self, table: PoseTableData | None) -> None:
        """The table whose times the events have."""
        self._table = table

    def show_running(self, running: Mapping[str, float]) -> None:
        """The starts of ranges that have not ended, by label."""
        self._running = dict(running)
        self.update()

    def show_selected(self, events: Sequence[Event]) -> None:
        self._selected, self._painted = frozenset(events), None
        self.update()

    def show_time(self, time_s: float) -> None:
        self._time_s = time_s
        self.update()

    def text_at(self, position: QPointF) -> str:
        """What is at a place of the widget."""
        event = self._event_at(position)
        if event is None:
            lane = int(position.y() // _LANE_PX)
            return self._labels[lane].name if 0 <= lane < len(self._labels) else ""
        table = self._table
        when = moment_text(table, event.start_s) if event.is_moment else span_text(table, event.span, 2)
        return "\n".join(part for part in (f"{event.label}: {when}", event.note) if part)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.colours()
        left, width, start_s, end_s = self._scale()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.base))
            if end_s <= start_s or width <= 0:
                return
            painter.setFont(theme.quiet_font(self.font()))
            painter.setPen(QColor(colours.faint))
            for place, label in enumerate(self._labels[:_MOST_LANES]):
                x = self.name_x(painter.fontMetrics().horizontalAdvance(label.name))
                painter.drawText(QPointF(x, place * _LANE_PX + _LANE_PX - 4), label.name)
            painter.drawPixmap(0, 0, self._picture())
            painter.setPen(QColor(colours.quiet))
            for place, label in enumerate(self._labels[:_MOST_LANES]):
                area = QRectF(2, place * _LANE_PX, left - 5, _LANE_PX)
                painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label.key)
            painter.setClipRect(QRectF(left, 0, width, self.height()))
            for place, label in enumerate(self._labels):
                self._paint_running(painter, min(place, _MOST_LANES - 1), label)
            x = self._x(self._time_s)
            painter.setPen(QPen(QColor(colours.text), 1.5))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def name_x(self, width_px: int) -> float:
        """Where a label's name of this width begins: at the left edge, or to the right of a playhead that is there."""
        left = self._scale()[0] + _NAME_PX
        playhead = self._x(self._time_s)
        return playhead + _NAME_PX if left - _NAME_PX <= playhead <= left + width_px + _NAME_PX else left

    def _picture(self) -> QPixmap:
        """The events, painted again only if they or the time axis change, so that the cursor costs nothing."""
        scale = (*self._scale(), self.size(), self.devicePixelRatioF(), theme.is_dark())
        if self._painted is not None and scale == self._painted_scale:
            return self._painted
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        left, width, _, _ = self._scale()
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(QRectF(left, 0, width, self.height()))
            for place, label in enumerate(self._labels):
                self._paint_lane(painter, min(place, _MOST_LANES - 1), label)
        self._painted, self._painted_scale = picture, scale
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            found = self._event_at(event.position())
            if found is not None:
                self.event_chosen.emit(found)
            self.seek_requested.emit(found.start_s if found is not None else max(0.0, self._time_at(event.position())))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        found = self._event_at(event.position())
        if found is not None:
            self.edit_requested.emit(found)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _paint_lane(self, painter: QPainter, lane: int, label: Label) -> None:
        colour = QColor(label.colour)
        ink = QColor(theme.colours().text)
        top = lane * _LANE_PX + 3
        height = _LANE_PX - 5
        left, width, start_s, end_s = self._scale()
        per_s = width / (end_s - start_s)
        last_px = -1.0
        for event in self._visible(label.name):
            x1, x2 = (left + per_s * (edge - start_s) for edge in event.span)
            chosen = event in self._selected
            if x2 < last_px + _VISIBLE_PX and not chosen:  # It could not be told from the one before.
                continue
            last_px = max(x2, x1 + 0.5)
            painter.setBrush(colour)
            painter.setPen(QPen(ink, 2) if chosen else QPen(colour.darker(130), 0.5))
            if event.is_moment:
                middle = QPointF(x1, top + height / 2)
                across, down = QPointF(_MOMENT_PX, 0), QPointF(0, _MOMENT_PX)
                painter.drawPolygon([middle - across, middle - down, middle + across, middle + down])
            else:
                painter.drawRoundedRect(QRectF(x1, top, max(2.0, x2 - x1), height), 2, 2)

    def _paint_running(self, painter: QPainter, lane: int, label: Label) -> None:
        if label.name not in self._running:
            return
        colour = QColor(label.colour)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        colour.setAlpha(120)
        painter.setBrush(colour)
        edges = sorted((self._x(self._running[label.name]), self._x(self._time_s)))
        painter.drawRect(QRectF(edges[0], lane * _LANE_PX + 3, max(2.0, edges[1] - edges[0]), _LANE_PX - 5))

    def _visible(self, label: str) -> list[Event]:
        own = self._events.get(label, [])
        _, _, start_s, end_s = self._scale()
        first = bisect_left(own, start_s - self._longest_s.get(label, 0.0), key=lambda event: event.start_s)
        last = bisect_left(own, end_s, key=lambda event: event.start_s)
        # An event before the visible part may still reach into it; a moment is wider than its time.
        return own[max(0, first - 1) : last + 1]

    def _event_at(self, position: QPointF) -> Event | None:
        lane = int(position.y() // _LANE_PX)
        labels = self._labels[lane:] if lane == _MOST_LANES - 1 else self._labels[lane : lane + 1]
        for label in labels:
            for event in reversed(self._visible(label.name)):
                if self._x(event.start_s) - _NEAR_PX <= position.x() <= self._x(event.end_s) + _NEAR_PX:
                    return event
        return None

    def _scale(self) -> tuple[float, float, float, float]:
        """The left edge and width of the time axis in this widget, and its first and last time."""
        area = self._box.sceneBoundingRect()
        start_s, end_s = self._box.viewRange()[0]
        return float(area.left()), float(area.width()), float(start_s), float(end_s)

    def _x(self, time_s: float) -> float:
        left, width, start_s, end_s = self._scale()
        return left + width * (time_s - start_s) / max(end_s - start_s, 1e-9)

    def _time_at(self, position: QPointF) -> float:
        left, width, start_s, end_s = self._scale()
        return start_s + (position.x() - left) / max(width, 1.0) * (end_s - start_s)
