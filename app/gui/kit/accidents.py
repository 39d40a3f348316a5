"""Keeps what scrolls or is pressed by accident from changing anything.

The wheel scrolls a panel although the pointer happens to be on one of its sliders, boxes or tabs: those take the wheel
only while they have the keyboard's focus, and the wheel does not give it to them. Keys without Ctrl or Alt go to the
focused widget if it has a use for them, and are shortcuts of the window, such as Space for play, only if it has none.
Return presses the focused button of a window, as it does on the web; in a dialog, Return means its default button.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDial,
    QDialog,
    QRadioButton,
    QSlider,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from app.gui.kit.widget_lists import native_windows, windows

OPEN_TO_ACCIDENTS = "openToAccidents"
"""A dynamic property of widgets that change nothing but what is shown, such as the seek slider."""

_SCROLLED = (QComboBox, QAbstractSpinBox, QSlider, QDial, QTabBar)

_KEY = Qt.Key
_UP_DOWN = frozenset({_KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Home, _KEY.Key_End, _KEY.Key_PageUp, _KEY.Key_PageDown})
_ARROWS = _UP_DOWN | {_KEY.Key_Left, _KEY.Key_Right}
_PRESS = frozenset({_KEY.Key_Space, _KEY.Key_Select})
_ENTER = frozenset({_KEY.Key_Return, _KEY.Key_Enter})

_USED_KEYS: Mapping[type[QWidget], frozenset[Qt.Key]] = {
    QAbstractButton: _PRESS,
    QComboBox: _PRESS | _UP_DOWN,
    QAbstractSpinBox: _UP_DOWN,
    QSlider: _ARROWS,
    QDial: _ARROWS,
    QTabBar: _ARROWS,
    QAbstractItemView: _ARROWS | _PRESS | _ENTER,
}
"""Fields for text claim their keys themselves."""

_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_KEY_EVENTS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class _Guard(QObject):
    """Filters the events of the windows, for the wheel, and of the widget with the focus, for the keys.

    It does not filter those of the whole application: Python is then called for each of the thousands of events of
    every widget, which doubles the time in which a window is built or gets other colours.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._focused: QWidget | None = None
        application.focusWindowChanged.connect(self._follow_windows)
        application.focusChanged.connect(self._follow_focus)
        self._follow_windows()
        # No signal tells of a new window, and one below the pointer gets the wheel without ever having had the focus.
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.aboutToBlock.connect(self._follow_windows)
        self._follow_focus(None, application.focusWidget())

    def _follow_windows(self) -> None:
        for window in native_windows():
            window.installEventFilter(self)  # Installed twice, it is called once.

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._focused is not None and isValid(self._focused):
            self._focused.removeEventFilter(self)
        self._focused = now
        if now is not None:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if isinstance(watched, QWindow):
            return kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent) and _scrolls_around(watched, event)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._keeps_key(watched, event)
        if kind in _KEY_EVENTS and isinstance(event, QKeyEvent) and event.key() in _ENTER:
            if not _is_pressed_by_return(watched):
                return False
            space = QKeyEvent(kind, _KEY.Key_Space, event.modifiers(), "", event.isAutoRepeat())
            return QCoreApplication.sendEvent(watched, space)
        return False

    def _keeps_key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.modifiers() & _MODIFIERS or not isinstance(watched, QWidget):
            return False
        if watched.window().windowType() == Qt.WindowType.Popup:
            return False  # No shortcut reaches an open list of choices, and Return chooses in it.
        key = event.key()
        if any(_uses(widget, key) for widget in _up_from(watched)) or (
            key in _ENTER and _is_pressed_by_return(watched)
        ):
            event.accept()
            return True
        return False


def _scrolls_around(window: QWindow, event: QWheelEvent) -> bool:
    """Keeps the wheel from the widget below the pointer, if that is not to get it, and scrolls what contains it."""
    top = next((widget for widget in windows() if widget.windowHandle() is window), None)
    if top is None or QApplication.activePopupWidget() is not None:
        return False
    around = list(_up_from(top.childAt(event.position().toPoint())))
    scrolled = next((widget for widget in around if isinstance(widget, (*_SCROLLED, QAbstractScrollArea))), None)
    if not isinstance(scrolled, _SCROLLED) or scrolled.hasFocus() or scrolled.property(OPEN_TO_ACCIDENTS):
        return False
    area = next((widget for widget in around if isinstance(widget, QAbstractScrollArea)), None)
    if area is not None:
        QCoreApplication.sendEvent(area.viewport(), _wheel_in(area.viewport(), top, event))
    return True


def _wheel_in(widget: QWidget, top: QWidget, event: QWheelEvent) -> QWheelEvent:
    """The event in the coordinates of a widget of the window `top`."""
    return QWheelEvent(
        widget.mapFrom(top, event.position()),
        event.globalPosition(),
        event.pixelDelta(),
        event.angleDelta(),
        event.buttons(),
        event.modifiers(),
        event.phase(),
        event.inverted(),
        event.source(),
    )


def _up_from(widget: QWidget | None) -> Iterator[QWidget]:
    """The widget and all that contain it, up to its window."""
    while widget is not None:
        yield widget
        widget = None if widget.isWindow() else widget.parentWidget()


def _uses(widget: QWidget, key: int) -> bool:
    if widget.property(OPEN_TO_ACCIDENTS):
        return False
    return any(isinstance(widget, kind) and key in keys for kind, keys in _USED_KEYS.items())


def _is_pressed_by_return(watched: QObject) -> bool:
    """Buttons, but not boxes to be ticked, which Return ticks nowhere."""
    if not isinstance(watched, QAbstractButton) or isinstance(watched, (QCheckBox, QRadioButton)):
        return False
    return not isinstance(watched.window(), QDialog)


def guard(application: QApplication) -> None:
    """Guards all widgets of the application. Does nothing if it does so already."""
    if application.findChild(_Guard, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
        _Guard(application)
