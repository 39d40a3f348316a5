"""Leads exports from the dialog into the queue, and the queue's rows into its window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from app.errors import StudioError
from app.export.queue import QueueRow
from app.gui.export.dialog import ExportDialog
from app.gui.export.dialog_parts import ToExport
from app.gui.export.queue_panel import QueuePanel
from app.gui.state.live_view import LiveView
from app.gui.window.dialogs import VIDEOS, Dialogs
from app.video import SourceFacts, open_source

if TYPE_CHECKING:
    from app.gui.window.main_window import MainWindow

_QUEUE_SIZE = QSize(860, 360)


class ExportController(QObject):
    """Thread: the GUI's. What videos are is read in a worker."""

    def __init__(self, window: MainWindow, live_view: LiveView, dialogs: Dialogs) -> None:
        super().__init__(window)
        self._window = window
        self._live_view = live_view
        self._dialogs = dialogs
        self._queue_window = QueueWindow(window)
        self._connect(self._queue_window.panel)

    @property
    def unfinished(self) -> int:
        """How many exports wait or run."""
        return sum(not row.is_over for row in self._live_view.queue.rows)

    def export_present(self) -> None:
        """Asks how the video on the stage is to be exported; without one, asks for videos first."""
        state = self._live_view.watcher_state
        if state.facts is not None:
            video = self._live_view.watcher.player
            present_s = video.state.position_s if video is not None else None
            self._ask([ToExport(state.facts.path, state.facts)], present_s=present_s)
            return
        kinds = self.tr("Videos ({});;All files (*)").format(VIDEOS)
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Choose videos to export"), self._dialogs.folder, kinds
        )
        if paths:
            self._dialogs.keep_folder(Path(paths[0]).parent)
            self.export([Path(path) for path in paths])

    def export(self, videos: Sequence[Path]) -> None:
        """Asks how these are to be exported, all alike."""
        self._live_view.in_worker(lambda: [ToExport(path, _facts(path)) for path in videos], self._ask)

    def show_queue(self) -> None:
        self._queue_window.show()
        self._queue_window.raise_()
        self._queue_window.activateWindow()

    def show_rows(self, rows: tuple[QueueRow, ...]) -> None:
        self._queue_window.panel.show_rows(rows)

    def _ask(self, videos: Sequence[ToExport], present_s: float | None = None) -> None:
        live_view = self._live_view
        current = live_view.preferences.snapshot or live_view.default_snapshot
        dialog = ExportDialog(
            videos,
            snapshots=[(entry.key, entry.title) for entry in live_view.catalogue if not entry.refusal],
            snapshot=current,
            detector=live_view.choice.detector,
            settings=replace(live_view.settings, detect_every=live_view.choice.detect_every),
            style=live_view.options.style,
            reference=live_view.options.reference,
            engine=live_view.choice.engine,
            present_s=present_s,
            promised=[path for row in live_view.queue.rows if not row.is_over for path in row.task.outputs],
            parent=self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._begin(dialog))
        dialog.open()

    def _begin(self, dialog: ExportDialog) -> None:
        self._live_view.export(dialog.tasks)
        self.show_queue()

    def _connect(self, panel: QueuePanel) -> None:
        queue = self._live_view.queue
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
    """The queue in a window of its own, so that the live view stays in sight."""

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
        return None  # The queue tells what is wrong with it, in its row.
