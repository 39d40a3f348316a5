"""What the export dialog gets from the window, and small widgets of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QLabel, QListView, QVBoxLayout, QWidget

from app.export.export_settings import ExportSettings
from app.gui.export.preset_store import PresetStore
from app.gui.kit import theme
from app.gui.kit.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the dialog offers and needs from the window.

    `snapshots` are keys and titles, and `default_snapshot` is the key of the one that settings without a snapshot mean.
    `settings` are those of the window. `presets`, `workers`: None in a dialog that has
    no window. `promised`: the keys of files that queued exports will write, so that no other export may write them.
    `present_s`: the position of the video that is open, and `marked` its in and out marks, in seconds.
    """

    snapshots: Sequence[tuple[str, str]]
    settings: ExportSettings
    default_snapshot: str = ""
    presets: PresetStore | None = None
    workers: Workers | None = None
    promised: Collection[str] = field(default_factory=frozenset)
    present_s: float | None = None
    marked: tuple[float | None, float | None] = (None, None)


class FileList(QListView):
    """Names of files, a few lines high; it can be scrolled."""

    _LINES = 6

    def __init__(self, name: str) -> None:
        super().__init__()
        self._names = QStringListModel(self)
        self.setModel(self._names)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    @property
    def names(self) -> list[str]:
        return list(self._names.stringList())

    def show_names(self, names: Sequence[str]) -> None:
        if list(names) != self._names.stringList():
            self._names.setStringList(list(names))
        lines = min(max(len(names), 1), self._LINES)
        self.setFixedHeight(lines * (self.fontMetrics().height() + 4) + 2 * self.frameWidth() + 4)


def quiet(text: str) -> QLabel:
    """A line of explanation."""
    label = QLabel(text)
    label.setObjectName("quiet")
    label.setFont(theme.quiet_font(label.font()))
    label.setWordWrap(True)
    return label


def titled(title: str, *widgets: QWidget) -> QVBoxLayout:
    """Widgets below each other, under a heading."""
    column = QVBoxLayout()
    column.setSpacing(theme.SPACE)
    heading = QLabel(title)
    heading.setObjectName("sectionTitle")
    column.addWidget(heading)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch()
    return column
