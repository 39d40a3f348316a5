"""Computes figures from a snapshot's poses.

Shapes: poses are yaw, pitch, roll in degrees along the last axis, of length 3; NaN if there is no pose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet import ANGLES, HeadPose
from hopenet.training.augmentation import mirrored, turned

FloatArray = npt.NDArray[np.float64]

PARTS = (*ANGLES, "whole")
"""The three angles, and the single rotation between two poses."""

QUANTILES = np.linspace(0, 1, 41)
LARGEST_TURN_DEG = 45
"""The figures of a rotation include turns up to this angle; its curves show larger ones as well."""


@dataclass(frozen=True, slots=True)
class Deviations:
    """The size of a set of deviations, in degrees. `bias`: their signed mean. `quantiles`: at QUANTILES."""

    count: int
    median: float
    mean: float
    rms: float
    bias: float
    quantiles: tuple[float, ...]

    @classmethod
    def of(cls, deviations: FloatArray) -> Deviations:
        kept = deviations[np.isfinite(deviations)]
        if not len(kept):
            nan = float("nan")
            return cls(0, nan, nan, nan, nan, ())
        quantiles = tuple(np.quantile(np.abs(kept), QUANTILES).tolist())
        rms = float(np.sqrt(np.mean(kept**2)))
        return cls(len(kept), float(np.median(np.abs(kept))), _mean(np.abs(kept)), rms, _mean(kept), quantiles)


DeviationsByPart = dict[str, Deviations]
"""By PARTS; the values of `whole` are never negative."""


@dataclass(frozen=True, slots=True)
class Jitter:
    """`change`: from one frame to the next. `second`: the change of that change, 0 for a steadily turning head.

    Independent noise of σ in each frame gives an RMS of √2·σ for `change` and √6·σ for `second`.
    """

    change: DeviationsByPart
    second: DeviationsByPart


@dataclass(frozen=True, slots=True)
class Rotation:
    """How the pose follows rotations of the picture.

    `expected_roll`, `roll`, `error` and `found` have one value per turn: the mean expected and measured change of roll,
    the mean angle between the measured and the expected pose, and the share of faces that the detector found. The
    others are over all faces and turns up to LARGEST_TURN_DEG. `slope` and `correlation` compare the measured change of
    roll with the expected one, so the head's own roll has no effect.
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
    """The jitter of heads followed through frames: one array (frames, 3) per head, NaN rows if it was not seen."""
    changes, seconds = [np.empty((0, 4))], [np.empty((0, 4))]
    for run in runs:
        matrices, change = rotations(run), shortest(np.diff(run, axis=0))
        steps = matrices[1:] @ matrices[:-1].swapaxes(-1, -2)
        changes.append(np.column_stack([change, angle_between(matrices[1:], matrices[:-1])]))
        seconds.append(np.column_stack([shortest(np.diff(change, axis=0)), angle_between(steps[1:], steps[:-1])]))
    return Jitter(_by_part(np.concatenate(changes)), _by_part(np.concatenate(seconds)))


def rotation(poses: FloatArray, plain: FloatArray, turns_deg: Sequence[float], found: FloatArray) -> Rotation:
    """`poses` (faces, turns, 3) in the pictures rotated counter-clockwise, `plain` (faces, 3) in the original ones.

    `found` (faces, turns) is 1 if the detector found the face, else 0.
    """
    expected = np.array([[turned(HeadPose(*pose), turn) for turn in turns_deg] for pose in plain.tolist()], np.float64)
    error = angle_between(rotations(poses), rotations(expected))
    measured = np.isfinite(error)
    expected_roll, roll = (
        np.where(measured, shortest(angles[..., 2] - plain[:, None, 2]), np.nan) for angles in (expected, poses)
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


def mirror(poses: FloatArray, plain: FloatArray) -> DeviationsByPart:
    """Compares `poses` (faces, 3) in the mirrored pictures with the mirrored `plain` poses.

    Convention: measured − expected. A yaw that is always 1° too large gives a bias of 2°.
    """
    expected = np.array([mirrored(HeadPose(*pose)) for pose in plain.tolist()], np.float64)
    geodesic = angle_between(rotations(poses), rotations(expected))
    return _by_part(np.column_stack([shortest(poses - expected), geodesic]))


def mean_difference(poses: FloatArray, plain: FloatArray) -> tuple[float, ...]:
    """The mean angle between `poses` (faces, changes, 3) and `plain` (faces, 3), for each change."""
    return _means(angle_between(rotations(poses), rotations(plain)[:, None]))


def only_common(arrays: Sequence[FloatArray]) -> list[FloatArray]:
    """The same arrays, set to NaN wherever any of them is NaN, so that all snapshots have the same poses."""
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
    """Differences of angles, wrapped to −180…180."""
    return (degrees + 180) % 360 - 180


def _by_part(columns: FloatArray) -> DeviationsByPart:
    return {part: Deviations.of(column) for part, column in zip(PARTS, columns.T, strict=True)}


def _means(columns: FloatArray) -> tuple[float, ...]:
    return tuple(_mean(column) for column in columns.T)


def _mean(values: FloatArray) -> float:
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if len(kept) else float("nan")
