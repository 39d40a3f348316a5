"""Calibrates the predicted spread so that about 68 % of errors are within one spread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hopenet.decode import decode, errors
from hopenet.pose import ANGLES
from hopenet.records import Decoding

Array = npt.NDArray[np.float32]

WITHIN_ONE = 0.6827
"""Share of a normal distribution within one standard deviation."""

_MEAN_OF_NORMAL = 0.7979
"""Mean absolute value of the standard normal distribution, √(2/π)."""

_DRAWS = 50
"""How often the labels' own errors are drawn."""


def calibrated(
    logits: Array,
    labels_deg: Array,
    disagreement_deg: Array,
    decoding: Decoding,
    *,
    label_error_deg: float | tuple[float, float, float] = 0.0,
    seed: int = 0,
) -> tuple[Decoding, dict[str, float]]:
    """The decoding with a spread factor for each angle, and the mean absolute validation errors.

    Validation labels may be another estimator's output rather than ground truth. If their own mean error is known
    (`label_error_deg`, for all angles or for each), normally distributed errors of that mean, scaled by each label's
    disagreement, are added before the factor is computed, so that the spread describes the error against the truth.
    Shapes: `logits` (N, 3, bins), `labels_deg` (N, 3), `disagreement_deg` (N,).
    """
    plain = replace(decoding, spread_factors=(1.0, 1.0, 1.0))
    estimates = decode(logits, plain)
    poses = np.array([estimate.pose for estimate in estimates])
    spreads = np.array([estimate.spread for estimate in estimates])
    off = errors(poses, labels_deg.astype(np.float64), decoding)
    share = disagreement_deg / disagreement_deg.mean() if disagreement_deg.any() else np.ones(len(disagreement_deg))
    deviation_deg = share[:, None] * np.broadcast_to(label_error_deg, 3) / _MEAN_OF_NORMAL
    random = np.random.default_rng(seed)
    noise = random.normal(size=(_DRAWS, *off.shape)) * deviation_deg
    ratios = np.abs(off + noise) / spreads
    yaw, pitch, roll = (float(np.quantile(ratios[..., angle], WITHIN_ONE)) for angle in range(3))
    mae = np.abs(off).mean(axis=0)
    figures = {f"validation {angle}": float(value) for angle, value in zip(ANGLES, mae, strict=True)}
    return replace(decoding, spread_factors=(yaw, pitch, roll)), figures | {"validation MAE": float(mae.mean())}
