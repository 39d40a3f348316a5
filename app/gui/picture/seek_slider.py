"""A slider along a video: a click jumps there, a drag scrubs, and what lies under the pointer is shown above it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QSlider, QStyle, QStyleOptionSlider, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.pacing import Paced

_ASK_EVERY_MS = 60
_PREVIEW_SIDE = 176
_PER_S = 1000


class SeekSlider(QSlider):
    """Times are seconds from the start of the video."""

    seek_requested = Signal(float)
    preview_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("seek")
        self.setAccessibleName(self.tr("Position in the video"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSingleStep(_PER_S)
        self.setPageStep(10 * _PER_S)
        self._scrubbing = False
        self._preview = Preview(self)
        self._seeks = Paced[float](self, _ASK_EVERY_MS, self.seek_requested.emit)
        self._asks = Paced[float](self, _ASK_EVERY_MS, self.preview_requested.emit)
        self.actionTriggered.connect(self._moved_by_key)

    def show_position(self, position_s: float, duration_s: float | None) -> None:
        """Moves the handle, unless the user holds it."""
        self.setEnabled(duration_s is not None and duration_s > 0)
        if duration_s is not None:
            self.setMaximum(max(1, round(duration_s * _PER_S)))
        if not self._scrubbing:
            self.setValue(round(position_s * _PER_S))

    def show_preview(self, time_s: float, image: QImage) -> None:
        """What the video shows about there. It comes late: one that is further away than the one shown is left out."""
        preview = self._preview
        if not preview.isVisible():
            return
        if preview.pictured_s is None or abs(time_s - preview.time_s) <= abs(preview.pictured_s - preview.time_s):
            preview.show_image(image, time_s)
            preview.place(preview.time_s, self)

    def time_at(self, x: float) -> float:
        """The time under a place of this widget."""
        groove, handle = self._groove(), self._handle_width()
        share = (x - groove.x() - handle / 2) / max(1, groove.width() - handle)
        return min(max(0.0, share), 1.0) * self.maximum() / _PER_S

    def x_at(self, time_s: float) -> float:
        groove, handle = self._groove(), self._handle_width()
        share = time_s * _PER_S / max(1, self.maximum())
        return groove.x() + handle / 2 + share * (groove.width() - handle)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrubbing = True
            self._scrub(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._scrubbing:
            self._scrub(event.position())
        self._ask(event.position())

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

    def _scrub(self, place: QPointF) -> None:
        time_s = self.time_at(place.x())
        self.setValue(round(time_s * _PER_S))
        self._seeks.offer(time_s)

    def _ask(self, place: QPointF) -> None:
        if self.isEnabled():
            time_s = self.time_at(place.x())
            self._preview.place(time_s, self)
            self._asks.offer(time_s)

    def _hide_preview(self) -> None:
        self._asks.forget()
        self._preview.hide()
        self._preview.forget_image()

    def _moved_by_key(self, action: int) -> None:
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
    """A small picture with its time, above the pointer. It takes neither mouse nor focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.WindowTransparentForInput)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pixmap: QPixmap | None = None
        self.time_s = 0.0
        self.pictured_s: float | None = None
        """The time that the picture is of."""

    def forget_image(self) -> None:
        self._pixmap = self.pictured_s = None

    def show_image(self, image: QImage, time_s: float) -> None:
        if image.isNull():
            return
        self.pictured_s = time_s
        ratio = self.devicePixelRatioF()
        side = round(_PREVIEW_SIDE * ratio)
        fitted = image.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self._pixmap = QPixmap.fromImage(fitted)
        self._pixmap.setDevicePixelRatio(ratio)
        self.update()

    def place(self, time_s: float, slider: SeekSlider) -> None:
        """Shows it above that time."""
        self.time_s = time_s
        size = self.sizeHint()
        above = slider.mapToGlobal(QPoint(round(slider.x_at(time_s)), 0))
        left, top = above.x() - size.width() // 2, above.y() - size.height() - 4
        screen = slider.screen().availableGeometry()
        corner = QPoint(min(max(screen.left(), left), screen.right() - size.width()), max(screen.top(), top))
        # Size and place at once: in between it would lie under the pointer, which leaves the slider then.
        self.setGeometry(QRect(corner, size))
        if not self.isVisible() and QApplication.applicationState() != Qt.ApplicationState.ApplicationSuspended:
            self.show()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        line = self.fontMetrics().height() + 6
        if self._pixmap is None:
            return QSize(self.fontMetrics().horizontalAdvance("00:00:00.0") + 16, line)
        size = self._pixmap.deviceIndependentSize().toSize()
        return QSize(size.width() + 6, size.height() + 3 + line)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        now = theme.colours()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(now.panel))
            painter.setPen(QColor(now.line))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            if self._pixmap is not None:
                painter.drawPixmap(3, 3, self._pixmap)
            line = self.fontMetrics().height() + 6
            painter.setFont(theme.tabular_digits(self.font()))
            painter.setPen(QColor(now.text))
            foot = QRect(0, self.height() - line, self.width(), line)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, number_format.clock(self.time_s, tenths=True))
