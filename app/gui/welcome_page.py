"""What a new user sees first: ways to begin, and what was open lately."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme

_WIDTH_PX = 640
_TILE_ICON_PX = 28


class WelcomePage(QWidget):
    """Four ways to begin, and the recent sources. Takes films that are dropped on it."""

    film_wanted = Signal()
    camera_wanted = Signal()
    address_wanted = Signal()
    sample_wanted = Signal()
    source_wanted = Signal(str)
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._tiles: list[tuple[QToolButton, str]] = []
        column = QWidget(self)
        column.setFixedWidth(_WIDTH_PX)
        layout = QVBoxLayout(column)
        layout.setSpacing(14)
        layout.addStretch(2)
        layout.addWidget(_line(self.tr("Which way is each head turned?"), "welcomeTitle"))
        layout.addWidget(
            _line(self.tr("Open a film or a camera: axes appear on the faces at once."), "welcomeSubtitle")
        )
        layout.addWidget(self._make_drop_place())
        layout.addLayout(self._make_tiles())
        self._recent_title = _line(self.tr("Recent"), "sectionTitle")
        self._recent = QListWidget()
        self._recent.setAccessibleName(self.tr("Recent sources"))
        self._recent.setMaximumHeight(176)
        self._recent.itemActivated.connect(lambda item: self.source_wanted.emit(item.data(Qt.ItemDataRole.UserRole)))
        self._recent.itemClicked.connect(lambda item: self.source_wanted.emit(item.data(Qt.ItemDataRole.UserRole)))
        layout.addWidget(self._recent_title)
        layout.addWidget(self._recent)
        layout.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch()
        row.addWidget(column)
        row.addStretch()
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()
        self.show_recent(())

    def show_recent(self, sources: Sequence[str]) -> None:
        """Lists the sources, the latest first."""
        self._recent.clear()
        for source in sources:
            live = "://" in source or source.startswith("camera:")
            item = QListWidgetItem(source if live else Path(source).name)
            item.setData(Qt.ItemDataRole.UserRole, source)
            item.setToolTip(source)
            self._recent.addItem(item)
        self._recent_title.setVisible(bool(sources))
        self._recent.setVisible(bool(sources))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._mark_drop(wanted=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002, N802
        self._mark_drop(wanted=False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self._mark_drop(wanted=False)
        self.files_dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def _make_drop_place(self) -> QFrame:
        self._drop = QFrame()
        self._drop.setObjectName("dropPlace")
        self._drop.setProperty("wanted", False)
        inner = QVBoxLayout(self._drop)
        inner.setContentsMargins(16, 22, 16, 22)
        inner.addWidget(_line(self.tr("Drop a film, a picture or a folder of pictures here"), "dropText"))
        return self._drop

    def _make_tiles(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(10)
        tiles = (
            (self.tr("Open film…"), "film", self.film_wanted),
            (self.tr("Camera…"), "camera", self.camera_wanted),
            (self.tr("Address…"), "stream", self.address_wanted),
            (self.tr("Sample film"), "sample", self.sample_wanted),
        )
        for column, (text, icon, wanted) in enumerate(tiles):
            tile = QToolButton()
            tile.setObjectName("welcomeTile")
            tile.setText(text)
            tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            tile.setIconSize(QSize(_TILE_ICON_PX, _TILE_ICON_PX))
            tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            tile.setMinimumHeight(84)
            tile.clicked.connect(wanted)
            grid.addWidget(tile, 0, column)
            self._tiles.append((tile, icon))
        return grid

    def _draw_icons(self) -> None:
        for tile, icon in self._tiles:
            tile.setIcon(theme.icon(icon))

    def _mark_drop(self, *, wanted: bool) -> None:
        self._drop.setProperty("wanted", wanted)
        self._drop.style().unpolish(self._drop)
        self._drop.style().polish(self._drop)


def _line(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
