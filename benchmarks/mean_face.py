"""Derives the mean face of `hopenet/evaluation/mean_face.py` from points that people set in pictures.

    python -m benchmarks.mean_face --points points21.npz --table labels2.csv --prefix three_

Each head's points are taken for the weak-perspective picture of one mean face under the head's labelled rotation, at a
scale and a place of its own. The mean face, and scales and places, are solved for in turn, each by least squares. The
labels must not have been fitted to the points: with `--prefix three_`, those before that step are used.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hopenet import HeadPose
from hopenet.evaluation.points import MINIMUM_POINTS, Fit, best_fit, projections
from hopenet.pose import ANGLES, FloatArray

LARGEST_RESIDUAL = 0.08
"""In sides of the square. Heads with a larger one have misplaced points or a wrong label, and do not count."""

MIRROR = (5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 16, 15, 14, 13, 12, 19, 18, 17, 20)
"""For each of AFLW's 21 points, the one on the other side."""

_ROUNDS = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=Path, required=True)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--prefix", default="", help="what precedes yaw_deg, pitch_deg and roll_deg in the table")
    args = parser.parse_args()
    with args.table.open(encoding="utf-8", newline="") as file:
        poses = {
            row["file"]: HeadPose(*(float(row[f"{args.prefix}{angle}_deg"]) for angle in ANGLES))
            for row in csv.DictReader(file)
        }
    with np.load(args.points, allow_pickle=False) as arrays:
        names, points, visible = arrays["names"], arrays["points"].astype(np.float64), arrays["visible"]
    enough = visible.sum(axis=1) >= MINIMUM_POINTS
    turned = projections([poses[str(name)] for name in names[enough]])
    shape, fit = mean_face(turned, np.where(visible[..., None], points, 0.0)[enough], visible[enough])
    residuals = 100 * fit.residuals
    print(f"{enough.sum()} heads; residual {residuals.mean():.2f} % of the side, median {np.median(residuals):.2f} %")
    print("\n".join(f"    ({', '.join(f'{number:.3f}' for number in point)})," for point in shape))


def mean_face(turned: FloatArray, points: FloatArray, visible: npt.NDArray[np.bool_]) -> tuple[FloatArray, Fit]:
    """The mean face (21, 3), and its fit to every head, from projections (N, 2, 3), points (N, 21, 2) and visible
    (N, 21). The face is symmetrical, its centre is 0 and the root mean square distance from it 1. Points that are never
    visible are NaN.
    """
    known = visible.any(axis=0)
    count = len(points)
    scales, shifts, used = np.full(count, 0.25), np.full((count, 2), 0.5), np.ones(count)
    for _ in range(_ROUNDS):
        weights = visible[:, known] * used[:, None]
        normal = np.einsum("nk,n,nij,nil->kjl", weights, scales**2, turned, turned, optimize=True)
        wanted = points[:, known] - shifts[:, None]
        right = np.einsum("nk,n,nij,nki->kj", weights, scales, turned, wanted, optimize=True)
        shape = np.full((points.shape[1], 3), np.nan)
        shape[known] = np.linalg.solve(normal, right[..., None])[..., 0]
        shape = (shape + shape[list(MIRROR)] * [-1, 1, 1]) / 2
        shape -= np.nanmean(shape, axis=0)
        shape /= np.sqrt((shape[known] ** 2).sum(axis=1).mean())
        fit = best_fit(turned, shape, points, visible)
        scales, shifts, used = fit.scales, fit.shifts, (fit.residuals < LARGEST_RESIDUAL).astype(np.float64)
    return shape, fit


if __name__ == "__main__":
    main()
