"""The picture: the newest frame as it was analysed, letterboxed, at the display's own resolution."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.frames import Face
from app.gui.kit.qt_frame import QtFrame

_SURROUND = QColor("#111214")
_HINT = QColor("#9AA0A8")
_RESIZE_SETTLES_MS = 60
"""Drawing at a new size is asked for when the size has stood still for so long; until then the picture is scaled."""


class VideoView(QWidget):
    """Shows what it is given. Clicking a face follows it, clicking beside all faces follows the largest again."""

    size_wanted = Signal(int, int)
    """Width and height in device pixels of the place for pictures."""
    face_clicked = Signal(object)
    """A track id, or None beside every face."""
    double_clicked = Signal()
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        self._framed: QtFrame | None = None
        self._hint = ""
        self._settle = QTimer(self, singleShot=True, interval=_RESIZE_SETTLES_MS)
        self._settle.timeout.connect(self._tell_size)

    def show_frame(self, qt_frame: QtFrame) -> None:
        self._framed = qt_frame
        self.update()

    def clear(self, hint: str = "") -> None:
        """Shows nothing but a line of text."""
        self._framed = None
        self.set_hint(hint)

    def set_hint(self, hint: str) -> None:
        """What is said where no picture has come yet."""
        self._hint = hint
        self.update()

    def device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def face_at(self, place: QPointF) -> Face | None:
        """The face under a point of this widget, the smallest where several are."""
        picture = self._picture_place()
        if self._framed is None or picture.isEmpty():
            return None
        shown = self._framed.shown
        width, height = shown.analysis.frame.size
        x = (place.x() - picture.x()) / picture.width() * width
        y = (place.y() - picture.y()) / picture.height() * height
        if shown.options.style.mirror:
            x = width - x
        under = [f for f in shown.analysis.faces if f.box.x1 <= x < f.box.x2 and f.box.y1 <= y < f.box.y2]
        return min(under, key=lambda face: face.box.area, default=None)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), _SURROUND)
            if self._framed is not None:
                image = self._framed.image
                if not self._is_exact(image):
                    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(self._picture_place(), image)
            elif self._hint:
                font = QFont(self.font())
                font.setPointSizeF(font.pointSizeF() * 1.15)
                painter.setFont(font)
                painter.setPen(_HINT)
                painter.drawText(self.rect().adjusted(24, 24, -24, -24), _HINT_FLAGS, self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        self._settle.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._framed is not None:
            face = self.face_at(event.position())
            self.face_clicked.emit(face.track_id if face is not None else None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.face_at(event.position()) is None:
            self.double_clicked.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.files_dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def _tell_size(self) -> None:
        size = self.device_size()
        self.size_wanted.emit(size.width(), size.height())

    def _is_exact(self, image: QImage) -> bool:
        size = self.device_size()
        return image.width() == size.width() or image.height() == size.height()

    def _picture_place(self) -> QRectF:
        """Where the picture lies, in logical pixels, on whole device pixels so that it stays sharp."""
        if self._framed is None:
            return QRectF()
        size, ratio, image = self.device_size(), self.devicePixelRatioF(), self._framed.image
        scale = min(size.width() / image.width(), size.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        left, top = math.floor((size.width() - width) / 2), math.floor((size.height() - height) / 2)
        return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)


_HINT_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
