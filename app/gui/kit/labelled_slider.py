"""A slider for a real number, with its name on the left and its value on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider

from app.gui.kit import theme

_UNIT = 0.01


class LabelledSlider(QObject):
    """Name, slider and value as three widgets of one row of a grid. `text_of` formats the value.

    The slider counts hundredths, which are percent where factors are shown as such: this is the number that screen
    readers say. It moves in steps of `step`.
    """

    changed = Signal(float)
    """The user changed the value; not emitted by `set_value`."""

    def __init__(
        self,
        owner: QObject,
        name: str,
        minimum: float,
        maximum: float,
        *,
        step: float,
        text_of: Callable[[float], str],
    ) -> None:
        super().__init__(owner)
        self._steps, self._text_of = max(1, round(step / _UNIT)), text_of
        self.name = QLabel(name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(name)
        self.slider.setRange(round(minimum / _UNIT), round(maximum / _UNIT))
        self.slider.setSingleStep(self._steps)
        tenth = (self.slider.maximum() - self.slider.minimum()) / 10
        self.slider.setPageStep(self._steps * max(1, round(tenth / self._steps)))
        self.value = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setFont(theme.tabular_digits(self.value.font()))
        self.value.setMinimumWidth(max(self._width(minimum), self._width(maximum)))
        self.name.setBuddy(self.slider)
        self.slider.valueChanged.connect(self._report)
        self._show_text()

    def add_to(self, grid: QGridLayout, row: int) -> None:
        for column, widget in enumerate((self.name, self.slider, self.value)):
            grid.addWidget(widget, row, column)

    @property
    def number(self) -> float:
        """The value that is shown."""
        return round(self.slider.value() * _UNIT, 6)

    def set_value(self, value: float) -> None:
        """Shows the value, unless the user is dragging the slider."""
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(value / _UNIT))
            self.slider.blockSignals(False)
            self._show_text()

    def _report(self, value: int) -> None:
        stepped = self._steps * round(value / self._steps)
        if stepped != value:
            self.slider.setValue(stepped)  # Which comes back here.
            return
        self._show_text()
        self.changed.emit(self.number)

    def _show_text(self) -> None:
        text = self._text_of(self.number)
        self.value.setText(text)
        self.slider.setAccessibleDescription(text)

    def _width(self, value: float) -> int:
        return self.value.fontMetrics().horizontalAdvance(self._text_of(value))
