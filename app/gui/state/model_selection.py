"""Which snapshot, detector and device are used, and which there are to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import ModelNotDownloaded, StudioError
from app.gui.kit.bridge import GuiCalls, LatestValue
from app.gui.kit.workers import Workers
from app.gui.state.preference_store import PreferenceStore
from app.models.catalogue import SnapshotEntry, own_entry, snapshot_entries
from app.models.loader import LoadedModels, Loader, LoadEvent, Loading, Ready, Refused
from app.settings import AUTO, ModelChoice
from app.weights import ModelStore
from detectors import Box


class ModelSelection(QObject):
    """Loads what the user chooses, and remembers it in the preferences.

    Thread: the GUI's; `loaded` may be read from any.
    """

    load_reported = Signal(object)
    """LoadEvent"""
    fell_back = Signal(object)
    """Refused: what was chosen at the start is not available, and the default models are used instead."""
    catalogue_changed = Signal()
    failed = Signal(object)
    """StudioError: a file that the user added cannot be used."""

    def __init__(
        self,
        preferences: PreferenceStore,
        make_store: Callable[[], ModelStore],
        workers: Workers,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._make_store = make_store
        self._workers = workers
        self._gui_calls = GuiCalls(self)
        self._loading: LatestValue[LoadEvent] = LatestValue()
        self._loading.on_value(self._take_event)
        self._source = ""
        self.catalogue: tuple[SnapshotEntry, ...] = ()
        self.default_snapshot = ""
        self.load_event: LoadEvent | None = None
        self.loader = Loader(make_store, self._report)
        self.loader.ask(self.choice)
        self.refresh_catalogue()

    @property
    def loaded(self) -> LoadedModels | None:
        """The models in use; None before the first are loaded."""
        return self.loader.models

    @property
    def choice(self) -> ModelChoice:
        """What is wanted now; while it is loading, older models are in use."""
        return self._preferences.current.choice

    def choose(self, choice: ModelChoice) -> None:
        """Makes this the choice as a whole."""
        if choice != self.choice:
            self._choose(choice)

    def choose_snapshot(self, key: str | None) -> None:
        self._choose(replace(self.choice, snapshot=key))

    def choose_detector(self, name: str, boxes: Path | None = None) -> None:
        detector = replace(self.choice.detector, name=name, boxes=boxes)
        self._choose(replace(self.choice, detector=detector))

    def set_region(self, region: Box | None) -> None:
        """Detects only in this region of the source that is open; None: in the whole picture."""
        detector = self.choice.detector
        self._choose(replace(self.choice, detector=replace(detector, options=replace(detector.options, region=region))))

    def choose_device(self, device: str) -> None:
        self._choose(replace(self.choice, engine=replace(self.choice.engine, device=device)))

    def retry(self) -> None:
        self.loader.ask(self.choice)

    def source_opened(self, address: str) -> None:
        """Gives up a box file and a region when another source is opened: they belong to one."""
        if address != self._source:
            if self.choice.detector.boxes is not None:
                self.choose_detector(AUTO)
            if self.choice.detector.options.region is not None:
                self.set_region(None)
        self._source = address

    def add_snapshot(self, path: Path) -> None:
        """Reads a file of the user's in a worker, then lists and chooses it; emits `failed` if it cannot be used."""

        def add(entry: SnapshotEntry) -> None:
            if entry.refusal:
                self.failed.emit(StudioError(entry.refusal, advice="Choose another file."))
                return
            others = tuple(one for one in self._preferences.current.added_snapshots if one != entry.key)
            self._preferences.change(added_snapshots=(*others, entry.key))
            self._list((*(one for one in self.catalogue if one.key != entry.key), entry))
            self.choose_snapshot(entry.key)

        self._workers.run(lambda: own_entry(path, stop=self._workers.stop), add)

    def import_model(self, path: Path, refused: Refused) -> None:
        """Takes the file of a model that could not be downloaded, in a worker, and tries the refused choice again.

        Emits `failed` if it is not that model's file.
        """
        error = refused.error
        if not isinstance(error, ModelNotDownloaded):
            raise TypeError("Only a model that was not downloaded can be imported.")
        name = error.model

        def take(_record: object) -> None:
            self.refresh_catalogue()
            self._choose(refused.choice)

        self._workers.run(lambda: self._make_store().import_file(path, name=name), take)

    def forget_snapshot(self, key: str) -> None:
        others = tuple(one for one in self._preferences.current.added_snapshots if one != key)
        self._preferences.change(added_snapshots=others)
        self._list(tuple(one for one in self.catalogue if one.key != key))
        if self.choice.snapshot == key:
            self.choose_snapshot(None)

    def refresh_catalogue(self) -> None:
        """Lists the available snapshots again. The user's own files are read only once, because some take seconds."""
        own = {entry.key for entry in self.catalogue if entry.place == "file" and not entry.refusal}
        added = [path for path in self._preferences.current.added_snapshots if path not in own]

        def read() -> tuple[str, tuple[SnapshotEntry, ...]]:
            store = self._make_store()
            return store.default.name, snapshot_entries(store, added, stop=self._workers.stop)

        def take(listed: tuple[str, tuple[SnapshotEntry, ...]]) -> None:
            self.default_snapshot, entries = listed
            files = {entry.key: entry for entry in (*self.catalogue, *entries) if entry.place == "file"}
            published = tuple(entry for entry in entries if entry.place != "file")
            added_now = self._preferences.current.added_snapshots
            self._list((*published, *(files[path] for path in added_now if path in files)))

        self._workers.run(read, take)

    def close(self) -> None:
        """Ends the loader; nothing may use the models any more."""
        self.loader.close()

    def _list(self, entries: tuple[SnapshotEntry, ...]) -> None:
        self.catalogue = entries
        self.catalogue_changed.emit()

    def _choose(self, choice: ModelChoice) -> None:
        self._preferences.change(choice=choice)
        self.loader.ask(choice)

    def _report(self, event: LoadEvent) -> None:
        """Thread: the loader's. Progress may be skipped; how it ended may not."""
        if isinstance(event, Loading):
            self._loading.put(event)
        else:
            self._gui_calls.post(partial(self._take_event, event))

    def _take_event(self, event: LoadEvent) -> None:
        self.load_event = event
        if isinstance(event, Ready):
            self.refresh_catalogue()
        elif isinstance(event, Refused) and event.kept is not None and event.choice == self.choice:
            # A choice that was refused is not remembered: the next start would meet the same refusal.
            self._preferences.change(choice=event.kept.choice)
        elif isinstance(event, Refused) and event.kept is None and event.choice != ModelChoice():
            self._choose(ModelChoice())
            self.fell_back.emit(event)
            return
        self.load_reported.emit(event)
