"""The side panel of the session viewer: the choice of a face, its statistics, and the excluded ranges."""

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
_PADDING_PX = 20


class SessionSide(QWidget):
    """Shows a session and the statistics of one face, and emits what the user chooses."""

    face_chosen = Signal(object)
    """A face id, or None."""
    kind_chosen = Signal(str)
    """“smoothed” or “raw”."""
    spread_switched = Signal(bool)
    drawn_chosen = Signal(object)
    """The table to draw on the video: 0, 1 or None."""
    include_requested = Signal(object)
    """Span: an exclusion to remove."""
    seek_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._face = QComboBox()
        self._face.setAccessibleName(self.tr("Face"))
        self._kind = QComboBox()
        self._kind.setAccessibleName(self.tr("Angles"))
        self._kind.addItem(self.tr("Smoothed"), "smoothed")
        self._kind.addItem(self.tr("Per frame (unsmoothed)"), "raw")
        self._drawn = QComboBox()
        self._drawn.setAccessibleName(self.tr("Draw on video"))
        self._spread = QCheckBox(self.tr("Show &spread"))
        self._spread.setToolTip(self.tr("Shades one standard deviation of the network's distribution on each side"))
        self._spread.setChecked(True)
        angles = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        headings = self.tr("Mean"), self.tr("Std. dev."), self.tr("Min"), self.tr("Max")
        self._statistics = _StatisticsTable(angles, headings)
        self._statistics.setAccessibleName(self.tr("Statistics"))
        self._differences = _StatisticsTable(angles, (self.tr("Mean"), self.tr("Mean |difference|")))
        self._differences.setAccessibleName(self.tr("Differences"))
        self._differences_title = _title("")
        self._ranges = QListWidget()
        self._ranges.setAccessibleName(self.tr("Excluded ranges"))
        self._ranges.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._ranges.setMinimumHeight(56)
        self._ranges.setMaximumHeight(220)
        self._no_ranges = QLabel(self.tr("None. To exclude a range, hold Shift and drag over the curves."))
        self._no_ranges.setObjectName("quiet")
        self._no_ranges.setWordWrap(True)
        self._remove = QPushButton(self.tr("&Remove exclusion"))
        self._remove.setToolTip(self.tr("Include the selected ranges again (Del)"))
        self._lay_out()
        self._face.activated.connect(lambda _: self.face_chosen.emit(self._face.currentData()))
        self._kind.activated.connect(lambda _: self.kind_chosen.emit(self._kind.currentData()))
        self._drawn.activated.connect(lambda _: self.drawn_chosen.emit(self._drawn.currentData()))
        self._spread.toggled.connect(self.spread_switched)
        self._remove.clicked.connect(self.include_selected)
        self._ranges.itemSelectionChanged.connect(self._update_enabled)
        self._ranges.itemActivated.connect(lambda item: self.seek_requested.emit(_span_of(item).start_s))
        self.show_session(Session(), None, None)
        self.show_statistics(None, Session())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Face"), self._face)
        form.addRow(self.tr("&Angles"), self._kind)
        form.addRow(self.tr("&Draw on video"), self._drawn)
        form.addRow("", self._spread)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(form)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(_title(self.tr("Statistics (excluded ranges left out)")))
        layout.addWidget(self._statistics)
        layout.addWidget(self._differences_title)
        layout.addWidget(self._differences)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(_title(self.tr("Excluded ranges")))
        layout.addWidget(self._no_ranges)
        layout.addWidget(self._ranges, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._remove)
        layout.addLayout(row)
        layout.addStretch()

    def show_session(self, session: Session, face_id: int | None, drawn: int | None) -> None:
        self._face.clear()
        for known in session.face_ids:
            self._face.addItem(self._face_text(session, known), known)
        self._face.setCurrentIndex(self._face.findData(face_id))
        self._face.setEnabled(bool(session.face_ids))
        self._drawn.clear()
        self._drawn.addItem(self.tr("Nothing"), None)
        for which, table in enumerate(session.tables):
            self._drawn.addItem(_shortened(table.title), which)
        self.show_drawn(drawn)
        self._show_ranges(session.excluded)

    def show_drawn(self, drawn: int | None) -> None:
        self._drawn.setCurrentIndex(0 if drawn is None else 1 + drawn)

    def show_statistics(self, face_statistics: FaceStatistics | None, session: Session) -> None:
        sections: list[tuple[str, Sequence[Sequence[float]]]] = [("", [(math.nan,) * 4] * 3)]
        if face_statistics is not None:
            sections = [
                (
                    self._table_text(session, which, table),
                    [(angle.mean, angle.std, angle.minimum, angle.maximum) for angle in table.angles],
                )
                for which, table in enumerate(face_statistics.tables)
            ]
        self._statistics.show_sections(sections)
        compared = face_statistics is not None and bool(face_statistics.differences)
        self._differences_title.setVisible(compared)
        self._differences.setVisible(compared)
        if face_statistics is not None and compared:
            title = self.tr("Difference (second − first) over {} shared frames")
            self._differences_title.setText(title.format(face_statistics.shared_frames))
            rows = [(difference.mean, difference.mean_absolute) for difference in face_statistics.differences]
            self._differences.show_sections([("", rows)])

    def include_selected(self) -> bool:
        """Requests to remove the exclusions that are selected in the list; returns whether there are any."""
        selected = self._ranges.selectedItems()
        for item in selected:
            self.include_requested.emit(_span_of(item))
        return bool(selected)

    def _show_ranges(self, excluded: Sequence[Span]) -> None:
        listed = [_span_of(self._ranges.item(row)) for row in range(self._ranges.count())]
        if listed != list(excluded):
            self._ranges.clear()
            for span in excluded:
                start, end = (number_format.clock(time_s, tenths=True) for time_s in span)
                item = QListWidgetItem(f"{start} – {end}   ({span.end_s - span.start_s:.1f} s)")
                item.setData(Qt.ItemDataRole.UserRole, tuple(span))
                self._ranges.addItem(item)
        self._ranges.setVisible(bool(excluded))
        self._remove.setVisible(bool(excluded))
        self._no_ranges.setVisible(not excluded)
        self._update_enabled()

    def _update_enabled(self) -> None:
        self._remove.setEnabled(bool(self._ranges.selectedItems()))

    def _face_text(self, session: Session, face_id: int) -> str:
        frames = len(session.tracks(face_id)[0])
        text = self.tr("Face {face}, {frames} frames").format(face=face_id, frames=frames)
        if session.second is None:
            return text
        partner = (session.partners or {}).get(face_id)
        if partner is None:
            return self.tr("{}, only in the first table").format(text)
        if partner == face_id:
            return text
        return self.tr("{text}, face {partner} in the second table").format(text=text, partner=partner)

    def _table_text(self, session: Session, which: int, table: TableStatistics) -> str:
        name = _shortened(session.tables[which].title) if which < len(session.tables) else table.table
        return self.tr("{name}: {frames} frames, {share}").format(
            name=name, frames=table.frames, share=f"{100 * table.share:.0f} %"
        )


