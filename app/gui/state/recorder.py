"""Saves what is being watched: single pictures, and recordings to video and table."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import StudioError
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.workers import Workers
from app.gui.state.live_view import LiveView
from app.watch.recording import Closing, Hear, Recorded, Recording, save_still
from app.watch.recording_folder import Finished
from app.watch.unfinished import Unfinished, find_unfinished, journal_folder

LOG = logging.getLogger(__name__)


class Recorder(QObject):
    """Records the live view, one recording at a time, and finishes recordings of a program that was killed.

    Thread: the GUI's. Files are opened and finished in workers.
    """

    changed = Signal()
    """A recording has started or ended."""
    finishing = Signal(str)
    """A sentence for the user: `saved` or `failed` will follow, for a long recording after a minute."""
    saved = Signal(str, object)
    """A sentence for the user, and the Path of a picture or a recording."""
    failed = Signal(object)
    """StudioError"""
    unfinished_found = Signal(object)
    """tuple[Unfinished, …], at least one"""

    def __init__(self, live_view: LiveView, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live_view = live_view
        self._workers = workers
        self._journal = journal_folder()
        self._gui_calls = GuiCalls(self)
        self._started: list[Recording] = []
        self._starting = False
        self.recording: Recording | None = None

    def save_picture(self, path: Path) -> None:
        """Saves the newest frame as it is shown, in its own size."""
        shown = self._live_view.newest
        if shown is None:
            self.failed.emit(StudioError("There is no picture to save.", advice="Open a source first."))
            return
        address = self._live_view.state.address
        self._workers.run(
            lambda: save_still(shown.analysis, shown.options, path, address=address),
            lambda _none: self.saved.emit(self.tr("Saved {}.").format(path.name), path),
        )

    def start(
        self, video: Path | None, table: Path | None, *, clean: Path | None = None, microphone: str | None = None
    ) -> None:
        """Records the present source. Does nothing while there is a recording.

        `clean`: a second video, without anything drawn on it. `microphone`: the name of one whose sound is recorded, if
        the source is live; empty for the system's default, None for none.
        """
        if self._starting or self.recording is not None:
            return
        self._starting = True
        source = self._live_view.state

        def make() -> Recording:
            try:
                recording = Recording(
                    video,
                    table,
                    title=source.title,
                    address=source.address,
                    clean=clean,
                    open_microphone=None
                    if microphone is None or not source.live
                    else partial(_open_microphone, microphone),
                    journal=self._journal,
                    ended=lambda: self._gui_calls.post(partial(self._end, recording)),
                )
            except BaseException:
                self._gui_calls.post(self._not_started)
                raise
            self._started.append(recording)
            return recording

        def begin(recording: Recording) -> None:
            self._starting = False
            self.recording = recording
            self._live_view.watcher.listeners.add(recording)
            now = self._live_view.watcher.state
            if now.status == "empty" or now.address != source.address:
                recording.end_with_source()  # It changed while the files were opened.
            self.changed.emit()

        self._workers.run(make, begin)

    def stop(self) -> None:
        """Ends the recording, if there is one; `saved` or `failed` follows when its files are finished."""
        if self.recording is not None:
            self._end(self.recording)

    def close(self) -> None:
        """Finishes every recording that was started, even one that has only just been opened, and waits for it."""
        for recording in self._started:
            recording.stop()

    def find_unfinished(self) -> None:
        """Looks for recordings of a program that was killed; `unfinished_found` follows if there are any."""

        def report(found: tuple[Unfinished, ...]) -> None:
            if found:
                self.unfinished_found.emit(found)

        self._workers.run(lambda: find_unfinished(self._journal), report)

    def finish_unfinished(self, recordings: Sequence[Unfinished]) -> None:
        """Makes their files; `saved` or `failed` follows once all of them have been tried."""
        self.finishing.emit(self.tr("Finishing the recording…"))
        self._workers.run(lambda: _finish_each(recordings), lambda results: self._recovered(*results))

    def delete_unfinished(self, recordings: Sequence[Unfinished]) -> None:
        for recording in recordings:
            self._workers.run(recording.delete, lambda _none: None)

    def leave_unfinished(self, recordings: Sequence[Unfinished]) -> None:
        """Leaves them for the next start."""
        for recording in recordings:
            recording.leave()

    def _not_started(self) -> None:
        self._starting = False

    def _end(self, recording: Recording) -> None:
        """Ends this recording, unless that has happened; one that was started since continues."""
        if recording is not self.recording:
            return
        self.recording = None
        self.changed.emit()
        self._live_view.watcher.listeners.remove(recording)
        self.finishing.emit(self.tr("Finishing the recording…"))
        self._workers.run(recording.stop, partial(self._recorded, recording))

    def _recorded(self, recording: Recording, recorded: Recorded) -> None:
        self._started.remove(recording)
        path = recorded.video or recorded.table
        if path is None:
            self.failed.emit(self._nothing_recorded(recorded))
            return
        text = self.tr("Recorded {}: {} frames.").format(path.name, recorded.frames)
        if recorded.dropped:
            text += " " + self.tr("{} frames were dropped, because encoding was too slow.").format(recorded.dropped)
        if recorded.source_changed:
            text += " " + self.tr("The recording ended because its source was closed.")
        if recorded.error is not None:
            self.failed.emit(StudioError(f"{recorded.error} {text}"))
            return
        self.saved.emit(text, path)

    def _nothing_recorded(self, recorded: Recorded) -> StudioError:
        if recorded.error is None:
            return StudioError(
                "Nothing was recorded, because no frame came.", advice="Record while the source is playing."
            )
        if recorded.unfinished is None:
            return recorded.error
        advice = "What was recorded is kept in {}. The next start of the program offers to finish it."
        return StudioError(str(recorded.error), advice=advice.format(recorded.unfinished))

    def _recovered(self, finished: Sequence[Finished], errors: Sequence[StudioError]) -> None:
        written = [(one.video or one.table, one.frames) for one in finished]
        text = " ".join(
            self.tr("Recovered {}: {} frames.").format(path.name, frames)
            for path, frames in written
            if path is not None
        )
        if errors:
            self.failed.emit(StudioError(" ".join((*map(str, errors), text)).strip()))
        else:
            self.saved.emit(text, written[-1][0])


def _open_microphone(name: str, hear: Hear) -> Closing:
    """Thread: a worker's. Raises SourceError."""
    from app.gui.state.microphone import Microphone

    return Microphone(hear, name)


def _finish_each(recordings: Sequence[Unfinished]) -> tuple[list[Finished], list[StudioError]]:
    """Finishes as many as possible, and reports every one that cannot be finished."""
    finished, errors = [], []
    for recording in recordings:
        try:
            finished.append(recording.finish())
        except StudioError as error:
            errors.append(error)
        except Exception as error:
            LOG.exception("The recording in %s could not be finished.", recording.folder)
            failure = f"The recording in {recording.folder} could not be finished: {error}."
            errors.append(StudioError(failure, advice="The log has the details."))
    return finished, errors
