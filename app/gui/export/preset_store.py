"""The export presets while the window is open, and the file that they are saved to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.export.export_settings import ExportSettings
from app.export.presets import Presets, presets_path, read_presets, write_presets
from app.gui.kit.workers import Workers


class PresetStore(QObject):
    """Thread: the GUI's. The file is read and written in workers; of two windows, the last one to write wins."""

    changed = Signal()

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.presets: Presets = {}
        self._workers = workers
        self._path = presets_path()
        workers.run(partial(read_presets, self._path), self._set)

    def put(self, name: str, settings: ExportSettings) -> None:
        self._save({**self.presets, name: settings})

    def remove(self, name: str) -> None:
        self._save({known: settings for known, settings in self.presets.items() if known != name})

    def _save(self, presets: Presets) -> None:
        self._set(presets)
        self._workers.run(partial(write_presets, presets, self._path), lambda _: None)

    def _set(self, presets: Presets) -> None:
        self.presets = presets
        self.changed.emit()
