"""One frame in, its analysis out: detect, track, estimate, smooth."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from app.analysis.detection_schedule import DetectionSchedule, EveryNth
from app.analysis.optical_flow import GreyView, carried, is_cut
from app.analysis.smoothing import LONGEST_GAP_S, RotationFilter
from app.analysis.tracking import Track, Tracker
from app.frames import Analysis, Face, Frame, TrailPoint
from app.settings import AnalysisSettings
from detectors import FaceDetector
from hopenet import PUBLISHED_CROPS, CropRule, HeadPose, HeadPoseEstimator, PoseEstimate
from hopenet.crops import rule_for

TRAIL_S = 1.0
"""How far back a face's trail reaches."""


def warm_up() -> None:
    """Imports what the first frame would otherwise wait for, half a second: long enough to be taken for a cut."""
    import scipy.optimize
    import scipy.spatial.transform  # noqa: F401


class _Smoothed(NamedTuple):
    """A track's filter, with the time and the pose that it gave last."""

    rotation_filter: RotationFilter
    used_s: float
    pose: HeadPose


class Analyzer:
    """Analyses the frames of one source in their order.

    Thread: one thread at a time.
    """

    def __init__(
        self,
        detector: FaceDetector,
        estimator: HeadPoseEstimator,
        settings: AnalysisSettings,
        *,
        schedule: DetectionSchedule | None = None,
    ) -> None:
        """`schedule` decides when the detector looks; None lets it look at every `settings.detect_every`-th frame."""
        self._tracker = Tracker()
        self._tracks: tuple[Track, ...] = ()
        self._view: GreyView | None = None
        self._filters: dict[int, _Smoothed] = {}
        self._trails: dict[int, tuple[tuple[float, TrailPoint], ...]] = {}
        self._timings_ms: dict[str, float] = {}
        self.use(detector, estimator, settings, schedule=schedule)

    def use(
        self,
        detector: FaceDetector,
        estimator: HeadPoseEstimator,
        settings: AnalysisSettings,
        *,
        schedule: DetectionSchedule | None = None,
    ) -> None:
        """Goes on with other parts; heads keep their ids."""
        self._estimator = estimator
        self._settings = settings
        self._schedule = schedule or EveryNth(detector, settings.detect_every)
        crops = PUBLISHED_CROPS if settings.crop == "published" else estimator.record.crops
        self.crop: CropRule = rule_for(crops, detector.name)
        """The margins from a detector's box to what the network sees."""
        # Another network errs otherwise, and another strength follows otherwise: what was filtered means nothing.
        self._filters.clear()

    def __call__(self, frame: Frame) -> Analysis:
        self._timings_ms = {}
        tracks = self._locate(frame)
        estimates = self._estimate(frame, tracks)
        faces = tuple(
            self._face(track, estimate, frame.time_s) for track, estimate in zip(tracks, estimates, strict=True)
        )
        self._forget(frame.time_s)
        return Analysis(frame, faces, self._timings_ms)

    def _locate(self, frame: Frame) -> tuple[Track, ...]:
        with self._timed("track"):
            before, self._view = self._view, GreyView(frame.image)
            cut = before is not None and is_cut(before, self._view)
            if cut:
                self._tracker.forget()
                self._tracks = ()
        # After a cut the old boxes mean nothing, so the detector looks at once.
        started = time.perf_counter()
        detections = self._schedule(frame, self._view, reset=before is None or cut)
        if detections is not None:
            self._timings_ms["detect"] = 1000 * (time.perf_counter() - started)
            self._tracks = self._tracker.seen(detections, frame.time_s)
        elif before is not None:
            with self._timed("track"):
                boxes = carried(tuple(track.box for track in self._tracks), before, self._view)
                self._tracks = self._tracker.moved(self._tracks, boxes, frame.time_s)
        return self._tracks

    def _estimate(self, frame: Frame, tracks: tuple[Track, ...]) -> tuple[PoseEstimate | None, ...]:
        with self._timed("crop"):
            prepared = self._estimator.prepare(frame.image, (track.box for track in tracks), crop=self.crop)
        with self._timed("infer"):
            return self._estimator.infer(prepared)

    def _face(self, track: Track, estimate: PoseEstimate | None, time_s: float) -> Face:
        if estimate is None:
            return Face(track.track_id, track.box, track.score, None, None, None)
        smoothed = self._smoothed(track.track_id, estimate.pose, time_s)
        trail = self._trail(track, smoothed, time_s)
        return Face(track.track_id, track.box, track.score, estimate.pose, smoothed, estimate.spread, trail)

    def _trail(self, track: Track, pose: HeadPose, time_s: float) -> tuple[TrailPoint, ...]:
        point = TrailPoint(track.box.centre, track.box.height, pose)
        known = self._trails.get(track.track_id, ())
        kept = *((then_s, old) for then_s, old in known if 0 < time_s - then_s <= TRAIL_S), (time_s, point)
        self._trails[track.track_id] = kept
        return tuple(old for _, old in kept)

    def _smoothed(self, track_id: int, pose: HeadPose, time_s: float) -> HeadPose:
        known = self._filters.get(track_id)
        if known is not None and known.used_s == time_s:
            return known.pose  # The same frame again, as where a video is paused.
        rotation_filter = known.rotation_filter if known else RotationFilter(self._settings.smoothing)
        smoothed = rotation_filter(pose, time_s)
        self._filters[track_id] = _Smoothed(rotation_filter, time_s, smoothed)
        return smoothed

    def _forget(self, time_s: float) -> None:
        # A video of many heads would otherwise keep a filter and a trail for each that ever passed.
        self._filters = {
            track_id: smoothed
            for track_id, smoothed in self._filters.items()
            if abs(time_s - smoothed.used_s) <= LONGEST_GAP_S
        }
        self._trails = {track_id: trail for track_id, trail in self._trails.items() if track_id in self._filters}

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            spent_ms = 1000 * (time.perf_counter() - started)
            self._timings_ms[stage] = self._timings_ms.get(stage, 0.0) + spent_ms
