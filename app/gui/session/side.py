"""Beside the session's video: which face, its figures, and what is excluded."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.outputs.exclusions import Span
from app.session.session import Session
from app.session.statistics import FaceStatistics, TableStatistics

_LONGEST_NAME = 28


class SessionSide(QWidget):
    """Shows a session and its figures; says what is chosen."""

    face_chosen = Signal(object)
    kind_chosen = Signal(str)
    bands_wanted = Signal(bool)
    drawn_chosen = Signal(object)
    include_wanted = Signal(object)
    seek_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.face = QComboBox()
        self.kind = QComboBox()
        self.kind.addItem(self.tr("Smoothed"), "smoothed")
        self.kind.addItem(self.tr("Of single frames"), "raw")
        self.drawn = QComboBox()
        self.bands = QCheckBox(self.tr("Show the &spread"))
        self.bands.setToolTip(self.tr("One standard deviation of the network's distribution to either side"))
        self.bands.setChecked(True)
        self.face_statistics = _FigureTable((self.tr("Mean"), self.tr("Std. dev."), self.tr("Least"), self.tr("Most")))
        self.face_statistics.setAccessibleName(self.tr("Statistics"))
        self.differences = _FigureTable((self.tr("Mean"), self.tr("Mean size")))
        self.differences.setAccessibleName(self.tr("Differences"))
        self._difference_title = _title("")
        self.ranges = QListWidget()
        self.ranges.setAccessibleName(self.tr("Excluded ranges"))
        self.ranges.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.ranges.setMinimumHeight(56)
        self.ranges.setMaximumHeight(220)
        self._no_ranges = QLabel(self.tr("None. Hold Shift and drag over the curves to exclude a range."))
        self._no_ranges.setObjectName("quiet")
        self._no_ranges.setWordWrap(True)
        self.remove = QPushButton(self.tr("&Remove from the list"))
        self.remove.setToolTip(self.tr("Count the selected ranges again (Del)"))
        self._lay_out()
        self.face.activated.connect(lambda _: self.face_chosen.emit(self.face.currentData()))
        self.kind.activated.connect(lambda _: self.kind_chosen.emit(self.kind.currentData()))
        self.drawn.activated.connect(lambda _: self.drawn_chosen.emit(self.drawn.currentData()))
        self.bands.toggled.connect(self.bands_wanted)
        self.remove.clicked.connect(self.remove_selected)
        self.ranges.itemSelectionChanged.connect(self._enable)
        self.ranges.itemActivated.connect(lambda item: self.seek_wanted.emit(_span_of(item).start_s))
        self.show_session(Session(), None, None)
        self.show_figures(None, Session())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Face"), self.face)
        form.addRow(self.tr("&Angles"), self.kind)
        form.addRow(self.tr("&Drawn on video"), self.drawn)
        form.addRow("", self.bands)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(form)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(_title(self.tr("Statistics without what is excluded")))
        layout.addWidget(self.face_statistics)
        layout.addWidget(self._difference_title)
        layout.addWidget(self.differences)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(_title(self.tr("Excluded ranges")))
        layout.addWidget(self._no_ranges)
        layout.addWidget(self.ranges, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.remove)
        layout.addLayout(row)
        layout.addStretch()

    def show_session(self, session: Session, face_id: int | None, drawn: int | None) -> None:
        self.face.clear()
        for known in session.face_ids:
            self.face.addItem(self._face_name(session, known), known)
        self.face.setCurrentIndex(self.face.findData(face_id))
        self.face.setEnabled(bool(session.face_ids))
        self.drawn.clear()
        self.drawn.addItem(self.tr("Nothing"), None)
        for place, table in enumerate(session.tables):
            self.drawn.addItem(_short(table.title), place)
        self.drawn.setCurrentIndex(0 if drawn is None else 1 + drawn)
        self._show_ranges(session.excluded)

    def show_figures(self, face_statistics: FaceStatistics | None, session: Session) -> None:
        tables = face_statistics.tables if face_statistics is not None else ()
        sections: list[tuple[str, Sequence[Sequence[float]]]] = []
        for place, own in enumerate(tables):
            rows = [(angle.mean, angle.std, angle.minimum, angle.maximum) for angle in own.angles]
            sections.append((self._table_name(session, place, own), rows))
        if not sections:
            sections = [("", [(math.nan,) * 4] * 3)]
        self.face_statistics.show_sections(sections, (self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")))
        differences = face_statistics.differences if face_statistics is not None else ()
        compared = bool(differences)
        self._difference_title.setVisible(compared)
        self.differences.setVisible(compared)
        if face_statistics is not None and compared:
            told = self.tr("Second less first, in {} common frames").format(face_statistics.common_frames)
            self._difference_title.setText(told)
            apart = [(own.mean, own.mean_absolute) for own in differences]
            self.differences.show_sections([("", apart)], (self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")))

    def remove_selected(self) -> None:
        for item in self.ranges.selectedItems():
            self.include_wanted.emit(_span_of(item))

    def _show_ranges(self, excluded: Sequence[Span]) -> None:
        listed = [_span_of(self.ranges.item(row)) for row in range(self.ranges.count())]
        if listed != list(excluded):
            self.ranges.clear()
            for span in excluded:
                start, end = (
                    number_format.clock(span.start_s, tenths=True),
                    number_format.clock(span.end_s, tenths=True),
                )
                item = QListWidgetItem(f"{start} – {end}   ({span.end_s - span.start_s:.1f} s)")
                item.setData(Qt.ItemDataRole.UserRole, tuple(span))
                self.ranges.addItem(item)
        self.ranges.setVisible(bool(excluded))
        self.remove.setVisible(bool(excluded))
        self._no_ranges.setVisible(not excluded)
        self._enable()

    def _enable(self) -> None:
        self.remove.setEnabled(bool(self.ranges.selectedItems()))

    def _face_name(self, session: Session, face_id: int) -> str:
        frames = len(session.tracks(face_id)[0])
        told = self.tr("Face {face}, {frames} frames").format(face=face_id, frames=frames)
        if session.second is None:
            return told
        partner = (session.partners or {}).get(face_id)
        if partner is None:
            return self.tr("{}, in the first only").format(told)
        return (
            told
            if partner == face_id
            else self.tr("{told}, {partner} in the second").format(told=told, partner=partner)
        )

    def _table_name(self, session: Session, place: int, own: TableStatistics) -> str:
        name = _short(session.tables[place].title) if place < len(session.tables) else own.table
        return self.tr("{name}: {frames} frames, {share}").format(
            name=name, frames=own.frames, share=f"{100 * own.share:.0f} %"
        )


class _FigureTable(QTableWidget):
    """Degrees under headings, in sections with three rows each; as high as what it holds."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__(0, 1 + len(headings))
        self.setHorizontalHeaderLabels(["", *headings])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(40)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        theme.watch().changed.connect(self._colour)

    def show_sections(self, sections: Sequence[tuple[str, Sequence[Sequence[float]]]], angles: Sequence[str]) -> None:
        self.clearSpans()
        self.setRowCount(sum(len(rows) + bool(title) for title, rows in sections))
        place = 0
        for title, rows in sections:
            if title:
                heading = QTableWidgetItem(title)
                heading.setFont(theme.tabular_digits(self.font(), bold=True))
                heading.setToolTip(self.tr("Frames with the face, and their share of all that are not excluded"))
                self.setItem(place, 0, heading)
                self.setSpan(place, 0, 1, self.columnCount())
                place += 1
            for angle, numbers in zip(angles, rows, strict=True):
                self.setItem(place, 0, QTableWidgetItem(angle))
                for column, number in enumerate(numbers, start=1):
                    item = QTableWidgetItem(number_format.ABSENT if math.isnan(number) else number_format.angle(number))
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    item.setFont(theme.tabular_digits(self.font()))
                    self.setItem(place, column, item)
                place += 1
        self._colour()
        rows_px = sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows_px + 4)

    def _colour(self) -> None:
        colours = theme.angle_colours()
        angle = 0
        for row in range(self.rowCount()):
            item = self.item(row, 0)
            if item is None:
                continue
            if self.columnSpan(row, 0) > 1:
                item.setForeground(self.palette().text())
                angle = 0
                continue
            item.setForeground(colours[angle % len(colours)])
            angle += 1


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("sectionTitle")
    label.setWordWrap(True)
    return label


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _span_of(item: QListWidgetItem | None) -> Span:
    return Span(*item.data(Qt.ItemDataRole.UserRole)) if item is not None else Span(0, 0)
