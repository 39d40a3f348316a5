"""The export presets while the window is open, and the file that they are saved to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.export.export_settings import ExportSettings
from app.export.presets import PresetFile, Presets, presets_path
from app.gui.kit.workers import Workers


class PresetStore(QObject):
    """Thread: the GUI's. The file is read and changed in workers; two windows keep each other's presets."""

    changed = Signal()

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.presets: Presets = {}
        self._workers = workers
        self._file = PresetFile(presets_path())
        self._changes = 0
        workers.run(self._file.read, partial(self._take, 0))

    def put(self, name: str, settings: ExportSettings) -> None:
        self._change(lambda presets: {**presets, name: settings})

    def remove(self, name: str) -> None:
        self._change(lambda presets: {known: settings for known, settings in presets.items() if known != name})

    def _change(self, change: Callable[[Presets], Presets]) -> None:
        self._changes += 1
        self._set(change(self.presets))  # At once; what else is in the file follows.
        self._workers.run(partial(self._file.change, change), partial(self._take, self._changes))

    def _take(self, after: int, presets: Presets) -> None:
        """Shows what the file contains after so many changes, unless there have been others since."""
        if after == self._changes:
            self._set(presets)

    def _set(self, presets: Presets) -> None:
        self.presets = presets
        self.changed.emit()
