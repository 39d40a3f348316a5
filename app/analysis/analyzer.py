"""One frame in, its analysis out: detect, track, estimate, smooth."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.analysis.flow_carry import GreyView, carried, is_cut
from app.analysis.smoothing import LONGEST_GAP_S, RotationFilter
from app.analysis.tracking import Track, Tracker
from app.frames import Analysis, Face, Frame
from app.settings import AnalysisSettings
from detectors import FaceDetector
from hopenet import PUBLISHED_CROPS, CropRule, HeadPose, HeadPoseEstimator, PoseEstimate
from hopenet.crops import rule_for


class Analyzer:
    """Analyses the frames of one source in their order.

    Thread: one thread at a time.
    """

    def __init__(self, detector: FaceDetector, estimator: HeadPoseEstimator, settings: AnalysisSettings) -> None:
        self._detector = detector
        self._estimator = estimator
        self._settings = settings
        crops = PUBLISHED_CROPS if settings.crop == "published" else estimator.record.crops
        self.crop: CropRule = rule_for(crops, detector.name)
        """The margins from a detector's box to what the network sees."""
        self._tracker = Tracker()
        self._tracks: tuple[Track, ...] = ()
        self._view: GreyView | None = None
        self._filters: dict[int, tuple[RotationFilter, float]] = {}
        self._timings_ms: dict[str, float] = {}

    def __call__(self, frame: Frame) -> Analysis:
        self._timings_ms = {}
        tracks = self._locate(frame)
        estimates = self._estimate(frame, tracks)
        faces = tuple(
            self._face(track, estimate, frame.time_s) for track, estimate in zip(tracks, estimates, strict=True)
        )
        self._forget_filters(frame.time_s)
        return Analysis(frame, faces, self._timings_ms)

    def _locate(self, frame: Frame) -> tuple[Track, ...]:
        with self._timed("track"):
            before, self._view = self._view, GreyView(frame.image)
            cut = before is not None and is_cut(before, self._view)
            if cut:
                self._tracker.forget()
        # After a cut the old boxes mean nothing, so the detector looks at once.
        if before is None or cut or frame.index % self._settings.detect_every == 0:
            with self._timed("detect"):
                detections = self._detector.detect(frame.image, index=frame.index, time_s=frame.time_s)
            self._tracks = self._tracker.seen(detections, frame.time_s)
        else:
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
        return Face(track.track_id, track.box, track.score, estimate.pose, smoothed, estimate.spread)

    def _smoothed(self, track_id: int, pose: HeadPose, time_s: float) -> HeadPose:
        known = self._filters.get(track_id)
        rotation_filter = known[0] if known else RotationFilter(self._settings.smoothing)
        self._filters[track_id] = rotation_filter, time_s
        return rotation_filter(pose, time_s)

    def _forget_filters(self, time_s: float) -> None:
        # A film of many heads would otherwise keep a filter for each that ever passed.
        self._filters = {
            track_id: (rotation_filter, used_s)
            for track_id, (rotation_filter, used_s) in self._filters.items()
            if abs(time_s - used_s) <= LONGEST_GAP_S
        }

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            spent_ms = 1000 * (time.perf_counter() - started)
            self._timings_ms[stage] = self._timings_ms.get(stage, 0.0) + spent_ms
