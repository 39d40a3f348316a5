"""How well an estimated rotation agrees with points that people set on the face, which no network has labelled.

The points of a mean face are turned by the rotation and seen from far away (weak perspective), then scaled and moved so
that they fit the set points best. What remains is the residual.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hopenet.evaluation.bootstrap import Bootstrap, Statistic
from hopenet.evaluation.figures import in_bands
from hopenet.evaluation.mean_face import MEAN_FACE
from hopenet.evaluation.run import EvaluatedHead
from hopenet.pose import FloatArray, HeadPose

MINIMUM_POINTS = 6
"""Heads with fewer visible points do not count: scale, position and rotation would fit them all."""

_HAS_PLACE = np.isfinite(MEAN_FACE).all(axis=1)


class Fit(NamedTuple):
    """The best weak-perspective fit of N heads.

    `scales` (N,), at least 0; `shifts` (N, 2); `residuals` (N,): root mean square distance between the set points and
    the fitted ones.
    """

    scales: FloatArray
    shifts: FloatArray
    residuals: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class HeadPoints:
    """Points set on the pictures of heads: `names` of the heads, `points` (N, 21, 2), `visible` (N, 21).

    Convention: AFLW's 21 points in its order, from the picture's left: brows (6), eyes (6), ear, nose (3), ear,
    mouth (3), chin. x to the right and y down, in sides of the crop's square. Points without a place in the mean face
    (the ears) do not count as visible.
    """

    names: tuple[str, ...]
    points: FloatArray
    visible: npt.NDArray[np.bool_]

    @classmethod
    def read(cls, file: Path) -> HeadPoints:
        """Reads the arrays `names`, `points` and `visible` of an `.npz` file.

        Raises ValueError with a one-sentence message if the file cannot be read or has other arrays.
        """
        try:
            with np.load(file, allow_pickle=False) as arrays:
                names, points, visible = (arrays[name] for name in ("names", "points", "visible"))
        except OSError as error:
            raise ValueError(f"The points {file} cannot be read: {error.strerror or error}.") from error
        except (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{file} cannot be read as an .npz file with names, points and visible.") from error
        count, places = len(names) if names.ndim == 1 else -1, len(MEAN_FACE)
        if points.shape != (count, places, 2) or visible.shape != (count, places) or visible.dtype != np.bool_:
            raise ValueError(
                f"{file} must have names (N,), points (N, {places}, 2) and visible (N, {places}), which is true or "
                f"false; it has {names.shape}, {points.shape} and {visible.shape}."
            )
        own = np.asarray(points, np.float64)
        known = visible & np.isfinite(own).all(axis=2) & _HAS_PLACE
        return cls(tuple(str(name) for name in names), np.where(known[..., None], own, 0.0), known)

    def rows(self, names: Sequence[str]) -> npt.NDArray[np.int64]:
        """For each name (N,), the row of its points; −1 if it has none, or fewer than MINIMUM_POINTS are visible."""
        enough = self.visible.sum(axis=1) >= MINIMUM_POINTS
        places = {name: row for row, name in enumerate(self.names) if enough[row]}
        return np.array([places.get(name, -1) for name in names], np.int64)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Residuals over heads, in percent of the side of the crop's square.

    `closer`: the share (0…1) of heads whose estimate has a smaller residual than the label; equal ones count half.
    `difference`: the mean residual of estimates minus that of labels.
    """

    heads: int
    label_mean: Statistic
    label_median: Statistic
    mean: Statistic
    median: Statistic
    difference: Statistic
    closer: Statistic


