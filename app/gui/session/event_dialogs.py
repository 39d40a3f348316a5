"""Dialogs for a label and for an event."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.gui.kit.time_box import TimeBox
from app.session.events import DECIMALS, KEYS, LONGEST_NOTE, Event, Label
from app.session.identities import LONGEST_NAME, clean_name
from app.session.session import Session

_SWATCH_PX = 14


class LabelDialog(QDialog):
    """Edits a label, or makes a new one. Afterwards, it is `label`."""

    def __init__(self, label: Label, others: Sequence[Label], *, new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add label") if new else self.tr("Edit label"))
        self._taken = {other.name.casefold() for other in others}
        self._name = QLineEdit(label.name)
        self._name.setMaxLength(LONGEST_NAME)
        self._name.setPlaceholderText(self.tr("For example: talks"))
        self._key = QComboBox()
        self._key.addItem(self.tr("None"), "")
        users = {other.key: other.name for other in others if other.key}
        for key in KEYS:
            self._key.addItem(
                self.tr("{key} (now of {label})").format(key=key, label=users[key]) if key in users else key, key
            )
        self._key.setCurrentIndex(self._key.findData(label.key))
        self._kind = QComboBox()
        self._kind.addItem(self.tr("Ranges: the key starts and ends one"), True)
        self._kind.addItem(self.tr("Moments: the key marks one"), False)
        self._kind.setCurrentIndex(0 if label.ranges else 1)
        self._colour = label.colour
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.clicked.connect(self._ask_colour)
        self._problem = QLabel()
        self._problem.setObjectName("quiet")
        self._problem.setWordWrap(True)
        form = QFormLayout(self)
        form.addRow(self.tr("&Name"), self._name)
        form.addRow(self.tr("&Marks"), self._kind)
        form.addRow(self.tr("&Key"), self._key)
        form.addRow(self.tr("&Colour"), self._choose)
        form.addRow(self._problem)
        self._buttons = _buttons(self)
        form.addRow(self._buttons)
        self._name.textChanged.connect(lambda _: self._update())
        self._update()

    @property
    def label(self) -> Label:
        return Label(
            clean_name(self._name.text()), self._colour, str(self._key.currentData()), bool(self._kind.currentData())
        )

    def _ask_colour(self) -> None:
        chosen = QColorDialog.getColor(QColor(self._colour), self, self.tr("Colour of the label"))
        if chosen.isValid():
            self._colour = chosen.name().upper()
            self._update()

    def _update(self) -> None:
        swatch = QPixmap(_SWATCH_PX, _SWATCH_PX)
        swatch.fill(QColor(self._colour))
        self._choose.setIcon(swatch)
        name = self.label.name
        taken = name.casefold() in self._taken
        self._problem.setText(self.tr("There is a label with this name already.") if taken else "")
        self._problem.setVisible(taken)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(name) and not taken)


class EventDialog(QDialog):
    """Edits an event. Afterwards, it is `event_now`."""

    def __init__(self, event: Event, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Edit event"))
        self._label = QComboBox()
        for label in session.edits.labels:
            self._label.addItem(label.name)
        self._label.setCurrentText(event.label)
        self._start, self._end = TimeBox(self.tr("Start")), TimeBox(self.tr("End"))
        for box, time_s in ((self._start, event.start_s), (self._end, event.end_s)):
            box.setValue(time_s)
        self._times = {self._start.value(): event.start_s, self._end.value(): event.end_s}
        self._face = QComboBox()
        self._face.addItem(self.tr("No face in particular"), None)
        faces = dict.fromkeys((*session.face_ids, *([event.face_id] if event.face_id is not None else [])))
        for face_id in faces:
            name = session.name_of(face_id)
            text = self.tr("{name} (face {face})") if name else self.tr("Face {face}")
            self._face.addItem(text.format(name=name, face=face_id), face_id)
        self._face.setCurrentIndex(self._face.findData(event.face_id) if event.face_id is not None else 0)
        self._note = QLineEdit(event.note)
        self._note.setAccessibleName(self.tr("Note"))
        self._note.setMaxLength(LONGEST_NOTE)
        self._problem = QLabel(self.tr("The end is before the start."))
        self._problem.setObjectName("quiet")
        form = QFormLayout(self)
        form.addRow(self.tr("&Label"), self._label)
        form.addRow(self.tr("&Start"), self._start)
        form.addRow(self.tr("&End"), self._end)
        form.addRow(self.tr("&Face"), self._face)
        form.addRow(self.tr("&Note"), self._note)
        form.addRow(self._problem)
        self._buttons = _buttons(self)
        form.addRow(self._buttons)
        for box in (self._start, self._end):
            box.valueChanged.connect(lambda _: self._update())
        self._update()

    @property
    def event_now(self) -> Event:
        start_s, end_s = (round(self._exact(box), DECIMALS) for box in (self._start, self._end))
        face_id = self._face.currentData()
        return Event(
            start_s,
            end_s,
            self._label.currentText(),
            face_id if isinstance(face_id, int) else None,
            self._note.text().strip(),
        )

    def _exact(self, box: TimeBox) -> float:
        """A time that was not changed keeps more decimals than the box shows."""
        return self._times.get(box.value(), box.value())

    def _update(self) -> None:
        backwards = self._end.value() < self._start.value()
        self._problem.setVisible(backwards)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not backwards)


def _buttons(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons
