"""From the poses that a snapshot gave to figures.

Shapes: poses are yaw, pitch, roll in degrees along the last axis, of length 3; NaN where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet import HeadPose
from hopenet.training.augmentation import mirrored, turned

FloatArray = npt.NDArray[np.float64]

PARTS = ("yaw", "pitch", "roll", "whole")
"""The angles, and the single rotation between two poses."""

QUANTILES = np.linspace(0, 1, 41)
LARGEST_TURN_DEG = 45
"""Turns up to this count in the figures of a rotation; larger ones only show in its curves."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How large many deviations are, in degrees. `bias`: their mean with the sign. `quantiles`: at QUANTILES."""

    count: int
    median: float
    mean: float
    rms: float
    bias: float
    quantiles: tuple[float, ...]

    @classmethod
    def of(cls, deviations: FloatArray) -> Spread:
        kept = deviations[np.isfinite(deviations)]
        if not len(kept):
            nan = float("nan")
            return cls(0, nan, nan, nan, nan, ())
        quantiles = tuple(np.quantile(np.abs(kept), QUANTILES).tolist())
        rms = float(np.sqrt(np.mean(kept**2)))
        return cls(len(kept), float(np.median(np.abs(kept))), _mean(np.abs(kept)), rms, _mean(kept), quantiles)


Spreads = dict[str, Spread]
"""By PARTS; `whole` has no sign."""


@dataclass(frozen=True, slots=True)
class Jitter:
    """`change`: from one frame to the next. `second`: of that change, so that a steadily turning head has none.

    Independent noise of σ in each frame gives an RMS of √2·σ in the first and √6·σ in the second.
    """

    change: Spreads
    second: Spreads


@dataclass(frozen=True, slots=True)
class Rotation:
    """How the pose follows turns of the picture.

    `expected_roll`, `roll`, `error` and `found` are by turn: mean change of the roll by the rotation law and as
    measured, mean angle from the expected pose, share of the faces that the detector found. The others are over all
    faces and turns up to LARGEST_TURN_DEG. `slope` and `correlation` are those of the measured change of roll on the
    expected one: the roll that a head has anyway takes no part.
    """

    expected_roll: tuple[float, ...]
    roll: tuple[float, ...]
    error: tuple[float, ...]
    found: tuple[float, ...]
    slope: float
    correlation: float
    mean_error: float
    mean_found: float


def jitter(runs: Sequence[FloatArray]) -> Jitter:
    """Of heads followed through frames: one array (frames, 3) each, a NaN row where the head was not seen."""
    changes, seconds = [np.empty((0, 4))], [np.empty((0, 4))]
    for run in runs:
        matrices, change = rotations(run), shortest(np.diff(run, axis=0))
        steps = matrices[1:] @ matrices[:-1].swapaxes(-1, -2)
        changes.append(np.column_stack([change, angle_between(matrices[1:], matrices[:-1])]))
        seconds.append(np.column_stack([shortest(np.diff(change, axis=0)), angle_between(steps[1:], steps[:-1])]))
    return Jitter(_spreads(np.concatenate(changes)), _spreads(np.concatenate(seconds)))


def rotation(poses: FloatArray, plain: FloatArray, turns_deg: Sequence[float], found: FloatArray) -> Rotation:
    """`poses` (faces, turns, 3) in pictures turned counter-clockwise, `plain` (faces, 3) in the pictures as they are.

    `found` (faces, turns) is 1 where the detector found the face, else 0.
    """
    law = np.array([[turned(HeadPose(*pose), turn) for turn in turns_deg] for pose in plain.tolist()], np.float64)
    error = angle_between(rotations(poses), rotations(law))
    measured = np.isfinite(error)
    expected_roll, roll = (
        np.where(measured, shortest(angles[..., 2] - plain[:, None, 2]), np.nan) for angles in (law, poses)
    )
    small = (np.abs(turns_deg) <= LARGEST_TURN_DEG) & (np.asarray(turns_deg) != 0)
    used = measured & small
    slope = correlation = float("nan")
    if np.count_nonzero(used) > 2 and np.ptp(roll[used]) > 0:
        slope = float(np.polyfit(expected_roll[used], roll[used], 1)[0])
        correlation = float(np.corrcoef(expected_roll[used], roll[used])[0, 1])
    return Rotation(
        *(_means(expected_roll), _means(roll), _means(error), _means(found)),
        *(slope, correlation, _mean(error[used]), _mean(found[:, small])),
    )


def mirror(poses: FloatArray, plain: FloatArray) -> Spreads:
    """`poses` (faces, 3) in the mirrored pictures against the mirrored `plain` ones.

    Convention: measured − expected. A yaw that is always 1° too large gives a bias of 2°.
    """
    law = np.array([mirrored(HeadPose(*pose)) for pose in plain.tolist()], np.float64)
    return _spreads(np.column_stack([shortest(poses - law), angle_between(rotations(poses), rotations(law))]))


def mean_difference(poses: FloatArray, plain: FloatArray) -> tuple[float, ...]:
    """Mean angle of `poses` (faces, changes, 3) from `plain` (faces, 3), by change."""
    return _means(angle_between(rotations(poses), rotations(plain)[:, None]))


def only_common(arrays: Sequence[FloatArray]) -> list[FloatArray]:
    """The same arrays, NaN wherever one of them is: what all snapshots saw."""
    missing = np.isnan(np.stack(arrays)).any(axis=0)
    return [np.where(missing, np.nan, array) for array in arrays]


def rotations(poses: FloatArray) -> FloatArray:
    """The matrices (…, 3, 3) of poses (…, 3)."""
    flat = [HeadPose(*pose).matrix() for pose in poses.reshape(-1, 3).tolist()]
    return np.array(flat, np.float64).reshape(*poses.shape, 3)


def angle_between(a: FloatArray, b: FloatArray) -> FloatArray:
    """The angle in degrees (…) of the rotation from one matrix to the other (…, 3, 3)."""
    cosine = (np.einsum("...ij,...ij->...", a, b) - 1) / 2
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))), np.float64)


def shortest(degrees: FloatArray) -> FloatArray:
    """Differences of angles the short way round: −180 to 180."""
    return (degrees + 180) % 360 - 180


def _spreads(columns: FloatArray) -> Spreads:
    return {part: Spread.of(column) for part, column in zip(PARTS, columns.T, strict=True)}


def _means(columns: FloatArray) -> tuple[float, ...]:
    return tuple(_mean(column) for column in columns.T)


def _mean(values: FloatArray) -> float:
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if len(kept) else float("nan")
