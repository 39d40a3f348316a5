"""Attention at a glance: how long, how often and in which order a face points at the targets of a session."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.analysis.rotations import angles_between_deg, nose_axes
from app.outputs.exclusions import Spans, merged
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.looks import (
    AWAY,
    NOT_VISIBLE,
    FrameTimes,
    Runs,
    States,
    bridged,
    frame_times,
    joined,
    outside,
    rows_of,
    runs_of,
)
from app.session.session import Kind
from app.session.statistics import angles_of
from app.session.targets import Targets

_SMALLEST_SINE = 1e-9


class Durations(NamedTuple):
    """Of looks at a target, or away from it: their number, and their lengths in seconds (NaN if there are none)."""

    number: int
    mean_s: float
    median_s: float
    longest_s: float


@dataclass(frozen=True, slots=True)
class TargetAttention:
    """One face and one target. Shares, from 0 to 1, are of the time in which the face is visible.

    `time_s` and `share` are those of the frames; bridged interruptions only decide what is one look and what are two.
    `share_low`, `share_high`: between these the share lies if each direction is wrong by up to the error of the
    targets. `undecided`: the share of time in which the direction is nearer to the cone's edge than its spread; NaN if
    the network gives no spread. `looks`: each until the face points elsewhere, is not visible, or is left out.
    `away`: looks away from this target. `first_look_s`: when the first look begins, on the table's clock.
    """

    name: str
    time_s: float
    share: float
    share_low: float
    share_high: float
    undecided: float
    looks: Durations
    away: Durations
    first_look_s: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceAttention:
    """One face and all targets.

    `counted_s`: the time of the table that is not left out; `visible_s`: how much of it the face has a pose.
    `elsewhere_s`: how much of that it points at no target, in the looks `elsewhere`.
    `transitions`: how often a look at the target of the row is followed by one at the target of the column. Between
    them, the face may point elsewhere, but is always visible. A look that follows one at the same target is a return.
    `left_out`: the ranges that are left out. `runs`: the states over time that all of this comes from.
    """

    face_id: int
    counted_s: float
    visible_s: float
    elsewhere_s: float
    elsewhere: Durations
    targets: tuple[TargetAttention, ...]
    transitions: tuple[tuple[int, ...], ...]
    left_out: Spans
    runs: Runs

    @property
    def visible_share(self) -> float:
        return _share(self.visible_s, self.counted_s)

    @property
    def elsewhere_share(self) -> float:
        return _share(self.elsewhere_s, self.visible_s)

    def per_minute(self, count: int) -> float:
        """So many per minute in which the face is visible."""
        return _share(60 * count, self.visible_s)


def attention(
    table: PoseTableData,
    track: FaceTrack,
    targets: Targets,
    *,
    kind: Kind = "smoothed",
    excluded: Spans = (),
    only: Spans | None = None,
    times: FrameTimes | None = None,
) -> FaceAttention:
    """The attention of a face. `excluded` is left out and, if there is `only`, everything outside those ranges.

    The face points at a target if the angle between the axis of its nose and the target's direction is at most the
    radius. If it is in several cones, it points at the one in which it is deepest, relative to the radius.
    `times`: those of the table, if they are known already.
    """
    times = times or frame_times(table)
    left_out = merged((*excluded, *(outside(only) if only is not None else ())))
    count = len(targets.targets)
    angles = angles_of(track, kind)
    off_deg = _off_deg(angles, targets)
    states = _states(angles, off_deg, targets)
    rows = rows_of(track, times, left_out)
    frames = runs_of(rows, states, times, left_out)
    runs = bridged(frames, targets.bridge_s)
    weights_s = np.where(states == NOT_VISIBLE, 0.0, rows.counted_s)
    visible_s = _time_s(frames, range(AWAY, count))
    undecided = _undecided(angles, track.spread, off_deg, targets)
    return FaceAttention(
        face_id=track.face_id,
        counted_s=_time_s(frames, range(NOT_VISIBLE, count)),
        visible_s=visible_s,
        elsewhere_s=_time_s(frames, (AWAY,)),
        elsewhere=_durations(runs.counted_s[runs.state == AWAY]),
        targets=tuple(
            _of_target(place, targets, frames, runs, visible_s, weights_s, off_deg[:, place], undecided[:, place])
            for place in range(count)
        ),
        transitions=_transitions(runs, count),
        left_out=left_out,
        runs=runs,
    )


def _off_deg(angles: Numbers, targets: Targets) -> Numbers:
    """The angle between the nose and each target's direction, of shape (N, targets)."""
    noses, off_deg = nose_axes(angles), np.empty((len(angles), len(targets.targets)))
    for place, centre in enumerate(_centres(targets)):
        off_deg[:, place] = angles_between_deg(noses, centre)
    return off_deg


