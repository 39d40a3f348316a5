"""Connects the export dialog to the queue, and the queue to its window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.errors import StudioError
from app.export.queue_rows import QueueRow
from app.gui.export.dialog import ExportDialog
from app.gui.export.dialog_parts import ToExport
from app.gui.export.queue_panel import QueuePanel
from app.gui.kit.file_dialogs import VIDEOS, FileDialogs
from app.gui.state.studio import Studio
from app.video import SourceFacts, open_source

_QUEUE_SIZE = QSize(860, 360)


class ExportController(QObject):
    """Thread: the GUI's. Properties of videos are read in a worker."""

    def __init__(self, window: QWidget, studio: Studio, files: FileDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._files = files
        self._queue_window = QueueWindow(window)
        self._connect(self._queue_window.panel)
        studio.queue_changed.connect(self._queue_window.panel.show_rows)

    def export_open_video(self) -> None:
        """Shows the export dialog for the video that is open. If none is open, asks for videos first."""
        state = self._studio.live_view.state
        if state.facts is not None:
            player = self._studio.live_view.watcher.player
            present_s = player.state.position_s if player is not None else None
            self._show_dialog([ToExport(state.facts.path, state.facts)], present_s=present_s)
            return
        filters = self.tr("Videos ({});;All files (*)").format(VIDEOS)
        videos = self._files.open_files(self.tr("Choose videos to export"), filters)
        if videos:
            self.export(videos)

    def export(self, videos: Sequence[Path]) -> None:
        """Shows the export dialog for these videos; all of them are exported with the same settings."""
        self._studio.workers.run(lambda: [ToExport(path, _facts(path)) for path in videos], self._show_dialog)

    def show_queue(self) -> None:
        self._queue_window.show()
        self._queue_window.raise_()
        self._queue_window.activateWindow()

    def _show_dialog(self, videos: Sequence[ToExport], present_s: float | None = None) -> None:
        studio, marks = self._studio, self._studio.marks.current
        dialog = ExportDialog(
            videos,
            snapshots=[(entry.key, entry.title) for entry in studio.models.catalogue if not entry.refusal],
            snapshot=studio.models.choice.snapshot or studio.models.default_snapshot,
            detector=studio.models.choice.detector,
            settings=replace(studio.live_view.settings, detect_every=studio.models.choice.detect_every),
            style=studio.live_view.options.style,
            reference=studio.live_view.options.reference,
            engine=studio.models.choice.engine,
            present_s=present_s,
            marked=(marks.start_s, marks.end_s) if present_s is not None else (None, None),
            promised=[path for row in studio.queue.rows if not row.is_over for path in row.task.outputs],
            parent=self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._start(dialog))
        dialog.open()

    def _start(self, dialog: ExportDialog) -> None:
        self._studio.queue.add_rows(QueueRow(0, task) for task in dialog.tasks)
        self.show_queue()

    def _connect(self, panel: QueuePanel) -> None:
        queue = self._studio.queue
        panel.pause_wanted.connect(queue.pause)
        panel.resume_wanted.connect(queue.resume)
        panel.clear_wanted.connect(queue.clear_finished)
        panel.files_dropped.connect(lambda paths: self.export([Path(path) for path in paths]))
        for signal, call in (
            (panel.cancel_wanted, queue.cancel),
            (panel.remove_wanted, queue.remove),
            (panel.retry_wanted, queue.retry),
        ):
            signal.connect(lambda numbers, call=call: [call(number) for number in numbers])


class QueueWindow(QDialog):
    """The queue in a window of its own, so that the live view stays visible."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export queue"))
        self.panel = QueuePanel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panel)
        self.resize(_QUEUE_SIZE)


def _facts(path: Path) -> SourceFacts | None:
    try:
        with open_source(path) as source:
            return source.facts
    except StudioError:
        return None  # The queue shows the reason in this video's row.
