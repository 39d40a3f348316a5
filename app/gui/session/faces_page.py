"""The faces of a session in a table, where they are named, merged and divided."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from app.drawing.colours import face_ink
from app.gui.kit import theme
from app.gui.session.button_grid import ButtonGrid
from app.gui.session.page import title
from app.gui.session.when import moment_text
from app.outputs.table_data import PoseTableData
from app.session.session import Session

_NAME, _ID, _FRAMES, _FROM, _TO = range(5)
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FacesPage(QWidget):
    """Lists the faces, the one seen longest first, and emits what the user wants to change."""

    face_chosen = Signal(int)
    name_typed = Signal(int, str)
    merge_requested = Signal()
    split_requested = Signal()
    move_requested = Signal()
    restore_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _FacesModel(self)
        self._model.name_typed.connect(self.name_typed)
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("Faces"))
        self._table.setModel(self._model)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._table.setShowGrid(False)
        self._table.setIconSize(QSize(10, 10))
        self._table.setMinimumHeight(120)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(50)
        self._hint = QLabel()
        self._hint.setObjectName("quiet")
        self._hint.setWordWrap(True)
        self._merge = _button(self.tr("Same person"), self.tr("Merges the selected faces (P)"))
        self._split = _button(
            self.tr("Split here"), self.tr("The face is another person from the present frame on (S)")
        )
        self._move = _button(self.tr("Move…"), self.tr("Gives a range of the face to another one, or swaps both (R)"))
        self._restore = _button(self.tr("Restore"), self.tr("Shows the faces of the table as the tracker found them"))
        row = ButtonGrid([self._merge, self._split, self._move, self._restore])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(title(self.tr("Faces")))
        layout.addWidget(self._table, 1)
        layout.addWidget(row)
        layout.addWidget(self._hint)
        for button, signal in (
            (self._merge, self.merge_requested),
            (self._split, self.split_requested),
            (self._move, self.move_requested),
            (self._restore, self.restore_requested),
        ):
            button.clicked.connect(signal)
        self._showing = self._alone = False
        self._opened: tuple[PoseTableData, ...] = ()
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._report_selection())
        self.show_session(Session(), None)

    @property
    def selected(self) -> list[int]:
        """The IDs of the selected faces."""
        return [self._model.face_ids[index.row()] for index in self._table.selectionModel().selectedRows()]

    def show_session(self, session: Session, face_id: int | None) -> None:
        """Lists the faces. Those that were selected stay so as far as they are there; else, and in another table,
        `face_id` is selected."""
        selected = set(self.selected) if session.originals[:1] == self._opened else set()
        self._opened = session.originals[:1]
        self._showing = True
        self._alone = session.stands_alone
        self._hint.setText(self._hint_text(session))
        self._model.show_session(session)
        if self._model.renewed:
            self._select({known for known in selected if known in set(self._model.face_ids)} or {face_id})
        self._showing = False
        self._restore.setEnabled(bool(session.edits.identities.assigned))
        self._update_enabled()

    def show_face(self, face_id: int | None) -> None:
        """Selects a face that was chosen elsewhere, unless it is among those that are selected."""
        if face_id not in self.selected:
            self._showing = True
            self._select({face_id})
            self._showing = False
            self._update_enabled()

    def edit_name(self, face_id: int) -> None:
        """Starts typing the name of a face."""
        if face_id in self._model.face_ids:
            index = self._model.index(self._model.face_ids.index(face_id), _NAME)
            self._table.scrollTo(index)
            self._table.setCurrentIndex(index)
            self._table.setFocus()
            self._table.edit(index)

    def _select(self, face_ids: set[int] | set[int | None]) -> None:
        selection = self._table.selectionModel()
        selection.clear()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, face_id in enumerate(self._model.face_ids):
            if face_id in face_ids:
                index = self._model.index(row, _NAME)
                selection.select(index, flags)
                selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
                if len(face_ids) == 1:
                    self._table.scrollTo(index)
                    break

    def _report_selection(self) -> None:
        self._update_enabled()
        selected = self.selected
        if not self._showing and len(selected) == 1:
            self.face_chosen.emit(selected[0])

    def _update_enabled(self) -> None:
        selected = self._table.selectionModel().selectedRows()
        self._merge.setEnabled(len(selected) > 1 and not self._alone)
        for button in (self._split, self._move):
            button.setEnabled(len(selected) == 1 and not self._alone)

    def _hint_text(self, session: Session) -> str:
        if self._alone:
            return self.tr(
                "Pictures: faces are numbered in each picture, so one number in two pictures can be two people. "
                "Names, merging and splitting need a video."
            )
        how = self.tr(
            "Select the faces of one person with Ctrl or Shift and merge them. Where a face jumps to another "
            "person, split it or move it."
        )
        if session.second is None:
            return how
        names = session.file_names
        which = self.tr("These are the faces of {first}. To correct those of {second}, open that table alone.")
        return f"{which.format(first=names[0], second=names[1])} {how}"


class _FacesModel(QAbstractTableModel):
    """Name, ID, frames, and the first and last time of each face. `renewed`: whether the last change replaced rows."""

    name_typed = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = Session()
        self.face_ids: tuple[int, ...] = ()
        self.renewed = False

    def show_session(self, session: Session) -> None:
        self.renewed = session.tables[:1] != self._session.tables[:1]
        if not self.renewed:
            return
        self.beginResetModel()
        self._session, self.face_ids = session, session.face_ids
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.face_ids)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Name"), self.tr("ID"), self.tr("Frames"), self.tr("From"), self.tr("To"))[section]
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        named = index.column() == _NAME and not self._session.stands_alone
        editable = Qt.ItemFlag.ItemIsEditable if named else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.face_ids):
            return None
        face_id = self.face_ids[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(face_id, index.column())
        if index.column() == _NAME:
            return self._of_name(face_id, role)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _of_name(self, face_id: int, role: int) -> object:
        if role == Qt.ItemDataRole.EditRole:
            return self._session.name_of(face_id)
        if role == Qt.ItemDataRole.DecorationRole:
            return QColor(face_ink(face_id, dark=theme.is_dark()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return None if self._session.stands_alone else self.tr("Double-click, or press F2, to name this face")
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        if role != Qt.ItemDataRole.EditRole:
            return False
        self.name_typed.emit(self.face_ids[index.row()], str(value))
        return True

    def _text(self, face_id: int, column: int) -> str:
        if column == _NAME:
            return self._session.name_of(face_id) or self.tr("Face {}").format(face_id)
        if column == _ID:
            return str(face_id)
        track = self._session.first.track(face_id) if self._session.first is not None else None
        if track is None:
            return ""
        if column == _FRAMES:
            return f"{len(track):,}"
        return moment_text(self._session.first, float(track.time_s[0 if column == _FROM else -1]))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button
