"""Saves what is in a session: tables, plots and statistics. Files are written in a worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.gui.kit.workers import Workers
from app.outputs.collisions import check_distinct
from app.outputs.record import record_path
from app.session.saved_plot import save_plot
from app.session.saving import save_filtered, save_table
from app.session.statistics import write_statistics
from app.session.storage import edit_paths

if TYPE_CHECKING:
    from app.gui.session.model import SessionModel

T = TypeVar("T")


class SessionSaving(QObject):
    """Writes files of a session, none of them over one that the session was read from. Thread: the GUI's."""

    saved = Signal(str)
    """A message that says what was saved."""

    def __init__(self, model: SessionModel, workers: Workers) -> None:
        super().__init__(model)
        self._model = model
        self._workers = workers

    def filtered(self, path: Path, format_name: str | None = None) -> None:
        """The rows of the first table that are not excluded."""
        self._table(save_filtered, path, format_name)

    def table(self, path: Path, format_name: str | None = None) -> None:
        """All rows of the first table, with the identities of the session."""
        self._table(save_table, path, format_name)

    def plot(self, path: Path) -> None:
        """The curves of the selected face."""
        prepared, face_id = self._model.prepared(), self._model.face_id
        self.save(path, lambda: save_plot(prepared(), face_id, path))

    def statistics(self, path: Path) -> None:
        prepared, kind = self._model.prepared(), self._model.kind
        self.save(path, lambda: write_statistics(prepared(), path, kind))

    def save(self, path: Path, work: Callable[[], object]) -> None:
        """Writes a file in a worker, unless it is one of this session."""

        def done(_: object) -> None:
            self.saved.emit(self.tr("Saved {}.").format(path.name))

        self._workers.run(self._checked(path, work), done)

    def _table(self, write: Callable[..., int], path: Path, format_name: str | None) -> None:
        def done(rows: int) -> None:
            self.saved.emit(self.tr("Saved {name} with {rows} rows.").format(name=path.name, rows=rows))

        prepared = self._model.prepared()
        self._workers.run(self._checked(path, lambda: write(prepared(), path, format_name=format_name)), done)

    def _checked(self, path: Path, work: Callable[[], T]) -> Callable[[], T]:
        """The work, after a check that it does not overwrite a file of this session, which raises UsageError."""
        video = (self._model.video.path,) if self._model.video is not None else ()
        tables = [table.path for table in self._model.session.tables]
        files = [name for table in tables for name in (table, record_path(table), *edit_paths(table))]

        def checked() -> T:
            check_distinct([path], (*files, *video))
            return work()

        return checked
