"""The bar below a session's video: stepping and playing, the position, excluding ranges, the speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from app.gui.kit import number_format, theme
from app.gui.picture.transport_bar import frame_text
from app.gui.session.actions import SessionActions

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
_ICON_PX = 20


class SessionBar(QWidget):
    """Buttons for actions of the session viewer, the position, and a choice of speeds."""

    speed_chosen = Signal(float)

    def __init__(self, actions: SessionActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        for name in ("previous_frame", "play", "next_frame"):
            button = _button(actions, name)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(_ICON_PX, _ICON_PX))
            row.addWidget(button)
        self._time = QLabel()
        self._time.setFont(theme.tabular_digits(self.font()))
        self._time.setAccessibleName(self.tr("Position"))
        row.addSpacing(8)
        row.addWidget(self._time)
        row.addStretch()
        exclude = _button(actions, "exclude")
        exclude.setToolTip(self.tr("Drag over the curves to exclude a range; Shift+drag always does (M)"))
        row.addWidget(exclude)
        self._speed = QComboBox()
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(self.tr("Speed"))
        for speed in _SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        self._speed.setCurrentIndex(_SPEEDS.index(1.0))
        self._speed.activated.connect(lambda _index: self.speed_chosen.emit(self._speed.currentData()))
        row.addWidget(self._speed)

    def show_picture(self, text: str) -> None:
        """Shows which picture is shown, in place of a time."""
        self._time.setText(text)

    def show_time(self, time_s: float, length_s: float, frame: int | None = None) -> None:
        """Shows the position, the length, and the number of the frame if it is known."""
        text = f"{number_format.clock(time_s, tenths=True)} / {number_format.clock(length_s, tenths=True)}"
        self._time.setText(text if frame is None else f"{text} · {frame_text(frame)}")


def _button(actions: SessionActions, name: str) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(actions[name])
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
