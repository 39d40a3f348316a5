"""Converts the network's logits to angles in degrees."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hopenet.pose import FloatArray, HeadPose, PoseEstimate, PoseSpread, wrapped
from hopenet.records import Decoding


def decode(logits: npt.NDArray[np.float32], decoding: Decoding) -> tuple[PoseEstimate, ...]:
    """The mean of each angle's distribution, and its standard deviation times the spread factor, in degrees.

    With circular bins, the mean is the direction of the mean vector, from −180° to 180°, and the standard deviation is
    the root mean square of the differences from it, each the shorter way round the circle.
    Shapes: (N, 3, bins), in the order yaw, pitch, roll. Raises ValueError for any other shape. Where a logit is NaN or
    infinite, the angle and its spread are NaN: `PoseEstimate.is_finite` tells.
    Source: Ruiz et al., CVPRW 2018, section 3.2 (the expectation); the spread is the same distribution's second moment.
    """
    if logits.ndim != 3 or logits.shape[1:] != (3, decoding.bins):
        raise ValueError(f"Logits must have shape (N, 3, {decoding.bins}), not {logits.shape}.")
    finite = np.isfinite(logits)
    undefined = None if finite.all() else ~finite.all(axis=2)
    probabilities = logits.astype(np.float64)
    if undefined is not None:
        probabilities[undefined] = 0
    probabilities -= probabilities.max(axis=2, keepdims=True)
    np.exp(probabilities, out=probabilities)
    probabilities /= probabilities.sum(axis=2, keepdims=True)
    if undefined is not None:
        probabilities[undefined] = np.nan
    values = _values_deg(decoding)
    if decoding.circular:
        sines, cosines = probabilities @ np.sin(np.radians(values)), probabilities @ np.cos(np.radians(values))
        means = np.degrees(np.arctan2(sines, cosines))
        differences = wrapped(values - means[..., None])
    else:
        means = probabilities @ values
        differences = values - means[..., None]
    deviations = np.sqrt((probabilities * differences**2).sum(axis=2)) * decoding.spread_factors
    return tuple(
        PoseEstimate(HeadPose(*mean), PoseSpread(*deviation))
        for mean, deviation in zip(means.tolist(), deviations.tolist(), strict=True)
    )


def errors(estimates_deg: FloatArray, labels_deg: FloatArray, decoding: Decoding) -> FloatArray:
    """Estimate minus label: with circular bins the shorter way round the circle."""
    plain: FloatArray = estimates_deg - labels_deg
    return wrapped(plain) if decoding.circular else plain


@lru_cache(maxsize=8)
def _values_deg(decoding: Decoding) -> npt.NDArray[np.float64]:
    """The angle that each bin stands for."""
    return np.asarray(decoding.first_deg + decoding.width_deg * np.arange(decoding.bins), np.float64)