def _centres(targets: Targets) -> Numbers:
    """The targets' directions, of shape (targets, 3)."""
    directions = [(target.yaw_deg, target.pitch_deg) for target in targets.targets]
    return nose_axes(np.array(directions, np.float64).reshape(-1, 2))


def _radii_deg(targets: Targets) -> Numbers:
    return np.array([target.radius_deg for target in targets.targets], np.float64)


def _states(angles: Numbers, off_deg: Numbers, targets: Targets) -> States:
    is_visible = np.isfinite(angles[:, 0]) & np.isfinite(angles[:, 1])
    # A last column for no target.
    edge = np.where(is_visible, 1.0, np.inf)[:, None]
    relative = np.concatenate([np.where(is_visible[:, None], off_deg / _radii_deg(targets), np.inf), edge], axis=1)
    deepest = relative.argmin(axis=1)
    return np.where(is_visible, np.where(deepest < len(targets.targets), deepest, AWAY), NOT_VISIBLE)


def _undecided(angles: Numbers, spread: Numbers, off_deg: Numbers, targets: Targets) -> Numbers:
    """1 where the direction is nearer to the cone's edge than its spread in that direction, else 0; NaN if there is no
    spread. Of shape (N, targets).

    The spread of the angle to the target follows, in first order, from those of yaw and pitch.
    """
    yaw, pitch = np.radians(angles[:, 0]), np.radians(angles[:, 1])
    zero = np.zeros_like(yaw)
    by_yaw = np.stack([-np.cos(yaw), -np.sin(pitch) * np.sin(yaw), -np.cos(pitch) * np.sin(yaw)], axis=1)
    by_pitch = np.stack([zero, np.cos(pitch) * np.cos(yaw), -np.sin(pitch) * np.cos(yaw)], axis=1)
    centres = _centres(targets).T
    sine = np.maximum(np.sin(np.radians(off_deg)), _SMALLEST_SINE)
    off_std_deg = np.hypot(by_yaw @ centres * spread[:, :1], by_pitch @ centres * spread[:, 1:2]) / sine
    is_near = np.abs(off_deg - _radii_deg(targets)) < off_std_deg
    return np.where(np.isnan(off_std_deg), np.nan, is_near)


def _of_target(
    place: int,
    targets: Targets,
    frames: Runs,
    runs: Runs,
    visible_s: float,
    weights_s: Numbers,
    off_deg: Numbers,
    undecided: Numbers,
) -> TargetAttention:
    target = targets.targets[place]
    at_target = runs.state == place
    time_s = _time_s(frames, (place,))
    share = _share(time_s, visible_s)
    low, high = (
        _share(float(weights_s[off_deg <= target.radius_deg + side * targets.error_deg].sum()), visible_s)
        for side in (-1, 1)
    )
    return TargetAttention(
        name=target.name,
        time_s=time_s,
        share=share,
        # Where cones overlap, a direction in one may count for the other.
        share_low=min(low, share),
        share_high=max(high, share),
        undecided=_share(float((weights_s * undecided)[weights_s > 0].sum()), visible_s),
        looks=_durations(runs.counted_s[at_target]),
        away=_durations(_away_from(runs, place)),
        first_look_s=float(runs.start_s[at_target][0]) if at_target.any() else math.nan,
    )


def _away_from(runs: Runs, place: int) -> Numbers:
    """How long the face points elsewhere each time it leaves the target."""
    is_elsewhere = (runs.state >= AWAY) & (runs.state != place)
    either = joined(runs._replace(state=np.where(is_elsewhere, AWAY, runs.state)))
    leaves = np.flatnonzero((either.state[:-1] == place) & (either.state[1:] == AWAY)) + 1
    return either.counted_s[leaves]


def _transitions(runs: Runs, count: int) -> tuple[tuple[int, ...], ...]:
    states = runs.state[runs.state != AWAY]
    first, second = states[:-1], states[1:]
    known = (first >= 0) & (second >= 0)
    matrix = np.zeros((count, count), np.int64)
    np.add.at(matrix, (first[known], second[known]), 1)
    return tuple(tuple(row) for row in matrix.tolist())


def _durations(lengths_s: Numbers) -> Durations:
    if not lengths_s.size:
        return Durations(0, math.nan, math.nan, math.nan)
    return Durations(len(lengths_s), float(lengths_s.mean()), float(np.median(lengths_s)), float(lengths_s.max()))


def _time_s(runs: Runs, states: Sequence[int]) -> float:
    return float(runs.counted_s[np.isin(runs.state, states)].sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan
