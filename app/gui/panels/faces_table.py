"""The table of the faces that are not selected: one row per face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.frames import Face
from app.gui.kit import number_format, theme
from app.gui.panels.face_chip import chip_width, paint_chip
from app.settings import Reference
from hopenet import HeadPose

_MAX_VISIBLE_ROWS = 6
_SHRINKS_AFTER = 40
"""The table shrinks after this many updates with fewer rows. Until then its height is kept: faces that come and go
would make everything below jump."""
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    """Id, yaw, pitch and roll of each face, the largest face first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[tuple[int, HeadPose | None]] = []
        self._titles = "", self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")

    def show_rows(self, rows: list[tuple[int, HeadPose | None]]) -> None:
        change, old = len(rows) - len(self.rows), len(self.rows)
        if change > 0:
            self.beginInsertRows(QModelIndex(), old, len(rows) - 1)
            self.rows = rows
            self.endInsertRows()
        elif change < 0:
            self.beginRemoveRows(QModelIndex(), len(rows), old - 1)
            self.rows = rows
            self.endRemoveRows()
        self.rows = rows
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 3))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        track_id, pose = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 0:
                return str(track_id)
            return number_format.ABSENT if pose is None else number_format.angle(pose[index.column() - 1])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("Follow face {}").format(track_id)
        if role == Qt.ItemDataRole.UserRole:
            return track_id
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and section:
            return theme.angle_colours()[section - 1]
        return None


class _ChipDelegate(QStyledItemDelegate):
    """Paints the id on the face's colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        track_id = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        width = chip_width(painter.fontMetrics(), track_id)
        paint_chip(painter, QRect(rect.x() + 2, rect.y() + 2, width, rect.height() - 4), track_id)


class FacesTable(QTableView):
    """A click on a row, or Enter, requests that its face be followed."""

    follow_requested = Signal(object)
    """A track id."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("facesTable")
        self.setAccessibleName(self.tr("Other faces"))
        self._faces = _Model(self)
        self.setModel(self._faces)
        self.setItemDelegateForColumn(0, _ChipDelegate(self))
        self.setFont(theme.tabular_digits(self.font()))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self._row_height = self.fontMetrics().height() + 7
        self.verticalHeader().setDefaultSectionSize(self._row_height)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, self.fontMetrics().horizontalAdvance("8888") + 14)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        self.clicked.connect(self._request)
        self._kept_rows = self._fewer_for = 0
        self._update_height()

    def show_faces(self, faces: Sequence[Face], reference: Reference) -> None:
        largest_first = sorted(faces, key=lambda face: face.box.area, reverse=True)
        self._faces.show_rows(
            [
                (face.track_id, None if face.smoothed is None else reference.apply(face.smoothed))
                for face in largest_first
            ]
        )
        self._fewer_for = self._fewer_for + 1 if len(faces) < self._kept_rows else 0
        wanted = len(faces) > self._kept_rows or self._fewer_for > _SHRINKS_AFTER
        if wanted and not self._is_pointer_below():
            self._kept_rows = len(faces)
            self._update_height()

    def clear(self) -> None:
        self._faces.show_rows([])
        self._kept_rows = self._fewer_for = 0
        self._update_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._request(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _is_pointer_below(self) -> bool:
        """Whether another height would move what is under the pointer."""
        panel = self.parentWidget()
        while panel is not None and not isinstance(panel, QScrollArea):
            panel = panel.parentWidget()
        if panel is None or not panel.isVisible():
            return False
        pointer = QCursor.pos()
        inside = panel.rect().contains(panel.mapFromGlobal(pointer))
        return inside and self.mapFromGlobal(pointer).y() >= (self.height() if self.isVisible() else 0)

    def _request(self, index: QModelIndex) -> None:
        self.follow_requested.emit(index.data(Qt.ItemDataRole.UserRole))
        self.clearSelection()

    def _update_height(self) -> None:
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(header + min(self._kept_rows, _MAX_VISIBLE_ROWS) * self._row_height)
        self.setVisible(self._kept_rows > 0)
