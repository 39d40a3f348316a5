"""Opens the session of the video that is watched, and of other files that belong to one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.errors import StudioError
from app.export.queue_rows import QueueRow
from app.gui.state.studio import Studio
from app.gui.window.dialogs import Dialogs
from app.session.belonging import SessionPaths, session_paths
from app.watch.listener import WatcherState


class OwnSession(QObject):
    """Enables `action` while the video that is open has a pose table.

    Thread: the GUI's. Files are looked for in a worker.
    """

    def __init__(self, parent: QObject, studio: Studio, dialogs: Dialogs, action: QAction) -> None:
        super().__init__(parent)
        self._studio = studio
        self._dialogs = dialogs
        self._action = action
        self._video: Path | None = None
        self._done = 0
        action.setEnabled(False)
        action.triggered.connect(lambda _checked=False: self.open(self._video) if self._video is not None else None)
        studio.live_view.state_changed.connect(self._show_watcher)
        studio.queue_changed.connect(self._show_rows)

    def open(self, path: Path) -> None:
        """Opens the session that this video, table or record belongs to. Says so if there is none."""

        def show(found: SessionPaths) -> None:
            if found.table is None and found.video is None:
                message = self.tr("{} is not there any more, or does not belong to a session.").format(path.name)
                self._studio.failed.emit(StudioError(message))
            else:
                self._dialogs.open_session(found.video, found.table)

        self._studio.workers.run(partial(session_paths, path), show)

    def open_two(self, tables: Sequence[Path]) -> None:
        """Opens one session that compares two tables of one video, or else a session for each."""

        def show(found: list[SessionPaths]) -> None:
            first, second = found
            if first.video is not None and first.video == second.video:
                self._dialogs.open_session(first.video, first.table, second.table)
            else:
                for paths in found:
                    self._dialogs.open_session(paths.video, paths.table)

        self._studio.workers.run(lambda: [session_paths(table) for table in tables], show)

    def _show_watcher(self, state: WatcherState) -> None:
        video = state.facts.path if state.facts is not None else None
        if video != self._video:
            self._video = video
            self._look()

    def _show_rows(self, rows: tuple[QueueRow, ...]) -> None:
        done = sum(row.state == "done" for row in rows)
        if done != self._done:
            self._done = done
            self._look()

    def _look(self) -> None:
        video = self._video
        if video is None:
            self._action.setEnabled(False)
            return

        def show(found: SessionPaths) -> None:
            if video == self._video:
                self._action.setEnabled(found.table is not None)

        self._studio.workers.run(partial(session_paths, video), show)
