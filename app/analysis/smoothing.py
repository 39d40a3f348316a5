"""Smoothing of rotations over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from hopenet import HeadPose

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

SPEED_CUTOFF_HZ = 1.0
"""Cutoff for the speed estimate; the value of the One-Euro paper."""

CALMEST_CUTOFF_HZ = 0.2
LIVELIEST_CUTOFF_HZ = 8.0
"""Cutoffs of a head at rest at full and at no strength; in between they lie on a logarithmic scale."""

CUTOFF_PER_SPEED = 0.05
"""Hz of cutoff added per degree a second: at 60°/s and half strength the filter's time constant is about 40 ms."""

LONGEST_GAP_S = 1.0
"""After a longer gap the head may be anywhere, and the filter starts anew."""


class RotationFilter:
    """One-Euro filter on SO(3): low-pass at rest against jitter, nearly open in motion against lag.

    Angles are never filtered one by one: near yaw ±90° pitch and roll jump though the head hardly moves.
    Source: Casiez, Roussel, Vogel, CHI 2012, doi:10.1145/2207676.2208639, with the rotation vector between two poses
    in place of the difference.
    """

    def __init__(self, strength: float) -> None:
        """`strength` lies in 0…1; 0 lets every pose through unchanged."""
        self._strength = strength
        self._rest_cutoff_hz = LIVELIEST_CUTOFF_HZ * (CALMEST_CUTOFF_HZ / LIVELIEST_CUTOFF_HZ) ** strength
        self._state: Rotation | None = None
        self._last_raw: Rotation | None = None
        self._velocity_deg_s = np.zeros(3)
        self._time_s = 0.0

    def __call__(self, pose: HeadPose, time_s: float) -> HeadPose:
        """The smoothed pose at this time; times rise."""
        if self._strength == 0:
            return pose
        # Here, because it takes half a second, for which nobody should wait before the window is there.
        from scipy.spatial.transform import Rotation

        raw = Rotation.from_matrix(pose.matrix())
        step_s = time_s - self._time_s
        if self._state is None or self._last_raw is None or not 0 < step_s <= LONGEST_GAP_S:
            self._velocity_deg_s = np.zeros(3)
            self._state = raw
        else:
            # The mean velocity as a vector: jitter back and forth cancels, a turn does not.
            velocity = (raw * self._last_raw.inv()).as_rotvec(degrees=True) / step_s
            self._velocity_deg_s += _share(SPEED_CUTOFF_HZ, step_s) * (velocity - self._velocity_deg_s)
            speed = float(np.linalg.norm(self._velocity_deg_s))
            cutoff_hz = self._rest_cutoff_hz + CUTOFF_PER_SPEED * speed
            ahead = (raw * self._state.inv()).as_rotvec()
            self._state = Rotation.from_rotvec(_share(cutoff_hz, step_s) * ahead) * self._state
        self._last_raw = raw
        self._time_s = time_s
        return HeadPose.from_matrix(self._state.as_matrix())


def _share(cutoff_hz: float, step_s: float) -> float:
    """How much of a step a first-order low-pass follows in this time."""
    return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s))
