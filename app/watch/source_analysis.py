"""The analysis of the source that is watched, through changes of models and settings, and through jumps in time.

A frame of a video that stands still has one set of numbers, whichever way one comes to it: those of an analysis that
begins a fixed time before it (`lead_s`) and leaves no frame out. While a video plays, frames may be left out and
detections may come late, so its numbers are those of the moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from typing import Literal, NamedTuple

from app.analysis.analyzer import Analyzer, crop_rule, usable_camera
from app.analysis.detection_schedule import AtMultiples, DetectionSchedule
from app.analysis.smoothing import settling_s
from app.analysis.track_memory import TrackMemory
from app.analysis.trails import TRAIL_S
from app.errors import Cancelled, ModelError, StudioError, UsageError
from app.frames import Analysis, Face, Frame
from app.models.loader import LoadedModels
from app.settings import AnalysisSettings
from app.video import Source
from app.watch.listener import ViewRequest
from app.watch.painter import NetworkCrop

LOG = logging.getLogger(__name__)

VIDEO_JUMP_S = 1.0
"""A longer step forward in a video means that the user has seeked: earlier frames say nothing about this one."""

MOST_KEPT = 600
"""For so many frames, what was found is kept, so that steps back and forth show it at once."""

Lead = Callable[[Frame, Fraction, int], Iterator[Frame]]
"""The frames before one, from this many seconds before it on, beginning at a multiple of that number."""


class _Run(NamedTuple):
    """Frames analysed one after another without a gap or a late detection: from when on, and the last one's number.

    `whole`: it began with the first frame of the video.
    """

    since_s: float
    last: int
    whole: bool


class SourceAnalysis:
    """Thread: the view loop's; `is_outdated` and `present_id` from any."""

    def __init__(
        self, *, live: bool, failed: Callable[[StudioError], None], restarted: Callable[[], None] = lambda: None
    ) -> None:
        self._live = live
        self._failed = failed
        self._restarted = restarted
        self._memory = None if live else TrackMemory()
        self._broken: LoadedModels | None = None
        self._refused: tuple[LoadedModels, AnalysisSettings] | None = None
        """Models and settings that do not go with this source."""
        self._analyzer: Analyzer | None = None
        self._in_use: tuple[LoadedModels, AnalysisSettings] | None = None
        self._requested: ViewRequest | None = None
        self._last: Frame | None = None
        self._run: _Run | None = None
        self._began = False
        self._kept: dict[int, tuple[tuple[Face, ...], str]] = {}
        self._kept_for: tuple[LoadedModels, AnalysisSettings] | None = None
        self._alone_at: int | None = None
        """The frame that a slow detector looks at for itself, because it stands still."""

    @property
    def waiting_for(self) -> Literal["", "models", "faces"]:
        """What is missing before the last frame's faces are known."""
        models = self._requested.models if self._requested is not None else None
        if models is None:
            return "models"
        if models is self._broken or self._is_refused or (self._last is not None and self._is_kept(self._last)):
            return ""
        return "" if self._analyzer is not None and self._analyzer.has_looked else "faces"

    def network_crop(self, analysis: Analysis) -> NetworkCrop | None:
        """Which part of the picture the network in use sees of a face."""
        if self._in_use is None:
            return None
        models, settings = self._in_use
        detector = analysis.detector or models.detector.detector.name
        crop = crop_rule(models.estimator, settings, detector)
        camera = usable_camera(settings, analysis.frame.size) if settings.correct_perspective else None
        return NetworkCrop(crop, models.estimator.record.input_size, camera)

    def present_id(self, track_id: int) -> int:
        """The track ID that a face has now, given one that it had once."""
        return track_id if self._memory is None else self._memory.present_id(track_id)

    def is_outdated(self, request: ViewRequest) -> bool:
        """Whether the last frame was analysed with other models or settings. Thread: any."""
        last = self._requested
        return last is not None and (last.models is not request.models or last.settings != request.settings)

    def enter(self, frame: Frame) -> bool:
        """Whether the user has seeked in a video, so that earlier frames say nothing about this one."""
        last, self._last = self._last, frame
        if last is None or self._live:
            return False
        if frame.stands_alone:
            if frame.index != last.index:
                self._restarted()
            return False
        jumped = frame.time < last.time or frame.time_s - last.time_s > VIDEO_JUMP_S
        if jumped:
            self._analyzer = self._run = None
        return jumped

    def of(self, frame: Frame, request: ViewRequest) -> Analysis:
        """The frame with its faces; without any if there are no models, or only such as have failed before."""
        models, self._requested = request.models, request
        if models is None or models is self._broken or self._is_refused:
            return Analysis(frame, ())
        return self._tried(models, lambda: self._next(models, request.settings, frame)) or Analysis(frame, ())

    def settled(self, frame: Frame, request: ViewRequest) -> Analysis | None:
        """The analysis of a frame that stands still, as far as it is known; None if it must be `settle`d first."""
        models, self._requested = request.models, request
        if models is None or models is self._broken or self._is_refused or frame.stands_alone:
            return self.of(frame, request)
        if self._in_use != (models, request.settings):
            return None
        if not self._is_kept(frame) and self._alone_at == frame.index:
            self._tried(models, lambda: self._look_at_alone(models, request.settings, frame))
        return self._as_kept(frame) if self._is_kept(frame) else None

    def settle(self, frame: Frame, request: ViewRequest, lead: Lead, *, wanted: Callable[[], bool]) -> Analysis | None:
        """Analyses what precedes a frame that stands still, then the frame; None once `wanted` returns False.

        A detector that takes long looks at the frame alone: then the poses of the frame are not smoothed.
        """
        models = request.models
        if models is None or models is self._broken:
            return None
        return self._tried(models, lambda: self._settle(models, request.settings, frame, lead, wanted))

    @property
    def _is_refused(self) -> bool:
        request = self._requested
        return request is not None and self._refused == (request.models, request.settings)

    def when_detected(self, call: Callable[[], None]) -> None:
        """Calls it when the detection under way is done; never if there is none."""
        if self._in_use is not None and self._analyzer is not None:
            self._in_use[0].detector.when_done(call)

    def _tried(self, models: LoadedModels, analyse: Callable[[], Analysis | None]) -> Analysis | None:
        try:
            return analyse()
        except Cancelled:
            return None  # The models were replaced meanwhile.
        except UsageError as error:
            # It is the settings that are wrong: with others, the same models work.
            request = self._requested
            self._refused = None if request is None else (models, request.settings)
            self._analyzer = self._in_use = None
            self._failed(error)
            return None
        except Exception as error:
            LOG.exception("The analysis failed.")
            self._broken, self._analyzer = models, None
            self._failed(_failure(models, error))
            return None

    def _next(self, models: LoadedModels, settings: AnalysisSettings, frame: Frame) -> Analysis:
        analyzer = self._analyzer_for(models, settings)
        analysis = analyzer(frame)
        self._note_run(frame, exact=analyzer.is_exact and analyzer.has_looked and models.choice.detect_every == 1)
        if self._is_settled(frame, settings) and not models.detector.is_slow:
            self._keep(analysis)
        return analysis

    def _settle(
        self, models: LoadedModels, settings: AnalysisSettings, frame: Frame, lead: Lead, wanted: Callable[[], bool]
    ) -> Analysis | None:
        detector = models.detector
        if detector.is_slow:
            return self._look_at_alone(models, settings, frame)
        every = models.choice.detect_every
        analyzer = self._new_analyzer(models, settings, AtMultiples(detector.found_in, every), warming_up=True)
        since_s = frame.time_s
        with closing(lead(frame, lead_s(settings), every)) as before:  # type: ignore[type-var]
            for earlier in before:
                if not wanted():
                    return None
                since_s = min(since_s, earlier.time_s)
                analyzer(earlier)
        if not wanted():
            return None
        analysis = analyzer(frame)
        analyzer.go_on(detector)
        self._analyzer, self._in_use = analyzer, (models, settings)
        self._run = _Run(since_s, frame.index, whole=True)
        self._keep(analysis)
        return analysis

    def _look_at_alone(self, models: LoadedModels, settings: AnalysisSettings, frame: Frame) -> Analysis | None:
        if self._alone_at != frame.index or self._analyzer is None or self._in_use != (models, settings):
            self._alone_at = frame.index
            self._analyzer = self._new_analyzer(models, settings, models.detector)
            self._in_use, self._run = (models, settings), None
        analysis = self._analyzer(frame)
        if not self._analyzer.has_looked:
            return None
        self._keep(analysis)
        return analysis

    def _analyzer_for(self, models: LoadedModels, settings: AnalysisSettings) -> Analyzer:
        detector = models.detector
        if self._analyzer is None:
            if not self._began:
                self._began = True
                self._restarted()
            self._analyzer = self._new_analyzer(models, settings, detector)
        elif self._in_use != (models, settings):
            self._analyzer.use(detector.detector, models.estimator, settings, schedule=detector)
            self._run = None
        self._in_use = models, settings
        return self._analyzer

    def _new_analyzer(
        self,
        models: LoadedModels,
        settings: AnalysisSettings,
        schedule: DetectionSchedule,
        *,
        warming_up: bool = False,
    ) -> Analyzer:
        detector = models.detector.detector
        return Analyzer(
            detector, models.estimator, settings, schedule=schedule, memory=self._memory, warming_up=warming_up
        )

    def _note_run(self, frame: Frame, *, exact: bool) -> None:
        run, index = self._run, frame.index
        if not exact or self._live:
            self._run = None
        elif run is None or index > run.last + 1:
            self._run = _Run(frame.time_s, index, whole=run is None and index == 0)
        else:
            self._run = run._replace(last=index)

    def _is_settled(self, frame: Frame, settings: AnalysisSettings) -> bool:
        run = self._run
        return run is not None and (run.whole or frame.time_s - run.since_s >= lead_s(settings))

    def _keep(self, analysis: Analysis) -> None:
        if self._kept_for != self._in_use:
            self._kept, self._kept_for = {}, self._in_use
        index = analysis.frame.index
        self._kept.setdefault(index, (analysis.faces, analysis.detector))
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def _is_kept(self, frame: Frame) -> bool:
        return self._kept_for == self._in_use and frame.index in self._kept

    def _as_kept(self, frame: Frame) -> Analysis:
        faces, detector = self._kept[frame.index]
        own = tuple(replace(face, track_id=self.present_id(face.track_id)) for face in faces)
        assert self._in_use is not None  # noqa: S101 — it is what the faces were found with
        return Analysis(frame, own, detector=detector, camera=usable_camera(self._in_use[1], frame.size))


def lead_s(settings: AnalysisSettings) -> Fraction:
    """How long before a frame its analysis begins, in seconds: until trails and smoothing do not depend on it."""
    return Fraction(max(TRAIL_S, settling_s(settings)))


def lead_in(source: Source) -> Lead:
    """The frames before one, read from this source."""

    def before(frame: Frame, duration_s: Fraction, multiple: int) -> Iterator[Frame]:
        start = max(Fraction(0), frame.time - duration_s - (multiple - 1) / source.facts.frame_rate)
        began = False
        with closing(source.frames(start)) as frames:  # type: ignore[type-var]
            for earlier in frames:
                if earlier.index >= frame.index:
                    return
                began = began or earlier.index % multiple == 0
                if began:
                    yield earlier

    return before


def _failure(models: LoadedModels, error: Exception) -> StudioError:
    reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    if "out of memory" in reason.lower():
        return ModelError(
            f"The device {models.estimator.engine.name} is out of memory.", advice="Choose another device or snapshot."
        )
    return ModelError(
        f"The analysis failed: {reason}.", advice="Choose another snapshot or detector. The log has the details."
    )
