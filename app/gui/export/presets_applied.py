"""Gives exports in the queue the settings of a preset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.export.conflicts import Conflict, Examined, examined, outputs_of
from app.export.export_settings import ExportSettings
from app.export.finding import probe
from app.export.queue_rows import QueueRow
from app.export.task import ExportTask
from app.gui.export.dialog_texts import conflict_text
from app.gui.export.preset_store import PresetStore
from app.gui.kit.overwrite_question import confirm_overwrite
from app.gui.state.studio import Studio


class PresetsApplied(QObject):
    """Thread: the GUI's. Videos are read in a worker."""

    def __init__(self, window: QWidget, studio: Studio, presets: PresetStore) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._presets = presets

    def apply(self, numbers: Sequence[int], name: str) -> None:
        """Gives these exports the settings of the preset. Each keeps its range and what belongs to its video."""
        settings = self._presets.presets.get(name)
        rows = self._studio.queue.rows
        chosen = [row for row in rows if row.number in numbers and not row.is_running and row.state != "done"]
        others = [row.task for row in rows if row.number not in numbers and not row.is_over]
        if settings is None or not chosen:
            return

        def look() -> Examined:
            return examined([_changed(row, settings) for row in chosen], outputs_of(others))

        self._studio.workers.run(look, lambda found: self._use(chosen, found, name))

    def _use(self, rows: Sequence[QueueRow], found: Examined, name: str) -> None:
        if found.conflict is not None:
            self._refuse(name, found.conflict)
            return
        note = self.tr("Existing files are replaced only when the export is complete.")

        def edit() -> None:
            for row, task, existing in zip(rows, found.tasks, found.existing, strict=True):
                self._studio.queue.edit(row.number, replace(task, overwrite=bool(existing)), preset=name)

        confirm_overwrite(self._window, found.existing_files, edit, note=note)

    def _refuse(self, name: str, conflict: Conflict) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("The preset “{}” cannot be used.").format(name))
        box.setInformativeText(conflict_text(conflict))
        box.open()


def _changed(row: QueueRow, settings: ExportSettings) -> ExportTask:
    task = settings.task(probe(row.task.source), since=row.task.since, until=row.task.until)
    if row.task.detector.boxes is not None:
        task = replace(task, detector=row.task.detector)
    return replace(task, reference=replace(row.task.reference, signs=task.reference.signs))
