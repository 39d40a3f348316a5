"""Watches one source: its frames are analysed and drawn as they come, the newest first, until it is stopped."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from app.analysis.analyzer import Analyzer
from app.errors import ModelError, StudioError
from app.frames import Analysis, Frame
from app.models.loader import LoadedModels
from app.settings import AnalysisSettings
from app.threads.failures import without_traceback
from app.threads.handoff import ahead
from app.threads.signals import Stop
from app.threads.workers import Worker
from app.watch.listener import ViewListener, ViewRequest
from app.watch.painter import NetworkCrop, Painter
from app.watch.shown_frame import Pace

LOG = logging.getLogger(__name__)

RATE_WINDOW_S = 2.0
VIDEO_JUMP_S = 1.0
"""A longer step forward in a video means that the user has seeked: earlier frames say nothing about this one."""


class Watched(Protocol):
    """What can be watched: a live source, or a video's player."""

    def frames(self) -> Iterable[Frame]:
        """The frames, each when it is due. Raises SourceError if the source is lost."""
        ...

    def close(self) -> None:
        """Ends `frames`. Thread: any."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How a source came to its end; `error` is None if nothing went wrong."""

    error: StudioError | None


class ViewLoop:
    """Watches one source from its construction until `stop`.

    `request` gives what is wanted; it is called at each frame, in the view loop's thread and in the painter's.
    `ended` is called once in the view loop's thread, unless the loop was stopped.
    `repeat` makes the source give its present frame again; None for live sources, which soon give another.
    Thread: any.
    """

    def __init__(
        self,
        source: Watched,
        *,
        request: Callable[[], ViewRequest],
        listener: ViewListener,
        ended: Callable[[Ended], None],
        repeat: Callable[[], None] | None = None,
    ) -> None:
        self._source = source
        self._request = request
        self._listener = listener
        self._ended = ended
        self._repeat = repeat
        self._stop = Stop()
        self._analysis = _SourceAnalysis(
            live=repeat is None, failed=listener.on_models_failed, restarted=listener.on_faces_restarted
        )
        self._painter = Painter(lambda: request().options, listener.on_shown)
        self._worker = Worker("view loop", self._run)

    def watches(self, source: object) -> bool:
        return source is self._source

    def redraw(self) -> None:
        """Shows the present frame as requested now; it is analysed again only if models or settings have changed."""
        self._painter.redraw()
        if self._repeat is not None and self._analysis.is_outdated(self._request()):
            self._repeat()

    def stop(self) -> None:
        """Ends the loop and waits for its threads."""
        self._stop.request()
        self._source.close()
        self._worker.join()

    def _run(self) -> None:
        error: StudioError | None = None
        try:
            with ahead(self._source.frames(), capacity=1, overwrite=True, stop=self._stop) as frames:
                self._watch(frames)
        except StudioError as failure:
            error = without_traceback(failure)
        except Exception as failure:
            LOG.exception("The source failed unexpectedly.")
            error = StudioError(f"The source failed unexpectedly: {failure}.", advice="The log has the details.")
        finally:
            self._painter.close()
        if not self._stop.requested:
            self._ended(Ended(error))

    def _watch(self, frames: Iterable[Frame]) -> None:
        pace = _PaceKeeper()
        for frame in frames:
            request = self._request()
            jumped = self._analysis.enter(frame)
            analysis = self._analysis.of(frame, request)
            pace.add(analysis, jumped=jumped)
            self._listener.on_analysed(analysis, request)
            shown_pace = replace(pace.pace, first_detection_pending=self._analysis.first_detection_pending)
            self._painter.show(analysis, self._analysis.network_crop, shown_pace)
            if self._repeat is not None:
                self._analysis.when_detected(self._repeat)


