"""The faces of a frame: large angles for the selected one, a table row for each of the others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.frames import Face
from app.gui.kit import number_format, theme
from app.gui.kit.directions import spoken_angle
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.gui.panels.face_chip import FaceChip
from app.gui.panels.faces_table import FacesTable
from app.gui.panels.panel import Panel
from app.settings import Signs
from app.watch.shown_frame import ShownFrame
from hopenet import ANGLES, HeadPose, PoseSpread

_LARGE = 1.7
_AS_MEASURED = Signs()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FacesPanel(Panel):
    """Shows the selected face: the one that is followed, or else the largest."""

    follow_requested = Signal(object)
    """A track id, or None to follow the largest face again."""
    meaning_wanted = Signal()
    """The user wants to read what the numbers mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._track_id: int | None = None
        self._activity = ""
        self._is_stale = False
        self._has_region = False
        self._chip = FaceChip()
        self._title = QLabel()
        self._title.setObjectName("selectedFace")
        self._title.setFont(theme.tabular_digits(self.font(), scale=1.1, bold=True))
        self._follow = QToolButton()
        self._follow.setCheckable(True)
        self._follow.setAccessibleName(self.tr("Follow this face"))
        self._follow.clicked.connect(self._request)
        self._meaning = QToolButton()
        self._meaning.setText("?")
        self._meaning.setAutoRaise(True)
        self._meaning.setToolTip(self.tr("What do the numbers mean?"))
        self._meaning.setAccessibleName(self.tr("What do the numbers mean?"))
        self._meaning.clicked.connect(self.meaning_wanted)
        self._angles = _Angles()
        self._note = QLabel(wordWrap=True)
        self._note.setObjectName("quiet")
        # In the place of the angles, which there are none of then, so that what is below does not move.
        self._numbers = QStackedWidget()
        self._numbers.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._numbers.addWidget(self._angles)
        self._numbers.addWidget(self._note)
        self._table = FacesTable()
        self._table.follow_requested.connect(self.follow_requested)
        self._lay_out()
        self._text = Paced[ShownFrame](self, TEXT_EVERY_MS, self._show)
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()
        self.clear()

    def show_frame(self, shown: ShownFrame) -> None:
        self._text.offer(shown)

    def clear(self) -> None:
        """Shows that no source is open."""
        self._text.forget()
        self._table.clear()
        self._show_none(self._activity or self.tr("No picture yet"), None)

    def set_region(self, has_region: bool) -> None:
        self._has_region = has_region

    def set_activity(self, activity: str) -> None:
        """What is going on before the faces of the picture are known; empty once they are."""
        if activity == self._activity:
            return
        before, self._activity = self._activity, activity
        if activity and self._track_id is None and self._title.text() in (before, self.tr("No picture yet")):
            self._title.setText(activity)

    def set_stale(self, stale: bool) -> None:
        """Greys the angles, because they are not how things are now."""
        self._is_stale = stale
        self._angles.setEnabled(not stale)
        self._table.setEnabled(not stale)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(self._chip)
        header.addWidget(self._title, 1)
        header.addWidget(self._meaning)
        header.addWidget(self._follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.SPACE)
        column.addLayout(header)
        column.addWidget(self._numbers)
        column.addWidget(self._table)

    def show_calibrated(self, calibrated: bool) -> None:
        """Says whether the spread of the snapshot in use is calibrated."""
        self._angles.show_calibrated(calibrated)

    def _draw_icons(self) -> None:
        self._follow.setIcon(theme.icon("follow"))

    def _show(self, shown: ShownFrame) -> None:
        faces, reference, followed = shown.analysis.faces, shown.options.reference, shown.options.followed
        face = shown.face
        self._table.show_faces([one for one in faces if one is not face], reference)
        self._angles.setEnabled(not (shown.pace.rest == "settling" or self._is_stale))
        if face is not None:
            pose = None if face.smoothed is None else reference.apply(face.smoothed)
            self._show_face(face, followed, pose, reference.signs)
        elif followed is not None:
            self._show_none(self.tr("Currently not in the picture."), followed)
        elif shown.pace.waiting_for:
            self._show_none(self._activity or self.tr("Looking for faces…"), None)
        else:
            where = self.tr("No face in the region") if self._has_region else self.tr("No face in the picture")
            self._show_none(where, None)

    def _show_face(self, face: Face, followed: int | None, pose: HeadPose | None, signs: Signs) -> None:
        self._show_name(face.track_id, followed=followed == face.track_id)
        self._angles.show_pose(pose, face.spread, signs)
        self._show_note("" if pose is not None else self.tr("Too small or too far outside to measure its pose."))

    def _show_none(self, note: str, followed: int | None) -> None:
        self._show_name(followed, followed=followed is not None)
        if followed is None:
            self._title.setText(note)
        self._angles.show_pose(None, None)
        self._show_note(note if followed is not None else "")

    def _show_note(self, note: str) -> None:
        self._note.setText(note)
        self._numbers.setCurrentIndex(1 if note else 0)

    def _show_name(self, track_id: int | None, *, followed: bool) -> None:
        self._track_id = track_id
        self._chip.show_id(track_id)
        if track_id is not None:
            self._title.setText(self.tr("Face {}").format(track_id))
        self._follow.setEnabled(track_id is not None)
        self._follow.setChecked(followed)
        tip = self.tr("Follow the largest face again (Esc)") if followed else self.tr("Follow this face")
        self._follow.setToolTip(tip)

    def _request(self, follow: bool) -> None:
        self.follow_requested.emit(self._track_id if follow else None)


