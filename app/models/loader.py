"""Loads networks and detectors in the background, and keeps the models in use until others are ready."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.errors import Cancelled, StudioError
from app.models.background_detector import BackgroundDetector
from app.models.opening import Phase, load_detector, load_estimator
from app.settings import ModelChoice
from app.threads.signals import Stop
from app.threads.workers import Monitor, Worker, synchronized
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
    """Something is being loaded. `what`: the model's title; "" before it is known.

    A download also has the bytes so far, and the total if it is known.
    """

    phase: Phase = "opening"
    what: str = ""
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
    """A choice to load, and the models that were in use when it was asked for."""

    choice: ModelChoice
    before: LoadedModels | None
    stop: Stop = field(default_factory=Stop)


class Loader(Monitor):
    """Loads the models of the newest choice. What is loaded and still wanted is kept.

    Each choice is loaded in a thread of its own, so that none waits for an earlier one: a server that is silent, or a
    conversion. An earlier choice that is still loading is stopped, and its models are not used.
    `report` is called with each event, in a loading thread; it must not wait.
    Thread: any.
    """

    def __init__(self, make_store: Callable[[], ModelStore], report: Callable[[LoadEvent], None]) -> None:
        super().__init__()
        self._make_store = make_store
        self._report = report
        self._store: ModelStore | None = None
        self._newest: _Request | None = None  # While it is loading.
        self._models: LoadedModels | None = None
        self._closed = False
        self._workers: list[Worker] = []

    @property
    def models(self) -> LoadedModels | None:
        """The models in use; None before the first are loaded."""
        return self._models

    @synchronized
    def ask(self, choice: ModelChoice) -> None:
        """Loads these models. The refusal of an earlier choice that is still loading is not reported."""
        if self._closed:
            return
        earlier, request = self._newest, _Request(choice, self._models)
        self._newest = request
        self._workers = [worker for worker in self._workers if not worker.join(0)]
        self._workers.append(Worker("loader", lambda: self._run(request, earlier)))

    @synchronized
    def cancel(self) -> None:
        """Gives up loading at once, whatever it waits for; the models in use stay."""
        request = self._newest
        if request is None or self._closed:
            return
        self._report(Refused(request.choice, Cancelled("Loading was cancelled."), request.before))
        self._newest = None
        # In a thread, because ending a helper process takes a moment.
        self._workers.append(Worker("cancel loading", request.stop.request))

    def close(self) -> None:
        """Stops loading and closes the models, which must not be in use any more."""
        with self._monitor:
            newest, self._closed = self._newest, True
            workers = self._workers
        ending = Worker("end loading", lambda: self._end(newest, workers))
        ending.join(_CLOSING_S)

    def _end(self, newest: _Request | None, workers: list[Worker]) -> None:
        if newest is not None:
            newest.stop.request()
        for worker in workers:
            worker.join()
        if self._models is not None:
            self._models.detector.close()

    def _run(self, request: _Request, earlier: _Request | None) -> None:
        if earlier is not None:
            earlier.stop.request()
        self._send(request, Loading())
        try:
            store = self._store = self._store or self._make_store()
            estimator = self._estimator(request, store)
            detector = self._detector(request, store)
        except StudioError as error:
            self._refuse(request, error)
            return
        except Exception as error:
            LOG.exception("Loading failed.")
            unexpected = StudioError(f"Loading failed unexpectedly: {error}", advice="The log has the details.")
            self._refuse(request, unexpected)
            return
        self._use(request, LoadedModels(request.choice, detector, estimator))

    def _use(self, request: _Request, models: LoadedModels) -> None:
        """Makes these the models in use, unless others were asked for meanwhile, and closes what is not used."""
        with self._monitor:
            wanted = self._is_wanted(request)
            unused, kept = (self._models, models) if wanted else (models, request.before)
            if wanted:
                self._models, self._newest = models, None
                self._report(Ready(models))
        if unused is not None and (kept is None or unused.detector is not kept.detector):
            unused.detector.close()

    @synchronized
    def _refuse(self, request: _Request, error: StudioError) -> None:
        if self._is_wanted(request):
            self._newest = None
            self._report(Refused(request.choice, error, request.before))

    @synchronized
    def _send(self, request: _Request, event: LoadEvent) -> None:
        if self._is_wanted(request):
            self._report(event)

    def _is_wanted(self, request: _Request) -> bool:
        return request is self._newest and not self._closed  # After `close`, whoever listened may be gone.

    def _estimator(self, request: _Request, store: ModelStore) -> HeadPoseEstimator:
        choice, before = request.choice, request.before
        if before is not None and (before.choice.snapshot, before.choice.engine) == (choice.snapshot, choice.engine):
            return before.estimator
        bar = _DownloadProgress(partial(self._send, request), request.stop)
        return load_estimator(
            choice.snapshot,
            choice.engine,
            store=store,
            progress=bar,
            helper_processes=True,
            stop=request.stop,
            on_phase=bar.enter,
        )

    def _detector(self, request: _Request, store: ModelStore) -> BackgroundDetector:
        choice, before = request.choice, request.before
        if before is not None and _same_detection(before.choice, choice):
            return before.detector
        bar = _DownloadProgress(partial(self._send, request), request.stop)
        detector = load_detector(
            choice.detector, store=store, progress=bar, helper_processes=True, stop=request.stop, on_phase=bar.enter
        )
        return BackgroundDetector(detector, every=choice.detect_every, tiles=choice.detector.options.tiles)


class _DownloadProgress:
    """Reports what is done to a model, and ends its download if that is cancelled. Implements `ProgressBar`."""

    def __init__(self, report: Callable[[LoadEvent], None], stop: Stop) -> None:
        self.total: Any = None
        self._report = report
        self._stop = stop
        self._phase: Phase = "opening"
        self._what = ""
        self._done = 0

    def enter(self, phase: Phase, what: str) -> None:
        """Raises Cancelled if loading was stopped."""
        if self._stop.requested:
            raise Cancelled("Loading was cancelled.")
        self._phase, self._what, self._done, self.total = phase, what, 0, None
        self._report(Loading(phase, what))

    def update(self, n: int = 1, /) -> None:
        if self._stop.requested:
            raise Cancelled("The download was cancelled.")
        self._done += n
        if n:
            total = int(self.total) if self.total else None
            self._report(Loading("downloading", self._what, self._done, total))

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Holds nothing."""


def _same_detection(a: ModelChoice, b: ModelChoice) -> bool:
    return (a.detector, a.detect_every) == (b.detector, b.detect_every)
