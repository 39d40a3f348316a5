"""The crop of the selected face that the network receives."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.kit import theme
from app.gui.panels.panel import Panel
from app.watch.shown_frame import ShownFrame

_SIDE = 140
_RADIUS = 6.0
_CENTRED = Qt.AlignmentFlag.AlignCenter


class NetworkView(Panel):
    """Shows the crop at the network's own resolution, with its size below it, or the reason why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Network input"))
        self.setToolTip(self.tr("The part of the picture that the network receives, at the network's own resolution"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._image: QImage | None = None
        self._text = ""
        self._has_region = False
        self.clear()

    def show_frame(self, shown: ShownFrame) -> None:
        crop = shown.network_view
        if crop is None:
            self._set(None, self._reason(shown))
            return
        height, width = crop.shape[:2]
        # A copy of about 150 kB, because the image does not own the pixels that it is made from.
        image = QImage(crop.tobytes(), width, height, 3 * width, QImage.Format.Format_BGR888).copy()
        self._set(image, self.tr("{} × {} px").format(width, height))

    def set_region(self, has_region: bool) -> None:
        self._has_region = has_region

    def clear(self) -> None:
        self._set(None, self.tr("No picture yet"))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_SIDE, _SIDE + self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        line = self.fontMetrics().height() + 4
        side = min(self.width(), self.height() - line)
        place = QRectF((self.width() - side) / 2, 0, side, side)
        colours = theme.colours()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setFont(theme.quiet_font(self.font()))
            if self._image is None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.base))
                painter.drawRoundedRect(place, _RADIUS, _RADIUS)
                painter.setPen(QColor(colours.quiet))
                painter.drawText(place.adjusted(8, 8, -8, -8), _CENTRED | Qt.TextFlag.TextWordWrap, self._text)
                return
            # Painted with a brush, because the rounded corners of a clip are not antialiased.
            painter.translate(place.topLeft())
            painter.scale(side / self._image.width(), side / self._image.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(self._image))
            radius = _RADIUS * self._image.width() / side
            painter.drawRoundedRect(QRectF(self._image.rect()), radius, radius)
            painter.resetTransform()
            painter.setPen(QColor(colours.quiet))
            painter.drawText(QRectF(0, side, self.width(), line), _CENTRED, self._text)

    def _reason(self, shown: ShownFrame) -> str:
        if shown.face is None and shown.pace.waiting_for:
            return ""  # What is going on stands in place of the angles.
        if shown.face is None:
            return self.tr("No face in the region") if self._has_region else self.tr("No face in the picture")
        if shown.face.undefined:
            return self.tr("The network's answer for this face is not a number")
        if shown.face.pose is None:
            return self.tr("The face is too small or too far outside the picture")
        return self.tr("Not available for this network")

    def _set(self, image: QImage | None, text: str) -> None:
        self._image, self._text = image, text
        self.setAccessibleDescription(text)
        self.update()
