"""Buttons beside and below each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.gui.kit import theme

_COLUMNS = 2


class ButtonGrid(QWidget):
    """Buttons in two columns of equal width, which a narrow panel has room for in every language.

    A click leaves the focus where it was: otherwise Space would press the button again instead of playing the video.
    """

    def __init__(self, buttons: Sequence[QPushButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        for place, button in enumerate(buttons):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            grid.addWidget(button, *divmod(place, _COLUMNS))
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
