"""Loads networks and detectors in the background, and keeps the models in use until others are ready."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.analysis.analyzer import warm_up
from app.errors import Cancelled, StudioError
from app.models.background_detector import BackgroundDetector
from app.models.opening import load_detector, load_estimator
from app.settings import AUTO, ModelChoice
from app.threads.handoff import Newest
from app.threads.signals import Stop
from app.threads.workers import Worker
from app.weights import ModelStore
from hopenet import HeadPoseEstimator

LOG = logging.getLogger(__name__)

_CLOSING_S = 2.0
"""How long `close` waits: a server that sends nothing holds a download up until its time-out."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModels:
    """A detector and an estimator that are ready, and the choice that they were loaded for."""

    choice: ModelChoice
    detector: BackgroundDetector
    estimator: HeadPoseEstimator


@dataclass(frozen=True, slots=True)
class Loading:
    """Something is being loaded. `what` names it; a download also has the bytes so far, and the total if known."""

    what: str
    done_bytes: int = 0
    total_bytes: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """The models of a choice are in use."""

    models: LoadedModels


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """The models of a choice are not available. `kept` are the ones that stay in use; None if there are none."""

    choice: ModelChoice
    error: StudioError
    kept: LoadedModels | None


LoadEvent = Loading | Ready | Refused


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    choice: ModelChoice
    cancel: Stop = field(default_factory=Stop)


class Loader:
    """Loads the models of the newest choice, in one thread of its own. What is loaded and still wanted is kept.

    `report` is called with each event, in the loader's thread.
    Thread: any.
    """

    def __init__(self, make_store: Callable[[], ModelStore], report: Callable[[LoadEvent], None]) -> None:
        self._make_store = make_store
        self._report = report
        self._requests: Newest[_Request] = Newest()
        self._newest: _Request | None = None
        self._models: LoadedModels | None = None
        self._stop = Stop()
        self._worker = Worker("loader", self._run)

    @property
    def models(self) -> LoadedModels | None:
        """The models in use; None before the first are loaded."""
        return self._models

    def ask(self, choice: ModelChoice) -> None:
        """Loads these models next. A download for an earlier choice ends, and its refusal is not reported."""
        earlier, self._newest = self._newest, _Request(choice)
        if earlier is not None:
            earlier.cancel.request()
        self._requests.put(self._newest)

    def cancel(self) -> None:
        """Cancels the download in progress."""
        if self._newest is not None:
            self._newest.cancel.request()

    def close(self) -> None:
        """Ends the thread and closes the models, which must not be in use any more."""
        self._stop.request()
        self.cancel()
        self._requests.end()
        self._worker.join(_CLOSING_S)

    def _run(self) -> None:
        try:
            warm_up()
            store: ModelStore | None = None
            for request in self._requests:
                if self._stop.requested:
                    break
                store = store or self._make_store()
                self._load(request, store)
        finally:
            if self._models is not None:
                self._models.detector.close()

    def _load(self, request: _Request, store: ModelStore) -> None:
        choice, before = request.choice, self._models
        new_detector: BackgroundDetector | None = None
        try:
            if before is not None and (before.choice.snapshot, before.choice.engine) == (
                choice.snapshot,
                choice.engine,
            ):
                estimator = before.estimator
            else:
                estimator = self._load_estimator(request, store)
            if before is not None and _same_detection(before.choice, choice):
                detector = before.detector
            else:
                detector = new_detector = self._load_detector(request, store)
        except StudioError as error:
            self._refuse(request, error)
            return
        except Exception as error:
            LOG.exception("Loading failed.")
            unexpected = StudioError(f"Loading failed unexpectedly: {error}", advice="The log has the details.")
            self._refuse(request, unexpected)
            return
        self._models = LoadedModels(choice, detector, estimator)
        self._send(Ready(self._models))
        if new_detector is not None and before is not None:
            before.detector.close()

    def _refuse(self, request: _Request, error: StudioError) -> None:
        if request is self._newest:
            self._send(Refused(request.choice, error, self._models))

    def _send(self, event: LoadEvent) -> None:
        if not self._stop.requested:  # After `close`, whoever listened may be gone.
            self._report(event)

    def _load_estimator(self, request: _Request, store: ModelStore) -> HeadPoseEstimator:
        choice = request.choice
        bar = _DownloadProgress(f"snapshot {choice.snapshot or store.default.name}", self._send, request.cancel)
        self._send(Loading(bar.what))
        return load_estimator(
            choice.snapshot, choice.engine, store=store, progress=bar, helper_processes=True, stop=self._stop
        )

    def _load_detector(self, request: _Request, store: ModelStore) -> BackgroundDetector:
        choice = request.choice
        named = "" if choice.detector.name == AUTO else f" {choice.detector.name}"
        bar = _DownloadProgress(f"face detector{named}", self._send, request.cancel)
        self._send(Loading(bar.what))
        detector = load_detector(choice.detector, store=store, progress=bar, helper_processes=True, stop=self._stop)
        return BackgroundDetector(detector, every=choice.detect_every)


class _DownloadProgress:
    """Reports the progress of a download, and ends it if it is cancelled. Implements `ProgressBar`."""

    def __init__(self, what: str, report: Callable[[LoadEvent], None], cancel: Stop) -> None:
        self.what = what
        self.total: Any = None
        self._report = report
        self._cancel = cancel
        self._done = 0

    def update(self, n: int = 1, /) -> None:
        if self._cancel.requested:
            raise Cancelled("The download was cancelled.")
        self._done += n
        if n:
            self._report(Loading(self.what, self._done, int(self.total) if self.total else None))

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Holds nothing."""


def _same_detection(a: ModelChoice, b: ModelChoice) -> bool:
    return (a.detector, a.detect_every) == (b.detector, b.detect_every)
