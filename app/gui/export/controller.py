"""Connects the export dialog to the queue, and the queue to its window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.export.conflicts import outputs_of
from app.export.export_settings import ExportSettings, ToExport
from app.export.finding import probe
from app.export.measured import expected_frames
from app.export.queue_rows import QueueRow
from app.export.task import ExportTask
from app.gui.export.adding import Adding
from app.gui.export.dialog import ExportDialog
from app.gui.export.dialog_frame import Around
from app.gui.export.done_notice import DoneNotice
from app.gui.export.kept_question import KeptQueues
from app.gui.export.preset_store import PresetStore
from app.gui.export.presets_applied import PresetsApplied
from app.gui.export.queue_panel import QueuePanel
from app.gui.export.queue_status import QueueStatus
from app.gui.kit.file_dialogs import VIDEOS, FileDialogs
from app.gui.kit.titles import translated_title
from app.gui.kit.turns import in_turns
from app.gui.state.studio import Studio
from app.settings import AnalysisSettings, DetectorChoice, Reference
from app.video.picture_files import PICTURE_SUFFIXES

_QUEUE_SIZE = QSize(1060, 420)


class ExportController(QObject):
    """Thread: the GUI's. Properties of videos are read in a worker."""

    session_wanted = Signal(object)
    """Path: a finished export's table, or its video if it has none, to be reviewed."""

    def __init__(self, window: QWidget, studio: Studio, files: FileDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._files = files
        self._queue_window = QueueWindow(window)
        self._presets = PresetStore(studio.workers, self)
        self._adding = Adding(window, studio, self._show_dialog)
        self._applied = PresetsApplied(window, studio, self._presets)
        self._kept = KeptQueues(window, studio, self.show_queue)
        self.status = QueueStatus()
        self.status.clicked.connect(self.show_queue)
        self._notice = DoneNotice(window, self.show_queue)
        self._connect(self._queue_window.panel)
        for show in (self._queue_window.panel.show_rows, self._notice.show_rows):
            studio.queue_changed.connect(show)
        studio.queue_changed.connect(lambda rows: self.status.show_rows(rows, paused=studio.queue.is_paused))

    @property
    def presets(self) -> PresetStore:
        return self._presets

    @property
    def panel(self) -> QueuePanel:
        return self._queue_window.panel

    # Choosing

    def open_videos(self) -> None:
        """Asks for videos or pictures. One is watched; several are exported."""
        paths = self._files.open_files(self.tr("Open videos or pictures"), self._filters(pictures=True))
        self.open(paths)

    def open_folder(self) -> None:
        """Asks for a folder. Its pictures are watched; videos are exported, after a question."""
        folder = self._files.open_folder(self.tr("Open folder of pictures or videos"))
        if folder is not None:
            self.open([folder])

    def open(self, paths: Sequence[Path]) -> None:
        """Watches a single video, picture or folder of pictures; several are exported, and the videos of a folder."""
        if len(paths) == 1 and not paths[0].is_dir():
            self._watch(paths[0])
        elif paths:
            self._adding.add(paths, watch=self._watch)

    def export_open_video(self) -> None:
        """Shows the export dialog for the video that is open. If none is open, asks for videos first."""
        state = self._studio.live_view.state
        if state.facts is not None:
            player = self._studio.live_view.watcher.player
            present_s = player.state.position_s if player is not None else None
            marks = self._studio.marks.current
            shown = [ToExport(state.facts.path, state.facts)]
            self._show_dialog(shown, present_s=present_s, marked=(marks.start_s, marks.end_s))
        else:
            self.add_videos()

    def add_videos(self) -> None:
        """Asks for videos to export."""
        paths = self._files.open_files(self.tr("Choose videos to export"), self._filters(pictures=False))
        if paths:
            self._adding.prepare(paths)

    def add_folder(self) -> None:
        """Asks for a folder whose videos, or pictures, are to be exported."""
        folder = self._files.open_folder(self.tr("Choose a folder of videos or pictures to export"))
        if folder is not None:
            self._adding.add([folder])

    def export(self, paths: Sequence[Path]) -> None:
        """Shows the export dialog for these files and folders; all of them are exported with the same settings."""
        self._adding.add(paths)

    def show_queue(self) -> None:
        self._queue_window.show()
        self._queue_window.raise_()
        self._queue_window.activateWindow()

    def find_kept(self) -> None:
        """Looks for queues that were not finished before, and offers to continue them."""
        self._kept.find()

    def _watch(self, path: Path) -> None:
        self._studio.live_view.open(str(path))

    def _filters(self, *, pictures: bool) -> str:
        if not pictures:
            return self.tr("Videos ({});;All files (*)").format(VIDEOS)
        also = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        return self.tr("Videos and pictures ({});;All files (*)").format(f"{VIDEOS} {also}")

    # The dialog

    def _show_dialog(
        self,
        videos: Sequence[ToExport],
        note: str = "",
        *,
        present_s: float | None = None,
        marked: tuple[float | None, float | None] = (None, None),
    ) -> None:
        tasks = [row.task for row in self._studio.queue.rows if not row.is_over]

        def show(promised: frozenset[str]) -> None:
            around = replace(self._around(videos, promised), present_s=present_s, marked=marked)
            dialog = self._dialog(videos, around, note=note)
            dialog.accepted.connect(lambda: self._start(dialog, videos))
            self._open(dialog)

        self._studio.workers.run(lambda: outputs_of(tasks), show)

    def _edit(self, number: int) -> None:
        """Shows the settings of an export that waits, failed or was cancelled."""
        rows = self._studio.queue.rows
        row = next((row for row in rows if row.number == number and not row.is_running), None)
        if row is None or row.state == "done":
            return
        others = [other.task for other in rows if other.number != number and not other.is_over]

        def show(found: tuple[ToExport, frozenset[str]]) -> None:
            video, promised = found
            dialog = self._dialog([video], self._around([video], promised), edited=row.task, preset=row.preset)
            dialog.accepted.connect(lambda: self._studio.queue.edit(number, dialog.tasks[0], preset=dialog.preset_name))
            self._open(dialog)

        self._studio.workers.run(lambda: (probe(row.task.source), outputs_of(others)), show)

    def _dialog(
        self,
        videos: Sequence[ToExport],
        around: Around,
        *,
        edited: ExportTask | None = None,
        preset: str = "",
        note: str = "",
    ) -> ExportDialog:
        active = self._queue_window if self._queue_window.isActiveWindow() else self._window
        dialog = ExportDialog(videos, around, edited=edited, preset=preset, note=note, parent=active)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    @staticmethod
    def _open(dialog: ExportDialog) -> None:
        """In turns of their own, because making the dialog has taken one already."""
        in_turns(dialog, (call() for call in (dialog.lay_out, dialog.open)))

    def _around(self, videos: Sequence[ToExport], promised: frozenset[str]) -> Around:
        models, live_view = self._studio.models, self._studio.live_view
        folder = self._studio.preferences.current.export_folder
        return Around(
            snapshots=[(entry.key, translated_title(entry.title)) for entry in models.catalogue if entry.can_be_used],
            settings=ExportSettings(
                folder=Path(folder) if folder is not None else None,
                snapshot=models.choice.snapshot or models.default_snapshot,
                engine=models.choice.engine,
                detector=self._detector(videos),
                settings=replace(self._analysis(videos), detect_every=models.choice.detect_every),
                style=live_view.options.style,
                reference=self._reference(videos),
            ),
            default_snapshot=models.default_snapshot,
            presets=self._presets,
            workers=self._studio.workers,
            promised=promised,
        )

    def _detector(self, videos: Sequence[ToExport]) -> DetectorChoice:
        """The window's, but its region only for the video that it was drawn for."""
        detector = self._studio.models.choice.detector
        return detector if self._is_shown(videos) else replace(detector, options=replace(detector.options, region=None))

    def _analysis(self, videos: Sequence[ToExport]) -> AnalysisSettings:
        """The window's, but its camera only for the video that it is known for."""
        settings = self._studio.live_view.settings
        return settings if self._is_shown(videos) else settings.with_camera_of(AnalysisSettings())

    def _reference(self, videos: Sequence[ToExport]) -> Reference:
        """The window's, but its neutral pose only for the video that it was taken in."""
        reference = self._studio.live_view.options.reference
        return reference if self._is_shown(videos) else replace(reference, neutral=None)

    def _is_shown(self, videos: Sequence[ToExport]) -> bool:
        shown = self._studio.live_view.state.facts
        return len(videos) == 1 and shown is not None and shown.path == videos[0].path

    def _start(self, dialog: ExportDialog, videos: Sequence[ToExport]) -> None:
        facts = {video.path: video.facts for video in videos}
        rows = []
        for task in dialog.tasks:
            known = facts.get(task.source)
            total = None if known is None else expected_frames(task, known)
            rows.append(QueueRow(0, task, total=total, preset=dialog.preset_name))
        self._studio.queue.add_rows(rows)
        self.show_queue()

    # The queue

    def _connect(self, panel: QueuePanel) -> None:
        queue = self._studio.queue
        panel.show_presets(self._presets)
        panel.pause_wanted.connect(queue.pause)
        panel.resume_wanted.connect(queue.resume)
        panel.clear_wanted.connect(queue.clear_finished)
        panel.videos_wanted.connect(self.add_videos)
        panel.folder_wanted.connect(self.add_folder)
        panel.files_dropped.connect(lambda paths: self.export([Path(path) for path in paths]))
        panel.move_wanted.connect(queue.move)
        panel.placed.connect(queue.place_before)
        panel.edit_wanted.connect(self._edit)
        panel.preset_chosen.connect(self._applied.apply)
        panel.session_wanted.connect(self._open_session)
        for signal, call in (
            (panel.cancel_wanted, queue.cancel),
            (panel.remove_wanted, queue.remove),
            (panel.retry_wanted, queue.retry),
        ):
            signal.connect(lambda numbers, call=call: [call(number) for number in numbers])

    def _open_session(self, number: int) -> None:
        row = next((row for row in self._studio.queue.rows if row.number == number), None)
        if row is not None and row.state == "done":
            tables = [table.path for table in row.task.tables if table.kind.read is not None]
            self.session_wanted.emit((tables or list(row.task.written))[0])


class QueueWindow(QDialog):
    """The queue in a window of its own, so that the live view stays visible."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export queue"))
        self.panel = QueuePanel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panel)
        self.resize(_QUEUE_SIZE.boundedTo(self.screen().availableSize()))
