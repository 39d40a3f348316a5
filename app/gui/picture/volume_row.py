"""The button that mutes the sound of a video, and the slider for its volume."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from app.gui.kit import theme
from app.watch.playback_sound import SoundStatus

_ICON_PX, _SLIDER_PX = 20, 72
STEPS = 20
"""From silent to loud."""


class VolumeRow(QWidget):
    """Shows whether sound is played, and how loud; says why if it is not."""

    mute_requested = Signal(bool)
    volume_requested = Signal(float)
    """From 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status, self._muted = SoundStatus(), False
        self._button = QToolButton()
        self._button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setCheckable(True)
        self._button.setAccessibleName(self.tr("Mute"))
        self._button.clicked.connect(self.mute_requested)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 4)
        self.slider.setFixedWidth(_SLIDER_PX)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setAccessibleName(self.tr("Volume"))
        self.slider.valueChanged.connect(lambda step: self.volume_requested.emit(step / STEPS))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._button)
        row.addWidget(self.slider)
        theme.watch().changed.connect(self._show)
        self._show()

    def show_volume(self, volume: float, *, muted: bool) -> None:
        self._muted = muted
        self.slider.blockSignals(True)
        self.slider.setValue(round(volume * STEPS))
        self.slider.blockSignals(False)
        self.slider.setToolTip(self.tr("Volume {:.0f} % (Ctrl+Up, Ctrl+Down)").format(100 * volume))
        self._show()

    def show_status(self, status: SoundStatus) -> None:
        if status != self._status:
            self._status = status
            self._show()

    def _show(self) -> None:
        silent = self._muted or self._status.state == "unavailable"
        self._button.setIcon(theme.icon("muted" if silent else "sound"))
        self._button.setChecked(self._muted)
        self.slider.setEnabled(not silent)
        reasons = {
            "unavailable": self.tr("{} The video plays without sound.").format(self._status.reason),
            "slow": self.tr("The video is played slower than its sound, which is therefore off."),
            "off": self.tr("Sound is played at a speed of 1×."),
        }
        switch = self.tr("Sound on (Shift+M)") if self._muted else self.tr("Mute (Shift+M)")
        text = "\n".join(filter(None, (switch, reasons.get(self._status.state, ""))))
        self._button.setToolTip(text)
        self._button.setAccessibleDescription(text)
