"""The first page of the window: ways to start, and recent sources."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import theme
from app.gui.kit.source_names import source_name
from app.gui.window.recent_names import recent_place

_WIDTH_PX = 640
_TILE_ICON_PX = 28
_MAXIMUM_ROWS, _PADDING_PX = 6, 10
_GAP_PX = 26
_PLACE_ROLE = Qt.ItemDataRole.UserRole + 1


class WelcomePage(QWidget):
    """Offers four ways to start, and the recent sources."""

    video_wanted = Signal()
    camera_wanted = Signal()
    address_wanted = Signal()
    sample_wanted = Signal()
    source_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[tuple[QToolButton, str]] = []
        self._sources: list[str] | None = None
        column = QWidget(self)
        column.setFixedWidth(_WIDTH_PX)
        layout = QVBoxLayout(column)
        layout.setSpacing(14)
        layout.addStretch(2)
        layout.addWidget(_line(self.tr("Which way is each head turned?"), "welcomeTitle"))
        layout.addWidget(_line(self.tr("Open a video or a camera. Axes are drawn on every face."), "welcomeSubtitle"))
        layout.addWidget(self._make_drop_place())
        layout.addLayout(self._make_tiles())
        self._recent_title = _line(self.tr("Recent"), "sectionTitle")
        self._recent_title.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._recent = QListWidget()
        self._recent.setObjectName("recent")
        self._recent.setItemDelegate(_PlaceDelegate(self._recent))
        self._recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recent.setAccessibleName(self.tr("Recent sources"))
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
        """Lists recent sources, the latest first."""
        if list(sources) == self._sources:
            return
        self._sources = list(sources)
        self._recent.clear()
        for source in sources:
            item = QListWidgetItem(source_name(source))
            item.setData(Qt.ItemDataRole.UserRole, source)
            item.setData(_PLACE_ROLE, recent_place(source))
            self._recent.addItem(item)
        row_px = self._recent.sizeHintForRow(0) if sources else 0
        frame_px = 2 * self._recent.frameWidth() + _PADDING_PX
        self._recent.setFixedHeight(min(len(sources), _MAXIMUM_ROWS) * row_px + frame_px)
        self._recent_title.setVisible(bool(sources))
        self._recent.setVisible(bool(sources))

    def highlight_drop_place(self, highlighted: bool) -> None:
        """Shows that what is dragged may be dropped here."""
        self._drop.setProperty("highlighted", highlighted)
        self._drop.style().unpolish(self._drop)
        self._drop.style().polish(self._drop)

    def _make_drop_place(self) -> QFrame:
        self._drop = QFrame()
        self._drop.setObjectName("dropPlace")
        self._drop.setProperty("highlighted", False)
        inner = QVBoxLayout(self._drop)
        inner.setContentsMargins(16, 22, 16, 22)
        inner.addWidget(_line(self.tr("Drop a video, a picture or a folder of pictures here"), "dropText"))
        return self._drop

    def _make_tiles(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(10)
        tiles = (
            (self.tr("Open video…"), "video", self.video_wanted),
            (self.tr("Camera…"), "camera", self.camera_wanted),
            (self.tr("Network stream…"), "stream", self.address_wanted),
            (self.tr("Sample video"), "sample", self.sample_wanted),
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


class _PlaceDelegate(QStyledItemDelegate):
    """Draws the folder after each name, in a quiet colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        metrics = painter.fontMetrics()
        named = metrics.horizontalAdvance(index.data(Qt.ItemDataRole.DisplayRole)) + _GAP_PX
        room = option.rect.adjusted(named, 0, -8, 0)
        if room.width() > 0:
            painter.setPen(QColor(theme.colours().quiet))
            place = metrics.elidedText(index.data(_PLACE_ROLE), Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, place)


def _line(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
