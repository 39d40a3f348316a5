"""The side panel of the session viewer: the choice of a face, and pages about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import theme
from app.gui.kit.labelled_slider import LabelledSlider
from app.gui.kit.tall_area import TallArea
from app.gui.session.events_page import EventsPage
from app.gui.session.faces_page import FacesPage
from app.gui.session.page import shortened
from app.gui.session.statistics_page import StatisticsPage
from app.outputs.table_data import PoseTableData
from app.session.session import Session
from app.session.smoothing import recorded_strength
from app.session.statistics import FaceStatistics

_MINIMUM_WIDTH = 320


class SessionSide(QWidget):
    """Shows a session and the statistics of one face, and emits what the user chooses.

    `statistics`, `faces`, `events`: its pages. Others are added with `add_page`.
    """

    face_chosen = Signal(object)
    """A face id, or None."""
    kind_chosen = Signal(str)
    """“smoothed” or “raw”."""
    strength_chosen = Signal(object)
    """Of zero-lag smoothing; None: that with which the table was smoothed."""
    spread_switched = Signal(bool)
    drawn_chosen = Signal(object)
    """The table to draw on the video: 0, 1 or None."""

    def __init__(self, statistics: StatisticsPage, faces: FacesPage, events: EventsPage) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._face = QComboBox()
        self._face.setAccessibleName(self.tr("Face"))
        self._kind = QComboBox()
        self._kind.setAccessibleName(self.tr("Angles"))
        self._kind.addItem(self.tr("Smoothed"), "smoothed")
        self._kind.addItem(self.tr("Per frame (unsmoothed)"), "raw")
        self._kind.addItem(self.tr("Smoothed without lag"), "zero-lag")
        self._kind.setToolTip(
            self.tr(
                "Smoothed without lag: forwards and backwards through time, so that turns stay where they are. "
                "Statistics, plots, attention and saved tables then use it."
            )
        )
        self._strength = LabelledSlider(self, self.tr("Stren&gth"), 0, 1, step=0.05, text_of="{:.2f}".format)
        self._drawn = QComboBox()
        self._drawn.setAccessibleName(self.tr("Draw on video"))
        self._spread = QCheckBox(self.tr("Show &spread"))
        self._spread.setToolTip(self.tr("Shades one standard deviation of the network's distribution on each side"))
        self._spread.setChecked(True)
        self.statistics, self.faces, self.events = statistics, faces, events
        self._tables: tuple[PoseTableData, ...] = ()
        self._opened: tuple[PoseTableData, ...] = ()
        self._own_strength: float | None = None
        self._pages = QTabWidget()
        self._pages.setDocumentMode(True)
        self._pages.setUsesScrollButtons(False)  # All pages are seen; the panel is as wide as that needs.
        self._lay_out()
        self._face.activated.connect(lambda _: self.face_chosen.emit(self._face.currentData()))
        self._kind.activated.connect(lambda _: self._choose_kind(self._kind.currentData()))
        self._strength.changed.connect(self._choose_strength)
        self._drawn.activated.connect(lambda _: self.drawn_chosen.emit(self._drawn.currentData()))
        self._spread.toggled.connect(self.spread_switched)
        self.show_session(Session(), None, None)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, 0)
        form.setHorizontalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Fa&ce"), self._face)
        form.addRow(self.tr("An&gles"), self._kind)
        strength = QHBoxLayout()
        strength.addWidget(self._strength.slider)
        strength.addWidget(self._strength.value)
        form.addRow(self._strength.name, strength)
        form.setRowVisible(strength, False)
        self._show_strength = partial(form.setRowVisible, strength)
        form.addRow(self.tr("&Draw on video"), self._drawn)
        form.addRow("", self._spread)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(form)
        layout.addWidget(self._pages, 1)
        self.add_page(self.tr("Statistics"), self.statistics)
        self.add_page(self.tr("Faces"), self.faces)
        self.add_page(self.tr("Events"), self.events)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return super().minimumSizeHint().expandedTo(QSize(_MINIMUM_WIDTH, 0))

    def add_page(self, title: str, page: QWidget) -> None:
        """Adds a page as the last tab; it scrolls if it is too high."""
        page.setObjectName("sideBody")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        area = TallArea()
        self._pages.addTab(area, title)
        area.setWidget(page)  # Now, because Qt styles all content of what gets a parent anew.

    def show_page(self, page: QWidget) -> None:
        """Brings a page to the front."""
        for place in range(self._pages.count()):
            scroll = self._pages.widget(place)
            if isinstance(scroll, TallArea) and scroll.widget() is page:
                self._pages.setCurrentIndex(place)

    def show_face(self, face_id: int | None) -> None:
        self._face.setCurrentIndex(self._face.findData(face_id))

    def show_session(self, session: Session, face_id: int | None, drawn: int | None, *, video: bool = False) -> None:
        """`video`: whether there is one to draw on."""
        if session.tables != self._tables:
            self._tables = session.tables
            self._face.clear()
            for known in session.face_ids:
                self._face.addItem(self._face_text(session, known), known)
            self._show_kinds(alone=session.stands_alone)
        self.show_face(face_id)
        self._face.setEnabled(bool(session.face_ids))
        self._drawn.setEnabled(video and bool(session.tables))
        self._drawn.clear()
        self._drawn.addItem(self.tr("Nothing"), None)
        for which, name in enumerate(session.titles):
            self._drawn.addItem(shortened(name), which)
        self.show_drawn(drawn)
        if session.originals[:1] != self._opened:
            self._opened, self._own_strength = session.originals[:1], None
            self._strength.set_value(recorded_strength(self._opened[0]) if self._opened else 0)

    def _show_kinds(self, *, alone: bool) -> None:
        """`alone`: the tables are of pictures, which are not smoothed."""
        self._kind.setEnabled(not alone)
        if alone:
            self._kind.setCurrentIndex(self._kind.findData("raw"))
            self._show_strength(False)

    def _choose_kind(self, kind: str) -> None:
        self._show_strength(kind == "zero-lag")
        if kind == "zero-lag":
            self.strength_chosen.emit(self._own_strength)
        else:
            self.kind_chosen.emit(kind)

    def _choose_strength(self, strength: float) -> None:
        self._own_strength = strength
        self.strength_chosen.emit(strength)

    def show_drawn(self, drawn: int | None) -> None:
        self._drawn.setCurrentIndex(0 if drawn is None else 1 + drawn)

    def show_statistics(self, face_statistics: FaceStatistics | None, session: Session) -> None:
        self.statistics.show_statistics(face_statistics, session)

    def _face_text(self, session: Session, face_id: int) -> str:
        frames = len(session.tracks(face_id)[0])
        if session.stands_alone:
            return self.tr("Face {face} of each picture ({pictures})").format(face=face_id, pictures=frames)
        name = session.name_of(face_id)
        text = self.tr("{name} (face {face}), {frames} frames") if name else self.tr("Face {face}, {frames} frames")
        text = text.format(name=name, face=face_id, frames=f"{frames:,}")
        if session.second is None:
            return text
        partner = (session.partners or {}).get(face_id)
        if partner is None:
            return self.tr("{}, only in the first table").format(text)
        if partner == face_id:
            return text
        return self.tr("{text}, face {partner} in the second table").format(text=text, partner=partner)
