"""A slider for a real number, with its name before it and its value behind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider

from app.gui.kit import theme


class LabelledSlider(QObject):
    """Three widgets of one row of a grid."""

    changed = Signal(float)
    """By the user, not by `set_value`."""

    def __init__(
        self, owner: QObject, name: str, lowest: float, highest: float, *, step: float, told: Callable[[float], str]
    ) -> None:
        super().__init__(owner)
        self._step, self._told = step, told
        self.name = QLabel(name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(name)
        self.slider.setRange(round(lowest / step), round(highest / step))
        self.slider.setPageStep(max(1, (self.slider.maximum() - self.slider.minimum()) // 10))
        self.value = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setFont(theme.tabular_digits(self.value.font()))
        self.value.setMinimumWidth(max(self._width(lowest), self._width(highest)))
        self.name.setBuddy(self.slider)
        self.slider.valueChanged.connect(self._tell)
        self._tell_text()

    def add_to(self, grid: QGridLayout, row: int) -> None:
        for column, widget in enumerate((self.name, self.slider, self.value)):
            grid.addWidget(widget, row, column)

    def set_value(self, value: float) -> None:
        """Shows the value; a slider under the user's hand is left to the user."""
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(value / self._step))
            self.slider.blockSignals(False)
            self._tell_text()

    def _tell(self, steps: int) -> None:
        self._tell_text()
        self.changed.emit(round(steps * self._step, 6))

    def _tell_text(self) -> None:
        self.value.setText(self._told(self.slider.value() * self._step))

    def _width(self, value: float) -> int:
        return self.value.fontMetrics().horizontalAdvance(self._told(value))
