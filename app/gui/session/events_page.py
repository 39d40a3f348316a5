"""The labels, events and excluded ranges of a session in the side panel of its viewer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.gui.session.button_grid import ButtonGrid
from app.gui.session.events_model import EventsModel
from app.gui.session.page import title
from app.gui.session.when import span_text
from app.outputs.exclusions import Span
from app.outputs.table_data import PoseTableData
from app.session.events import Event
from app.session.label_statistics import LabelStatistics
from app.session.session import Session

_SWATCH_PX = 10
_KEY, _LABEL, _COUNT, _TIME, _SHARE = range(5)


class EventsPage(QWidget):
    """Lists labels with their statistics, events and excluded ranges, and emits what the user chooses."""

    include_requested = Signal(object)
    """Span: an exclusion to remove."""
    seek_requested = Signal(float)
    label_wanted = Signal()
    label_edit_requested = Signal(str)
    label_removal_requested = Signal(str)
    label_pressed = Signal(str)
    """The label is to be marked, as its key does."""
    event_edit_requested = Signal(object)
    """Event"""
    removal_requested = Signal(object)
    """list[Event]"""
    selection_changed = Signal(object)
    """list[Event]: those that are selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_labels()
        self._make_events()
        self._make_exclusions()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        for part in (
            title(self.tr("Labels")),
            self._no_labels,
            self._labels,
            ButtonGrid([self._add_label, self._mark_label, self._edit_label, self._remove_label]),
            self.for_face,
            title(self.tr("Events")),
            self._events,
            ButtonGrid([self._edit_event, self._remove_event]),
            title(self.tr("Excluded ranges")),
            self._no_ranges,
            self._ranges,
            ButtonGrid([self._remove]),
        ):
            layout.addWidget(part)
        layout.addStretch()
        self.show_excluded(())
        self.show_labels((), {})
        self._update_enabled()

    def _make_labels(self) -> None:
        self._labels = QTableWidget(0, 5)
        self._labels.setAccessibleName(self.tr("Labels"))
        self._labels.setHorizontalHeaderLabels(
            [self.tr("Key"), self.tr("Label"), self.tr("Count"), self.tr("Time"), self.tr("Share")]
        )
        _as_list(self._labels, stretched=_LABEL)
        self._labels.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._no_labels = QLabel(
            self.tr("None. Add a label such as “talks”; its key then starts and ends ranges, or marks moments.")
        )
        self._no_labels.setObjectName("quiet")
        self._no_labels.setWordWrap(True)
        self._add_label = _button(self.tr("Add label…"), self.tr("Adds a label for events (L)"))
        self._mark_label = _button(
            self.tr("Mark"),
            self.tr("Starts or ends a range with the selected label, or marks a moment, as its key does"),
        )
        self._edit_label = _button(self.tr("Edit label…"), "")
        self._remove_label = _button(self.tr("Remove label"), self.tr("Removes the label and its events"))
        self.for_face = QCheckBox(self.tr("Mark events of the selected face"))
        self.for_face.setToolTip(self.tr("Otherwise, new events are about no face in particular"))
        self._add_label.clicked.connect(self.label_wanted)
        self._mark_label.clicked.connect(lambda: self.label_pressed.emit(self._label_name()))
        self._edit_label.clicked.connect(lambda: self.label_edit_requested.emit(self._label_name()))
        self._remove_label.clicked.connect(lambda: self.label_removal_requested.emit(self._label_name()))
        self._labels.itemSelectionChanged.connect(self._update_enabled)
        self._labels.itemDoubleClicked.connect(lambda _: self.label_edit_requested.emit(self._label_name()))

    def _make_events(self) -> None:
        self._events_model = EventsModel(self)
        self._events = QTableView()
        self._events.setModel(self._events_model)
        self._events.setAccessibleName(self.tr("Events"))
        _as_list(self._events, stretched=4)
        self._events.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._events.setMinimumHeight(110)
        self._edit_event = _button(self.tr("Edit event…"), self.tr("Edits the selected event (E)"))
        self._remove_event = _button(self.tr("Delete"), self.tr("Deletes the selected events (Del)"))
        self._events.activated.connect(lambda _: self._go_to_event())
        self._events.selectionModel().selectionChanged.connect(lambda *_: self._report_selection())
        self._edit_event.clicked.connect(self.edit_selected)
        self._remove_event.clicked.connect(self.delete_selected)

    def _make_exclusions(self) -> None:
        self._ranges = QListWidget()
        self._ranges.setAccessibleName(self.tr("Excluded ranges"))
        self._ranges.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._ranges.setMinimumHeight(56)
        self._ranges.setMaximumHeight(180)
        self._no_ranges = QLabel(
            self.tr(
                "None. To exclude a range, hold Shift and drag over the curves, or mark it with I and O and press X."
            )
        )
        self._no_ranges.setObjectName("quiet")
        self._no_ranges.setWordWrap(True)
        self._remove = _button(self.tr("Remove exclusion"), self.tr("Include the selected ranges again (Del)"))
        self._remove.clicked.connect(self.include_selected)
        self._ranges.itemSelectionChanged.connect(self._update_enabled)
        self._ranges.itemActivated.connect(lambda item: self.seek_requested.emit(_span_of(item).start_s))

    @property
    def is_in_exclusions(self) -> bool:
        """Whether the list of excluded ranges has the keyboard's focus."""
        return self._ranges.hasFocus()

    @property
    def selected(self) -> list[Event]:
        events = self._events_model.events
        rows = sorted(index.row() for index in self._events.selectionModel().selectedRows())
        return [events[row] for row in rows if row < len(events)]

    def show_session(self, session: Session) -> None:
        selected = set(self.selected)
        if self._events_model.show_session(session):
            self.select_events(selected)
        self.show_excluded(session.excluded, session.first)
        self._update_enabled()

    def select_events(self, events: set[Event]) -> None:
        selection = self._events.selectionModel()
        selection.clearSelection()
        if not events:
            return
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, event in enumerate(self._events_model.events):
            if event in events:
                index = self._events_model.index(row, 0)
                selection.select(index, flags)
                self._events.scrollTo(index)

    def show_labels(self, statistics: Sequence[LabelStatistics], labels: dict[str, tuple[str, str]]) -> None:
        """Shows each label with its statistics. `labels`: key and colour by name."""
        chosen = self._label_name()
        self._labels.setRowCount(len(statistics))
        for row, label in enumerate(statistics):
            key, colour = labels.get(label.label, ("", "#808080"))
            time = number_format.clock(label.total_s, tenths=True) if label.total_s else number_format.ABSENT
            share = number_format.share(label.share) if label.total_s else number_format.ABSENT
            for column, text in enumerate((key, label.label, str(label.count), time, share)):
                item = QTableWidgetItem(text)
                if column >= _COUNT:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if column == _LABEL:
                    swatch = QPixmap(_SWATCH_PX, _SWATCH_PX)
                    swatch.fill(QColor(colour))
                    item.setIcon(swatch)
                    item.setToolTip(label.label)
                self._labels.setItem(row, column, item)
            if label.label == chosen:
                self._labels.selectRow(row)
        height = self._labels.horizontalHeader().sizeHint().height() + 4
        rows = sum(map(self._labels.rowHeight, range(min(9, len(statistics)))))
        self._labels.setFixedHeight(height + rows)
        self._labels.setVisible(bool(statistics))
        self._no_labels.setVisible(not statistics)
        self._update_enabled()

    def edit_selected(self) -> bool:
        """Requests to edit the event that is selected; returns whether there is one."""
        selected = self.selected
        if selected:
            self.event_edit_requested.emit(selected[0])
        return bool(selected)

    def delete_selected(self) -> bool:
        """Requests to delete the events that are selected; returns whether there are any."""
        selected = self.selected
        if selected:
            self.removal_requested.emit(selected)
        return bool(selected)

    def include_selected(self) -> bool:
        """Requests to remove the exclusions that are selected in the list; returns whether there are any."""
        selected = self._ranges.selectedItems()
        for item in selected:
            self.include_requested.emit(_span_of(item))
        return bool(selected)

    def show_excluded(self, excluded: Sequence[Span], table: PoseTableData | None = None) -> None:
        """Lists the ranges, with the times of the table."""
        listed = [_span_of(self._ranges.item(row)) for row in range(self._ranges.count())]
        if listed != list(excluded):
            self._ranges.clear()
            for span in excluded:
                item = QListWidgetItem(span_text(table, span, 1))
                item.setData(Qt.ItemDataRole.UserRole, tuple(span))
                self._ranges.addItem(item)
        self._ranges.setVisible(bool(excluded))
        self._remove.setVisible(bool(excluded))
        self._no_ranges.setVisible(not excluded)
        self._update_enabled()

    def _go_to_event(self) -> None:
        if self.selected:
            self.seek_requested.emit(self.selected[0].start_s)

    def _report_selection(self) -> None:
        self._update_enabled()
        self.selection_changed.emit(self.selected)

    def _label_name(self) -> str:
        rows = self._labels.selectionModel().selectedRows()
        item = self._labels.item(rows[0].row(), _LABEL) if rows else None
        return item.text() if item is not None else ""

    def _update_enabled(self) -> None:
        self._remove.setEnabled(bool(self._ranges.selectedItems()))
        for button in (self._mark_label, self._edit_label, self._remove_label):
            button.setEnabled(bool(self._label_name()))
        selected = len(self._events.selectionModel().selectedRows())
        self._edit_event.setEnabled(selected == 1)
        self._remove_event.setEnabled(selected > 0)


def _as_list(table: QTableView, *, stretched: int) -> None:
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    header.setResizeContentsPrecision(50)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button


def _span_of(item: QListWidgetItem | None) -> Span:
    return Span(*item.data(Qt.ItemDataRole.UserRole)) if item is not None else Span(0, 0)
