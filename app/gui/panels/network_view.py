"""What the network sees of the face that is told of."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.kit import theme
from app.watch.shown_frame import ShownFrame

_SIDE = 140
_ROUND = 6.0


class NetworkView(QWidget):
    """The crop as the network was given it, with its size beneath; where there is none, the reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What the network sees"))
        self.setToolTip(self.tr("The part of the picture that the network is given, at the network's own size"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._image: QImage | None = None
        self._text = ""
        self.clear()

    @property
    def text(self) -> str:
        """The size in pixels, or why there is no picture."""
        return self._text

    def show_frame(self, shown: ShownFrame) -> None:
        view = shown.network_view
        if view is None:
            self._set(None, self._reason(shown))
            return
        height, width = view.shape[:2]
        pixels = view.tobytes()
        # A copy of some 150 kB: the image does not own what it lies on.
        image = QImage(pixels, width, height, 3 * width, QImage.Format.Format_BGR888).copy()
        self._set(image, self.tr("{} × {} px").format(width, height))

    def clear(self) -> None:
        self._set(None, self.tr("No picture yet"))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_SIDE, _SIDE + self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        line = self.fontMetrics().height() + 4
        side = min(self.width(), self.height() - line)
        place = QRectF((self.width() - side) / 2, 0, side, side)
        now = theme.colours()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setFont(theme.quiet_font(self.font()))
            if self._image is None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(now.base))
                painter.drawRoundedRect(place, _ROUND, _ROUND)
                painter.setPen(QColor(now.quiet))
                painter.drawText(place.adjusted(8, 8, -8, -8), _MIDDLE | Qt.TextFlag.TextWordWrap, self._text)
                return
            # As a brush: a clip's round corners would be ragged.
            painter.translate(place.topLeft())
            painter.scale(side / self._image.width(), side / self._image.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(self._image))
            rounded = _ROUND * self._image.width() / side
            painter.drawRoundedRect(QRectF(self._image.rect()), rounded, rounded)
            painter.resetTransform()
            painter.setPen(QColor(now.quiet))
            painter.drawText(QRectF(0, side, self.width(), line), _MIDDLE, self._text)

    def _reason(self, shown: ShownFrame) -> str:
        if shown.face is None:
            return self.tr("No face to look at")
        if shown.face.pose is None:
            return self.tr("The face is too small or too far outside")
        return self.tr("Not known for this network")

    def _set(self, image: QImage | None, text: str) -> None:
        self._image, self._text = image, text
        self.setAccessibleDescription(text)
        self.update()


_MIDDLE = Qt.AlignmentFlag.AlignCenter
