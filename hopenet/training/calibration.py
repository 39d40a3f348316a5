"""Makes the spread mean what it says: about 68 % of errors within one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hopenet.decode import decode
from hopenet.records import Decoding

Array = npt.NDArray[np.float32]

WITHIN_ONE = 0.6827
"""Share of a normal distribution within one standard deviation."""

_MEAN_OF_NORMAL = 0.7979
"""Mean absolute value of a standard normal deviate, √(2/π)."""

_DRAWS = 50


def calibrated(
    logits: Array,
    labels_deg: Array,
    doubt_deg: Array,
    decoding: Decoding,
    *,
    label_error_deg: float = 0.0,
    seed: int = 0,
) -> tuple[Decoding, dict[str, float]]:
    """The decoding with factors for each angle's spread, and the validation's mean absolute errors.

    The labels of a validation split may be no truth but another estimator's answers. Where their own mean error is
    known (`label_error_deg`), normal errors of that mean, larger where a label is doubtful, are added before the
    factor is found, so that the spread is of the error against the truth.
    Shapes: `logits` (N, 3, bins), `labels_deg` (N, 3), `doubt_deg` (N,).
    """
    plain = replace(decoding, spread_factors=(1.0, 1.0, 1.0))
    estimates = decode(logits, plain)
    poses = np.array([estimate.pose for estimate in estimates])
    spreads = np.array([estimate.spread for estimate in estimates])
    errors = poses - labels_deg
    share = doubt_deg / doubt_deg.mean() if doubt_deg.any() else np.ones(len(doubt_deg))
    deviation_deg = label_error_deg / _MEAN_OF_NORMAL * share
    random = np.random.default_rng(seed)
    noise = random.normal(size=(_DRAWS, *errors.shape)) * deviation_deg[None, :, None]
    ratios = np.abs(errors + noise) / spreads
    yaw, pitch, roll = (float(np.quantile(ratios[..., angle], WITHIN_ONE)) for angle in range(3))
    mae = np.abs(errors).mean(axis=0)
    figures = {f"validation {name}": float(value) for name, value in zip(("yaw", "pitch", "roll"), mae, strict=True)}
    return replace(decoding, spread_factors=(yaw, pitch, roll)), figures | {"validation MAE": float(mae.mean())}
