"""A slider for the position in a video: click to jump, drag to scrub, hover to see a preview."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QSlider, QStyle, QStyleOptionSlider, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.accidents import OPEN_TO_ACCIDENTS
from app.gui.kit.pacing import Paced
from app.video.facts import DEFAULT_FRAME_RATE

_REQUEST_EVERY_MS = 60
_PREVIEW_SIDE = 176
_PER_S = 1000
"""Steps of the slider per second of video."""
_MARK_PX, _BRACKET_PX = 8, 4
"""Half the height of the marks of a range, and the length of their ends."""
_BAND_OPACITY = 0.22
_ROUNDING = 1e-3
"""Of a picture: a time that was a float in between may be a little before the picture that it came from."""


class SeekSlider(QSlider):
    """Requests positions and previews. Times are in seconds from the start of the video."""

    seek_requested = Signal(float)
    preview_requested = Signal(float)
    """A picture of the video at this time is wanted by `show_preview`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("seek")
        self.setAccessibleName(self.tr("Position in the video"))
        self.setMouseTracking(True)
        self.setProperty(OPEN_TO_ACCIDENTS, True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSingleStep(_PER_S)
        self.setPageStep(10 * _PER_S)
        self._scrubbing = False
        self._pictures: Sequence[str] = ()
        self._marks: tuple[float | None, float | None] = (None, None)
        self._preview = Preview(self)
        self._seeks = Paced[float](self, _REQUEST_EVERY_MS, self.seek_requested.emit)
        self._previews = Paced[float](self, _REQUEST_EVERY_MS, self.preview_requested.emit)
        self.actionTriggered.connect(self._seek_by_key)

    def show_position(self, position_s: float, duration_s: float | None) -> None:
        """Moves the handle, unless the user is dragging it. The slider is disabled if the duration is unknown."""
        self.setEnabled(duration_s is not None and duration_s > 0)
        if duration_s is not None:
            self.setMaximum(max(1, round(duration_s * _PER_S)))
        if not self._scrubbing:
            self.setValue(round(position_s * _PER_S))

    def set_pictures(self, names: Sequence[str]) -> None:
        """The names of a folder's pictures, which are shown instead of times; none for a video."""
        self._pictures = names

    def picture_at(self, time_s: float) -> int:
        """The place in the folder of the picture at this time."""
        return min(len(self._pictures) - 1, int(time_s * DEFAULT_FRAME_RATE + _ROUNDING))

    def caption(self, time_s: float) -> str:
        """What is shown below a preview of this time."""
        if not self._pictures:
            return number_format.clock(time_s, tenths=True)
        place = self.picture_at(time_s)
        return self.tr("{} of {} · {}").format(place + 1, len(self._pictures), self._pictures[place])

    def show_marks(self, start_s: float | None, end_s: float | None) -> None:
        """Marks a range on the groove; None leaves a side open."""
        if self._marks != (start_s, end_s):
            self._marks = start_s, end_s
            self.update()

    def show_preview(self, time_s: float, image: QImage) -> None:
        """Shows a picture of the video at about this time, unless the visible one is closer to the pointer's time."""
        preview = self._preview
        if not preview.isVisible():
            return
        if preview.image_s is None or abs(time_s - preview.time_s) <= abs(preview.image_s - preview.time_s):
            preview.show_image(image, time_s)
            preview.show_at(preview.time_s, self)

    def time_at(self, x: float) -> float:
        """The time at a horizontal position in this widget."""
        groove, handle = self._groove(), self._handle_width()
        share = (x - groove.x() - handle / 2) / max(1, groove.width() - handle)
        return min(max(0.0, share), 1.0) * self.maximum() / _PER_S

    def x_at(self, time_s: float) -> float:
        """The horizontal position of a time in this widget."""
        groove, handle = self._groove(), self._handle_width()
        share = time_s * _PER_S / max(1, self.maximum())
        return groove.x() + handle / 2 + share * (groove.width() - handle)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        start_s, end_s = self._marks
        if start_s is None and end_s is None:
            return
        colour = QColor(theme.colours().accent)
        left = self.x_at(start_s or 0.0)
        right = self.x_at(self.maximum() / _PER_S if end_s is None else end_s)
        band, middle = QColor(colour), self.height() / 2
        band.setAlphaF(_BAND_OPACITY)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(QRectF(left, middle - _MARK_PX, right - left, 2 * _MARK_PX), band)
            painter.setPen(QPen(colour, 2))
            for x, inward in ((left, 1), (right, -1)) if end_s is not None else ((left, 1),):
                if inward == 1 and start_s is None:
                    continue
                inner = x + inward * _BRACKET_PX
                top, bottom = middle - _MARK_PX, middle + _MARK_PX
                painter.drawPolyline([QPointF(inner, top), QPointF(x, top), QPointF(x, bottom), QPointF(inner, bottom)])

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrubbing = True
            self._scrub(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._scrubbing:
            self._scrub(event.position())
        self._request_preview(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._scrubbing:
            self._scrub(event.position())
            self._seeks.flush()
            self._scrubbing = False
            if not self.rect().contains(event.position().toPoint()):
                self._hide_preview()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        if not self._scrubbing:
            self._hide_preview()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._scrubbing = False
        self._hide_preview()

    def _scrub(self, position: QPointF) -> None:
        time_s = self.time_at(position.x())
        self.setValue(round(time_s * _PER_S))
        self._seeks.offer(time_s)

    def _request_preview(self, position: QPointF) -> None:
        if self.isEnabled():
            time_s = self.time_at(position.x())
            self._preview.show_at(time_s, self)
            self._previews.offer(time_s)

    def _hide_preview(self) -> None:
        self._previews.forget()
        self._preview.hide()
        self._preview.clear_image()

    def _seek_by_key(self, action: int) -> None:
        if action != QSlider.SliderAction.SliderMove.value and not self._scrubbing:
            self.seek_requested.emit(self.sliderPosition() / _PER_S)

    def _groove(self) -> QRect:
        return self._part(QStyle.SubControl.SC_SliderGroove)

    def _handle_width(self) -> int:
        return self._part(QStyle.SubControl.SC_SliderHandle).width()

    def _part(self, part: QStyle.SubControl) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)


class Preview(QWidget):
    """A small picture with its time, above the pointer. It accepts neither mouse events nor focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.WindowTransparentForInput)
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pixmap: QPixmap | None = None
        self.time_s = 0.0
        self._caption = ""
        """The time at the pointer."""
        self.image_s: float | None = None
        """The time that the picture was requested for; None without a picture."""

    def clear_image(self) -> None:
        self._pixmap = self.image_s = None

    def show_image(self, image: QImage, time_s: float) -> None:
        if image.isNull():
            return
        self.image_s = time_s
        ratio = self.devicePixelRatioF()
        side = round(_PREVIEW_SIDE * ratio)
        scaled = image.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self._pixmap = QPixmap.fromImage(scaled)
        self._pixmap.setDevicePixelRatio(ratio)
        self.update()

    def show_at(self, time_s: float, slider: SeekSlider) -> None:
        """Shows the preview above this time of the slider."""
        self.time_s, self._caption = time_s, slider.caption(time_s)
        size = self.sizeHint()
        above = slider.mapToGlobal(QPoint(round(slider.x_at(time_s)), 0))
        left, top = above.x() - size.width() // 2, above.y() - size.height() - 4
        screen = slider.screen().availableGeometry()
        corner = QPoint(min(max(screen.left(), left), screen.right() - size.width()), max(screen.top(), top))
        # Size and position change together: otherwise the preview may be under the pointer for a moment, and the
        # slider gets a leave event.
        self.setGeometry(QRect(corner, size))
        if not self.isVisible() and QApplication.applicationState() != Qt.ApplicationState.ApplicationSuspended:
            self.show()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        line = self.fontMetrics().height() + 6
        if self._pixmap is None:
            return QSize(self.fontMetrics().horizontalAdvance(max("00:00:00.0", self._caption, key=len)) + 16, line)
        size = self._pixmap.deviceIndependentSize().toSize()
        return QSize(size.width() + 6, size.height() + 3 + line)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        colours = theme.colours()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.panel))
            painter.setPen(QColor(colours.line))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            if self._pixmap is not None:
                painter.drawPixmap(3, 3, self._pixmap)
            line = self.fontMetrics().height() + 6
            painter.setFont(theme.tabular_digits(self.font()))
            painter.setPen(QColor(colours.text))
            caption = QRect(0, self.height() - line, self.width(), line)
            text = painter.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideMiddle, caption.width() - 6)
            painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, text)
