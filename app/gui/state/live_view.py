"""What the window's widgets act on: one object that knows the flow, and tells of it in Qt's signals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import StudioError
from app.export.queue import ExportQueue, QueueRow
from app.export.task import Task
from app.gui.kit.bridge import GuiCalls, LatestValue
from app.gui.kit.qt_frame import QtFrame
from app.gui.kit.workers import Workers
from app.models.catalogue import SnapshotEntry, own_entry, snapshot_entries
from app.models.loader import Loader, LoadEvent, Loading, ModelChoice, Ready, Refused
from app.models.opening import AUTO, DetectorChoice, EngineChoice
from app.preferences import Preferences, preferences_path, write_preferences
from app.settings import AnalysisSettings, Reference, Signs, Style
from app.watch.recording import Recorded, Recording, save_still
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.watcher import Watcher, WatcherState
from app.weights import ModelStore
from detectors import DetectorOptions

LOG = logging.getLogger(__name__)
T = TypeVar("T")

_SAVE_AFTER_MS = 800


class LiveView(QObject):
    """The running program without its window.

    Thread: the GUI's. What takes time runs in workers, and comes back through the signals.
    """

    watcher_changed = Signal(object)
    """WatcherState"""
    frame_shown = Signal(object)
    """QtFrame"""
    load_told = Signal(object)
    """LoadEvent"""
    models_failed = Signal(object)
    """StudioError: the network or detector broke while it was used."""
    fell_back = Signal(object)
    """StudioError: what was wanted at the start is not to be had, and the usual parts take its place."""
    catalogue_changed = Signal()
    preferences_changed = Signal(object)
    """Preferences"""
    queue_changed = Signal(object)
    """tuple[QueueRow, …]"""
    recording_changed = Signal()
    saved = Signal(str, object)
    """A sentence, and the Path where a picture or a recording lies."""
    failed = Signal(object)
    """StudioError: an action of the user's did not come about."""

    def __init__(
        self, preferences: Preferences, weights: Callable[[], ModelStore], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        # A box file belongs to one video, and is not remembered with its detector's name.
        boxes = preferences.detector == "boxes"
        self._preferences = replace(preferences, detector=AUTO) if boxes else preferences
        self._make_weights = weights
        self._gui_calls = GuiCalls(self)
        self._frames: LatestValue[QtFrame] = LatestValue()
        self._frames.on_value(self._take_frame)
        self._loads: LatestValue[LoadEvent] = LatestValue()
        self._loads.on_value(self._take_load)
        self._rows: LatestValue[tuple[QueueRow, ...]] = LatestValue()
        self._rows.on_value(self.queue_changed.emit)
        self._workers = Workers("live view", self.failed.emit, threads=2)
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="settings")
        self._options = ViewOptions(preferences.style, Reference(signs=preferences.signs))
        self.catalogue: tuple[SnapshotEntry, ...] = ()
        self.default_snapshot = ""
        self.watcher_state = WatcherState()
        self.load_event: LoadEvent | None = None
        self.newest: ShownFrame | None = None
        self.recording: Recording | None = None
        self._recordings: list[Recording] = []
        """All that were begun."""
        self.queue = ExportQueue(weights, changed=self._rows.put)
        self.loader = Loader(weights, self._told_load)
        self.watcher = Watcher(
            models=lambda: self.loader.models,
            options=self._options,
            settings=self.settings,
            shown=self._put_frame,
            changed=lambda state: self._gui_calls.post(partial(self._take_stage, state)),
            failed=lambda error: self._gui_calls.post(partial(self.models_failed.emit, error)),
        )
        self._save_timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self._save)
        self.loader.ask(self.choice)
        self.refresh_catalogue()

    @property
    def preferences(self) -> Preferences:
        return self._preferences

    @property
    def options(self) -> ViewOptions:
        return self._options

    @property
    def settings(self) -> AnalysisSettings:
        return AnalysisSettings(smoothing=self._preferences.smoothing)

    @property
    def choice(self) -> ModelChoice:
        """What is wanted now; what is in use may still be older."""
        kept = self._preferences
        options = DetectorOptions(minimum_score=kept.minimum_score, largest_faces=kept.largest_faces, tiles=kept.tiles)
        return ModelChoice(
            kept.snapshot,
            DetectorChoice(kept.detector, options, self._boxes),
            EngineChoice(device=kept.device, threads=kept.threads),
            kept.detect_every,
        )

    _boxes: Path | None = None
    """The box file in use."""
    _address = ""
    """What was opened last; the stage comes round to it a moment later."""

    # Sources

    def open(self, address: str) -> None:
        if self._boxes is not None and address != self._address:
            self.choose_detector(AUTO)  # The boxes are those of another video.
        self._address = address
        self.follow(None)
        self._set(self._preferences.with_recent(address) if address != "synthetic" else self._preferences)
        self.watcher.open(address)

    def close_source(self) -> None:
        self.watcher.close_source()

    # Parts

    def choose_snapshot(self, key: str | None) -> None:
        self._ask(snapshot=key)

    def choose_detector(self, name: str, boxes: Path | None = None) -> None:
        self._boxes = boxes
        self._ask(detector=name)

    def limit_detector(
        self, *, minimum_score: float | None, largest_faces: int | None, tiles: int, detect_every: int
    ) -> None:
        self._ask(minimum_score=minimum_score, largest_faces=largest_faces, tiles=tiles, detect_every=detect_every)

    def choose_device(self, device: str) -> None:
        self._ask(device=device)

    def retry_models(self) -> None:
        self.loader.ask(self.choice)

    def add_snapshot(self, path: Path) -> None:
        """Describes a file of the user's in a worker, lists and chooses it; one that cannot be used is only told."""

        def add(entry: SnapshotEntry) -> None:
            if entry.refusal:
                self.failed.emit(StudioError(entry.refusal, advice="Choose another file."))
                return
            others = tuple(one for one in self._preferences.added_snapshots if one != entry.key)
            self._set(replace(self._preferences, added_snapshots=(*others, entry.key)))
            self._list((*(one for one in self.catalogue if one.key != entry.key), entry))
            self.choose_snapshot(entry.key)

        self.in_worker(lambda: own_entry(path, stop=self._workers.stop), add)

    def forget_snapshot(self, key: str) -> None:
        others = tuple(one for one in self._preferences.added_snapshots if one != key)
        self._set(replace(self._preferences, added_snapshots=others))
        self._list(tuple(one for one in self.catalogue if one.key != key))
        if self._preferences.snapshot == key:
            self.choose_snapshot(None)

    def refresh_catalogue(self) -> None:
        """Looks again which snapshots there are. The user's own files are read once: that takes seconds for some."""
        own = {entry.key for entry in self.catalogue if entry.place == "file" and not entry.refusal}
        added = [path for path in self._preferences.added_snapshots if path not in own]

        def read() -> tuple[str, tuple[SnapshotEntry, ...]]:
            weights = self._make_weights()
            return weights.default.name, snapshot_entries(weights, added, stop=self._workers.stop)

        def keep(known: tuple[str, tuple[SnapshotEntry, ...]]) -> None:
            self.default_snapshot, entries = known
            added_now = self._preferences.added_snapshots
            files = {entry.key: entry for entry in (*self.catalogue, *entries) if entry.place == "file"}
            published = tuple(entry for entry in entries if entry.place != "file")
            self._list((*published, *(files[path] for path in added_now if path in files)))

        self.in_worker(read, keep)

    def _list(self, entries: tuple[SnapshotEntry, ...]) -> None:
        self.catalogue = entries
        self.catalogue_changed.emit()

    # How it is shown and told

    def set_style(self, style: Style) -> None:
        self._set(replace(self._preferences, style=style))
        self._show_with(replace(self._options, style=style))

    def set_smoothing(self, strength: float) -> None:
        self._set(replace(self._preferences, smoothing=strength))
        self.watcher.set_settings(self.settings)

    def set_signs(self, signs: Signs) -> None:
        self._set(replace(self._preferences, signs=signs))
        self._show_with(replace(self._options, reference=replace(self._options.reference, signs=signs)))

    def set_picture_size(self, width: int, height: int) -> None:
        self._show_with(replace(self._options, size=(width, height)))

    def follow(self, track_id: int | None) -> None:
        self._show_with(replace(self._options, followed=track_id))

    def follow_next(self) -> None:
        """Follows the face after the one that is told of, by their numbers, and after the last the first."""
        if self.newest is None:
            return
        numbers = sorted(face.track_id for face in self.newest.analysis.faces)
        present = self.newest.face.track_id if self.newest.face is not None else -1
        later = [number for number in numbers if number > present]
        if numbers:
            self.follow((later or numbers)[0])

    def set_neutral(self) -> None:
        """The present pose of the face that is told of counts as straight ahead from now on."""
        face = self.newest.face if self.newest is not None else None
        if face is None or face.smoothed is None:
            self.failed.emit(StudioError("There is no face to take a neutral pose from.", advice="Show one first."))
            return
        self._show_with(replace(self._options, reference=replace(self._options.reference, neutral=face.smoothed)))

    def reset_neutral(self) -> None:
        self._show_with(replace(self._options, reference=replace(self._options.reference, neutral=None)))

    def change_preferences(self, preferences: Preferences) -> None:
        """For what only the window knows of: layout, colours, folders."""
        self._set(preferences)

    # Pictures and recordings

    def save_still(self, path: Path) -> None:
        shown = self.newest
        if shown is None:
            self.failed.emit(StudioError("There is no picture to save.", advice="Open a source first."))
            return
        self.in_worker(
            lambda: save_still(shown.analysis, shown.options, path),
            lambda _none: self.saved.emit(self.tr("Saved {}.").format(path.name), path),
        )

    def start_recording(self, video: Path | None, table: Path | None) -> None:
        def keep(recording: Recording) -> None:
            self.recording = recording
            self.watcher.record_to(recording)
            self.recording_changed.emit()

        watcher = self.watcher_state

        def make() -> Recording:
            recording = Recording(
                video,
                table,
                title=watcher.title,
                address=watcher.address,
                models=lambda: self.loader.models,
                settings=lambda: self.settings,
                failed=lambda _error: self._gui_calls.post(self.stop_recording),
            )
            self._recordings.append(recording)
            return recording

        self.in_worker(make, keep)

    def stop_recording(self) -> None:
        recording, self.recording = self.recording, None
        self.watcher.record_to(None)
        self.recording_changed.emit()
        if recording is not None:
            self.in_worker(recording.stop, self._recorded)

    def _recorded(self, recorded: Recorded) -> None:
        if recorded.error is not None:
            self.failed.emit(recorded.error)
        place = recorded.video or recorded.table
        if place is None:
            if recorded.error is None:
                self.failed.emit(StudioError("Nothing was recorded: no frame came.", advice="Record while it plays."))
            return
        told = self.tr("Recorded {}: {} frames.").format(place.name, recorded.frames)
        if recorded.dropped:
            told += " " + self.tr("{} were dropped, because encoding was slower.").format(recorded.dropped)
        self.saved.emit(told, place)

    # Exports

    def export(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self.queue.add(task)

    # The end

    def close(self) -> None:
        """Ends everything that runs, and waits for it."""
        self._save_timer.stop()
        self._workers.stop.request()
        self.watcher.close()
        self.queue.close()
        self.loader.close()
        self._workers.close(wait=True)
        for recording in self._recordings:
            recording.stop()  # Also one that was only just made, or whose end was still to come.
        self._keeper.shutdown(wait=True, cancel_futures=True)
        _write(self._preferences)

    # From the workers

    def _put_frame(self, shown: ShownFrame) -> None:
        self._frames.put(QtFrame.of(shown))  # In the painter's thread.

    def _take_frame(self, qt_frame: QtFrame) -> None:
        if self.watcher_state.status in ("empty", "refused"):
            return  # Came late, from a source that was let go of.
        self.newest = qt_frame.shown
        self.frame_shown.emit(qt_frame)

    def _take_stage(self, state: WatcherState) -> None:
        if state.status in ("opening", "empty"):
            self.newest = None
        self.watcher_state = state
        self.watcher_changed.emit(state)

    def _told_load(self, event: LoadEvent) -> None:
        if isinstance(event, Loading):
            self._loads.put(event)
        else:
            self._gui_calls.post(partial(self._take_load, event))

    def _take_load(self, event: LoadEvent) -> None:
        self.load_event = event
        if isinstance(event, Ready):
            self.watcher.look_again()
            self.refresh_catalogue()
        elif isinstance(event, Refused) and event.kept is not None and event.choice == self.choice:
            self._go_back_to(event.kept.choice)
        elif isinstance(event, Refused) and event.kept is None and event.choice != ModelChoice():
            # What was remembered, or named at the start, is not to be had: better the usual parts than none.
            self._go_back_to(ModelChoice())
            self.loader.ask(ModelChoice())
            self.fell_back.emit(StudioError(event.error.message, advice=self.tr("The usual one is used instead.")))
            return
        self.load_told.emit(event)

    def _go_back_to(self, choice: ModelChoice) -> None:
        """A refused wish is not kept: the next start would meet the same refusal."""
        self._boxes = choice.detector.boxes
        options = choice.detector.options
        self._set(
            replace(
                self._preferences,
                snapshot=choice.snapshot,
                detector=choice.detector.name,
                device=choice.engine.device,
                minimum_score=options.minimum_score,
                largest_faces=options.largest_faces,
                tiles=options.tiles,
                detect_every=choice.detect_every,
            )
        )

    def _ask(self, **changes: object) -> None:
        self._set(replace(self._preferences, **changes))  # type: ignore[arg-type]
        self.loader.ask(self.choice)

    def _set(self, preferences: Preferences) -> None:
        if preferences != self._preferences:
            self._preferences = preferences
            self._save_timer.start()
            self.preferences_changed.emit(preferences)

    def _show_with(self, options: ViewOptions) -> None:
        if options != self._options:
            self._options = options
            self.watcher.set_options(options)

    def _save(self) -> None:
        self._keeper.submit(_write, self._preferences)

    def in_worker(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Does the work in a worker, then tells of it here; a failure goes to `failed`."""
        self._workers.run(work, then)


def _write(preferences: Preferences) -> None:
    try:
        write_preferences(preferences, preferences_path())
    except StudioError as error:
        LOG.warning("The settings were not kept: %s", error)
