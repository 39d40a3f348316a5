"""Sends what a view finds to live outputs, as chosen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from app.analysis.smoothing import FILTERS, PoseFilter
from app.drawing.drawing import draw
from app.frames import Analysis, Face
from app.live_outputs.choosing import FaceChooser
from app.live_outputs.losing import sample_of_lost
from app.live_outputs.mapping import AxesMapping
from app.live_outputs.output import OutputAddress
from app.live_outputs.output_thread import OutputThread
from app.live_outputs.position import Position, PositionFilter, rough_position_cm
from app.live_outputs.sample import HeadSample
from app.live_outputs.settings import OutputSettings
from app.live_outputs.turn import TurnAngles
from app.settings import Reference
from app.threads.workers import Monitor, synchronized
from app.watch.listener import ViewListener, ViewRequest
from app.watch.shown_frame import ViewOptions
from hopenet import HeadPose

_TOLERANCE = 0.5
"""A frame that comes early by less than this share of the limit's period counts: cameras are not exact."""


@dataclass(frozen=True, slots=True)
class SentNow:
    """The values of the most important face before and after the mapping, in the order of AXES.

    Positions are NaN if they are not known.
    """

    measured: tuple[float, ...]
    sent: tuple[float, ...]


class HeadSender(ViewListener, Monitor):
    """Hears of each analysed frame and gives it to the outputs that are switched on, without ever waiting for one.

    Without an output, it does nothing.
    Thread: `on_…` in the view loop's; everything else from any.
    """

    def __init__(self, settings: OutputSettings | None = None) -> None:
        super().__init__()
        self._settings = settings or OutputSettings()
        self._threads: tuple[OutputThread, ...] = ()
        self._testing = False
        self._heads = _Heads()
        self.latest: SentNow | None = None

    @property
    def settings(self) -> OutputSettings:
        return self._settings

    def use(self, settings: OutputSettings) -> None:
        """From the next frame on."""
        self._settings = settings

    @property
    def threads(self) -> tuple[OutputThread, ...]:
        """Of the outputs that are switched on."""
        return self._threads

    @synchronized
    def add(self, address: OutputAddress, *, changed: Callable[[], object] = lambda: None) -> OutputThread:
        """Opens an output, which receives the next frame."""
        if not self._threads:
            self._heads.forget_last()
        thread = OutputThread(address, changed=changed)
        self._threads = (*self._threads, thread)
        return thread

    def remove(self, thread: OutputThread) -> None:
        """Closes an output, and waits for it."""
        with self._monitor:
            self._threads = tuple(one for one in self._threads if one is not thread)
        thread.close()

    def close(self) -> None:
        for thread in self._threads:
            self.remove(thread)

    def hold_for_test(self, *, testing: bool) -> None:
        """While testing, what the view finds is not sent."""
        self._testing = testing

    def put(self, samples: tuple[HeadSample, ...]) -> None:
        """Sends these to all outputs, as they are."""
        for thread in self._threads:
            if not thread.kind.pictures:
                thread.put(samples)

    def mapped(self, sample: HeadSample) -> HeadSample:
        """The sample after the mapping of each axis."""
        return _mapped(sample, self._settings.mapping)

    def chosen(self, analysis: Analysis, options: ViewOptions) -> Face | None:
        """The most important of the faces that are sent. Thread: the view loop's."""
        return next(iter(self._heads.chooser.faces(analysis, self._settings.face, options.followed)), None)

    def on_faces_restarted(self) -> None:
        self._heads = self._heads.restarted()

    def on_analysed(self, analysis: Analysis, request: ViewRequest) -> None:
        if not self._threads:
            return
        settings, captured_s = self._settings, _captured_s(analysis)
        samples = self._heads.samples(analysis, request.options, settings, captured_s)
        self.latest = self._heads.latest
        if self._testing or not self._heads.is_due(captured_s, settings.rate_per_s):
            return
        self.put(samples)
        picture = partial(draw, analysis, request.options.style, request.options.reference)
        for thread in self._threads:
            if thread.kind.pictures:
                thread.put_picture(picture, captured_s)


