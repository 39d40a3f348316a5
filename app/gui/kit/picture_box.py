"""An input field for a picture of a folder, which counts from 1; its value is a time, as in a video."""

from __future__ import annotations

import re
from typing import Literal

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QWidget

from app.gui.kit.time_box import TimeBox
from app.video.facts import DEFAULT_FRAME_RATE

_NUMBER = re.compile(r"\d{1,9}")


class PictureBox(TimeBox):
    """Shows the number of a picture. Its time is where the picture starts, or where it ends."""

    def __init__(self, name: str, edge: Literal["start", "end"], pictures: int, parent: QWidget | None = None) -> None:
        self._offset = 1 if edge == "start" else 0
        super().__init__(name, parent)
        period_s = float(1 / DEFAULT_FRAME_RATE)
        self.setSingleStep(period_s)
        self.setRange((1 - self._offset) * period_s, (pictures - self._offset) * period_s)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(str(10 * pictures)) + 40)

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        return str(round(value * DEFAULT_FRAME_RATE) + self._offset)

    def valueFromText(self, text: str) -> float:  # noqa: N802
        found = _NUMBER.fullmatch(text.strip())
        return self.value() if found is None else float((int(found[0]) - self._offset) / DEFAULT_FRAME_RATE)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        valid, empty = _NUMBER.fullmatch(text.strip()), not text.strip()
        states = QValidator.State
        return states.Acceptable if valid else states.Intermediate if empty else states.Invalid, text, position