@dataclass(frozen=True, slots=True)
class AgreementBand:
    """The heads in a band of the label's |yaw|; None if there are none."""

    from_deg: int
    to_deg: int
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class PointFigures:
    """How estimates and labels agree with points; `left_out` heads have no points, or too few."""

    left_out: int
    everything: Agreement
    bands: tuple[AgreementBand, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Residuals (N,) of estimates and labels in percent of the square's side, NaN for heads without enough points."""

    estimates: FloatArray
    labels: FloatArray


def residuals_of(heads: Sequence[EvaluatedHead], points: HeadPoints, view: int = -1) -> Residuals:
    """The residuals of heads in one view, NaN also where it did not find the head."""
    rows = points.rows([head.name for head in heads])
    found = np.array([head.estimates[view] is not None for head in heads], np.bool_)
    chosen = np.flatnonzero((rows >= 0) & found)
    placed, visible = points.points[rows[chosen]], points.visible[rows[chosen]]
    estimates, labels = np.full((2, len(heads)), np.nan)
    kept = [heads[place] for place in chosen.tolist()]
    poses = [own.estimate.pose for head in kept if (own := head.estimates[view]) is not None]
    estimates[chosen] = 100 * best_fit(projections(poses), MEAN_FACE, placed, visible).residuals
    of_labels = projections([head.head.pose for head in kept])
    labels[chosen] = 100 * best_fit(of_labels, MEAN_FACE, placed, visible).residuals
    return Residuals(estimates, labels)


def point_figures(residuals: Residuals, yaws: FloatArray, bootstrap: Bootstrap) -> PointFigures:
    """The figures of heads with these labelled yaws (N,). Raises ValueError if none has enough points."""
    known = np.isfinite(residuals.estimates)
    if not known.any():
        raise ValueError(f"No head has {MINIMUM_POINTS} visible points.")
    estimates, labels, yaw = residuals.estimates[known], residuals.labels[known], yaws[known]
    return PointFigures(
        int((~known).sum()),
        _agreement(estimates, labels, bootstrap),
        tuple(
            AgreementBand(low, high, _agreement(estimates[chosen], labels[chosen], bootstrap) if chosen.any() else None)
            for (low, high), chosen in in_bands(yaw)
        ),
    )


def projections(poses: Sequence[HeadPose]) -> FloatArray:
    """What takes a point of the head to the picture, right and down, for each pose: (N, 2, 3)."""
    matrices = np.array([pose.matrix()[:2] for pose in poses], np.float64).reshape(-1, 2, 3)
    return np.asarray(matrices * [[1.0], [-1.0]], np.float64)


def best_fit(turned: FloatArray, shape: FloatArray, points: FloatArray, visible: npt.NDArray[np.bool_]) -> Fit:
    """The scale and shift that bring the points of `shape` (K, 3), under `turned` (N, 2, 3), closest to `points`
    (N, K, 2), by least squares over the `visible` (N, K). A shape that would have to be mirrored has the scale 0.

    Points of `shape` that are NaN must not be visible; each head needs at least one point that is.
    """
    weights = visible[..., None].astype(np.float64)
    count = weights.sum(axis=1)
    seen = np.einsum("nij,kj->nki", turned, np.nan_to_num(shape))
    middle, target = (seen * weights).sum(axis=1) / count, (points * weights).sum(axis=1) / count
    own, wanted = (seen - middle[:, None]) * weights, (points - target[:, None]) * weights
    size = (own**2).sum(axis=(1, 2))
    scales = np.maximum(0.0, (own * wanted).sum(axis=(1, 2)) / np.where(size == 0, 1.0, size))
    off = scales[:, None, None] * own - wanted
    residuals = np.sqrt((off**2).sum(axis=(1, 2)) / count[:, 0])
    return Fit(scales, target - scales[:, None] * middle, residuals)


def _agreement(estimates: FloatArray, labels: FloatArray, bootstrap: Bootstrap) -> Agreement:
    closer = (1 - np.sign(estimates - labels)) / 2
    label_mean, mean, difference, share = bootstrap.means(
        np.column_stack([labels, estimates, estimates - labels, closer])
    )
    label_median, median = bootstrap.medians(np.column_stack([labels, estimates]))
    return Agreement(len(estimates), label_mean, label_median, mean, median, difference, share)
