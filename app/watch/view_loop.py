"""A source being watched: its frames are analysed and drawn as they come, the newest first, until it is stopped."""

from __future__ import annotations

import logging
import threading
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
from app.threads.handoff import Stop, ahead
from app.watch.painter import NetworkCrop, Painter
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions

LOG = logging.getLogger(__name__)

RATE_WINDOW_S = 2.0
VIDEO_JUMP_S = 1.0
"""A larger step forward in a video is the user's seeking: what was known of the frames before means nothing."""


class Watched(Protocol):
    """What can be watched: a live source or a video's transport."""

    def frames(self) -> Iterable[Frame]:
        """The frames as they fall due. Raises SourceError where the source is lost."""
        ...

    def close(self) -> None:
        """Ends `frames`. From any thread."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How the watching ended: None for an orderly end or a stop, else what went wrong."""

    error: StudioError | None


class ViewLoop:
    """Watches one source. Made, it runs; `stop` ends it.

    `models` gives the parts to work with at each frame, None while none are loaded: frames have no faces then.
    `shown` is called in the painter's thread for each frame. In the viewing's thread `analysed` sees each analysis
    before it is drawn, `failed` hears of parts that broke, with which no other frame is tried, and `ended` is called
    once, unless the viewing was stopped. `again` asks the source to give the present frame once more where no other
    would come: a slow detector has finished.
    Thread: any.
    """

    def __init__(
        self,
        source: Watched,
        *,
        models: Callable[[], LoadedModels | None],
        settings: AnalysisSettings,
        options: ViewOptions,
        shown: Callable[[ShownFrame], None],
        ended: Callable[[Ended], None],
        failed: Callable[[StudioError], None],
        analysed: Callable[[Analysis, ViewOptions], None] = lambda _analysis, _options: None,
        again: Callable[[], None] = lambda: None,
        live: bool,
    ) -> None:
        self._source = source
        self._models = models
        self._settings = settings
        self._options = options
        self._ended = ended
        self._failed = failed
        self._analysed = analysed
        self._again = again
        self._live = live
        self._stop = Stop()
        self._painter = Painter(options, shown)
        self._thread = threading.Thread(target=self._run, name="view_loop", daemon=True)
        self._thread.start()

    def watches(self, source: object) -> bool:
        return source is self._source

    def set_options(self, options: ViewOptions) -> None:
        """Shows the present frame and those to come like this."""
        self._options = options
        self._painter.set_options(options)

    def set_settings(self, settings: AnalysisSettings) -> None:
        """Analyses the frames to come like this."""
        self._settings = settings

    def stop(self) -> None:
        """Ends the watching and waits for its threads."""
        self._stop.request()
        self._source.close()
        self._thread.join()

    def _run(self) -> None:
        error: StudioError | None = None
        try:
            with ahead(self._source.frames(), capacity=1, overwrite=True, stop=self._stop) as frames:
                self._watch(frames)
        except StudioError as failure:
            error = failure
        except Exception as failure:
            LOG.exception("The source broke.")
            error = StudioError(f"The source broke for an unforeseen reason: {failure}", advice="The log has more.")
        finally:
            self._painter.close()
        if not self._stop.requested:
            self._ended(Ended(error))

    def _watch(self, frames: Iterable[Frame]) -> None:
        course = _SourceAnalysis(live=self._live, failed=self._failed)
        pace = _PaceKeeper()
        for frame in frames:
            jumped = course.enter(frame)
            analysis = course.analysed(frame, self._models(), self._settings)
            pace.add(analysis, jumped=jumped)
            self._analysed(analysis, self._options)
            self._painter.show(analysis, course.eye, replace(pace.pace, looking=course.is_looking))
            course.when_detected(self._again)


class _SourceAnalysis:
    """The analysis of one source, through changes of parts and settings, and through jumps in time."""

    def __init__(self, *, live: bool, failed: Callable[[StudioError], None]) -> None:
        self._live = live
        self._failed = failed
        self._broken: LoadedModels | None = None
        self._analyzer: Analyzer | None = None
        self._in_use: tuple[LoadedModels | None, AnalysisSettings] | None = None
        self._last: Frame | None = None

    @property
    def eye(self) -> NetworkCrop | None:
        """How the network in use looks at a face."""
        models = self._in_use[0] if self._in_use is not None else None
        if models is None or self._analyzer is None:
            return None
        return NetworkCrop(self._analyzer.crop, models.estimator.record.input_size)

    @property
    def is_looking(self) -> bool:
        """Whether the detector has yet to give its first answer."""
        models = self._in_use[0] if self._in_use is not None else None
        return models is not None and not models.detector.has_answered

    def enter(self, frame: Frame) -> bool:
        """Whether the user has gone elsewhere in a video, so that the frames before mean nothing."""
        last, self._last = self._last, frame
        if last is None or self._live:
            return False
        jumped = frame.time < last.time or frame.time_s - last.time_s > VIDEO_JUMP_S
        if jumped:
            self._analyzer = None
        return jumped

    def analysed(self, frame: Frame, models: LoadedModels | None, settings: AnalysisSettings) -> Analysis:
        if models is None or models is self._broken:
            return Analysis(frame, ())
        try:
            return self._with(models, settings)(frame)
        except Exception as error:
            LOG.exception("The analysis failed.")
            self._broken, self._analyzer = models, None
            self._failed(_failure(models, error))
            return Analysis(frame, ())

    def when_detected(self, call: Callable[[], None]) -> None:
        """Calls it when the detection under way is done; at once, or never, where none is."""
        if self._in_use is not None and self._in_use[0] is not None and self._analyzer is not None:
            self._in_use[0].detector.when_done(call)

    def _with(self, models: LoadedModels, settings: AnalysisSettings) -> Analyzer:
        if self._analyzer is None:
            self._analyzer = Analyzer(models.detector.detector, models.estimator, settings, schedule=models.detector)
        elif self._in_use != (models, settings):
            self._analyzer.use(models.detector.detector, models.estimator, settings, schedule=models.detector)
        self._in_use = models, settings
        return self._analyzer


def _failure(models: LoadedModels, error: Exception) -> StudioError:
    reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    if "out of memory" in reason.lower():
        return ModelError(
            f"The device {models.estimator.engine.name} is out of memory.", advice="Choose another device or snapshot."
        )
    return ModelError(f"The analysis failed: {reason}", advice="Choose another snapshot or detector; the log has more.")


class _PaceKeeper:
    """Counts what comes by."""

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