class _Angles(QWidget):
    """Three large angles, each with its colour, name and spread."""

    def __init__(self) -> None:
        super().__init__()
        self._names = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        self._labels = [QLabel() for _ in self._names]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        self._values: list[QLabel] = []
        self._spreads: list[QLabel] = []
        for row, label in enumerate(self._labels):
            value = QLabel(alignment=_RIGHT)
            value.setFont(theme.tabular_digits(self.font(), scale=_LARGE, bold=True))
            value.setObjectName(f"{ANGLES[row]}Value")
            value.setMinimumWidth(value.fontMetrics().horizontalAdvance("−188.8°"))
            spread = QLabel(alignment=_RIGHT)
            spread.setObjectName("quiet")
            spread.setFont(theme.tabular_digits(self.font()))
            spread.setMinimumWidth(spread.fontMetrics().horizontalAdvance("± 88.8°"))
            for column, cell in enumerate((label, value, spread)):
                grid.addWidget(cell, row, column)
            self._values.append(value)
            self._spreads.append(spread)
        self._uncalibrated = QLabel(self.tr("The ± of this snapshot is not calibrated."))
        self._uncalibrated.setObjectName("quiet")
        self._uncalibrated.setWordWrap(True)
        grid.addWidget(self._uncalibrated, len(self._names), 0, 1, 3)
        self.show_calibrated(True)
        theme.watch().changed.connect(self._colour)
        self._colour()

    def show_calibrated(self, calibrated: bool) -> None:
        """Says what the spread means, which depends on the snapshot."""
        tip = (
            self.tr("Spread: about 68 % of errors are smaller, as measured")
            if calibrated
            else self.tr("Spread: how undecided the network is. Errors may be much larger; nobody has measured it.")
        )
        for spread in self._spreads:
            spread.setToolTip(tip)
        self._uncalibrated.setToolTip(tip)
        self._uncalibrated.setVisible(not calibrated)

    def show_pose(self, pose: HeadPose | None, spread: PoseSpread | None, signs: Signs = _AS_MEASURED) -> None:
        """`signs`: those that the pose is given with, which say to which side each angle is."""
        for row, value in enumerate(self._values):
            spoken = number_format.ABSENT if pose is None else spoken_angle(ANGLES[row], pose[row], signs)
            value.setAccessibleName(f"{self._names[row]}: {spoken}")
            value.setText(number_format.ABSENT if pose is None else number_format.angle(pose[row]))
            value.setEnabled(pose is not None)
            known = pose is not None and spread is not None
            self._spreads[row].setText(number_format.spread(spread[row]) if known and spread is not None else "")

    def _colour(self) -> None:
        for label, name, colour in zip(self._labels, self._names, theme.angle_colours(), strict=True):
            label.setText(f'<span style="color:{colour.name()}">●</span>&nbsp;&nbsp;{name}')
            label.setAccessibleName(name)
