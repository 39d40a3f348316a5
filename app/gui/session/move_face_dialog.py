"""Asks which part of a face belongs to whom."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.outputs.exclusions import Span
from app.session.session import Session


class MoveFaceDialog(QDialog):
    """A face is moved, or swapped with another: from the present time on, in the marked range, or as a whole.

    Afterwards, `target` is the other face, None for a new one; `span` the range, None for all frames; `swapped` whether
    the other face's frames come back.
    """

    def __init__(
        self, session: Session, face_id: int, time_s: float, marked: Span | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Move face"))
        name = session.name_of(face_id) or self.tr("Face {}").format(face_id)
        self._others = QComboBox()
        self._others.setAccessibleName(self.tr("To"))
        self._others.addItem(self.tr("A new face"), None)
        for other in session.face_ids:
            if other != face_id:
                known = session.name_of(other)
                text = self.tr("{name} (face {face})") if known else self.tr("Face {face}")
                self._others.addItem(text.format(name=known, face=other), other)
        self._spans = QButtonGroup(self)
        self._choices: list[Span | None] = [Span(time_s, float("inf"))]
        texts = [self.tr("From here, {}, to the &end").format(number_format.clock(time_s, tenths=True))]
        if marked is not None:
            start, end = (number_format.clock(edge, tenths=True) for edge in marked)
            self._choices.append(marked)
            texts.append(self.tr("In the &marked range, {start} – {end}").format(start=start, end=end))
        self._choices.append(None)
        texts.append(self.tr("&All frames"))
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.SPACE)
        heading = QLabel(self.tr("Which frames of “{}” belong to another face?").format(name))
        heading.setWordWrap(True)
        layout.addWidget(heading)
        for number, text in enumerate(texts):
            choice = QRadioButton(text)
            choice.setChecked(number == (1 if marked is not None else 0))
            self._spans.addButton(choice, number)
            layout.addWidget(choice)
        form = QFormLayout()
        form.addRow(self.tr("&To"), self._others)
        layout.addLayout(form)
        self._swap = QCheckBox(self.tr("&Swap: the other face becomes this one there"))
        self._swap.setEnabled(False)
        layout.addWidget(self._swap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Move"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._others.currentIndexChanged.connect(lambda _: self._swap.setEnabled(self.target is not None))

    @property
    def target(self) -> int | None:
        target = self._others.currentData()
        return target if isinstance(target, int) else None

    @property
    def span(self) -> Span | None:
        return self._choices[self._spans.checkedId()]

    @property
    def swapped(self) -> bool:
        return self._swap.isChecked() and self.target is not None
