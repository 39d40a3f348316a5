"""The map of directions: yaw across, pitch up, with the cones of targets as they are on the sphere."""

from __future__ import annotations

import numpy as np

from app.analysis.rotations import angles_between_deg, nose_axes
from app.outputs.rows import Numbers
from app.session.targets import LARGEST_RADIUS_DEG, SMALLEST_RADIUS_DEG, Target

LARGEST_DEG = 180.0
"""The map reaches so far to each side: a yaw beyond 90° is that of a head seen from behind."""

FRONT_DEG = 90.0

CELL_DEG = 2.0

_CORNERS = 97


def density(angles_deg: Numbers, weights_s: Numbers) -> Numbers:
    """How long the face points into each cell of the map, in seconds: of shape (pitch, yaw), from −90° upwards.

    `angles_deg`: of shape (N, 3). A pitch beyond ±90° is shown as the same direction with a pitch within.
    """
    edges = np.arange(-LARGEST_DEG, LARGEST_DEG + CELL_DEG / 2, CELL_DEG)
    known = np.isfinite(angles_deg[:, 0]) & np.isfinite(angles_deg[:, 1])
    yaw, pitch = _directions(nose_axes(angles_deg[known])).T
    cells, _, _ = np.histogram2d(pitch, yaw, bins=[edges, edges], weights=weights_s[known])
    return np.asarray(cells, np.float64)


def circle(target: Target) -> Numbers:
    """Yaw and pitch along the edge of a target's cone, of shape (corners, 2), the last one being the first."""
    centre = _axis(target.yaw_deg, target.pitch_deg)
    up = np.array([0.0, 1.0, 0.0]) if abs(centre[1]) < 0.9 else np.array([1.0, 0.0, 0.0])
    across = np.cross(up, centre)
    across /= np.linalg.norm(across)
    around = np.linspace(0, 2 * np.pi, _CORNERS)[:, None]
    radius = np.radians(target.radius_deg)
    edge = np.cos(radius) * centre + np.sin(radius) * (
        np.cos(around) * across + np.sin(around) * np.cross(centre, across)
    )
    return _directions(edge)


def off_target_deg(target: Target, yaw_deg: float, pitch_deg: float) -> float:
    """The angle between a direction and the middle of a target."""
    return float(angles_between_deg(_axis(yaw_deg, pitch_deg), _axis(target.yaw_deg, target.pitch_deg)))


def radius_to(target: Target, yaw_deg: float, pitch_deg: float) -> float:
    """The radius with which the target's edge goes through a direction, to half degrees."""
    radius = round(2 * off_target_deg(target, yaw_deg, pitch_deg)) / 2
    return min(LARGEST_RADIUS_DEG, max(SMALLEST_RADIUS_DEG, radius))


def _directions(axes: Numbers) -> Numbers:
    """Yaw and pitch, of shape (N, 2), of unit vectors of shape (N, 3): the pitch from −90° to 90°."""
    side = np.where(axes[:, 2] < 0, -1.0, 1.0)
    yaw = np.arctan2(-axes[:, 0], side * np.hypot(axes[:, 1], axes[:, 2]))
    return np.asarray(np.degrees(np.stack([yaw, np.arctan2(side * axes[:, 1], side * axes[:, 2])], axis=1)), np.float64)


def _axis(yaw_deg: float, pitch_deg: float) -> Numbers:
    return np.asarray(nose_axes(np.array([[yaw_deg, pitch_deg]]))[0], np.float64)
