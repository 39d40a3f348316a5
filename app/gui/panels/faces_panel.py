"""The faces of the frame: large numbers for the one that is told of, a row for each of the others."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.drawing.drawing import identity_colour
from app.frames import Face
from app.gui.kit import number_format, theme
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.gui.panels.faces_table import FacesTable
from app.watch.shown_frame import ShownFrame
from hopenet import HeadPose, PoseSpread

_CHIP_INK = QColor("#121418")
_LARGE = 1.7


class FacesPanel(QWidget):
    """Tells of the face followed, or of the largest. Following is asked for here and decided elsewhere."""

    follow_requested = Signal(object)
    """A track id, or None for the largest face."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: int | None = None
        self._chip = _Chip()
        self._title = QLabel()
        self._title.setFont(theme.tabular_digits(self.font(), scale=1.1, bold=True))
        self._follow = QToolButton()
        self._follow.setCheckable(True)
        self._follow.setAccessibleName(self.tr("Follow this face"))
        self._follow.clicked.connect(self._ask)
        self._numbers = _Numbers()
        self._note = QLabel(wordWrap=True)
        self._note.setObjectName("quiet")
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
        """Says that nothing is watched."""
        self._text.forget()
        self._table.clear()
        self._show_none(self.tr("No picture yet"), None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._chip)
        head.addWidget(self._title, 1)
        head.addWidget(self._follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addWidget(self._note)
        column.addWidget(self._numbers)
        column.addWidget(self._table)

    def _draw_icons(self) -> None:
        self._follow.setIcon(theme.icon("follow"))

    def _show(self, shown: ShownFrame) -> None:
        faces, reference, followed = shown.analysis.faces, shown.options.reference, shown.options.followed
        face = shown.face
        self._table.show_faces([one for one in faces if one is not face], reference)
        if face is not None:
            self._show_face(face, followed, None if face.smoothed is None else reference.told(face.smoothed))
        elif followed is not None:
            self._show_none(self.tr("Not in the picture now."), followed)
        else:
            looking = self.tr("Looking for faces…")
            self._show_none(looking if shown.pace.looking else self.tr("No face in the picture"), None)

    def _show_face(self, face: Face, followed: int | None, pose: HeadPose | None) -> None:
        self._name(face.track_id, followed=followed == face.track_id)
        self._numbers.show_pose(pose, face.spread)
        self._note.setText("" if pose is not None else self.tr("Too small or too far outside for its pose."))
        self._note.setVisible(pose is None)

    def _show_none(self, note: str, followed: int | None) -> None:
        self._name(followed, followed=followed is not None)
        if followed is None:
            self._title.setText(note)
        self._numbers.show_pose(None, None)
        self._note.setText(note)
        self._note.setVisible(followed is not None)

    def _name(self, track_id: int | None, *, followed: bool) -> None:
        self._told = track_id
        self._chip.show_number(track_id)
        if track_id is not None:
            self._title.setText(self.tr("Face {}").format(track_id))
        self._follow.setEnabled(track_id is not None)
        self._follow.setChecked(followed)
        tip = self.tr("Follow the largest face again (Esc)") if followed else self.tr("Follow this face")
        self._follow.setToolTip(tip)

    def _ask(self, wanted: bool) -> None:
        self.follow_requested.emit(self._told if wanted else None)


class _Numbers(QWidget):
    """Three large angles, each with its colour, name and spread."""

    def __init__(self) -> None:
        super().__init__()
        names = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        self._values: list[QLabel] = []
        self._spreads: list[QLabel] = []
        self._names = [QLabel() for _ in names]
        for row, name in enumerate(self._names):
            name.setProperty("told", names[row])
            value = QLabel(alignment=_RIGHT)
            value.setFont(theme.tabular_digits(self.font(), scale=_LARGE, bold=True))
            value.setAccessibleName(names[row])
            value.setMinimumWidth(value.fontMetrics().horizontalAdvance("−188.8°"))
            spread = QLabel(alignment=_RIGHT)
            spread.setObjectName("quiet")
            spread.setFont(theme.tabular_digits(self.font()))
            spread.setMinimumWidth(spread.fontMetrics().horizontalAdvance("± 88.8°"))
            spread.setToolTip(self.tr("Spread: the network's own estimate of its error"))
            for column, cell in enumerate((name, value, spread)):
                grid.addWidget(cell, row, column)
            self._values.append(value)
            self._spreads.append(spread)
        theme.watch().changed.connect(self._colour)
        self._colour()

    def show_pose(self, pose: HeadPose | None, spread: PoseSpread | None) -> None:
        for row, value in enumerate(self._values):
            value.setText(number_format.ABSENT if pose is None else number_format.angle(pose[row]))
            value.setEnabled(pose is not None)
            known = pose is not None and spread is not None
            self._spreads[row].setText(number_format.spread(spread[row]) if known and spread is not None else "")

    def _colour(self) -> None:
        for name, colour in zip(self._names, theme.angle_colours(), strict=True):
            name.setText(f'<span style="color:{colour.name()}">●</span>&nbsp;&nbsp;{name.property("told")}')


class _Chip(QWidget):
    """A face's number on its colour, as in the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.tabular_digits(self.font(), bold=True))
        self._number: int | None = None

    def show_number(self, number: int | None) -> None:
        if number != self._number:
            self._number = number
            self.updateGeometry()
            self.update()
        self.setVisible(number is not None)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        return QSize(max(metrics.height(), metrics.horizontalAdvance(str(self._number)) + 10), metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        if self._number is None:
            return
        blue, green, red = identity_colour(self._number)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(red, green, blue))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
            painter.setPen(_CHIP_INK)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
