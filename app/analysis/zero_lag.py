"""Smoothing without delay, for poses that are all known: of a pose table or of a video that was analysed to its end."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.analysis.rotations import Numbers, Quaternion, angles_of, quaternions_of, towards
from app.analysis.smoothing import (
    CUTOFF_PER_SPEED,
    HIGHEST_REST_CUTOFF_HZ,
    LONGEST_GAP_S,
    LOWEST_REST_CUTOFF_HZ,
    SPEED_CUTOFF_HZ,
)
from hopenet import HeadPose

_TWO_PASSES = 1 / math.sqrt(math.sqrt(2) - 1)
"""By how much each of two passes of a first-order low-pass has the higher cutoff, so that both together have the
cutoff that is asked for: there, the amplitude is 1/√2."""

_PADDING_TIME_CONSTANTS = 5
_PADDING_ROWS = 8
_MAXIMUM_PADDING_ROWS = 10_000
"""How long the mirror image is, so that nothing of the filter's start is left at the first pose."""

_INVERSE = np.array([1.0, -1.0, -1.0, -1.0])
"""Times this, a quaternion is its inverse."""

_ROWS_AT_ONCE = 5_000


def zero_lag(poses: Sequence[HeadPose | None], times_s: Sequence[float], strength: float) -> list[HeadPose | None]:
    """The smoothed poses of one head: as `zero_lag_angles`, for single poses. None stays None."""
    missing = (math.nan, math.nan, math.nan)
    angles = np.array([missing if pose is None else pose for pose in poses], np.float64).reshape(-1, 3)
    smoothed = zero_lag_angles(angles, np.asarray(times_s, np.float64), strength)
    return [None if math.isnan(own[0]) else HeadPose(*own) for own in smoothed.tolist()]


