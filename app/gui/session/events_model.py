"""The events of a session as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.gui.kit import number_format
from app.gui.session.when import moment_text
from app.session.events import Event
from app.session.session import Session

_START, _LENGTH, _LABEL, _FACE, _NOTE = range(5)
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class EventsModel(QAbstractTableModel):
    """Start, length, label, face and note of each event. Thread: the GUI's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self._colours: dict[str, str] = {}

    @property
    def events(self) -> Sequence[Event]:
        return self._session.edits.events

    def show_session(self, session: Session) -> bool:
        """Returns whether rows were replaced."""
        before, after = self._session.edits, session.edits
        if (before.events, before.labels) == (after.events, after.labels) and session.first is self._session.first:
            return False
        self.beginResetModel()
        self._session = session
        self._colours = {label.name: label.colour for label in after.labels}
        self.endResetModel()
        return True

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.events)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Start"), self.tr("Length"), self.tr("Label"), self.tr("Face"), self.tr("Note"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.events):
            return None
        event = self.events[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(event, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == _LABEL:
            return QColor(self._colours.get(event.label, "#808080"))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (_START, _LENGTH):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return event.note or None
        return None

    def _length_text(self, event: Event) -> str:
        table = self._session.first
        if table is None or not table.stands_alone:
            return f"{event.end_s - event.start_s:.2f} s"
        first, end = (table.picture_at(edge)[0] for edge in event.span)
        pictures = max(1, end - first)
        return self.tr("1 picture") if pictures == 1 else self.tr("{} pictures").format(pictures)

    def _text(self, event: Event, column: int) -> str:
        if column == _START:
            return moment_text(self._session.first, event.start_s)
        if column == _LENGTH:
            return number_format.ABSENT if event.is_moment else self._length_text(event)
        if column == _LABEL:
            return event.label
        if column == _NOTE:
            return event.note
        if event.face_id is None:
            return ""
        return self._session.name_of(event.face_id) or str(event.face_id)
