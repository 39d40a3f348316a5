"""The excluded ranges in the side panel of the session viewer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import number_format, theme
from app.gui.session.page import title
from app.outputs.exclusions import Span


class EventsPage(QWidget):
    """Lists the excluded ranges, and emits what the user chooses."""

    include_requested = Signal(object)
    """Span: an exclusion to remove."""
    seek_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ranges = QListWidget()
        self._ranges.setAccessibleName(self.tr("Excluded ranges"))
        self._ranges.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._ranges.setMinimumHeight(56)
        self._no_ranges = QLabel(self.tr("None. To exclude a range, hold Shift and drag over the curves."))
        self._no_ranges.setObjectName("quiet")
        self._no_ranges.setWordWrap(True)
        self._remove = QPushButton(self.tr("&Remove exclusion"))
        self._remove.setToolTip(self.tr("Include the selected ranges again (Del)"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(title(self.tr("Excluded ranges")))
        layout.addWidget(self._no_ranges)
        layout.addWidget(self._ranges, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._remove)
        layout.addLayout(row)
        layout.addStretch()
        self._remove.clicked.connect(self.include_selected)
        self._ranges.itemSelectionChanged.connect(self._update_enabled)
        self._ranges.itemActivated.connect(lambda item: self.seek_requested.emit(_span_of(item).start_s))
        self.show_excluded(())

    def include_selected(self) -> bool:
        """Requests to remove the exclusions that are selected in the list; returns whether there are any."""
        selected = self._ranges.selectedItems()
        for item in selected:
            self.include_requested.emit(_span_of(item))
        return bool(selected)

    def show_excluded(self, excluded: Sequence[Span]) -> None:
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


def _span_of(item: QListWidgetItem | None) -> Span:
    return Span(*item.data(Qt.ItemDataRole.UserRole)) if item is not None else Span(0, 0)
