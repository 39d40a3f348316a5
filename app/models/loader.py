"""Loads networks and detectors while everything else goes on, and keeps the parts in use until others are ready."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.analysis.analyzer import warm_up
from app.errors import Cancelled, StudioError
from app.models.background_detector import BackgroundDetector
from app.models.opening import load_estimator, opened_detector
from app.settings import AUTO, DetectorChoice, ModelChoice
from app.threads.handoff import Newest
from app.threads.signals import Stop
from app.weights import ModelStore
from hopenet import HeadPoseEstimator

LOG = logging.getLogger(__name__)

_LONGEST_END_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModels:
    """A detector and an estimator that are ready, and the choice they came from."""

    choice: ModelChoice
    detector: BackgroundDetector
    estimator: HeadPoseEstimator


@dataclass(frozen=True, slots=True)
class Loading:
    """Something is being loaded: `what` in words; bytes so far and in all where it is a download."""

    what: str
    done_bytes: int = 0
    total_bytes: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """The parts of a choice are in use."""

    models: LoadedModels


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """A choice cannot be had. What was in use stays in use; None where nothing was."""

    choice: ModelChoice
    error: StudioError
    kept: LoadedModels | None


LoadEvent = Loading | Ready | Refused


class Loader:
    """Loads what is asked for, the newest wish first, in one thread of its own.

    `report` is told each step, in the loader's thread. What is already loaded and still wanted is not loaded again.
    Thread: any.
    """

    def __init__(self, weights: Callable[[], ModelStore], report: Callable[[LoadEvent], None]) -> None:
        self._make_weights = weights
        self._report = report
        self._requests: Newest[ModelChoice] = Newest()
        self._models: LoadedModels | None = None
        self._wanted: ModelChoice | None = None
        self._stop = Stop()
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self._thread.start()

    @property
    def models(self) -> LoadedModels | None:
        """The parts in use; None before the first are loaded."""
        return self._models

    def ask(self, choice: ModelChoice) -> None:
        """Wants these parts instead of any before. A download for an older wish ends, and no refusal of it is told."""
        self._wanted = choice
        self._cancel.set()
        self._requests.put(choice)

    def cancel(self) -> None:
        """Gives up the download that is running."""
        self._cancel.set()

    def close(self) -> None:
        """Ends the thread and gives back the parts. Not to be called while they are still used."""
        self._cancel.set()
        self._stop.request()
        self._requests.end()
        # A server that is silent holds a download up for as long as its time-out; nobody waits for that at the end.
        self._thread.join(_LONGEST_END_S)

    def _run(self) -> None:
        try:
            warm_up()
            weights: ModelStore | None = None
            for choice in self._requests:
                self._cancel.clear()
                if self._stop.requested:
                    break
                weights = weights or self._make_weights()
                self._load(choice, weights)
        finally:
            if self._models is not None:
                self._models.detector.close()

    def _load(self, choice: ModelChoice, weights: ModelStore) -> None:
        before = self._models
        fresh: BackgroundDetector | None = None
        try:
            estimator = before.estimator if before is not None else None
            if before is None or (before.choice.snapshot, before.choice.engine) != (choice.snapshot, choice.engine):
                estimator = self._estimator(choice, weights)
            detector = before.detector if before is not None else None
            if before is None or _detection(before.choice) != _detection(choice):
                detector = fresh = self._detector(choice, weights)
        except StudioError as error:
            self._refuse(choice, error)
            return
        except Exception as error:
            LOG.exception("Loading failed.")
            self._refuse(choice, _unforeseen(error))
            return
        assert estimator is not None  # noqa: S101 — for the type checker
        assert detector is not None  # noqa: S101
        self._models = LoadedModels(choice, detector, estimator)
        self._tell(Ready(self._models))
        if fresh is not None and before is not None:
            before.detector.close()

    def _refuse(self, choice: ModelChoice, error: StudioError) -> None:
        if choice is self._wanted:  # What became of an older wish, nobody wants to hear.
            self._tell(Refused(choice, error, self._models))

    def _tell(self, event: LoadEvent) -> None:
        if not self._stop.requested:  # Closed, it may end later than whoever listened.
            self._report(event)

    def _estimator(self, choice: ModelChoice, weights: ModelStore) -> HeadPoseEstimator:
        name = choice.snapshot or weights.default.name
        bar = _DownloadProgress(f"snapshot {name}", self._tell, self._cancel)
        self._tell(Loading(bar.what))
        return load_estimator(
            choice.snapshot, choice.engine, weights=weights, progress=bar, apart=True, stop=self._stop
        )

    def _detector(self, choice: ModelChoice, weights: ModelStore) -> BackgroundDetector:
        named = "" if choice.detector.name == AUTO else f" {choice.detector.name}"
        bar = _DownloadProgress(f"face detector{named}", self._tell, self._cancel)
        self._tell(Loading(bar.what))
        opened = opened_detector(choice.detector, weights=weights, progress=bar, apart=True, stop=self._stop)
        return BackgroundDetector(opened, every=choice.detect_every)


class _DownloadProgress:
    """Tells a download's progress, and ends it where it is cancelled. Implements `ProgressBar`."""

    def __init__(self, what: str, report: Callable[[LoadEvent], None], cancel: threading.Event) -> None:
        self.what = what
        self.total: Any = None
        self._report = report
        self._cancel = cancel
        self._done = 0

    def update(self, n: int = 1, /) -> None:
        if self._cancel.is_set():
            raise Cancelled("The download was cancelled.")
        self._done += n
        if n:
            self._report(Loading(self.what, self._done, int(self.total) if self.total else None))

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is held."""


def _detection(choice: ModelChoice) -> tuple[DetectorChoice, int]:
    return choice.detector, choice.detect_every


def _unforeseen(error: Exception) -> StudioError:
    return StudioError(f"Loading failed for an unforeseen reason: {error}", advice="The log has the details.")
