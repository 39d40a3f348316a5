"""Roughly where a head is, smoothed over time."""

from __future__ import annotations

import math

from app.analysis.head_position import head_position
from app.analysis.smoothing import LONGEST_GAP_S, rest_cutoff_hz
from app.frames import Analysis, Face
from hopenet.camera_geometry import CameraGeometry

Position = tuple[float, float, float]

CUTOFF_PER_SPEED = 0.1
"""Hz of cutoff added per centimetre per second. On films at half strength, positions come 50 ms late, as angles do, and
jitter a quarter as much as boxes."""

_SPEED_CUTOFF_HZ = 1.0


def rough_position_cm(face: Face, analysis: Analysis, field_of_view_deg: float) -> Position | None:
    """x to the picture's right, y up, z away from the camera, in centimetres; see `head_position` for how rough it is.

    `field_of_view_deg`: of a camera whose geometry the analysis does not know. None if the box is empty.
    """
    camera = analysis.camera or CameraGeometry.from_field_of_view(field_of_view_deg, analysis.frame.size)
    found = head_position(face.box, camera)
    return None if found is None else (found.x, -found.y, found.z)


class PositionFilter:
    """A One-Euro filter for the position of one head; see `OneEuroFilter`. Thread: one at a time."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._rest_cutoff_hz = rest_cutoff_hz(strength)
        self._state: Position | None = None
        self._last: Position = (0.0, 0.0, 0.0)
        self._speed: Position = (0.0, 0.0, 0.0)
        self._time_s = 0.0

    def __call__(self, raw: Position, time_s: float) -> Position:
        step_s, self._time_s = time_s - self._time_s, time_s
        last, self._last = self._last, raw
        if self._strength == 0:
            return raw
        if self._state is None or not 0 < step_s <= LONGEST_GAP_S:
            self._speed = (0.0, 0.0, 0.0)
            self._state = raw
            return raw
        gain = _gain(_SPEED_CUTOFF_HZ, step_s)
        x, y, z = (
            old + gain * ((now - before) / step_s - old)
            for old, now, before in zip(self._speed, raw, last, strict=True)
        )
        self._speed = x, y, z
        gain = _gain(self._rest_cutoff_hz + CUTOFF_PER_SPEED * math.hypot(x, y, z), step_s)
        x, y, z = (old + gain * (now - old) for old, now in zip(self._state, raw, strict=True))
        self._state = x, y, z
        return self._state


def _gain(cutoff_hz: float, step_s: float) -> float:
    return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s))
