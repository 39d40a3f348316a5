"""The picture: the newest frame with its overlay, letterboxed, at the display's own resolution."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QFont,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.drawing.zooming import MOST_PIXELS, Section, Zoom, section_of
from app.frames import Face
from app.gui.kit import theme
from app.gui.kit.qt_frame import QtFrame

_SURROUND = QColor("#111214")
_HINT = QColor("#9AA0A8")
_HINT_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
_PLATE, _SCALE = QColor(17, 18, 20, 190), QColor("#E6E8EB")
ZOOM_STEP = 1.25
"""One notch of the wheel, or one press of a key, enlarges by this factor."""
_SNAPS = 0.02
"""A scale this close to the one that shows all of the picture becomes that one."""
_RESIZE_SETTLES_MS = 60
"""Frames of a new size are requested when the size has not changed for this long. Until then, frames are scaled."""


class VideoView(QWidget):
    """Shows frames or parts of them, and reports clicks on them.

    Ctrl+wheel and pinching zoom at the pointer, dragging moves the part that is shown.
    """

    size_wanted = Signal(int, int)
    """The available width and height in device pixels."""
    zoom_wanted = Signal(object)
    """Zoom: another part of the picture is to be shown."""
    face_clicked = Signal(object)
    """The track id of the clicked face, or None for a click outside all faces."""
    double_clicked = Signal()
    """Outside all faces."""
    menu_wanted = Signal(object, object)
    """The QPoint on the screen where the context menu is wanted, and the Face there, or None."""
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._frame: QtFrame | None = None
        self._hint = self._activity = ""
        self._stale = False
        self._zoom = Zoom()
        self._pressed: QPointF | None = None
        self._dragged = False
        self._focused_by_key = False
        self._background = QTimer(self, singleShot=True, interval=QApplication.doubleClickInterval())
        self._background.timeout.connect(lambda: self.face_clicked.emit(None))
        self._settle = QTimer(self, singleShot=True, interval=_RESIZE_SETTLES_MS)
        self._settle.timeout.connect(self._request_size)

    def show_frame(self, qt_frame: QtFrame) -> None:
        self._frame = qt_frame
        self.update()

    def clear(self, hint: str = "") -> None:
        """Shows a hint instead of a frame."""
        self._frame = None
        self._background.stop()
        self._set_zoom(Zoom())
        self.set_hint(hint)

    def set_hint(self, hint: str) -> None:
        """Sets the text that is shown while there is no frame."""
        self._hint = hint
        self.update()

    def set_activity(self, activity: str) -> None:
        """Sets the text on the picture that says what is going on before its faces are known; empty for none."""
        if activity != self._activity:
            self._activity = activity
            self.setAccessibleDescription(activity)
            self.update()

    def set_stale(self, stale: bool) -> None:
        """Greys the picture, because it is not how things are now."""
        if stale != self._stale:
            self._stale = stale
            self.update()

    def device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def picture_transform(self) -> QTransform | None:
        """From pixels of the whole picture to this widget; None while there is no picture."""
        place = self._picture_rect()
        if self._frame is None or place.isEmpty():
            return None
        options = self._frame.shown.options
        section = self._section(options.zoom, options.size)
        scales = (place.width() * section.scale / section.size[0], place.height() * section.scale / section.size[1])
        sign, left = (-1, place.right()) if options.style.mirror else (1, place.left())
        return QTransform(
            *(sign * scales[0], 0, 0, scales[1]),
            left - sign * scales[0] * section.left,
            place.top() - scales[1] * section.top,
        )

    def picture_size(self) -> tuple[int, int] | None:
        """The width and height of the whole picture in its own pixels."""
        return self._frame.shown.analysis.frame.size if self._frame is not None else None

    def face_at(self, position: QPointF) -> Face | None:
        """The face at a point of this widget; if there are several, the smallest."""
        picture = self._picture_rect()
        if self._frame is None or not picture.contains(position):
            return None
        shown = self._frame.shown
        across = (position.x() - picture.x()) / picture.width()
        if shown.options.style.mirror:
            across = 1 - across
        section = self._section(shown.options.zoom, shown.options.size)
        x = section.left + across * section.size[0] / section.scale
        y = section.top + (position.y() - picture.y()) / picture.height() * section.size[1] / section.scale
        under = [f for f in shown.analysis.faces if f.box.x1 <= x < f.box.x2 and f.box.y1 <= y < f.box.y2]
        return min(under, key=lambda face: face.box.area, default=None)

    # Zooming

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarges by this factor. The point of the picture at `at` stays there; None: in the middle."""
        if self._frame is None:
            return
        before, place = self._section(self._zoom), self.device_size()
        fit = self._section(Zoom()).scale
        scale = min(max(before.scale * factor, min(fit, 1.0)), max(MOST_PIXELS, fit))
        if abs(scale / fit - 1) < _SNAPS:
            scale = fit
        ratio = self.devicePixelRatioF()
        from_middle = (
            (0.0, 0.0) if at is None else (at.x() * ratio - place.width() / 2, at.y() * ratio - place.height() / 2)
        )
        self._show_scale(scale / fit, [offset / before.scale - offset / scale for offset in from_middle])

    def zoom_fit(self) -> None:
        """Shows all of the picture, as large as possible."""
        self._set_zoom(Zoom())

    def zoom_original(self) -> None:
        """Shows each pixel of the picture as one of the display."""
        if self._frame is not None:
            self.zoom_by(1 / self._section(self._zoom).scale)

    def pan_by(self, right: float, down: float) -> None:
        """Shows a part further right and down, as shares of this widget's size."""
        if self._frame is not None:
            place, scale = self.device_size(), self._section(self._zoom).scale
            self._show_scale(self._zoom.factor, [right * place.width() / scale, down * place.height() / scale])

    def _show_scale(self, factor: float, moved: Sequence[float]) -> None:
        """Shows the picture with this factor, moved by this many of its pixels right and down, as it is shown."""
        assert self._frame is not None  # noqa: S101 — for the type checker
        section, sides = self._section(self._zoom), self._frame.shown.analysis.frame.size
        across = -moved[0] if self._frame.shown.options.style.mirror else moved[0]
        middles = (
            section.left + section.size[0] / section.scale / 2 + across,
            section.top + section.size[1] / section.scale / 2 + moved[1],
        )
        x, y = (min(max(0.0, middle / side), 1.0) for middle, side in zip(middles, sides, strict=True))
        self._set_zoom(Zoom() if factor == 1 else Zoom(factor, (x, y)))

    def _set_zoom(self, zoom: Zoom) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self.zoom_wanted.emit(zoom)
            self.update()

    def _section(self, zoom: Zoom, size: tuple[int, int] | None = None) -> Section:
        assert self._frame is not None  # noqa: S101 — for the type checker
        return section_of(self._frame.shown.analysis.frame.size, size or self.device_size().toTuple(), zoom)

    @property
    def _shows_part(self) -> bool:
        if self._frame is None:
            return False
        section, picture = self._section(self._zoom), self._frame.shown.analysis.frame.size
        return any(shown / section.scale < side - 1 for shown, side in zip(section.size, picture, strict=True))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), _SURROUND)
            if self._frame is not None:
                image = self._frame.image
                if not self._has_exact_size(image):
                    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(self._picture_rect(), _greyed(image) if self._stale else image)
                if self._activity:
                    self._draw_plate(painter, self._activity, below=False)
                if self._zoom.factor != 1:
                    self._draw_scale(painter)
            elif self._hint:
                font = QFont(self.font())
                font.setPointSizeF(font.pointSizeF() * 1.15)
                painter.setFont(font)
                painter.setPen(_HINT)
                painter.drawText(self.rect().adjusted(24, 24, -24, -24), _HINT_FLAGS, self._hint)
            if self._focused_by_key and self.hasFocus():
                painter.setPen(QPen(QColor(theme.colours().focus), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        self._settle.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._frame is not None and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pressed, position = self._pressed, event.position()
        if pressed is not None and event.buttons() and self._shows_part:
            moved = position - pressed
            if self._dragged or moved.manhattanLength() >= QApplication.startDragDistance():
                self._dragged, self._pressed = True, position
                self.pan_by(-moved.x() / self.width(), -moved.y() / self.height())
        self._show_cursor(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pressed, self._pressed = self._pressed, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None or self._dragged or self._frame is None:
            self._show_cursor(event.position())
            return
        face = self.face_at(pressed)
        if face is not None:
            self.face_clicked.emit(face.track_id)
        else:
            self._background.start()  # A double click does not end following.

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._background.stop()
        face = self.face_at(event.position())
        if face is not None:
            self.face_clicked.emit(face.track_id)
        else:
            self.double_clicked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._frame is not None:
            self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if self._frame is None:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()), self._frame.shown.face)
        else:
            self.menu_wanted.emit(event.globalPos(), self.face_at(QPointF(event.pos())))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._focused_by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.update()

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
        options = self._frame.shown.options
        made_for = (image.width(), image.height()) if options.zoom.factor == 1 or not options.size else options.size
        scale = min(size.width() / made_for[0], size.height() / made_for[1])
        width, height = image.width() * scale, image.height() * scale
        left, top = math.floor((size.width() - width) / 2), math.floor((size.height() - height) / 2)
        return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)

    def _draw_scale(self, painter: QPainter) -> None:
        """How large a pixel of the picture is shown, in the corner."""
        text = self.tr("{:.0f} %").format(100 * self._section(self._zoom).scale)
        self._draw_plate(painter, text, below=True)

    def _draw_plate(self, painter: QPainter, text: str, *, below: bool) -> None:
        """A text on a dark plate, in the lower or upper left corner."""
        plate = painter.fontMetrics().boundingRect(text).adjusted(-8, -4, 8, 4)
        if below:
            plate.moveBottomLeft(self.rect().bottomLeft() + QPoint(10, -10))
        else:
            plate.moveTopLeft(self.rect().topLeft() + QPoint(10, 10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(_SCALE)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _show_cursor(self, position: QPointF) -> None:
        shape = Qt.CursorShape
        if self._dragged and self._pressed is not None:
            self.setCursor(shape.ClosedHandCursor)
        elif self.face_at(position) is not None:
            self.setCursor(shape.PointingHandCursor)
        else:
            self.setCursor(shape.OpenHandCursor if self._shows_part else shape.ArrowCursor)


def _greyed(image: QImage) -> QImage:
    return image.convertToFormat(QImage.Format.Format_Grayscale8)