def zero_lag_angles(angles_deg: Numbers, time_s: Numbers, strength: float) -> Numbers:
    """The smoothed angles of one head: the One-Euro filter's low-pass, forwards and then backwards through time.

    What the first pass delays the second one advances, so that peaks and turns stay where they are. It needs poses of
    the future, so it cannot be used live.

    Poses are smoothed as rotations, never angle by angle. Where a track begins or ends, its own mirror image continues
    it; the very first and last pose are therefore unchanged.

    `angles_deg`: yaw, pitch and roll of shape (N, 3), in the signs of `HeadPose`; relative to any neutral pose. Rows
    with NaN are frames without a pose: they stay NaN, and those around them are neighbours.
    `time_s`: their times, of shape (N,), with steps of any length. After a step of more than LONGEST_GAP_S, or one back
    in time, smoothing starts again.
    `strength`: from 0, which changes nothing, to 1, on the scale of `OneEuroFilter`: both passes together have the
    cutoff of that filter at the same speed of the head.

    Raises ValueError for a strength out of range.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"The strength must be between 0 and 1, not {strength:g}.")
    smoothed = np.array(angles_deg, np.float64)
    if strength == 0:
        return smoothed
    known = np.flatnonzero(np.isfinite(smoothed).all(axis=1))
    times = np.asarray(time_s, np.float64)[known]
    steps = np.diff(times)
    starts = np.flatnonzero(~((steps > 0) & (steps <= LONGEST_GAP_S))) + 1
    quaternions = quaternions_of(smoothed[known])
    for rows in np.split(np.arange(len(known)), starts):
        if len(rows) > 1:
            smoothed[known[rows]] = angles_of(_smoothed_stretch(quaternions[rows], times[rows], strength))
    return smoothed


def _smoothed_stretch(quaternions: Numbers, times: Numbers, strength: float) -> Numbers:
    """Rotations without a gap between them, of shape (N, 4), smoothed."""
    rest_cutoff_hz = HIGHEST_REST_CUTOFF_HZ * (LOWEST_REST_CUTOFF_HZ / HIGHEST_REST_CUTOFF_HZ) ** strength
    padding_s = _PADDING_TIME_CONSTANTS / (2 * math.pi * rest_cutoff_hz * _TWO_PASSES)
    padded, padded_times = _continued_back(quaternions, times, padding_s)
    before = len(padded) - len(quaternions)
    padded, padded_times = (each[::-1] for each in _continued_back(padded[::-1], -padded_times[::-1], padding_s))
    steps_s = np.diff(-padded_times)
    speeds = _speeds_deg_s(padded, steps_s)
    gains = _gains(rest_cutoff_hz + CUTOFF_PER_SPEED * speeds, steps_s)
    forwards = _low_pass(padded, gains)
    backwards = _low_pass(forwards[::-1], gains[::-1])[::-1]
    return np.asarray(backwards[before : before + len(times)], np.float64)


def _continued_back(quaternions: Numbers, times: Numbers, padding_s: float) -> tuple[Numbers, Numbers]:
    """The stretch, with its mirror image through its first rotation p in front: p · q⁻¹ · p at the time before p that q
    is after it. It is mirrored again if it is shorter than the padding."""
    start_s, count = times[0], len(times)
    while (added := len(times) - count) < _PADDING_ROWS or start_s - times[0] < padding_s:
        if added > _MAXIMUM_PADDING_ROWS:
            break  # Rows of a broken clock, microseconds apart.
        rows = min(len(times) - 1, max(_PADDING_ROWS, int(np.count_nonzero(times[1:] - times[0] <= padding_s))))
        first = quaternions[0]
        image = _product(_product(first, quaternions[rows:0:-1] * _INVERSE), first)
        quaternions = np.concatenate([image, quaternions])
        times = np.concatenate([2 * times[0] - times[rows:0:-1], times])
    return quaternions, times


def _speeds_deg_s(quaternions: Numbers, steps_s: Numbers) -> Numbers:
    """The speed of the head in each step. It is a mean over time, without delay, of vectors: jitter cancels out."""
    between = _product(quaternions[1:], quaternions[:-1] * _INVERSE)
    between *= np.where(between[:, :1] < 0, -1, 1)
    sine = np.linalg.norm(between[:, 1:], axis=1)
    turn = 2 * np.arctan2(sine, between[:, 0])
    scale = np.divide(turn, sine, out=np.full_like(turn, 2.0), where=sine > 0)
    velocities = np.degrees(between[:, 1:] * (scale / steps_s)[:, None])
    # A velocity belongs to the middle of its step.
    gains = _gains(np.full(len(steps_s) - 1, SPEED_CUTOFF_HZ), (steps_s[1:] + steps_s[:-1]) / 2)
    velocities = _mean_velocities(velocities, gains)
    velocities = _mean_velocities(velocities[::-1], gains[::-1])[::-1]
    return np.asarray(np.linalg.norm(velocities, axis=1), np.float64)


def _gains(cutoffs_hz: Numbers, steps_s: Numbers) -> Numbers:
    """The share of each step that one pass follows, from 0 to 1.

    With these, the delay in a steady turn does not depend on the steps, so both passes cancel out at any frame rate.
    """
    return np.asarray(1 / (1 + 1 / (2 * math.pi * _TWO_PASSES * cutoffs_hz * steps_s)), np.float64)


def _mean_velocities(velocities: Numbers, gains: Numbers) -> Numbers:
    """One pass through velocities, of shape (N, 3)."""
    passed = np.empty_like(velocities)
    passed[0] = x, y, z = velocities[0].tolist()
    for start in range(1, len(velocities), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        means: list[tuple[float, float, float]] = []
        own_gains = gains[start - 1 : part.stop - 1].tolist()
        for (new_x, new_y, new_z), gain in zip(velocities[part].tolist(), own_gains, strict=True):
            x, y, z = x + gain * (new_x - x), y + gain * (new_y - y), z + gain * (new_z - z)
            means.append((x, y, z))
        passed[part] = means
    return passed


def _low_pass(quaternions: Numbers, gains: Numbers) -> Numbers:
    """One pass through rotations, of shape (N, 4), that need not have the same sign.

    In plain numbers, as each needs the one before; and in parts, so that no single step keeps other threads waiting.
    """
    passed = np.empty_like(quaternions)
    w, x, y, z = quaternions[0].tolist()
    state = (w, x, y, z)
    passed[0] = state
    for start in range(1, len(quaternions), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        states: list[Quaternion] = []
        for (w, x, y, z), gain in zip(
            quaternions[part].tolist(), gains[start - 1 : part.stop - 1].tolist(), strict=True
        ):
            state = towards(state, (w, x, y, z), gain)
            states.append(state)
        passed[part] = states
    return passed


def _product(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> Numbers:
    """The quaternions' products, of shape (N, 4)."""
    a, b, c, d = np.moveaxis(np.atleast_2d(first), -1, 0)
    w, x, y, z = np.moveaxis(np.atleast_2d(second), -1, 0)
    return np.stack(
        [
            a * w - b * x - c * y - d * z,
            a * x + b * w + c * z - d * y,
            a * y - b * z + c * w + d * x,
            a * z + b * y - c * x + d * w,
        ],
        axis=1,
    )
