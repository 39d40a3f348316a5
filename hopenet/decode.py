"""Converts the network's logits to angles in degrees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hopenet.pose import HeadPose, PoseEstimate, PoseSpread
from hopenet.records import Decoding


def decode(logits: npt.NDArray[np.float32], decoding: Decoding) -> tuple[PoseEstimate, ...]:
    """The mean of each angle's distribution, and its standard deviation times the spread factor, in degrees.

    Shapes: (N, 3, bins), in the order yaw, pitch, roll. Raises ValueError for any other shape. Where a logit is NaN or
    infinite, the angle and its spread are NaN: `PoseEstimate.is_finite` tells.
    Source: Ruiz et al., CVPRW 2018, section 3.2 (the expectation); the spread is the same distribution's second moment.
    """
    if logits.ndim != 3 or logits.shape[1:] != (3, decoding.bins):
        raise ValueError(f"Logits must have shape (N, 3, {decoding.bins}), not {logits.shape}.")
    finite = np.isfinite(logits).all(axis=2, keepdims=True)
    known = np.where(finite, logits, 0).astype(np.float64)
    exponentials = np.exp(known - known.max(axis=2, keepdims=True))
    probabilities = np.where(finite, exponentials / exponentials.sum(axis=2, keepdims=True), np.nan)
    values = decoding.first_deg + decoding.width_deg * np.arange(decoding.bins)
    means = probabilities @ values
    deviations = np.sqrt((probabilities * (values - means[..., None]) ** 2).sum(axis=2)) * decoding.spread_factors
    return tuple(
        PoseEstimate(HeadPose(*map(float, mean)), PoseSpread(*map(float, deviation)))
        for mean, deviation in zip(means, deviations, strict=True)
    )
