from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import ModelError, UsageError
from app.models.loader import Loader, LoadEvent, Loading, Ready, Refused
from app.settings import DetectorChoice, EngineChoice, ModelChoice
from app.weights import ModelStore
from hopenet.engines import device_refusal

HOG = ModelChoice(detector=DetectorChoice("dlib-hog"))


class Told:
    """Collects what a loader tells."""

    def __init__(self) -> None:
        self.events: queue.SimpleQueue[LoadEvent] = queue.SimpleQueue()

    def outcome(self) -> Ready | Refused:
        while True:
            event = self.events.get(timeout=120)
            if not isinstance(event, Loading):
                return event


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def loader(told: Told) -> Iterator[Loader]:
    made = Loader(ModelStore.standard, told.events.put)
    yield made
    made.close()


def ready(told: Told) -> Ready:
    outcome = told.outcome()
    assert isinstance(outcome, Ready), outcome
    return outcome


def refused(told: Told) -> Refused:
    outcome = told.outcome()
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_what_is_asked_for_is_loaded_and_used(loader: Loader, told: Told) -> None:
    assert loader.models is None
    loader.ask(HOG)
    models = ready(told).models
    assert loader.models is models
    assert models.detector.detector.name == "dlib-hog"
    assert models.estimator.record.name == "compact"


def test_only_what_changed_is_loaded_anew(loader: Loader, told: Told, blazeface: Path) -> None:
    loader.ask(HOG)
    first = ready(told).models
    loader.ask(replace(HOG, detector=DetectorChoice("mediapipe")))
    second = ready(told).models
    assert second.estimator is first.estimator
    assert second.detector is not first.detector
    loader.ask(replace(HOG, detector=DetectorChoice("mediapipe"), engine=EngineChoice(threads=1)))
    third = ready(told).models
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
    ids=["unknown snapshot", "missing file", "unknown detector", "a device that is not there"],
)
def test_a_wish_that_fails_keeps_what_was_there_and_says_why(
    change: dict[str, object], kind: type[Exception], loader: Loader, told: Told
) -> None:
    loader.ask(HOG)
    before = ready(told).models
    loader.ask(replace(HOG, **change))  # type: ignore[arg-type]
    outcome = refused(told)
    assert isinstance(outcome.error, kind)
    assert outcome.kept is before
    assert loader.models is before


def test_the_first_wish_may_fail_too(loader: Loader, told: Told) -> None:
    loader.ask(replace(HOG, snapshot="no-such-thing"))
    assert refused(told).kept is None
    assert loader.models is None


def test_what_became_of_an_older_wish_is_not_told(told: Told) -> None:
    made, go_on = threading.Event(), threading.Event()

    def weights() -> ModelStore:
        made.set()
        assert go_on.wait(60)
        return ModelStore.standard()

    loader = Loader(weights, told.events.put)
    try:
        loader.ask(replace(HOG, snapshot="no-such-thing"))
        assert made.wait(60)
        loader.ask(HOG)
        go_on.set()
        assert ready(told).models.choice == HOG
    finally:
        go_on.set()
        loader.close()


def test_a_published_snapshot_is_converted_in_a_process_of_its_own(
    loader: Loader, told: Told, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.models import opening as module

    apart: list[object] = []
    run = module.run_in_process

    def note(function: Callable[..., object], *given: object, **named: object) -> object:
        apart.append(function)
        return run(function, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "run_in_process", note)
    # Nothing has been converted here yet.
    monkeypatch.setattr("hopenet.estimator._default_folder", lambda: tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    loader.ask(replace(HOG, snapshot=str(snapshot)))
    assert ready(told).models.estimator.record.architecture == "Squeezenet_1_1"
    assert apart == [module.convert_for_onnx]


def test_closing_while_it_loads_ends_it(told: Told) -> None:
    loader = Loader(ModelStore.standard, told.events.put)
    loader.ask(HOG)
    loader.close()
    loader.close()
