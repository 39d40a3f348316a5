"""How far estimates lie from labels, head by head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet.pose import FloatArray, HeadPose, geodesic_deg

ANGLES = ("yaw", "pitch", "roll")

WRAPS = ("none", "360", "joint")
"""How an estimate is compared with a label, as `differences` has it."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadErrors:
    """Labels and errors of N heads, in degrees.

    Shapes: `labels`, `signed` (estimate − label, wrapped) and `spreads` (N, 3) in the order yaw, pitch, roll;
    `geodesic` (N,), which no wrap changes.
    """

    labels: FloatArray
    signed: FloatArray
    spreads: FloatArray
    geodesic: FloatArray

    @classmethod
    def between(
        cls, estimates: npt.ArrayLike, labels: npt.ArrayLike, spreads: npt.ArrayLike, *, wrap: str = "none"
    ) -> HeadErrors:
        """The errors of estimates; all three of shape (N, 3). Raises ValueError for other shapes or another wrap."""
        found, true, deviations = (np.asarray(part, np.float64).reshape(-1, 3) for part in (estimates, labels, spreads))
        if not found.shape == true.shape == deviations.shape:
            raise ValueError(f"Of {len(true)} labels there are {len(found)} estimates and {len(deviations)} spreads.")
        turns = [geodesic_deg(HeadPose(*a), HeadPose(*b)) for a, b in zip(found, true, strict=True)]
        return cls(true, differences(found, true, wrap), deviations, np.array(turns, np.float64))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def absolute(self) -> FloatArray:
        """(N, 3)."""
        return np.abs(self.signed)

    @property
    def mean_of_three(self) -> FloatArray:
        """The mean of a head's three absolute errors (N,): what MAE is the mean of."""
        return np.asarray(self.absolute.mean(axis=1), np.float64)

    def only(self, chosen: npt.NDArray[np.bool_]) -> HeadErrors:
        """The heads for which `chosen` (N,) is true."""
        return HeadErrors(self.labels[chosen], self.signed[chosen], self.spreads[chosen], self.geodesic[chosen])


def differences(estimates: FloatArray, labels: FloatArray, wrap: str) -> FloatArray:
    """Estimate − label (N, 3).

    Convention: `none` is the plain difference, as published figures have it. `360` takes of each angle the turn that
    is nearest: 179° and −179° lie 2° apart. `joint` does so and besides reads the estimate as its alias
    (180° − yaw, pitch + 180°, roll + 180°), the other triple of the same rotation, where the sum of the three absolute
    differences is then smaller. Raises ValueError for another name.
    """
    if wrap not in WRAPS:
        raise ValueError(f"There is no wrap named “{wrap}”; there are {', '.join(WRAPS)}.")
    plain = estimates - labels
    if wrap == "none":
        return plain
    nearest = _nearest_turn(plain)
    if wrap == "360":
        return nearest
    alias = _nearest_turn(estimates * [-1, 1, 1] + 180 - labels)
    better = np.abs(alias).sum(axis=1) < np.abs(nearest).sum(axis=1)
    return np.where(better[:, None], alias, nearest)


def _nearest_turn(degrees: FloatArray) -> FloatArray:
    return np.asarray(degrees - 360 * np.round(degrees / 360), np.float64)