class _StatisticsTable(QTableWidget):
    """Angles in degrees below headings, in sections of three rows; as high as its contents."""

    def __init__(self, angles: Sequence[str], headings: Sequence[str]) -> None:
        super().__init__(0, 1 + len(headings))
        self._angles = angles
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
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().resizeSection(0, max(map(self.fontMetrics().horizontalAdvance, angles)) + _PADDING_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        theme.watch().changed.connect(self._colour)

    def show_sections(self, sections: Sequence[tuple[str, Sequence[Sequence[float]]]]) -> None:
        """Shows sections of a title, which may be empty, and a row of numbers for each angle; NaN becomes a dash."""
        self.clearSpans()
        self.setRowCount(sum(len(rows) + bool(title) for title, rows in sections))
        row = 0
        for title, angle_rows in sections:
            if title:
                heading = QTableWidgetItem(title)
                heading.setFont(theme.tabular_digits(self.font(), bold=True))
                heading.setToolTip(
                    self.tr("Frames with this face, and their share of the frames that are not excluded")
                )
                self.setItem(row, 0, heading)
                self.setSpan(row, 0, 1, self.columnCount())
                row += 1
            for angle, numbers in zip(self._angles, angle_rows, strict=True):
                self.setItem(row, 0, QTableWidgetItem(angle))
                for column, number in enumerate(numbers, start=1):
                    item = QTableWidgetItem(number_format.ABSENT if math.isnan(number) else number_format.angle(number))
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    item.setFont(theme.tabular_digits(self.font()))
                    self.setItem(row, column, item)
                row += 1
        self._colour()
        rows_px = sum(map(self.rowHeight, range(self.rowCount())))
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


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _span_of(item: QListWidgetItem | None) -> Span:
    return Span(*item.data(Qt.ItemDataRole.UserRole)) if item is not None else Span(0, 0)
