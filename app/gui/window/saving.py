"""What is kept: pictures, recordings and exports."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.gui.export.controller import ExportController
from app.gui.kit.overwrite_question import replace_or_not
from app.gui.state.live_view import LiveView
from app.gui.window.dialogs import Dialogs
from app.outputs.record import record_path
from app.watch.watcher import WatcherState

if TYPE_CHECKING:
    from app.gui.window.main_window import MainWindow

_SHOW_EVERY_MS = 250


class SavingController(QObject):
    """Asks where, starts and stops, and tells what came of it."""

    def __init__(self, window: MainWindow, live_view: LiveView, dialogs: Dialogs) -> None:
        super().__init__(window)
        self._window = window
        self._live_view = live_view
        self._dialogs = dialogs
        self._since_s = 0.0
        self._exports = ExportController(window, live_view, dialogs)
        self._timer = QTimer(self, interval=_SHOW_EVERY_MS)
        self._timer.timeout.connect(self._show_recording)
        act = window.actions_
        act["save_picture"].triggered.connect(self._save_picture)
        act["record"].triggered.connect(self._record)
        act["export"].triggered.connect(self._exports.export_present)
        act["show_queue"].triggered.connect(self._exports.show_queue)
        live_view.recording_changed.connect(self._recording_changed)
        live_view.saved.connect(self._saved)
        live_view.queue_changed.connect(self._exports.show_rows)

    def export(self, videos: Sequence[Path]) -> None:
        self._exports.export(videos)

    def show_watcher(self, state: WatcherState) -> None:
        act = self._window.actions_
        there = state.status not in ("empty", "refused")
        act["save_picture"].setEnabled(there)
        act["record"].setEnabled(self._live_view.recording is not None or state.status == "watching")

    def may_close(self) -> bool:
        """Asks where exports are unfinished: closing would lose them."""
        left = self._exports.unfinished
        if not left:
            return True
        asked = QMessageBox(self._window)
        asked.setIcon(QMessageBox.Icon.Question)
        many = self.tr("{} exports are not finished.").format(left)
        asked.setText(self.tr("An export is not finished.") if left == 1 else many)
        asked.setInformativeText(self.tr("Closing gives them up; finished files stay."))
        close = asked.addButton(self.tr("Give up and close"), QMessageBox.ButtonRole.DestructiveRole)
        asked.setDefaultButton(asked.addButton(self.tr("Keep open"), QMessageBox.ButtonRole.RejectRole))
        done = self._live_view.queue_changed.connect(lambda _rows: None if self._exports.unfinished else asked.accept())
        asked.exec()
        self._live_view.queue_changed.disconnect(done)
        return asked.clickedButton() is close or not self._exports.unfinished

    def _save_picture(self) -> None:
        name = self._suggested(".png")
        kinds = self.tr("Pictures (*.png *.jpg *.webp *.bmp *.tif)")
        path, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save picture"), name, kinds)
        if path:
            self._dialogs.keep_folder(Path(path).parent)
            self._live_view.save_still(_with_suffix(path, ".png"))

    def _record(self) -> None:
        if self._live_view.recording is not None:
            self._live_view.stop_recording()
            return
        self._window.actions_["record"].setChecked(False)
        self._ask_where_to_record(self._suggested(".mp4"))

    def _ask_where_to_record(self, name: str) -> None:
        kinds = self.tr("Videos (*.mp4 *.mov *.mkv)")
        title = self.tr("Record to video, with its table beside it")
        # Asked about below, once for all three files.
        option = QFileDialog.Option.DontConfirmOverwrite
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds, options=option)
        if not path:
            return
        self._dialogs.keep_folder(Path(path).parent)
        video = _with_suffix(path, ".mp4")
        table = video.with_suffix(".csv")
        replace_or_not(
            self._window,
            (video, table, record_path(table)),
            lambda: self._live_view.start_recording(video, table),
            lambda: self._ask_where_to_record(str(video)),
        )

    def _recording_changed(self) -> None:
        running = self._live_view.recording is not None
        self._window.actions_["record"].setChecked(running)
        if running:
            self._since_s = time.monotonic()
            self._timer.start()
            self._show_recording()
        else:
            self._timer.stop()
            self._window.status.hide_recording()
        self.show_watcher(self._live_view.watcher_state)

    def _show_recording(self) -> None:
        recording = self._live_view.recording
        if recording is not None:
            elapsed_s = time.monotonic() - self._since_s
            self._window.status.show_recording(recording.frames, recording.dropped, elapsed_s)

    def _saved(self, told: str, path: Path) -> None:
        show = lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))  # noqa: E731
        self._window.notice.say(told, [(self.tr("Show in folder"), show)], topic="saved", good=True)

    def _suggested(self, suffix: str) -> str:
        state = self._live_view.watcher_state
        stem = Path(state.title).stem if state.facts is not None else self.tr("recording")
        now = datetime.now().astimezone()
        return str(Path(self._dialogs.folder) / f"{stem}-{now:%Y%m%d-%H%M%S}{suffix}")


def _with_suffix(path: str, suffix: str) -> Path:
    chosen = Path(path)
    return chosen if chosen.suffix else chosen.with_suffix(suffix)
