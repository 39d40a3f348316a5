"""The user's preferences while the window is open, and the file that they are saved to."""

from __future__ import annotations

import logging
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import StudioError
from app.preferences import Preferences, preferences_path, write_preferences
from app.threads.workers import SerialWorker

LOG = logging.getLogger(__name__)

_SAVE_AFTER_MS = 800


class PreferenceStore(QObject):
    """Holds the preferences as one frozen value, and saves them a moment after each change.

    Thread: the GUI's; `current` may be read from any.
    """

    changed = Signal(object)
    """Preferences"""
    failed = Signal(object)
    """StudioError: they could not be saved. Not emitted again until they were."""

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current = preferences
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
        try:
            write_preferences(self._current, preferences_path())
        except StudioError as error:
            LOG.warning("The settings were not saved: %s", error)
            if not self._has_failed:
                self._has_failed = True
                self.failed.emit(StudioError(self.tr("The settings were not saved: {}").format(error)))
        else:
            self._has_failed = False
