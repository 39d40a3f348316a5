"""Analyses frame by frame: detects, tracks, estimates, smooths."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from app.analysis.detection_schedule import DetectionSchedule, EveryNth
from app.analysis.optical_flow import GreyView, carried, is_cut
from app.analysis.smoothing import LONGEST_GAP_S, PoseFilter, pose_filter
from app.analysis.tracking import Track, Tracker
from app.analysis.trails import Trails
from app.errors import ModelError
from app.frames import Analysis, Face, Frame
from app.settings import AnalysisSettings
from detectors import FaceDetector
from hopenet import PUBLISHED_CROPS, CropRule, HeadPose, HeadPoseEstimator, PoseEstimate
from hopenet.crops import rule_for

LOG = logging.getLogger(__name__)


def warm_up() -> None:
    """Imports SciPy, which takes half a second: in the first frame, the pause would look like a cut."""
    import scipy.optimize
    import scipy.spatial.transform  # noqa: F401


class _FilterState(NamedTuple):
    """A track's filter, with the time of its last pose and that pose smoothed."""

    pose_filter: PoseFilter
    time_s: float
    smoothed: HeadPose


class Analyzer:
    """Analyses the frames of one source, in order.

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
        """`schedule` decides when the detector runs; None: on every `settings.detect_every`-th frame."""
        self._tracker = Tracker()
        self._tracks: tuple[Track, ...] = ()
        self._view: GreyView | None = None
        self._filters: dict[int, _FilterState] = {}
        self._trails = Trails()
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
        """Switches to other models or settings; heads keep their IDs."""
        self._estimator = estimator
        self._settings = settings
        self._schedule = schedule or EveryNth(detector, settings.detect_every)
        crops = PUBLISHED_CROPS if settings.crop == "published" else estimator.record.crops
        self.crop: CropRule = rule_for(crops, detector.name)
        """The margins around the detector's box that the network sees."""
        self._has_warned = False
        # The state of a filter belongs to its strength and to the errors of its network.
        self._filters.clear()

    def __call__(self, frame: Frame) -> Analysis:
        self._timings_ms = {}
        tracks = self._locate(frame)
        estimates, undefined = self._estimate(frame, tracks)
        faces = tuple(
            self._face(track, estimate, frame.time_s, undefined=position in undefined)
            for position, (track, estimate) in enumerate(zip(tracks, estimates, strict=True))
        )
        self._drop_old_filters(frame.time_s)
        return Analysis(frame, faces, self._timings_ms)

    def _locate(self, frame: Frame) -> tuple[Track, ...]:
        with self._timed("track"):
            before, self._view = self._view, GreyView(frame.image)
            cut = before is not None and is_cut(before, self._view)
            if cut:
                self._tracker.forget()
                self._tracks = ()
        started = time.perf_counter()
        detections = self._schedule(frame, self._view, reset=before is None or cut)
        if detections is not None:
            self._timings_ms["detect"] = 1000 * (time.perf_counter() - started)
            self._tracks = self._tracker.update(detections, frame.time_s)
        elif before is not None:
            with self._timed("track"):
                boxes = carried(tuple(track.box for track in self._tracks), before, self._view)
                self._tracks = self._tracker.carry(self._tracks, boxes, frame.time_s)
        return self._tracks

    def _estimate(
        self, frame: Frame, tracks: tuple[Track, ...]
    ) -> tuple[tuple[PoseEstimate | None, ...], frozenset[int]]:
        """An estimate for each track, and the positions of those for which the network's answer is not a number."""
        with self._timed("crop"):
            prepared = self._estimator.prepare(frame.image, (track.box for track in tracks), crop=self.crop)
        with self._timed("infer"):
            try:
                estimates = self._estimator.infer(prepared)
            except (RuntimeError, ValueError) as error:
                name = self._estimator.record.name
                raise ModelError(f"The snapshot {name} failed in frame {frame.index}: {error}") from error
        undefined = frozenset(position for position in prepared.positions if estimates[position] is None)
        if undefined and not self._has_warned:
            self._has_warned = True
            LOG.warning(
                "The network's answer for a face in frame %d is not a number. Such faces have no angles.", frame.index
            )
        return estimates, undefined

    def _face(self, track: Track, estimate: PoseEstimate | None, time_s: float, *, undefined: bool) -> Face:
        if estimate is None:
            return Face(track.track_id, track.box, track.score, None, None, None, undefined=undefined)
        smoothed = self._smoothed(track.track_id, estimate.pose, time_s)
        trail = self._trails.extended(track, smoothed, time_s)
        return Face(track.track_id, track.box, track.score, estimate.pose, smoothed, estimate.spread, trail)

    def _smoothed(self, track_id: int, pose: HeadPose, time_s: float) -> HeadPose:
        state = self._filters.get(track_id)
        if state is not None and state.time_s == time_s:
            return state.smoothed  # The same frame again, for example while a video is paused.
        smooth = state.pose_filter if state else pose_filter(self._settings)
        smoothed = smooth(pose, time_s)
        self._filters[track_id] = _FilterState(smooth, time_s, smoothed)
        return smoothed

    def _drop_old_filters(self, time_s: float) -> None:
        # Otherwise a video of many heads would keep a filter and a trail for every head that was ever in it.
        self._filters = {
            track_id: state for track_id, state in self._filters.items() if abs(time_s - state.time_s) <= LONGEST_GAP_S
        }
        self._trails.keep_only(self._filters)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            spent_ms = 1000 * (time.perf_counter() - started)
            self._timings_ms[stage] = self._timings_ms.get(stage, 0.0) + spent_ms
