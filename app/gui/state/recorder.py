"""Saves what is being watched: single pictures, and recordings to video and table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import StudioError
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.workers import Workers
from app.gui.state.live_view import LiveView
from app.watch.recording import Recorded, Recording, save_still


class Recorder(QObject):
    """Records the live view, one recording at a time.

    Thread: the GUI's. Files are opened and finished in workers.
    """

    changed = Signal()
    """A recording has started or ended."""
    saved = Signal(str, object)
    """A sentence for the user, and the Path of a picture or a recording."""
    failed = Signal(object)
    """StudioError"""

    def __init__(self, live_view: LiveView, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live_view = live_view
        self._workers = workers
        self._gui_calls = GuiCalls(self)
        self._started: list[Recording] = []
        self.recording: Recording | None = None

    def save_picture(self, path: Path) -> None:
        """Saves the newest frame as it is shown, in its own size."""
        shown = self._live_view.newest
        if shown is None:
            self.failed.emit(StudioError("There is no picture to save.", advice="Open a source first."))
            return
        self._workers.run(
            lambda: save_still(shown.analysis, shown.options, path),
            lambda _none: self.saved.emit(self.tr("Saved {}.").format(path.name), path),
        )

    def start(self, video: Path | None, table: Path | None) -> None:
        source = self._live_view.state

        def make() -> Recording:
            recording = Recording(
                video,
                table,
                title=source.title,
                address=source.address,
                failed=lambda _error: self._gui_calls.post(self.stop),
            )
            self._started.append(recording)
            return recording

        def begin(recording: Recording) -> None:
            self.recording = recording
            self._live_view.watcher.listeners.add(recording)
            self.changed.emit()

        self._workers.run(make, begin)

    def stop(self) -> None:
        """Ends the recording, if there is one; `saved` or `failed` follows when its files are finished."""
        recording, self.recording = self.recording, None
        self.changed.emit()
        if recording is not None:
            self._live_view.watcher.listeners.remove(recording)
            self._workers.run(recording.stop, self._recorded)

    def close(self) -> None:
        """Finishes every recording that was started, even one that has only just been opened, and waits for it."""
        for recording in self._started:
            recording.stop()

    def _recorded(self, recorded: Recorded) -> None:
        if recorded.error is not None:
            self.failed.emit(recorded.error)
        path = recorded.video or recorded.table
        if path is None:
            if recorded.error is None:
                advice = "Record while the source is playing."
                self.failed.emit(StudioError("Nothing was recorded, because no frame came.", advice=advice))
            return
        text = self.tr("Recorded {}: {} frames.").format(path.name, recorded.frames)
        if recorded.dropped:
            text += " " + self.tr("{} frames were dropped, because encoding was too slow.").format(recorded.dropped)
        self.saved.emit(text, path)
