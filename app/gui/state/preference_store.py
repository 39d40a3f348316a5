"""The user's preferences while the window is open, and the file that they are saved to."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import StudioError
from app.preferences import Preferences, preferences_path, read_preferences, write_preferences
from app.threads.workers import SerialWorker

LOG = logging.getLogger(__name__)

_SAVE_AFTER_MS = 800


class PreferenceStore(QObject):
    """Holds the preferences as one frozen value, and saves them a moment after each change.

    What another window has saved meanwhile stays in the file, except what was changed here.
    Thread: the GUI's; `current` may be read from any.
    """

    changed = Signal(object)
    """Preferences"""
    failed = Signal(object)
    """StudioError: they could not be saved. Not emitted again until they were."""

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current = preferences
        self._saved = self._in_file = preferences
        """What was current when it was saved, and what is in the file. Thread: the worker's."""
        self._state = _state_of(preferences_path())
        self._has_failed = False
        self._worker = SerialWorker("preferences")
        self._save_timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._save_timer.timeout.connect(lambda: self._worker.submit(self._save))

    @property
    def current(self) -> Preferences:
        return self._current

    def change(self, **changes: object) -> None:
        """Replaces these fields of `Preferences`."""
        changed = replace(self._current, **changes)  # type: ignore[arg-type]
        if changed != self._current:
            self._current = changed
            self._save_timer.start()
            self.changed.emit(changed)

    def close(self) -> None:
        """Saves what is not saved yet, and waits for it."""
        self._save_timer.stop()
        self._worker.submit(self._save)
        self._worker.close()

    def _save(self) -> None:
        current, path = self._current, preferences_path()
        try:
            state = _state_of(path)
            if state is not None and state != self._state:
                self._in_file = read_preferences(path)
            named = [field.name for field in fields(current)]
            changed = {name: getattr(current, name) for name in named if _differs(current, self._saved, name)}
            self._in_file = replace(self._in_file, **changed)
            write_preferences(self._in_file, path)
            self._saved, self._state = current, _state_of(path)
        except StudioError as error:
            LOG.warning("The settings were not saved: %s", error)
            if not self._has_failed:
                self._has_failed = True
                self.failed.emit(StudioError(self.tr("The settings were not saved: {}").format(error)))
        else:
            self._has_failed = False


def _differs(current: Preferences, saved: Preferences, name: str) -> bool:
    return bool(getattr(current, name) != getattr(saved, name))


def _state_of(path: Path) -> tuple[int, int, int] | None:
    """Different once another program has written the file; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
