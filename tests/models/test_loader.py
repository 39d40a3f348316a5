from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.errors import Cancelled, ModelError, UsageError
from app.models.loader import Loader, LoadEvent, Loading, Ready, Refused
from app.settings import DetectorChoice, EngineChoice, ModelChoice
from app.threads.processes import HelperEnded
from app.weights import ModelStore, UrlSource, read_manifest
from hopenet.engines import device_refusal
from hopenet.estimator import LoadPlan

ROOT = Path(__file__).parents[2]
HOG = ModelChoice(detector=DetectorChoice("dlib-hog"))


class Events:
    """Collects what a loader reports."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[LoadEvent] = queue.SimpleQueue()
        self.put = self._events.put
        self.get = partial(self._events.get, timeout=120)
        self.empty = self._events.empty
        self.before: list[Loading] = []
        """What was reported before the last outcome"""

    def outcome(self) -> Ready | Refused:
        while True:
            event = self.get()
            if not isinstance(event, Loading):
                return event
            self.before.append(event)


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def loader(events: Events) -> Iterator[Loader]:
    made = Loader(ModelStore.standard, events.put)
    yield made
    made.close()


def ready(events: Events) -> Ready:
    outcome = events.outcome()
    assert isinstance(outcome, Ready), outcome
    return outcome


def refused(events: Events) -> Refused:
    outcome = events.outcome()
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_the_chosen_models_are_loaded_and_used(loader: Loader, events: Events) -> None:
    assert loader.models is None
    loader.ask(HOG)
    models = ready(events).models
    assert loader.models is models
    assert models.detector.detector.name == "dlib-hog"
    assert models.estimator.record.name == "compact"


def test_only_what_changed_is_loaded_again(loader: Loader, events: Events, blazeface: Path) -> None:
    loader.ask(HOG)
    first = ready(events).models
    loader.ask(replace(HOG, detector=DetectorChoice("mediapipe")))
    second = ready(events).models
    assert second.estimator is first.estimator
    assert second.detector is not first.detector
    loader.ask(replace(HOG, detector=DetectorChoice("mediapipe"), engine=EngineChoice(threads=1)))
    third = ready(events).models
    assert third.estimator is not second.estimator
    assert third.detector is second.detector


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"snapshot": "no-such-thing"}, ModelError),
        ({"snapshot": "nowhere/snapshot.pkl"}, ModelError),
        ({"detector": DetectorChoice("no-such-thing")}, UsageError),
        ({"engine": EngineChoice(device=next(name for name in ("mps", "cuda") if device_refusal(name)))}, ModelError),
    ],
    ids=["unknown snapshot", "missing file", "unknown detector", "a missing device"],
)
def test_a_choice_that_fails_keeps_the_models_in_use_and_says_why(
    change: dict[str, object], kind: type[Exception], loader: Loader, events: Events
) -> None:
    loader.ask(HOG)
    before = ready(events).models
    loader.ask(replace(HOG, **change))  # type: ignore[arg-type]
    outcome = refused(events)
    assert isinstance(outcome.error, kind)
    assert outcome.kept is before
    assert loader.models is before


def test_the_first_choice_may_fail(loader: Loader, events: Events) -> None:
    loader.ask(replace(HOG, snapshot="no-such-thing"))
    assert refused(events).kept is None
    assert loader.models is None


def test_the_refusal_of_an_earlier_choice_is_not_reported(events: Events) -> None:
    asked, proceed = threading.Event(), threading.Event()

    def make_store() -> ModelStore:
        asked.set()
        assert proceed.wait(60)
        return ModelStore.standard()

    loader = Loader(make_store, events.put)
    try:
        loader.ask(replace(HOG, snapshot="no-such-thing"))
        assert asked.wait(60)
        loader.ask(HOG)
        proceed.set()
        assert ready(events).models.choice == HOG
    finally:
        proceed.set()
        loader.close()


@pytest.mark.slow
def test_a_published_snapshot_is_converted_in_another_process(
    loader: Loader, events: Events, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.threads import processes

    called: list[object] = []

    def note(function: Callable[..., object], *given: object, **named: object) -> object:
        called.append(function)
        return processes.run_in_process(function, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("app.models.opening.run_in_process", note)
    # A folder in which nothing has been converted yet.
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_given, **_named: tmp_path)
    loader.ask(replace(HOG, snapshot=str(snapshot)))
    assert ready(events).models.estimator.record.architecture == "Squeezenet_1_1"
    assert Loading("converting", snapshot.name) in events.before
    (convert,) = called
    assert convert.__func__ is LoadPlan.convert  # type: ignore[attr-defined]


def test_closing_closes_the_models_in_use(events: Events) -> None:
    loader = Loader(ModelStore.standard, events.put)
    loader.ask(HOG)
    detector = ready(events).models.detector.detector
    loader.close()
    with pytest.raises(HelperEnded):
        detector.detect(np.zeros((60, 80, 3), np.uint8), index=0, time_s=0.0)


def test_closing_does_not_wait_for_what_is_being_loaded_and_nothing_is_reported_afterwards(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, proceed = threading.Event(), threading.Event()

    def make_store() -> ModelStore:
        asked.set()
        assert proceed.wait(60)
        return ModelStore.standard()

    monkeypatch.setattr("app.models.loader._CLOSING_S", 0.0)
    loader = Loader(make_store, events.put)
    loader.ask(HOG)
    assert asked.wait(60)
    assert events.get() == Loading()
    loader.close()
    proceed.set()
    monkeypatch.setattr("app.models.loader._CLOSING_S", 60.0)
    loader.close()
    assert loader.models is None
    assert events.empty()


class SilentServer:
    """Accepts connections and never answers."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = "http://{}:{}/model".format(*self._socket.getsockname())
        self.reached = threading.Event()
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._connections.append(connection)
                self.reached.set()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # Which wakes `accept`.
        self._socket.close()
        self._thread.join(60)
        for connection in self._connections:
            connection.close()


