"""A face's id on its colour, as it is drawn on the picture."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawing.colours import face_colour
from app.gui.kit import theme

_INK = QColor("#121418")
_RADIUS = 4.0


class FaceChip(QWidget):
    """Shows the id of one face; hidden if there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.tabular_digits(self.font(), bold=True))
        self._track_id: int | None = None

    def show_id(self, track_id: int | None) -> None:
        if track_id != self._track_id:
            self._track_id = track_id
            self.updateGeometry()
            self.update()
        self.setVisible(track_id is not None)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        height = self.fontMetrics().height()
        return QSize(chip_width(self.fontMetrics(), self._track_id or 0), height + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        if self._track_id is not None:
            with QPainter(self) as painter:
                paint_chip(painter, self.rect(), self._track_id)


def chip_width(metrics: QFontMetrics, track_id: int) -> int:
    """The width in pixels that a chip with this id needs."""
    return max(metrics.height(), metrics.horizontalAdvance(str(track_id)) + 10)


def paint_chip(painter: QPainter, place: QRect, track_id: int) -> None:
    """Paints the id, in the painter's font, on a rounded rectangle in the face's colour."""
    blue, green, red = face_colour(track_id)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(red, green, blue))
    painter.drawRoundedRect(place, _RADIUS, _RADIUS)
    painter.setPen(_INK)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(track_id))
    painter.restore()
