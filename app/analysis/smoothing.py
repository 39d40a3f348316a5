"""Smoothing of poses over time.

To add a filter, write its class here and give it a row in FILTERS, add its name to `app.settings.FilterChoice`, and
offer the choice where it is wanted (for the command line, in `app.commands.arguments`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Protocol

from app.analysis.rotations import Quaternion, Vector, towards, turn_deg, turned
from app.settings import ZERO_LAG, AnalysisSettings, FilterChoice
from hopenet import HeadPose

LONGEST_GAP_S = 1.0
"""After a longer gap the head may be in any pose, so a filter starts again."""

SPEED_CUTOFF_HZ = 1.0
"""Cutoff for the speed estimate, as in the One-Euro paper."""

LOWEST_REST_CUTOFF_HZ = 0.2
HIGHEST_REST_CUTOFF_HZ = 8.0
"""Cutoffs for a head at rest, at full strength and at strength 0; interpolated on a logarithmic scale in between."""

CUTOFF_PER_SPEED = 0.05
"""Hz of cutoff added per degree per second: at 60°/s and half strength the filter's time constant is about 40 ms."""

HALF_PREDICTED_DEG_S = 15.0
"""At this speed, half of the delay is predicted away. Heads at rest seem to move at less than 5° per second."""

LONGEST_LEAD_S = 0.12
"""Nothing is predicted farther ahead: beyond that, heads change their minds."""


LONGEST_SETTLING_S = 3.0
"""The strongest smoothing would take 6 s; after half of that, nobody sees the rest."""


def settling_s(settings: AnalysisSettings) -> float:
    """How long before a frame smoothing may begin without a difference that can be seen: six time constants at rest.

    They leave 0.3 % of the first error; at most LONGEST_SETTLING_S, which leave 2 % at full strength.
    """
    if settings.smoothing == 0:
        return 0.0
    return min(LONGEST_SETTLING_S, 6 / (2 * math.pi * rest_cutoff_hz(settings.smoothing)))


def rest_cutoff_hz(strength: float) -> float:
    """The cutoff for a head at rest."""
    return HIGHEST_REST_CUTOFF_HZ * math.pow(LOWEST_REST_CUTOFF_HZ / HIGHEST_REST_CUTOFF_HZ, strength)


class PoseFilter(Protocol):
    """Smooths the poses of one head.

    Poses are filtered as rotations, never angle by angle: near a yaw of ±90°, pitch and roll jump although the head
    hardly moves.
    """

    def __call__(self, pose: HeadPose, time_s: float) -> HeadPose:
        """The smoothed pose. Times increase; after a gap of more than LONGEST_GAP_S the filter starts again."""
        ...


class OneEuroFilter:
    """One-Euro filter on SO(3): a low-pass that suppresses jitter at rest, and opens in motion to avoid lag.

    Source: Casiez, Roussel, Vogel, CHI 2012, doi:10.1145/2207676.2208639, with the rotation vector between two poses
    in place of the difference.
    """

    _speed_cutoff_hz = SPEED_CUTOFF_HZ

    def __init__(self, strength: float) -> None:
        """`strength` is from 0 to 1; 0 leaves every pose unchanged."""
        self._strength = strength
        self._rest_cutoff_hz = rest_cutoff_hz(strength)
        self._state: Quaternion | None = None
        self._last_raw: Quaternion | None = None
        self._velocity_deg_s: Vector = (0.0, 0.0, 0.0)
        self._time_s = 0.0

    def __call__(self, pose: HeadPose, time_s: float) -> HeadPose:
        if self._strength == 0:
            return pose
        raw = pose.quaternion()
        step_s, gain = time_s - self._time_s, 1.0
        if self._state is None or self._last_raw is None or not 0 < step_s <= LONGEST_GAP_S:
            self._velocity_deg_s = (0.0, 0.0, 0.0)
            self._state = raw
        else:
            # The mean velocity is a vector, so that jitter back and forth cancels out, but a turn does not.
            own_gain, way = _gain(self._speed_cutoff_hz, step_s), turn_deg(self._last_raw, raw)
            x, y, z = (
                old + own_gain * (new / step_s - old) for old, new in zip(self._velocity_deg_s, way, strict=True)
            )
            self._velocity_deg_s = x, y, z
            cutoff_hz = self._rest_cutoff_hz + CUTOFF_PER_SPEED * math.hypot(x, y, z)
            gain = _gain(cutoff_hz, step_s)
            self._state = towards(self._state, raw, gain)
        self._last_raw = raw
        self._time_s = time_s
        return HeadPose.from_quaternion(self._shown(self._state, behind_s=step_s * (1 - gain) / gain), full_range=True)

    def _shown(self, state: Quaternion, *, behind_s: float) -> Quaternion:  # noqa: ARG002 — for filters that predict
        """The pose that is shown. `behind_s`: how late the low-pass follows a steady turn."""
        return state


class LowDelayFilter(OneEuroFilter):
    """A One-Euro filter whose delay in motion is predicted away: for games, where a late turn is felt at once.

    A low-pass follows a steady turn at a distance of its speed times a time that is known; this turns the head on by
    that much. The share of it grows with the speed, so that a head at rest stays calm. The price is more jitter in slow
    motion, and a head that stops suddenly may be shown turned too far for a moment.
    """

    _speed_cutoff_hz = 2.0
    """Lower, and the prediction itself comes late; higher, and it jitters."""

    def _shown(self, state: Quaternion, *, behind_s: float) -> Quaternion:
        x, y, z = self._velocity_deg_s
        squared = x * x + y * y + z * z
        share = squared / (squared + HALF_PREDICTED_DEG_S * HALF_PREDICTED_DEG_S)
        lead_s = min(LONGEST_LEAD_S, behind_s) * share
        return turned(state, (x * lead_s, y * lead_s, z * lead_s))


def _gain(cutoff_hz: float, step_s: float) -> float:
    """The share of a step that a first-order low-pass follows in this time, from 0 to 1."""
    return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s))


FILTERS: Mapping[FilterChoice, Callable[[float], PoseFilter]] = {
    "one-euro": OneEuroFilter,
    "low-delay": LowDelayFilter,
}
"""How to make each filter, from its strength."""


def pose_filter(settings: AnalysisSettings) -> PoseFilter:
    """A new filter for one head."""
    if settings.filter == ZERO_LAG:
        raise ValueError("Smoothing without delay needs the frames that follow, so it is not for one frame at a time.")
    return FILTERS[settings.filter](settings.smoothing)