@pytest.fixture
def silent_server() -> Iterator[SilentServer]:
    server = SilentServer()
    yield server
    server.close()


@pytest.fixture
def waiting_loader(silent_server: SilentServer, events: Events, tmp_path: Path) -> Iterator[Loader]:
    """A loader whose snapshot resnet18 comes from a server that does not answer."""
    manifest = read_manifest(ROOT / "weights" / "manifest.toml")
    records = tuple(
        replace(one, sources=(UrlSource(url=silent_server.address),)) if one.name == "resnet18" else one
        for one in manifest.records
    )
    store = ModelStore(replace(manifest, records=records), bundled=ROOT / "weights", folders=(), cache=tmp_path)
    loader = Loader(lambda: store, events.put)
    yield loader
    silent_server.close()  # Which ends the download.
    loader.close()


def test_a_newer_choice_does_not_wait_for_a_download_that_is_silent(
    waiting_loader: Loader, silent_server: SilentServer, events: Events
) -> None:
    waiting_loader.ask(replace(HOG, snapshot="resnet18"))
    assert silent_server.reached.wait(60)
    waiting_loader.ask(HOG)
    assert ready(events).models.choice == HOG


def test_cancelling_a_download_that_is_silent_takes_effect_at_once_and_names_what_it_was(
    waiting_loader: Loader, silent_server: SilentServer, events: Events
) -> None:
    waiting_loader.ask(HOG)
    before = ready(events).models
    waiting_loader.ask(replace(HOG, snapshot="resnet18"))
    assert silent_server.reached.wait(60)
    assert events.get() == Loading()
    assert events.get() == Loading("downloading", "HopelessNet ResNet18")
    waiting_loader.cancel()
    outcome = refused(events)
    assert isinstance(outcome.error, Cancelled)
    assert outcome.kept is before
    assert waiting_loader.models is before


def test_cancelling_does_nothing_once_the_models_are_in_use(loader: Loader, events: Events) -> None:
    loader.ask(HOG)
    ready(events)
    loader.cancel()
    assert events.empty()