class _Heads:
    """What is remembered of the heads from frame to frame. Thread: the view loop's."""

    def __init__(self) -> None:
        self.latest: SentNow | None = None
        self.chooser = FaceChooser()
        self._filters: dict[int, _HeadFilters] = {}
        self._last_found: HeadSample | None = None
        self._neutral: HeadPose | None = None
        self._neutral_cm: Position | None = None
        self._due_s = 0.0

    def restarted(self) -> _Heads:
        """For other faces, with the same neutral position: a stream that was lost for a moment shows the same place."""
        heads = _Heads()
        heads._neutral, heads._neutral_cm = self._neutral, self._neutral_cm
        return heads

    def forget_last(self) -> None:
        """What was found before a pause is not held after it."""
        self._last_found, self._due_s = None, 0.0

    def samples(
        self, analysis: Analysis, options: ViewOptions, settings: OutputSettings, captured_s: float
    ) -> tuple[HeadSample, ...]:
        faces = self.chooser.faces(analysis, settings.face, options.followed)
        raw = [self._raw(face, analysis, options.reference, settings, captured_s) for face in faces]
        self._drop_old_filters(analysis.frame.time_s)
        raw = self._relative(raw, options.reference)
        sent = [_mapped(sample, settings.mapping) for sample in raw]
        if not sent:
            self.latest = None
            lost = sample_of_lost(
                self._last_found,
                _empty(analysis, captured_s),
                choice=settings.lost,
                return_s=settings.return_s,
                position_is_relative=self._neutral_cm is not None,
            )
            return () if lost is None else (lost,)
        self._last_found = sent[0]
        self.latest = SentNow(_values(raw[0]), _values(sent[0]))
        return tuple(sent)

    def is_due(self, captured_s: float, rate_per_s: float | None) -> bool:
        """Whether this frame is sent, by the limit of the rate."""
        if rate_per_s is None:
            return True
        period_s = 1 / rate_per_s
        if captured_s < self._due_s - min(_TOLERANCE * period_s, 0.01):
            return False
        on_beat = captured_s - self._due_s < period_s
        self._due_s = (self._due_s if on_beat else captured_s) + period_s
        return True

    def _raw(
        self, face: Face, analysis: Analysis, reference: Reference, settings: OutputSettings, captured_s: float
    ) -> HeadSample:
        """Before the mapping; the position is that relative to the camera."""
        time_s = analysis.frame.time_s
        filters = self._filters.get(face.track_id)
        wanted = settings.filter, settings.strength, settings.position_smoothing
        if filters is None or filters.made_for != wanted:
            filters = self._filters[face.track_id] = _HeadFilters(settings)
        pose = filters.pose(face, time_s)
        position = rough_position_cm(face, analysis, settings.field_of_view_deg) if settings.position else None
        if position is not None:
            position = filters.position(position, time_s)
        filters.seen_s = time_s
        return replace(
            _empty(analysis, captured_s),
            track_id=face.track_id,
            name=face.name,
            kind="face",
            pose=reference.apply(pose),
            turn=TurnAngles.from_pose(Reference(reference.neutral).apply(pose)),
            position_cm=position,
        )

    def _relative(self, samples: list[HeadSample], reference: Reference) -> list[HeadSample]:
        """Positions relative to where the first face was when the neutral pose was set. One that was typed as angles
        has been taken in no source, so it is in no place, and positions stay those from the camera."""
        neutral = reference.neutral if reference.neutral_source else None
        if samples and neutral != self._neutral:
            self._neutral = neutral
            self._neutral_cm = samples[0].position_cm if neutral is not None else None
        if self._neutral_cm is None:
            return samples
        return [replace(sample, position_cm=_difference(sample.position_cm, self._neutral_cm)) for sample in samples]

    def _drop_old_filters(self, time_s: float) -> None:
        if len(self._filters) > 1:
            self._filters = {
                track_id: filters for track_id, filters in self._filters.items() if abs(time_s - filters.seen_s) <= 1
            }


class _HeadFilters:
    """The filters of one head."""

    def __init__(self, settings: OutputSettings) -> None:
        self.made_for = settings.filter, settings.strength, settings.position_smoothing
        self._pose: PoseFilter | None = None if settings.filter is None else FILTERS[settings.filter](settings.strength)
        self.position = PositionFilter(settings.position_smoothing)
        self.seen_s = 0.0

    def pose(self, face: Face, time_s: float) -> HeadPose:
        assert face.pose is not None and face.smoothed is not None  # noqa: S101, PT018 — only such faces are chosen
        return face.smoothed if self._pose is None else self._pose(face.pose, time_s)


def _captured_s(analysis: Analysis) -> float:
    """When the frame was captured. A frame of a video counts as captured when its analysis began."""
    captured_s = analysis.frame.captured_s
    return captured_s if captured_s is not None else time.perf_counter() - sum(analysis.timings_ms.values()) / 1000


_NO_POSE, _NO_TURN = HeadPose(*[float("nan")] * 3), TurnAngles(*[float("nan")] * 3)


def _empty(analysis: Analysis, captured_s: float) -> HeadSample:
    """A sample of this frame without a head."""
    return HeadSample(
        captured_s=captured_s,
        captured_unix_s=time.time() - (time.perf_counter() - captured_s),
        source_time_s=analysis.frame.time_s,
        frame=analysis.frame.index,
        track_id=None,
        kind="nan",
        pose=_NO_POSE,
        turn=_NO_TURN,
    )


def _mapped(sample: HeadSample, mapping: AxesMapping) -> HeadSample:
    position = sample.position_cm
    if position is not None:
        x, y, z = (axis(value) for axis, value in zip(mapping.position, position, strict=True))
        position = x, y, z
    if not mapping.changes_angles:
        return replace(sample, position_cm=position)
    return replace(
        sample,
        pose=HeadPose(*(axis(angle) for axis, angle in zip(mapping.angles, sample.pose, strict=True))),
        turn=TurnAngles(*(axis(angle) for axis, angle in zip(mapping.angles, sample.turn, strict=True))),
        position_cm=position,
    )


def _difference(position: Position | None, neutral: Position) -> Position | None:
    if position is None:
        return None
    x, y, z = (own - other for own, other in zip(position, neutral, strict=True))
    return x, y, z


def _values(sample: HeadSample) -> tuple[float, ...]:
    return (*sample.turn, *(sample.position_cm or (float("nan"),) * 3))
