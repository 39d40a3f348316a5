"""Analyses frame by frame: detects, tracks, estimates, smooths."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from app.analysis.detection_schedule import DetectionSchedule, EveryNth, Found
from app.analysis.optical_flow import GreyView, carried, is_cut
from app.analysis.smoothing import LONGEST_GAP_S, PoseFilter, pose_filter
from app.analysis.track_memory import TrackMemory
from app.analysis.tracking import Track, Tracker
from app.analysis.trails import Trails
from app.analysis.turned_away import TurnedAway, carried_on, keeps_turned_s, still_lost
from app.errors import ModelError, UsageError
from app.frames import Analysis, Face, Frame
from app.settings import AnalysisSettings
from detectors import FaceDetector
from hopenet import PUBLISHED_CROPS, CropRule, HeadPose, HeadPoseEstimator, PoseEstimate
from hopenet.camera_geometry import ON_AXIS, CameraGeometry
from hopenet.crops import rule_for
from hopenet.estimator import Prepared
from hopenet.preprocess import is_usable

LOG = logging.getLogger(__name__)


_UNSEEN = GreyView(np.zeros((1, 1, 3), np.uint8))
"""In place of pictures that are not there."""


class _FilterState(NamedTuple):
    """A track's filter, with the time of its last pose and that pose smoothed."""

    pose_filter: PoseFilter
    time_s: float
    smoothed: HeadPose


class Located(NamedTuple):
    """A frame whose faces have a box and a crop, but no pose yet.

    `lost`: heads that the detector has lost, and that are carried on because they may have turned away.
    `detector` and `camera` as of its analysis. `is_new`: it is a picture that stands alone, and not the one before once
    more.
    """

    frame: Frame
    tracks: tuple[Track, ...]
    lost: tuple[Track, ...]
    prepared: Prepared
    detector: str
    camera: CameraGeometry | None
    timings_ms: dict[str, float]
    is_new: bool


def crop_rule(estimator: HeadPoseEstimator, settings: AnalysisSettings, detector: str) -> CropRule:
    """The margins around the boxes of the detector of this name that the network sees."""
    return rule_for(PUBLISHED_CROPS if settings.crop == "published" else estimator.record.crops, detector)


