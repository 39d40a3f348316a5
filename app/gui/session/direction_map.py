"""The map of a head's directions: how long it points where, and the targets as cones that can be moved and resized."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.kit import number_format, theme
from app.outputs.rows import Numbers
from app.session.directions import FRONT_DEG, LARGEST_DEG, circle, off_target_deg, radius_to
from app.session.targets import LARGEST_RADIUS_DEG, SMALLEST_RADIUS_DEG, Target, Targets
from app.settings import Signs

_REACHES_DEG = (30.0, 45.0, 60.0, FRONT_DEG, LARGEST_DEG)
_MOST = 0.995
"""The share of the time that must be inside the part of the map that is shown."""

_GRID_DEG: Mapping[float, float] = {30.0: 10.0, 45.0: 15.0, 60.0: 20.0, FRONT_DEG: 30.0, LARGEST_DEG: 60.0}
_EDGE_PX = 7
_STEP_DEG, _LARGE_STEP_DEG = 1.0, 5.0
_MARGIN_PX = 4
_GAMMA = 0.4
_OPACITY = 215

_KEY = Qt.Key
_MOVES = {_KEY.Key_Left: (-1, 0), _KEY.Key_Right: (1, 0), _KEY.Key_Up: (0, 1), _KEY.Key_Down: (0, -1)}
_SIZES = {_KEY.Key_Plus: 1, _KEY.Key_Equal: 1, _KEY.Key_Minus: -1}
_USED = frozenset({*_MOVES, *_SIZES, _KEY.Key_Delete, _KEY.Key_Backspace})


class _Drag(NamedTuple):
    """What is dragged: the target's place, whether its edge or all of it, and where it was taken."""

    place: int
    edge: bool
    original: Target
    yaw_deg: float
    pitch_deg: float


