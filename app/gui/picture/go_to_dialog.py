"""A dialog that asks for a place in a video: a time, or the number of a frame."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.gui.kit import number_format
from app.gui.kit.places import Place, read_place


class GoToDialog(QDialog):
    """Emits a place inside the video once the user confirms one; says what is wrong with any other.

    `duration_s` and `frame_count` are the video's, None if unknown.
    """

    place_chosen = Signal(object)
    """Place"""

    def __init__(
        self, present: str, duration_s: float | None, frame_count: int | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Go to"))
        self._duration_s, self._frame_count = duration_s, frame_count
        self._place: Place | None = None
        self._text = QLineEdit(present)
        self._text.selectAll()
        self._text.setAccessibleDescription(self._examples())
        self._problem = QLabel()
        self._problem.setObjectName("quiet")
        self._problem.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._go = buttons.addButton(self.tr("&Go"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(self.tr("&Time or frame"), self._text)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addWidget(buttons)
        self._text.textChanged.connect(self._check)
        self._check()
        self.setMinimumWidth(360)

    def accept(self) -> None:
        if self._place is not None:
            self.place_chosen.emit(self._place)
            super().accept()

    def _check(self) -> None:
        place = read_place(self._text.text())
        problem = "" if place is None else self._out_of_range(place)
        self._place = None if problem else place
        self._problem.setText(problem or self._examples())
        self._go.setEnabled(self._place is not None)

    def _examples(self) -> str:
        return self.tr("A time such as 62.5 or 1:02.5, or a frame such as f307 or #307. Frames count from 0.")

    def _out_of_range(self, place: Place) -> str:
        if place.time_s is not None and self._duration_s is not None and place.time_s > self._duration_s:
            end = number_format.clock(self._duration_s, tenths=True)
            return self.tr("The video ends at {}. Enter an earlier time.").format(end)
        if place.frame is not None and self._frame_count is not None and place.frame >= self._frame_count:
            last = self._frame_count - 1
            return self.tr("The last frame is {}. Enter a lower number.").format(last)
        return ""
