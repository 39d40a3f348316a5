"""Saves pictures and recordings of the live view."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.gui.kit import number_format
from app.gui.kit.action_table import ActionTable
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.kit.folders import show_in_folder
from app.gui.kit.notice import Notice
from app.gui.kit.overwrite_question import confirm_overwrite
from app.gui.state.studio import Studio
from app.gui.window.status_line import StatusLine
from app.gui.window.unfinished_question import UnfinishedQuestion
from app.outputs.record import record_path
from app.watch.listener import WatcherState
from app.watch.unfinished import Unfinished

_SHOW_EVERY_MS = 250


class SavingController(QObject):
    """Asks for file names, starts and stops recordings, and shows what was saved.

    Thread: the GUI's.
    """

    def __init__(
        self,
        window: QWidget,
        studio: Studio,
        *,
        actions: ActionTable,
        files: FileDialogs,
        status: StatusLine,
        notice: Notice,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._actions = actions
        self._files = files
        self._status = status
        self._notice = notice
        self._recording_since_s = 0.0
        self._record_text = actions["record"].text()
        self._timer = QTimer(self, interval=_SHOW_EVERY_MS)
        self._timer.timeout.connect(self._show_recording)
        actions.connect_calls({"save_picture": self._save_picture, "record": self._start_or_stop_recording})
        studio.recorder.changed.connect(self._show_recording_changed)
        studio.recorder.finishing.connect(lambda text: notice.say(text, topic="saved", good=True))
        studio.recorder.saved.connect(self._show_saved)
        studio.recorder.unfinished_found.connect(self._offer_unfinished)

    def find_unfinished(self) -> None:
        """Looks for recordings of a program that was killed, and offers to finish them."""
        self._studio.recorder.find_unfinished()

    def show_watcher(self, state: WatcherState) -> None:
        """Enables what can be saved of the source in its present state."""
        self._actions["save_picture"].setEnabled(state.status not in ("empty", "refused"))
        recording = self._studio.recorder.recording is not None
        self._actions["record"].setEnabled(recording or state.status == "watching")
        self._actions["microphone"].setEnabled(not recording and (state.live or state.status == "empty"))
        self._actions["record_clean"].setEnabled(not recording)

    def _offer_unfinished(self, found: tuple[Unfinished, ...]) -> None:
        UnfinishedQuestion(self._window, self._studio.recorder, found).open()

    def _save_picture(self) -> None:
        filters = self.tr("Pictures (*.png *.jpg *.webp *.bmp *.tif)")
        folder = self._studio.preferences.current.picture_folder
        path = self._files.save_file(
            self.tr("Save picture"), self._proposed_name(".png"), filters, suffix=".png", folder=folder
        )
        if path is not None:
            self._studio.recorder.save_picture(path)

    def _start_or_stop_recording(self) -> None:
        if self._studio.recorder.recording is not None:
            self._studio.recorder.stop()
            return
        self._actions["record"].setChecked(False)  # Until the recording runs.
        self._ask_where_to_record(self._proposed_name(".mp4"))

    def _ask_where_to_record(self, name: str) -> None:
        title, filters = self.tr("Record to a video and a table"), self.tr("Videos (*.mp4 *.mov *.mkv)")
        # The question whether to overwrite comes below, once for all three files.
        folder = self._studio.preferences.current.recording_folder
        video = self._files.save_file(title, name, filters, suffix=".mp4", confirm_overwrite=False, folder=folder)
        if video is None:
            return
        table = video.with_suffix(".csv")
        clean = video.with_stem(f"{video.stem}-clean") if self._actions["record_clean"].isChecked() else None
        wanted = self._actions["microphone"].isChecked()
        microphone = self._studio.preferences.current.microphone if wanted else None
        confirm_overwrite(
            self._window,
            [path for path in (video, table, record_path(table), clean) if path is not None],
            lambda: self._studio.recorder.start(video, table, clean=clean, microphone=microphone),
            lambda: self._ask_where_to_record(str(video)),
        )

    def _show_recording_changed(self) -> None:
        running = self._studio.recorder.recording is not None
        self._actions["record"].setChecked(running)
        self._actions.set_icon("record", "stop" if running else "record")
        self._name_record(running=running, elapsed_s=0.0)
        if running:
            self._recording_since_s = time.monotonic()
            self._timer.start()
            self._show_recording()
        else:
            self._timer.stop()
            self._status.hide_recording()
        self.show_watcher(self._studio.live_view.state)

    def _show_recording(self) -> None:
        recording = self._studio.recorder.recording
        if recording is not None:
            elapsed_s = time.monotonic() - self._recording_since_s
            self._status.show_recording(recording.frames, recording.dropped, elapsed_s)
            self._name_record(running=True, elapsed_s=elapsed_s)

    def _name_record(self, *, running: bool, elapsed_s: float) -> None:
        """The action's text in the menu, and on the button in the tool bar."""
        record, text = self._actions["record"], self.tr("Stop {}").format(number_format.clock(elapsed_s))
        record.setText(self.tr("Stop recor&ding") if running else self._record_text)
        record.setIconText(text if running else self._record_text.replace("&", ""))

    def _show_saved(self, text: str, path: Path) -> None:
        show = partial(show_in_folder, path, self._window)
        self._notice.say(text, [(self.tr("Show in folder"), show)], topic="saved", good=True)

    def _proposed_name(self, suffix: str) -> str:
        state = self._studio.live_view.state
        stem = Path(state.title).stem if state.facts is not None else self.tr("recording")
        now = datetime.now().astimezone()
        return f"{stem}-{now:%Y%m%d-%H%M%S}{suffix}"
