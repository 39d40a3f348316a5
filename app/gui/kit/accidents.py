"""Keeps what scrolls or is pressed by accident from changing anything.

The wheel scrolls a panel although the pointer happens to be on one of its sliders, boxes or tabs: those take the wheel
only while they have the keyboard's focus, and the wheel does not give it to them. Keys without Ctrl or Alt go to the
focused widget if it has a use for them, and are shortcuts of the window, such as Space for play, only if it has none.
Return presses the focused button of a window, as it does on the web; in a dialog, Return means its default button.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
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
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind == QEvent.Type.Wheel:
            return self._keeps_from_scrolling(watched, event)
        if kind == QEvent.Type.Polish:
            if isinstance(watched, _SCROLLED) and watched.focusPolicy() == Qt.FocusPolicy.WheelFocus:
                watched.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        elif kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._keeps_key(watched, event)
        elif kind in _KEY_EVENTS and isinstance(event, QKeyEvent) and event.key() in _ENTER:
            if not _is_pressed_by_return(watched):
                return False
            space = QKeyEvent(kind, _KEY.Key_Space, event.modifiers(), "", event.isAutoRepeat())
            return QCoreApplication.sendEvent(watched, space)
        return False

    def _keeps_from_scrolling(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, _SCROLLED) or watched.hasFocus() or watched.property(OPEN_TO_ACCIDENTS):
            return False
        event.ignore()  # Its parent gets it, and scrolls.
        return True

    def _keeps_key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.modifiers() & _MODIFIERS or watched.property(OPEN_TO_ACCIDENTS):
            return False
        if isinstance(watched, QWidget) and watched.window().windowType() == Qt.WindowType.Popup:
            return False  # No shortcut reaches an open list of choices, and Return chooses in it.
        for kind, keys in _USED_KEYS.items():
            if isinstance(watched, kind) and event.key() in keys:
                event.accept()
                return True
        if event.key() in _ENTER and _is_pressed_by_return(watched):
            event.accept()
            return True
        return False


def _is_pressed_by_return(watched: QObject) -> bool:
    """Buttons, but not boxes to be ticked, which Return ticks nowhere."""
    if not isinstance(watched, QAbstractButton) or isinstance(watched, (QCheckBox, QRadioButton)):
        return False
    return not isinstance(watched.window(), QDialog)


def guard(application: QApplication) -> None:
    """Guards all widgets of the application. Does nothing if it does so already."""
    if application.findChild(_Guard, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
        application.installEventFilter(_Guard(application))
