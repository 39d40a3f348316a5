from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import ModelError, UsageError
from app.models.loader import Loader, LoadEvent, Loading, Ready, Refused
from app.settings import DetectorChoice, EngineChoice, ModelChoice
from app.threads.processes import HelperEnded
from app.weights import ModelStore
from hopenet.engines import device_refusal
from hopenet.estimator import LoadPlan

HOG = ModelChoice(detector=DetectorChoice("dlib-hog"))


class Events:
    """Collects what a loader reports."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[LoadEvent] = queue.SimpleQueue()
        self.put = self._events.put
        self.empty = self._events.empty

    def outcome(self) -> Ready | Refused:
        while True:
            event = self._events.get(timeout=120)
            if not isinstance(event, Loading):
                return event


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
    loader.close()
    proceed.set()
    monkeypatch.setattr("app.models.loader._CLOSING_S", 60.0)
    loader.close()
    assert loader.models is None
    assert events.empty()