class _SourceAnalysis:
    """The analysis of one source, through changes of models and settings, and through jumps in time."""

    def __init__(
        self, *, live: bool, failed: Callable[[StudioError], None], restarted: Callable[[], None] = lambda: None
    ) -> None:
        self._live = live
        self._failed = failed
        self._restarted = restarted
        self._broken: LoadedModels | None = None
        self._analyzer: Analyzer | None = None
        self._in_use: tuple[LoadedModels, AnalysisSettings] | None = None
        self._requested: ViewRequest | None = None
        self._last: Frame | None = None

    @property
    def network_crop(self) -> NetworkCrop | None:
        """Which part of the picture the network in use sees of a face."""
        if self._in_use is None or self._analyzer is None:
            return None
        return NetworkCrop(self._analyzer.crop, self._in_use[0].estimator.record.input_size)

    @property
    def first_detection_pending(self) -> bool:
        return self._in_use is not None and not self._in_use[0].detector.has_answered

    def is_outdated(self, request: ViewRequest) -> bool:
        """Whether the last frame was analysed with other models or settings. Thread: any."""
        last = self._requested
        return last is not None and (last.models is not request.models or last.settings != request.settings)

    def enter(self, frame: Frame) -> bool:
        """Whether the user has seeked in a video, so that earlier frames say nothing about this one."""
        last, self._last = self._last, frame
        if last is None or self._live:
            return False
        jumped = frame.time < last.time or frame.time_s - last.time_s > VIDEO_JUMP_S
        if jumped:
            self._analyzer = None
        return jumped

    def of(self, frame: Frame, request: ViewRequest) -> Analysis:
        """The frame with its faces; without any if there are no models, or only such as have failed before."""
        models, self._requested = request.models, request
        if models is None or models is self._broken:
            return Analysis(frame, ())
        try:
            return self._analyzer_for(models, request.settings)(frame)
        except Exception as error:
            LOG.exception("The analysis failed.")
            self._broken, self._analyzer = models, None
            self._failed(_failure(models, error))
            return Analysis(frame, ())

    def when_detected(self, call: Callable[[], None]) -> None:
        """Calls it when the detection under way is done; never if there is none."""
        if self._in_use is not None and self._analyzer is not None:
            self._in_use[0].detector.when_done(call)

    def _analyzer_for(self, models: LoadedModels, settings: AnalysisSettings) -> Analyzer:
        detector = models.detector
        if self._analyzer is None:
            self._restarted()
            self._analyzer = Analyzer(detector.detector, models.estimator, settings, schedule=detector)
        elif self._in_use != (models, settings):
            self._analyzer.use(detector.detector, models.estimator, settings, schedule=detector)
        self._in_use = models, settings
        return self._analyzer


def _failure(models: LoadedModels, error: Exception) -> StudioError:
    reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    if "out of memory" in reason.lower():
        return ModelError(
            f"The device {models.estimator.engine.name} is out of memory.", advice="Choose another device or snapshot."
        )
    return ModelError(
        f"The analysis failed: {reason}.", advice="Choose another snapshot or detector. The log has the details."
    )


class _PaceKeeper:
    """Measures how fast frames come and how many are left out."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int, dict[str, float]]] = deque()
        self._dropped = 0
        self.pace = Pace()

    def add(self, analysis: Analysis, *, jumped: bool) -> None:
        now_s, index = time.perf_counter(), analysis.frame.index
        if jumped:
            self._seen.clear()
        if self._seen and index > self._seen[-1][1] + 1:
            self._dropped += index - self._seen[-1][1] - 1
        self._seen.append((now_s, index, dict(analysis.timings_ms)))
        while now_s - self._seen[0][0] > RATE_WINDOW_S:
            self._seen.popleft()
        self.pace = replace(self._rates(), dropped=self._dropped)

    def _rates(self) -> Pace:
        (first_s, first_index, _), (last_s, last_index, _) = self._seen[0], self._seen[-1]
        span_s = last_s - first_s
        if span_s <= 0:
            return Pace(timings_ms=self._seen[-1][2])
        stages = {stage for _, _, timings in self._seen for stage in timings}
        means = {
            stage: sum(timings.get(stage, 0.0) for _, _, timings in self._seen) / len(self._seen) for stage in stages
        }
        return Pace((len(self._seen) - 1) / span_s, max(0, last_index - first_index) / span_s, timings_ms=means)
