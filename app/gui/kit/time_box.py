"""An input field for a time in a video, to the millisecond."""

from __future__ import annotations

import re
from fractions import Fraction

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?)")
_UNFINISHED = re.compile(r"[\d:.]*")
_MAXIMUM_S = 100 * 3600.0


class TimeBox(QDoubleSpinBox):
    """Shows 75.5 seconds as 1:15.500; accepts 75.5, 1:15.5 and 0:01:15.5."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDecimals(3)
        self.setRange(0, _MAXIMUM_S)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("00:00:00.000") + 40)

    @property
    def time(self) -> Fraction:
        return Fraction(round(1000 * self.value()), 1000)

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        minutes, milliseconds = divmod(round(1000 * value), 60_000)
        hours, minutes = divmod(minutes, 60)
        seconds = f"{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
        return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes}:{seconds}"

    def valueFromText(self, text: str) -> float:  # noqa: N802
        if text and text == self.specialValueText():
            return self.minimum()
        found = _TIME.fullmatch(text.strip())
        if found is None:
            return self.value()
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return 3600 * hours + 60 * minutes + seconds

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if _TIME.fullmatch(text.strip()) or (text and text == self.specialValueText()):
            return QValidator.State.Acceptable, text, position
        state = QValidator.State.Intermediate if _UNFINISHED.fullmatch(text.strip()) else QValidator.State.Invalid
        return state, text, position
