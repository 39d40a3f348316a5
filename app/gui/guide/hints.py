"""Hints for the first start: bubbles beside the widgets that they are about, one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.gui.kit import theme

_ARROW_PX, _RADIUS_PX, _MARGIN_PX = 8, 7, 8
_TEXT_WIDTH_PX = 260


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence about a widget. `is_due` says whether the widget is of use now."""

    text: str
    target: QWidget
    is_due: Callable[[], bool]


class Hints(QObject):
    """Shows the hints in their order, each once it is due, until they are read, used or dismissed with Esc.

    They take neither the focus nor any click beside them, and wait while `notice` is shown, which they would cover.
    Thread: the GUI's.
    """

    begun = Signal()

    def __init__(self, window: QWidget, hints: Sequence[Hint], notice: QWidget) -> None:
        super().__init__(window)
        self._window, self._notice = window, notice
        self._hints = tuple(hints)
        self._left: list[Hint] = []
        self._shown: Hint | None = None
        self._bubble = _Bubble(window)
        self._bubble.read.connect(self.next)
        for watched in (window, notice):
            watched.installEventFilter(self)

    @property
    def shown(self) -> Hint | None:
        return self._shown

    def start(self) -> None:
        """Begins with the first hint that is due; those before it are about what has been done already."""
        due = (number for number, hint in enumerate(self._hints) if hint.is_due())
        self._left = list(self._hints[next(due, 0) :])
        self._shown = None
        self.update()
        self.begun.emit()

    def update(self) -> None:
        """Shows the next hint if it is due. Call it when that may have changed."""
        if self._shown is None and self._left and self._left[0].is_due():
            self._shown = self._left[0]
            self._bubble.show_text(self._shown.text)
            keys = self._window.windowHandle()
            if keys is not None:
                keys.installEventFilter(self)
            self._place()

    def next(self) -> None:
        """The hint that is shown has been read."""
        if self._shown is not None:
            self._left.remove(self._shown)
            self._hide()
            self.update()

    def used(self, target: QWidget) -> None:
        """What the hint of this widget says has been done, whether or not the hint was shown."""
        if self._shown is not None and self._shown.target is target:
            self.next()
        else:
            self._left = [hint for hint in self._left if hint.target is not target]

    def dismiss(self) -> None:
        """No more hints."""
        self._left = []
        self._hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self._notice:
            if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
                self._place()
        elif watched is self._window and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        elif self._bubble.isVisible() and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            return self._takes_escape(event)
        return False

    def _takes_escape(self, event: QKeyEvent) -> bool:
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # Otherwise it would be a shortcut, and no key.
        elif event.type() == QEvent.Type.KeyPress:
            self.dismiss()
        return True

    def _hide(self) -> None:
        self._shown = None
        self._bubble.hide()
        keys = self._window.windowHandle()
        if keys is not None:
            keys.removeEventFilter(self)

    def _place(self) -> None:
        if self._notice.isVisible():
            self._bubble.hide()
        elif self._shown is not None:
            self._bubble.place_at(self._shown.target)


class _Bubble(QFrame):
    """A sentence with an arrow up to a widget, and a button."""

    read = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("hint")
        self._text = QLabel(wordWrap=True)
        self._text.setFixedWidth(_TEXT_WIDTH_PX)
        button = QPushButton(self.tr("Got it"))
        button.clicked.connect(self.read)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8 + _ARROW_PX, 8, 8)
        row.addWidget(self._text)
        row.addWidget(button)
        self._arrow_px = 0.0
        self.hide()

    def show_text(self, text: str) -> None:
        self._text.setText(text)
        self.setAccessibleName(text)

    def place_at(self, target: QWidget) -> None:
        """Below the widget, inside the window; hidden while the widget is."""
        window = self.parentWidget()
        if window is None or not target.isVisible():
            self.hide()
            return
        self.adjustSize()
        middle = target.mapTo(window, QPoint(target.width() // 2, target.height()))
        left = min(max(_MARGIN_PX, middle.x() - self.width() // 2), window.width() - self.width() - _MARGIN_PX)
        self._arrow_px = float(middle.x() - left)
        self.move(left, middle.y() + 1)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        at = min(max(self._arrow_px, _RADIUS_PX + _ARROW_PX), self.width() - _RADIUS_PX - _ARROW_PX)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.colours().accent))
            painter.drawRoundedRect(
                QRectF(0, _ARROW_PX, self.width(), self.height() - _ARROW_PX), _RADIUS_PX, _RADIUS_PX
            )
            tip, left, right = QPointF(at, 0), QPointF(at - _ARROW_PX, _ARROW_PX), QPointF(at + _ARROW_PX, _ARROW_PX)
            painter.drawPolygon(QPolygonF([tip, left, right]))
