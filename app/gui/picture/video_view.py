"""The picture: the newest frame with its overlay, letterboxed, at the display's own resolution."""

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
_HINT_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
_RESIZE_SETTLES_MS = 60
"""Frames of a new size are requested when the size has not changed for this long. Until then, frames are scaled."""


class VideoView(QWidget):
    """Shows frames, and reports clicks on them."""

    size_wanted = Signal(int, int)
    """The available width and height in device pixels."""
    face_clicked = Signal(object)
    """The track id of the clicked face, or None for a click outside all faces."""
    double_clicked = Signal()
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        self._frame: QtFrame | None = None
        self._hint = ""
        self._settle = QTimer(self, singleShot=True, interval=_RESIZE_SETTLES_MS)
        self._settle.timeout.connect(self._request_size)

    def show_frame(self, qt_frame: QtFrame) -> None:
        self._frame = qt_frame
        self.update()

    def clear(self, hint: str = "") -> None:
        """Shows a hint instead of a frame."""
        self._frame = None
        self.set_hint(hint)

    def set_hint(self, hint: str) -> None:
        """Sets the text that is shown while there is no frame."""
        self._hint = hint
        self.update()

    def device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def face_at(self, position: QPointF) -> Face | None:
        """The face at a point of this widget; if there are several, the smallest."""
        picture = self._picture_rect()
        if self._frame is None or picture.isEmpty():
            return None
        shown = self._frame.shown
        width, height = shown.analysis.frame.size
        x = (position.x() - picture.x()) / picture.width() * width
        y = (position.y() - picture.y()) / picture.height() * height
        if shown.options.style.mirror:
            x = width - x
        under = [f for f in shown.analysis.faces if f.box.x1 <= x < f.box.x2 and f.box.y1 <= y < f.box.y2]
        return min(under, key=lambda face: face.box.area, default=None)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), _SURROUND)
            if self._frame is not None:
                image = self._frame.image
                if not self._has_exact_size(image):
                    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(self._picture_rect(), image)
            elif self._hint:
                font = QFont(self.font())
                font.setPointSizeF(font.pointSizeF() * 1.15)
                painter.setFont(font)
                painter.setPen(_HINT)
                painter.drawText(self.rect().adjusted(24, 24, -24, -24), _HINT_FLAGS, self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        self._settle.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._frame is not None:
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

    def _request_size(self) -> None:
        size = self.device_size()
        self.size_wanted.emit(size.width(), size.height())

    def _has_exact_size(self, image: QImage) -> bool:
        size = self.device_size()
        return image.width() == size.width() or image.height() == size.height()

    def _picture_rect(self) -> QRectF:
        """The picture's rectangle in logical pixels, aligned to whole device pixels so that it stays sharp."""
        if self._frame is None:
            return QRectF()
        size, ratio, image = self.device_size(), self.devicePixelRatioF(), self._frame.image
        scale = min(size.width() / image.width(), size.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        left, top = math.floor((size.width() - width) / 2), math.floor((size.height() - height) / 2)
        return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)