class DirectionMap(QWidget):
    """Left and right, up and down are those of the picture.

    Dragging inside a cone moves it, dragging its edge resizes it, a double click adds one. With the keyboard's focus,
    arrows move the chosen cone by 1°, with Shift by 5°; + and − resize it; Del removes it.
    """

    chosen = Signal(int)
    """The place of the target that was clicked."""
    edited = Signal(int, object)
    """The place of a target, and the Target that it becomes."""
    added = Signal(float, float)
    """Yaw and pitch of the middle of a new target."""
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Map of directions"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._targets = Targets(())
        self._selected: int | None = None
        self._signs = Signs()
        self._density: Numbers | None = None
        self._image: QImage | None = None
        self._direction: tuple[float, float] | None = None
        self._reach_deg = _REACHES_DEG[1]
        self._drag: _Drag | None = None
        theme.watch().changed.connect(self._recolour)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, 240)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return min(360, round(0.72 * width))

    def show_targets(self, targets: Targets, selected: int | None, signs: Signs) -> None:
        """Shows targets, of which one may be chosen, in the signs of a table."""
        if self._drag is not None:
            return
        self._targets, self._selected, self._signs = targets, selected, signs
        self._fit()
        chosen = targets.targets[selected] if selected is not None and selected < len(targets.targets) else None
        self.setAccessibleDescription(described(chosen) if chosen is not None else "")
        self.update()

    def show_density(self, density: Numbers | None) -> None:
        """Shows how long the face points where, as `app.session.directions.density` computes it."""
        self._density = density
        self._fit()
        self._recolour()

    def show_direction(self, direction: tuple[float, float] | None) -> None:
        """Shows the yaw and pitch of the present frame; None if the face is not in it."""
        if direction != self._direction:
            self._direction = direction
            self.update()

    # Where things are

    def point_of(self, yaw_deg: float, pitch_deg: float) -> QPointF:
        """The place of a direction in the widget."""
        area, scale = self._area(), self._scale()
        middle = area.center()
        across, up = self._orientation()
        return QPointF(middle.x() + across * yaw_deg * scale, middle.y() - up * pitch_deg * scale)

    def direction_at(self, point: QPointF) -> tuple[float, float]:
        """Yaw and pitch at a place in the widget, no farther than the map reaches."""
        area, scale = self._area(), self._scale()
        across, up = self._orientation()
        yaw = across * (point.x() - area.center().x()) / scale
        pitch = -up * (point.y() - area.center().y()) / scale
        return max(-LARGEST_DEG, min(LARGEST_DEG, yaw)), max(-LARGEST_DEG, min(LARGEST_DEG, pitch))

    def _orientation(self) -> tuple[int, int]:
        # A positive yaw is to the picture's left, unless its sign is turned.
        return -self._signs.yaw, self._signs.pitch

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(self.font())
        left = metrics.horizontalAdvance("−180°") + _MARGIN_PX
        return QRectF(self.rect()).adjusted(left, _MARGIN_PX, -_MARGIN_PX, -metrics.height() - _MARGIN_PX)

    def _scale(self) -> float:
        """Pixels per degree, the same in both directions."""
        area = self._area()
        return max(0.1, min(area.width(), area.height()) / (2 * self._reach_deg))

    def _fit(self) -> None:
        self._reach_deg = next((reach for reach in _REACHES_DEG if self._is_inside(reach)), _REACHES_DEG[-1])

    def _is_inside(self, reach_deg: float) -> bool:
        edges = [circle(target) for target in self._targets.targets]
        front = [edge for edge in edges if reach_deg >= FRONT_DEG or np.abs(edge).max() <= FRONT_DEG]
        if any(np.abs(edge).max() > reach_deg for edge in front):
            return False
        if self._density is None or not self._density.sum():
            return True
        middle = len(self._density) // 2
        half = round(reach_deg / LARGEST_DEG * middle)
        inner = self._density[middle - half : middle + half, middle - half : middle + half]
        return float(inner.sum()) >= _MOST * float(self._density.sum())

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._target_at(event.position())
        if found is None:
            return
        place, edge = found
        self._drag = _Drag(place, edge, self._targets.targets[place], *self.direction_at(event.position()))
        self._selected = place
        self.chosen.emit(place)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is None:
            found = self._target_at(event.position())
            shapes = {None: Qt.CursorShape.ArrowCursor, True: Qt.CursorShape.SizeFDiagCursor}
            self.setCursor(shapes.get(None if found is None else found[1], Qt.CursorShape.SizeAllCursor))
            return
        self._replace(self._drag.place, self._dragged(self._drag, event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        drag, self._drag = self._drag, None
        if drag is not None:
            target = self._dragged(drag, event.position())
            self._replace(drag.place, drag.original)
            if target != drag.original:
                self.edited.emit(drag.place, target)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._target_at(event.position()) is None:
            yaw, pitch = self.direction_at(event.position())
            self.added.emit(float(round(yaw)), float(round(pitch)))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _USED:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        place = self._selected
        if place is None or place >= len(self._targets.targets) or event.key() not in _USED:
            super().keyPressEvent(event)
            return
        if event.key() in (_KEY.Key_Delete, _KEY.Key_Backspace):
            self.removed.emit(place)
            return
        target = self._targets.targets[place]
        large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and event.key() in _MOVES
        step = _LARGE_STEP_DEG if large else _STEP_DEG
        right, up = _MOVES.get(_KEY(event.key()), (0, 0))
        across, upwards = self._orientation()
        radius = target.radius_deg + step * _SIZES.get(_KEY(event.key()), 0)
        yaw, pitch = target.yaw_deg + step * right * across, target.pitch_deg + step * up * upwards
        moved = _moved(target, yaw, pitch)
        self.edited.emit(place, replace(moved, radius_deg=max(SMALLEST_RADIUS_DEG, min(LARGEST_RADIUS_DEG, radius))))

    def _target_at(self, point: QPointF) -> tuple[int, bool] | None:
        """The target at this place, and whether it is its edge; the chosen one first, then the smallest one."""
        direction = self.direction_at(point)
        order = sorted(
            enumerate(self._targets.targets), key=lambda item: (item[0] != self._selected, item[1].radius_deg)
        )
        off_deg = {place: off_target_deg(target, *direction) for place, target in order}
        for place, target in order:
            if abs(off_deg[place] - target.radius_deg) * self._scale() <= _EDGE_PX:
                return place, True
        inside = [(target.radius_deg, place) for place, target in order if off_deg[place] <= target.radius_deg]
        return (min(inside)[1], False) if inside else None

    def _dragged(self, drag: _Drag, point: QPointF) -> Target:
        yaw, pitch = self.direction_at(point)
        if drag.edge:
            return replace(drag.original, radius_deg=radius_to(drag.original, yaw, pitch))
        if (yaw, pitch) == (drag.yaw_deg, drag.pitch_deg):
            return drag.original
        moved_yaw = drag.original.yaw_deg + yaw - drag.yaw_deg
        return _moved(drag.original, moved_yaw, drag.original.pitch_deg + pitch - drag.pitch_deg)

    def _replace(self, place: int, target: Target) -> None:
        targets = list(self._targets.targets)
        targets[place] = target
        self._targets = replace(self._targets, targets=tuple(targets))
        self.update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.colours()
        area = self._area()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(area, QColor(colours.base))
            painter.save()
            painter.setClipRect(area)
            if self._image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                corners = self.point_of(-LARGEST_DEG, -LARGEST_DEG), self.point_of(LARGEST_DEG, LARGEST_DEG)
                painter.drawImage(QRectF(*corners).normalized(), self._image)
            self._paint_grid(painter, area)
            for place, target in enumerate(self._targets.targets):
                self._paint_target(painter, target, is_selected=place == self._selected)
            self._paint_direction(painter)
            painter.restore()
            self._paint_numbers(painter, area)
            painter.setPen(QPen(QColor(colours.focus if self.hasFocus() else colours.line), 1))
            painter.drawRect(area)

    def _paint_grid(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.colours()
        for degrees in self._grid():
            painter.setPen(QPen(QColor(colours.faint if degrees == 0 else colours.line), 1))
            point = self.point_of(degrees, degrees)
            painter.drawLine(QPointF(point.x(), area.top()), QPointF(point.x(), area.bottom()))
            painter.drawLine(QPointF(area.left(), point.y()), QPointF(area.right(), point.y()))

    def _paint_numbers(self, painter: QPainter, area: QRectF) -> None:
        metrics = QFontMetricsF(self.font())
        painter.setPen(QColor(theme.colours().quiet))
        for degrees in self._grid():
            text = f"{degrees:.0f}°".replace("-", "−")
            width, point = metrics.horizontalAdvance(text), self.point_of(degrees, degrees)
            if area.left() + width / 2 <= point.x() <= area.right() - width / 2:
                painter.drawText(QPointF(point.x() - width / 2, self.height() - metrics.descent()), text)
            if area.top() + metrics.height() / 2 <= point.y() <= area.bottom() - metrics.height() / 2:
                painter.drawText(QPointF(area.left() - width - 3, point.y() + metrics.ascent() / 2 - 1), text)

    def _paint_target(self, painter: QPainter, target: Target, *, is_selected: bool) -> None:
        colour, fill = QColor(target.colour), QColor(target.colour)
        fill.setAlpha(46)
        edge = circle(target)
        # A cone around the edge of the map comes back on the other side.
        breaks = np.flatnonzero((np.abs(np.diff(edge, axis=0)) > FRONT_DEG).any(axis=1)) + 1
        pieces = [QPolygonF([self.point_of(*point) for point in piece]) for piece in np.split(edge, breaks)]
        width = 2.5 if is_selected else 1.5
        painter.setBrush(fill if len(pieces) == 1 else Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(theme.colours().base), width + 2), QPen(colour, width)):
            painter.setPen(pen)
            for piece in pieces:
                (painter.drawPolygon if len(pieces) == 1 else painter.drawPolyline)(piece)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = self.point_of(target.yaw_deg, target.pitch_deg)
        painter.setBrush(colour)
        painter.drawEllipse(middle, 2.0, 2.0)
        self._paint_name(painter, target, middle)

    def _paint_name(self, painter: QPainter, target: Target, middle: QPointF) -> None:
        metrics = QFontMetricsF(self.font())
        text = metrics.elidedText(target.name, Qt.TextElideMode.ElideRight, 120)
        place = QPointF(middle.x() - metrics.horizontalAdvance(text) / 2, middle.y() - 5)
        background = QColor(theme.colours().base)
        background.setAlpha(190)
        width = metrics.horizontalAdvance(text)
        painter.fillRect(QRectF(place.x() - 2, place.y() - metrics.ascent(), width + 4, metrics.height()), background)
        painter.setPen(QColor(theme.colours().text))
        painter.drawText(place, text)

    def _paint_direction(self, painter: QPainter) -> None:
        if self._direction is None:
            return
        point = self.point_of(*self._direction)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((theme.colours().base, 4.0), (theme.colours().text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            for x, y in ((6, 0), (0, 6)):
                painter.drawLine(point - QPointF(x, y), point + QPointF(x, y))

    def _grid(self) -> list[float]:
        step = _GRID_DEG[self._reach_deg]
        aspect = max(self._area().width(), self._area().height()) / max(
            1.0, min(self._area().width(), self._area().height())
        )
        count = int(min(LARGEST_DEG, self._reach_deg * aspect) // step)
        return [step * number for number in range(-count, count + 1)]

    def _recolour(self) -> None:
        self._image = None if self._density is None else _image_of(self._density, *self._orientation())
        self.update()


def described(target: Target) -> str:
    """A target in words, for a screen reader and tool tips."""
    yaw, pitch, radius = map(number_format.angle, (target.yaw_deg, target.pitch_deg, target.radius_deg))
    return f"{target.name}: {yaw}, {pitch}, {radius}"


def _moved(target: Target, yaw_deg: float, pitch_deg: float) -> Target:
    yaw, pitch = (round(2 * max(-LARGEST_DEG, min(LARGEST_DEG, angle))) / 2 for angle in (yaw_deg, pitch_deg))
    return replace(target, yaw_deg=yaw, pitch_deg=pitch)


def _image_of(density: Numbers, across: int, up: int) -> QImage | None:
    """The density as a picture in grey, beside which all targets' colours stand out; the more opaque the longer."""
    if not density.max(initial=0.0) > 0:
        return None
    ink = QColor(theme.colours().quiet)
    cells = density[:: -1 if up > 0 else 1, :: 1 if across > 0 else -1]
    alpha = np.where(cells > 0, 24 + (_OPACITY - 24) * (cells / cells.max()) ** _GAMMA, 0)
    pixels = np.empty((*cells.shape, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = ink.red(), ink.green(), ink.blue()
    pixels[..., 3] = alpha
    height, width = cells.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
