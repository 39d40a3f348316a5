"""Changes a session step by step, and saves each change beside the table."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.errors import OutputError, StudioError
from app.gui.kit.workers import Workers
from app.session.edits import Edits
from app.session.events import Label
from app.session.session import Session
from app.session.storage import Saved, remember_labels, write_edits

if TYPE_CHECKING:
    from app.gui.session.model import SessionModel

LOG = logging.getLogger(__name__)

Change = Callable[[Session], Session]


class Editing(QObject):
    """Applies changes in order, and writes them to files, both in workers where they take time.

    Each change is saved at once: if the program ends without warning, nothing is lost but what is being dragged.
    Thread: the GUI's.
    """

    def __init__(self, model: SessionModel) -> None:
        super().__init__(model)
        self._model = model
        self._saved = Saved()
        self._waiting: deque[Change] = deque()
        self._changing = False
        self._saving = False
        self._workers = Workers("session edits", self._fail, threads=1)
        self._files = Workers("session files", self._fail_saving, threads=1)

    @property
    def unsaved(self) -> bool:
        """Whether there are changes that are not on disk."""
        return self._model.session.edits != self._saved.edits

    def start(self, saved: Saved) -> None:
        """Starts with another session, of which this is on disk."""
        self._waiting.clear()
        self._saved = saved

    def change(self, change: Change, *, heavy: bool) -> None:
        """Changes the session, in a worker if it is heavy. A StudioError of the change is reported."""
        if not heavy and not self._changing:
            try:
                changed = change(self._model.session)
            except StudioError as error:
                self._model.failed.emit(error)
                return
            self._show(changed)
            return
        self._waiting.append(change)
        self._change_next()

    def undo(self) -> None:
        steps = self._model.session.done
        self.change(Session.undo, heavy=self._is_heavy(steps[-1].edits if steps else None))

    def redo(self) -> None:
        steps = self._model.session.undone
        self.change(Session.redo, heavy=self._is_heavy(steps[-1].edits if steps else None))

    def save(
        self,
        then: Callable[[], object] | None = None,
        otherwise: Callable[[], object] | None = None,
        *,
        anyway: bool = False,
    ) -> None:
        """Writes what is not on disk, and then calls `then` if everything could be written, else `otherwise`.

        `anyway`: also in place of files that another program changed; those are kept under another name.
        """
        tables, edits = self._model.session.originals[:1], self._model.session.edits
        if not tables or (self._saving and then is None and not anyway):
            return
        self._saving = True
        labels = edits.labels if edits.labels != self._saved.edits.labels else None

        def write() -> Saved:
            written = write_edits(tables[0], edits, self._saved, anyway=anyway)
            if labels:
                _remember(labels)
            return written

        def show(written: Saved) -> None:
            self._saving = False
            if self._model.session.originals[:1] == tables:
                self._show_saved(written, edits, then, otherwise)

        self._files.run(write, show)

    def close(self) -> None:
        self._workers.close(wait=False)
        self._files.close(wait=False)

    def _is_heavy(self, edits: Edits | None) -> bool:
        return edits is not None and edits.identities != self._model.session.edits.identities

    def _change_next(self) -> None:
        if self._changing or not self._waiting:
            return
        self._changing = True
        change, session = self._waiting.popleft(), self._model.session

        def attempt() -> Session | StudioError:
            try:
                return change(session)
            except StudioError as error:
                return error

        self._workers.run(attempt, partial(self._show_attempt, session))

    def _show_attempt(self, before: Session, result: Session | StudioError) -> None:
        self._changing = False
        if isinstance(result, StudioError):
            self._model.failed.emit(result)
        elif self._model.session is before:  # Otherwise another table was opened meanwhile.
            self._show(result)
        self._change_next()

    def _show(self, session: Session) -> None:
        before = self._model.session
        if session is before:
            return
        self._model.show_changed(before, session)
        self.save()

    def _show_saved(
        self,
        written: Saved,
        edits: Edits,
        then: Callable[[], object] | None,
        otherwise: Callable[[], object] | None,
    ) -> None:
        known, self._saved = self._saved.errors, written
        for error in written.errors:
            if str(error) not in map(str, known):
                self._model.failed.emit(error)
        self._model.session_changed.emit(self._model.session)
        if written.errors:
            if otherwise is not None:
                otherwise()
        elif then is not None:
            then()
        elif edits != self._model.session.edits:
            self.save()

    def _fail(self, error: StudioError) -> None:
        self._changing = False
        self._model.failed.emit(error)
        self._change_next()

    def _fail_saving(self, error: StudioError) -> None:
        self._saving = False
        self._model.failed.emit(error)


def _remember(labels: tuple[Label, ...]) -> None:
    try:
        remember_labels(labels)
    except OutputError as error:  # The next session starts without them, and that is all.
        LOG.warning("The labels are not remembered: %s", error)
