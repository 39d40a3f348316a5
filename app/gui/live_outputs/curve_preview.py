"""The curve of an axis: what is sent for each value, and where the head is on it now."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.kit import number_format, theme
from app.live_outputs.mapping import LARGEST_VALUE, MOST_POINTS, AxisMapping, CurvePoint

_STEPS = 120
_POINT_PX = 5.0
_NEAR_PX = 10.0
_ANGLES_TO, _CENTIMETRES_TO = 60.0, 50.0
"""The range that is shown at least, in degrees and centimetres."""

_MARGIN = 10.0


class CurvePreview(QWidget):
    """A click adds a point, dragging moves it, a right click takes it away; fields beside it do the same for keys."""

    points_changed = Signal(object)
    """tuple[CurvePoint, …]: the user has changed the points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mapping = AxisMapping()
        self._is_angle = True
        self._now: tuple[float, float] | None = None
        self._dragged: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Curve"))
        self.setToolTip(self.tr("Click: add a point. Drag: move it. Right click: remove it."))
        theme.watch().changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, 220)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 140)

    def show_mapping(self, mapping: AxisMapping, *, is_angle: bool) -> None:
        if (mapping, is_angle) != (self._mapping, self._is_angle):
            self._mapping, self._is_angle = mapping, is_angle
            self.update()

    def show_now(self, measured: float, sent: float) -> None:
        """The present values; NaN for none."""
        now = None if math.isnan(measured) or math.isnan(sent) else (measured, sent)
        if now != self._now:
            self._now = now
            self.update()

    def text_of(self, value: float) -> str:
        return number_format.angle(value) if self._is_angle else self.tr("{:.1f} cm").format(value).replace("-", "−")

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        across, up = self._ranges()
        painter.drawLine(self._place(-across, 0), self._place(across, 0))
        painter.drawLine(self._place(0, -up), self._place(0, up))
        self._label(painter, across, up)
        painter.setPen(QPen(QColor(colours.accent), 2))
        values = [across * (2 * step / _STEPS - 1) for step in range(_STEPS + 1)]
        painter.drawPolyline(QPolygonF([self._place(value, self._mapping(value)) for value in values]))
        painter.setBrush(QColor(colours.base))
        for point in self._mapping.curve:
            painter.drawEllipse(self._shown(point), _POINT_PX, _POINT_PX)
        if self._now is not None:
            measured, sent = self._now
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.danger))
            painter.drawEllipse(self._place(_within(measured, across), _within(sent, up)), _POINT_PX, _POINT_PX)
        painter.end()

    def _label(self, painter: QPainter, across: float, up: float) -> None:
        painter.setPen(QColor(theme.colours().quiet))
        area = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN / 2, -_MARGIN, -_MARGIN / 2)
        flags = Qt.AlignmentFlag
        middle = self._place(0, 0)
        beside = QRectF(middle.x() + 4, area.top(), area.right() - middle.x() - 4, area.height())
        painter.drawText(beside, flags.AlignTop | flags.AlignLeft, self.text_of(up))
        below = QRectF(area.left(), middle.y() + 2, area.width(), area.bottom() - middle.y())
        painter.drawText(below, flags.AlignTop | flags.AlignRight, self.text_of(across))

    def _ranges(self) -> tuple[float, float]:
        """The largest value and the largest that is sent, as far as the preview shows them."""
        least = _ANGLES_TO if self._is_angle else _CENTIMETRES_TO
        across = max([least, *(1.2 * (point.value + self._mapping.dead_zone) for point in self._mapping.curve)])
        up = max(least, abs(self._mapping(across)), *(1.0, *(point.sent * self._gain for point in self._mapping.curve)))
        return across, 1.1 * up

    @property
    def _gain(self) -> float:
        return max(self._mapping.gain, 0.01)

    def _place(self, value: float, sent: float) -> QPointF:
        across, up = self._ranges()
        width, height = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        return QPointF(
            _MARGIN + width * (value / across + 1) / 2, _MARGIN + height * (1 - _within(sent, up) / up) / 2
        )  # fmt: skip

    def _shown(self, point: CurvePoint) -> QPointF:
        """Where a point is: at the value that it belongs to, beyond the dead zone."""
        sent = point.sent * self._gain
        return self._place(point.value + self._mapping.dead_zone, -sent if self._mapping.invert else sent)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        near = self._near(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            if near is not None:
                points = self._mapping.curve
                self.points_changed.emit((*points[:near], *points[near + 1 :]))
        elif event.button() == Qt.MouseButton.LeftButton:
            if near is None and len(self._mapping.curve) < MOST_POINTS:
                point = self._point_at(event.position())
                points = tuple(sorted((*self._mapping.curve, point)))
                if self._try(points):
                    near = points.index(point)
            self._dragged = near

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._dragged is not None and self._dragged < len(self._mapping.curve):
            points = list(self._mapping.curve)
            points[self._dragged] = self._point_at(event.position())
            self._try(tuple(points))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        self._dragged = None

    def _try(self, points: tuple[CurvePoint, ...]) -> bool:
        """Takes the points unless the curve would fall."""
        try:
            AxisMapping(curve=points)
        except ValueError:
            return False
        self.points_changed.emit(points)
        return True

    def _near(self, place: QPointF) -> int | None:
        """The number of the point that the mouse is on."""
        distances = [
            math.dist((at.x(), at.y()), (place.x(), place.y())) for at in map(self._shown, self._mapping.curve)
        ]
        nearest = min(range(len(distances)), key=distances.__getitem__, default=None)
        return nearest if nearest is not None and distances[nearest] <= _NEAR_PX else None

    def _point_at(self, place: QPointF) -> CurvePoint:
        """The point of the curve at this place, on either side of zero, in whole units."""
        across, up = self._ranges()
        width, height = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        value = abs((2 * (place.x() - _MARGIN) / width - 1) * across)
        sent = abs((1 - 2 * (place.y() - _MARGIN) / height) * up) / self._gain
        return CurvePoint(
            float(min(LARGEST_VALUE, max(1, round(value - self._mapping.dead_zone)))),
            float(min(LARGEST_VALUE, round(sent))),
        )


def _within(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
