"""The statistics of one face in the side panel of the session viewer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from app.gui.kit import number_format, theme
from app.gui.session.page import shortened, title
from app.gui.session.statistics_table import StatisticsTable
from app.session.session import Session
from app.session.statistics import FaceStatistics, TableStatistics


class StatisticsPage(QWidget):
    """The angles of a face in each table outside the excluded ranges, and how two tables differ."""

    label_chosen = Signal(str)
    """Only events with this label count; empty: everything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        angles = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        headings = self.tr("Mean"), self.tr("Std. dev."), self.tr("Min"), self.tr("Max")
        self._statistics = StatisticsTable(angles, headings)
        self._statistics.setAccessibleName(self.tr("Statistics"))
        self._differences = StatisticsTable(angles, (self.tr("Mean"), self.tr("Mean |difference|")))
        self._differences.setAccessibleName(self.tr("Differences"))
        self._differences_title = title("")
        self._label = QComboBox()
        self._label.setAccessibleName(self.tr("Statistics of"))
        self._label.activated.connect(lambda _: self.label_chosen.emit(self._label.currentData()))
        self._alone = QLabel(
            self.tr(
                "Pictures: faces are numbered in each picture, so one number in two pictures can be two people. These "
                "are the statistics of all faces."
            )
        )
        self._alone.setObjectName("quiet")
        self._alone.setWordWrap(True)
        self._alone.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(title(self.tr("Statistics (excluded ranges left out)")))
        layout.addWidget(self._label)
        layout.addWidget(self._alone)
        layout.addWidget(self._statistics)
        layout.addWidget(self._differences_title)
        layout.addWidget(self._differences)
        layout.addStretch()
        self.show_labels((), "")
        self.show_statistics(None, Session())

    def show_labels(self, labels: Sequence[str], chosen: str) -> None:
        self._label.clear()
        self._label.addItem(self.tr("The whole video"), "")
        for label in labels:
            self._label.addItem(self.tr("During “{}”").format(label), label)
        self._label.setCurrentIndex(max(0, self._label.findData(chosen)))
        self._label.setVisible(bool(labels))

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
        self._alone.setVisible(session.stands_alone)
        self._statistics.show_sections(sections)
        compared = face_statistics is not None and bool(face_statistics.differences)
        self._differences_title.setVisible(compared)
        self._differences.setVisible(compared)
        if face_statistics is not None and compared:
            text = self.tr("Difference (second − first) over {} shared frames")
            self._differences_title.setText(text.format(face_statistics.shared_frames))
            rows = [(difference.mean, difference.mean_absolute) for difference in face_statistics.differences]
            self._differences.show_sections([("", rows)])

    def _table_text(self, session: Session, which: int, table: TableStatistics) -> str:
        name = shortened(session.titles[which]) if which < len(session.tables) else table.table
        if table.face_id is None:
            return self.tr("{name}: {faces} faces in {pictures} pictures, {share}").format(
                name=name, faces=table.faces, pictures=table.frames, share=number_format.share(table.share)
            )
        return self.tr("{name}: {frames} frames, {share}").format(
            name=name, frames=f"{table.frames:,}", share=number_format.share(table.share)
        )