def usable_camera(settings: AnalysisSettings, size: tuple[int, int]) -> CameraGeometry | None:
    """The camera geometry for pictures of (width, height), if one is known.

    Raises UsageError if it is for pictures of another shape.
    """
    try:
        return settings.camera_for(size)
    except ValueError as error:
        raise UsageError(
            str(error), advice="Calibrate the camera in this video's format, or leave out the geometry."
        ) from error


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
        memory: TrackMemory | None = None,
        warming_up: bool = False,
        known_cut: Callable[[Frame], bool] | None = None,
    ) -> None:
        """`schedule` decides when the detector runs; None: on every `settings.detect_every`-th frame. `memory`: what is
        known of the source's faces from other analyses of it. `warming_up`: the first frames only lead to the one that
        counts, up to `go_on`. `known_cut`: says whether a shot begins with a frame, if that is known already, so that
        its picture need not be there."""
        self._warming_up = warming_up
        self._known_cut = known_cut
        self.begins_shot = False
        """Whether the last frame is the first one of a shot."""
        self._memory = memory
        self._tracker = Tracker(memory, sparse=settings.measure_every > 1)
        self._last: tuple[int, Fraction] | None = None
        self.has_looked = False
        """Whether the detector has looked at the present picture or shot, so that no face means that none was found."""
        self.is_exact = True
        """Whether the last frame's boxes depend on nothing but the source: no detection came late."""
        self._tracks: tuple[Track, ...] = ()
        self._lost: tuple[Track, ...] = ()
        self._view: GreyView | None = None
        self._filters: dict[int, _FilterState] = {}
        self._trails = Trails()
        self._turned_away = TurnedAway()
        self._timings_ms: dict[str, float] = {}
        self._schedule: DetectionSchedule = schedule or EveryNth(detector, settings.detect_every)
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
        self._keep_turned_s = keeps_turned_s(settings, estimator.record)
        if schedule is None or schedule is not self._schedule:
            self.has_looked = False
        self._schedule = schedule or EveryNth(detector, settings.detect_every)
        self.found_by = detector.name
        """The name of the detector that found the present faces."""
        self._has_warned = False
        # The state of a filter belongs to its strength and to the errors of its network.
        self._filters.clear()

    @property
    def crop(self) -> CropRule:
        """The margins around the detector's box that the network sees."""
        return crop_rule(self._estimator, self._settings, self.found_by)

    def go_on(self, schedule: DetectionSchedule) -> None:
        """Ends the warming up; the detector runs by this schedule from the next frame on."""
        self._schedule, self._warming_up = schedule, False
        self._tracker.searches_everywhere = False

    @property
    def frames_at_once(self) -> int:
        """How many frames are best given to `several`."""
        return self._estimator.pictures_at_once

    def __call__(self, frame: Frame) -> Analysis:
        """Frames are given in the order of their times, the last one as often as one likes.

        A picture that stands alone is analysed as if it were the only one: what is found in it depends on no other
        picture, its faces are numbered from 1, and its poses are not smoothed.
        """
        (analysis,) = self.several((frame,))
        return analysis

    def several(self, frames: Sequence[Frame]) -> list[Analysis]:
        """The analyses of frames that follow each other, at least one. The network runs once for all of them."""
        return self.finish([self.locate(frame) for frame in frames])

    def locate(self, frame: Frame) -> Located:
        """The first half of an analysis: finds and tracks the faces. Called for each frame, in order.

        Thread: may be another one than that of `finish`, and ahead of it.
        """
        self._timings_ms = {}
        again, self._last = self._last == (frame.index, frame.time), (frame.index, frame.time)
        is_new = frame.stands_alone and not again
        if is_new:
            self._tracker, self._tracks, self._lost, self._view = Tracker(), (), (), None
        tracks = self._locate(frame, again=again)
        camera = usable_camera(self._settings, frame.size)
        with self._timed("crop"):
            prepared = self._estimator.prepare(
                frame.image, (track.box for track in tracks), crop=self.crop, camera=self._correcting(camera)
            )
        detector = self.found_by if self.has_looked else ""
        return Located(frame, tracks, self._lost, prepared, detector, camera, self._timings_ms, is_new)

    def finish(self, located: Sequence[Located]) -> list[Analysis]:
        """The second half, for frames that follow each other, at least one: estimates and smooths the poses."""
        return [self._finished(one, estimates) for one, estimates in zip(located, self._infer(located), strict=True)]

    def _finished(self, located: Located, estimates: tuple[PoseEstimate | None, ...]) -> Analysis:
        frame = located.frame
        if located.is_new:
            self._filters.clear()
            self._trails = Trails()
            self._turned_away = TurnedAway()
        undefined = frozenset(position for position in located.prepared.positions if estimates[position] is None)
        if undefined and not self._has_warned:
            self._has_warned = True
            LOG.warning(
                "The network's answer for a face in frame %d is not a number. Such faces have no angles.", frame.index
            )
        undefined |= self._uncorrected(located)
        faces = tuple(
            self._face(track, estimate, located, undefined=position in undefined)
            for position, (track, estimate) in enumerate(zip(located.tracks, estimates, strict=True))
        )
        for face in faces:
            self._turned_away.found(face.track_id, face.pose)
        faces += self._turned_faces(located)
        self._turned_away.keep_only((*located.tracks, *located.lost))
        self._drop_old_filters(frame.time_s)
        return Analysis(frame, faces, located.timings_ms, located.detector, located.camera)

    def _locate(self, frame: Frame, *, again: bool) -> tuple[Track, ...]:
        with self._timed("track"):
            before, self._view = self._view, _UNSEEN if self._known_cut is not None else GreyView(frame.image)
            known = None if self._known_cut is None else self._known_cut(frame)
            cut = before is not None and (is_cut(before, self._view) if known is None else known)
            self.begins_shot = cut
            if cut:
                self._tracker.forget()
                self._tracks = self._lost = ()
        reset = before is None or cut
        self.has_looked = self.has_looked and not reset
        started = time.perf_counter()
        found = self._schedule(frame, self._view, reset=reset)
        if found is not None:
            self._timings_ms["detect"] = 1000 * (time.perf_counter() - started)
            self.has_looked, self.is_exact, self.found_by = True, found.exact, found.detector
            follows = self._keep_turned_s > 0 and not again and not frame.stands_alone
            self._update(found, frame, (before, self._view) if follows and before is not None else None)
            self._tracker.searches_everywhere = self._warming_up
        elif before is not None and not again:
            with self._timed("track"):
                boxes = carried(tuple(track.box for track in self._tracks), before, self._view)
                self._tracks = self._tracker.carry(self._tracks, boxes, frame.time_s)
            self._lost = still_lost(self._carried_on(self._lost, frame, (before, self._view)), (), self._keep_turned_s)
        if self._memory is not None and self.has_looked and not frame.stands_alone:
            self._memory.note(frame.time_s, self._view.thumbnail, {track.track_id: track.box for track in self._tracks})
        return self._tracks

    def _update(self, found: Found, frame: Frame, views: tuple[GreyView, GreyView] | None) -> None:
        """Takes the heads that were found, and carries on those that were lost, if there are `views` of the frame
        before and this one."""
        before, lost = self._tracks, self._lost
        if views is not None:
            lost = self._carried_on(lost, frame, views)
        thumbnail = None if self._view is None else self._view.thumbnail
        self._tracks = self._tracker.update(found.detections, frame.time_s, thumbnail=thumbnail)
        if views is not None:
            lost += self._carried_on(still_lost(before, self._tracks, self._keep_turned_s), frame, views)
        self._lost = still_lost(lost, self._tracks, self._keep_turned_s)

    def _carried_on(
        self, tracks: tuple[Track, ...], frame: Frame, views: tuple[GreyView, GreyView]
    ) -> tuple[Track, ...]:
        """Lost heads in this frame, as far as they can be followed. The tracker knows them there."""
        if not tracks:
            return ()
        with self._timed("track"):
            moved = carried_on(tracks, *views, frame.time_s, size=frame.size)
        self._tracker.move(moved)
        return moved

    def _correcting(self, camera: CameraGeometry | None) -> CameraGeometry | None:
        """The camera whose axis the poses are relative to; None if each is relative to its line of sight."""
        return camera if self._settings.correct_perspective else None

    def _uncorrected(self, located: Located) -> frozenset[int]:
        """The positions of faces that would have a crop, but none after the correction of perspective."""
        if self._correcting(located.camera) is None:
            return frozenset()
        # `self.crop` may be that of a later frame, which another thread locates.
        size, rule = located.frame.size, crop_rule(self._estimator, self._settings, located.detector)
        return frozenset(
            position
            for position, track in enumerate(located.tracks)
            if position not in located.prepared.positions and is_usable(rule.rectangle(track.box, picture=size), size)
        )

    def _infer(self, located: Sequence[Located]) -> Sequence[tuple[PoseEstimate | None, ...]]:
        """An estimate for each track of each frame."""
        started = time.perf_counter()
        with self._model_errors(located):
            if len(located) == 1:
                estimates = [self._estimator.infer(located[0].prepared)]
            else:
                estimates = self._estimator.infer_several([one.prepared for one in located])
        spent_ms = 1000 * (time.perf_counter() - started) / len(located)
        for one in located:
            one.timings_ms["infer"] = spent_ms
        return estimates

    @contextmanager
    def _model_errors(self, located: Sequence[Located]) -> Iterator[None]:
        first, last = located[0].frame.index, located[-1].frame.index
        try:
            yield
        except (RuntimeError, ValueError) as error:
            where = f"frame {first}" if len(located) == 1 else f"frames {first} to {last}"
            name = self._estimator.record.name
            raise ModelError(f"The snapshot {name} failed in {where}: {error}") from error

    def _turned_faces(self, located: Located) -> tuple[Face, ...]:
        """The heads that have turned away: each is sought where its last pose says that the face is, so they are
        estimated frame by frame."""
        frame = located.frame
        boxes = {track: self._turned_away.box_of(track, frame.time_s) for track in located.lost}
        turned = [replace(track, box=box) for track, box in boxes.items() if box is not None]
        if not turned:
            return ()
        started = time.perf_counter()
        rule = crop_rule(self._estimator, self._settings, located.detector)
        camera = self._correcting(located.camera)
        prepared = self._estimator.prepare(
            frame.image, (one.box for one in turned), crop=rule, camera=camera, alongside=True
        )
        with self._model_errors((located,)):
            estimates = self._estimator.infer(prepared)
        located.timings_ms["infer"] += 1000 * (time.perf_counter() - started)
        return tuple(
            self._face(track, estimate, located, undefined=False)
            for track, estimate in zip(turned, estimates, strict=True)
            if self._turned_away.is_shown(track.track_id, None if estimate is None else estimate.pose)
        )

    def _face(self, track: Track, estimate: PoseEstimate | None, located: Located, *, undefined: bool) -> Face:
        if estimate is None:
            return Face(track.track_id, track.box, track.score, None, None, None, undefined=undefined)
        frame = located.frame
        pose, time_s = estimate.pose, frame.time_s
        smoothed = pose if frame.stands_alone else self._smoothed(track.track_id, pose, time_s)
        camera = self._correcting(located.camera)
        sight = ON_AXIS if camera is None else camera.sight(track.box.centre)
        trail = self._trails.extended(track, smoothed, time_s, sight)
        return Face(
            track.track_id, track.box, track.score, estimate.pose, smoothed, estimate.spread, trail, sight=sight
        )

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
