"""Three heads, each turned in the positive direction of one angle."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawing.geometry import head_axes
from app.gui.kit import number_format, theme
from app.gui.panels.head_view import paint_head, paint_plate
from app.settings import Reference, Signs
from hopenet import HeadPose
from hopenet.pose import ANGLES

TURN_DEG = 35.0
"""How far each head is turned: so far that it is seen at a glance, and not so far that the face is hidden."""

_SIDE, _LEAST_SIDE, _GAP = 210, 120, 10
_ARC_DEG = 62.0
_ARC_STEPS = 24
_FLAT = 0.34
"""A circle about an upright axis, seen from a little above it."""
_LINE_PX, _POINT_PX = 3.0, 10.0


class SignsPicture(QWidget):
    """Shows what a positive yaw, pitch and roll are by the user's signs: heads, arrows and words."""

    def __init__(self, signs: Signs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs = signs
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Signs of the angles"))
        theme.watch().changed.connect(self.update)
        self.show_signs(signs)

    def show_signs(self, signs: Signs) -> None:
        self._signs = signs
        self.setAccessibleDescription(" ".join(f"{title}: {words}." for title, words in self.texts()))
        self.update()

    def texts(self) -> list[tuple[str, str]]:
        """For each angle its positive value, and where the head then points."""
        words = {
            ("yaw", 1): self.tr("the nose points to the picture's left"),
            ("yaw", -1): self.tr("the nose points to the picture's right"),
            ("pitch", 1): self.tr("the nose points up"),
            ("pitch", -1): self.tr("the nose points down"),
            ("roll", 1): self.tr("the head is tilted clockwise"),
            ("roll", -1): self.tr("the head is tilted counter-clockwise"),
        }
        titles = {"yaw": self.tr("Yaw"), "pitch": self.tr("Pitch"), "roll": self.tr("Roll")}
        shown = number_format.angle(TURN_DEG)
        return [(f"{titles[name]} +{shown}", words[name, getattr(self._signs, name)]) for name in ANGLES]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(3 * _SIDE + 2 * _GAP, _SIDE + self._text_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(3 * _LEAST_SIDE + 2 * _GAP, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        side = min((self.width() - 2 * _GAP) / 3, self.height() - self._text_height())
        left = (self.width() - 3 * side - 2 * _GAP) / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place, (name, (title, words)) in enumerate(zip(ANGLES, self.texts(), strict=True)):
                square = QRectF(left + place * (side + _GAP), 0, side, side)
                painter.save()
                paint_plate(painter, square)
                paint_head(painter, square, turned(name, self._signs))
                self._paint_arrow(painter, square, name)
                painter.restore()
                self._paint_text(painter, square, title, words)

    def _paint_arrow(self, painter: QPainter, square: QRectF, name: str) -> None:
        colour = dict(zip(ANGLES, theme.angle_colours(), strict=True))[name]
        middle, half = square.center(), square.width() / 2
        points = [QPointF(middle.x() + x * half, middle.y() + y * half) for x, y in arc(name, self._signs)]
        painter.setPen(QPen(colour, _LINE_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(points)
        end, before = points[-1], points[-4]
        along = end - before
        along /= max(1e-6, float(np.hypot(along.x(), along.y())))
        across = QPointF(-along.y(), along.x())
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        tip = end + along * _POINT_PX
        painter.drawPolygon(QPolygonF([tip, end + across * _POINT_PX / 2, end - across * _POINT_PX / 2]))

    def _paint_text(self, painter: QPainter, square: QRectF, title: str, words: str) -> None:
        line = self.fontMetrics().lineSpacing()
        painter.setFont(theme.tabular_digits(self.font(), bold=True))
        painter.setPen(self.palette().windowText().color())
        top = square.bottom() + theme.SPACE
        painter.drawText(QRectF(square.left(), top, square.width(), line), Qt.AlignmentFlag.AlignHCenter, title)
        painter.setFont(self.font())
        wrapped = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(square.left(), top + line, square.width(), 2.4 * line), wrapped, words)

    def _text_height(self) -> int:
        return theme.SPACE + round(3.4 * self.fontMetrics().lineSpacing())


def turned(name: str, signs: Signs) -> HeadPose:
    """The pose whose angle of this name is shown as TURN_DEG by these signs, and whose others are 0."""
    facing = HeadPose(0.0, 0.0, 0.0)
    return Reference(signs=signs).apply(facing._replace(**{name: TURN_DEG}))


def arc(name: str, signs: Signs) -> list[tuple[float, float]]:
    """The points of the arrow from facing the camera in the positive direction, from −1 to 1 across the square."""
    axes = head_axes(turned(name, signs))
    nose, top = axes[2], -axes[1]
    steps = np.linspace(-_ARC_DEG, _ARC_DEG, _ARC_STEPS)
    if name == "roll":
        direction = np.sign(top[0])
        angles = np.radians(direction * steps * 0.7)
        return [(0.93 * np.sin(a), -0.93 * np.cos(a)) for a in angles]
    if name == "yaw":
        direction = np.sign(nose[0])
        angles = np.radians(direction * steps)
        return [(0.78 * np.sin(a), 0.58 + 0.34 * np.cos(a)) for a in angles]
    direction = np.sign(nose[1])
    angles = np.radians(direction * steps)
    return [(-0.58 - 0.34 * np.cos(a), 0.78 * np.sin(a)) for a in angles]
