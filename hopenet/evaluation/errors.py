"""Errors of estimates against labels, head by head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet.pose import FloatArray, HeadPose, geodesic_deg, wrapped

WRAPS = ("none", "360", "joint")
"""Ways to compare an estimate with a label; see `differences`."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadErrors:
    """Labels and errors of N heads, in degrees.

    Shapes: `labels`, `signed` (estimate − label, wrapped) and `spreads` (N, 3) in the order yaw, pitch, roll;
    `geodesic` (N,), which does not depend on the wrap.
    """

    labels: FloatArray
    signed: FloatArray
    spreads: FloatArray
    geodesic: FloatArray

    @classmethod
    def between(
        cls, estimates: npt.ArrayLike, labels: npt.ArrayLike, spreads: npt.ArrayLike, *, wrap: str = "none"
    ) -> HeadErrors:
        """The errors of estimates; all three have shape (N, 3). Raises ValueError for other shapes or wraps."""
        found, true, deviations = (np.asarray(part, np.float64).reshape(-1, 3) for part in (estimates, labels, spreads))
        if not found.shape == true.shape == deviations.shape:
            raise ValueError(
                f"{len(true)} labels need as many estimates and spreads, not {len(found)} and {len(deviations)}."
            )
        geodesic = [geodesic_deg(HeadPose(*a), HeadPose(*b)) for a, b in zip(found, true, strict=True)]
        return cls(true, differences(found, true, wrap), deviations, np.array(geodesic, np.float64))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def absolute(self) -> FloatArray:
        """Absolute errors (N, 3)."""
        return np.abs(self.signed)

    @property
    def mean_of_three(self) -> FloatArray:
        """The mean of each head's three absolute errors (N,); the MAE is the mean of these."""
        return np.asarray(self.absolute.mean(axis=1), np.float64)

    def only(self, chosen: npt.NDArray[np.bool_]) -> HeadErrors:
        """The heads for which `chosen` (N,) is true."""
        return HeadErrors(self.labels[chosen], self.signed[chosen], self.spreads[chosen], self.geodesic[chosen])


def differences(estimates: FloatArray, labels: FloatArray, wrap: str) -> FloatArray:
    """Estimate − label (N, 3).

    Convention: `none` is the plain difference, as in published figures. `360` wraps each angle's difference to within
    ±180°, so that 179° and −179° are 2° apart. `joint` also allows the estimate's alias
    (180° − yaw, pitch + 180°, roll + 180°), the other triple for the same rotation, if that makes the sum of the three
    absolute differences smaller. Raises ValueError for any other name.
    """
    if wrap not in WRAPS:
        raise ValueError(f"Unknown wrap “{wrap}”. Choose one of: {', '.join(WRAPS)}.")
    plain = estimates - labels
    if wrap == "none":
        return plain
    nearest = wrapped(plain)
    if wrap == "360":
        return nearest
    alias = wrapped(estimates * [-1, 1, 1] + 180 - labels)
    better = np.abs(alias).sum(axis=1) < np.abs(nearest).sum(axis=1)
    return np.where(better[:, None], alias, nearest)
