"""Head pose as games and avatars have it: first the turn about the vertical, then up or down, then the tilt."""

from __future__ import annotations

import math
from typing import NamedTuple

from app.analysis.rotations import Quaternion
from hopenet import HeadPose


class TurnAngles(NamedTuple):
    """The orientation of a head, in degrees, as angles that are applied in the order yaw, pitch, roll.

    Convention: R = Ry(yaw) · Rx(pitch) · Rz(roll), with the matrices and signs of `HeadPose`; so `yaw` is the direction
    in which the nose points on a compass, and `pitch` its height above the horizon. For a head that turns about one
    axis, both conventions have the same angles. Unlike those of `HeadPose`, these stay meaningful if each is multiplied
    by a factor, up to a full turn.
    """

    yaw: float
    pitch: float
    roll: float

    @classmethod
    def from_pose(cls, pose: HeadPose) -> TurnAngles:
        """Yaw and roll from −180° to 180°, pitch from −90° to 90°; all NaN unless every angle is finite."""
        matrix = pose.matrix()
        yaw = math.atan2(-matrix[0, 2], matrix[2, 2])
        pitch = math.atan2(matrix[1, 2], math.hypot(matrix[0, 2], matrix[2, 2]))
        roll = math.atan2(-matrix[1, 0], matrix[1, 1])
        return cls(math.degrees(yaw), math.degrees(pitch), math.degrees(roll))

    @property
    def quaternion(self) -> Quaternion:
        """The unit quaternion (w, x, y, z) of the rotation, with w ≥ 0. Axes: x to the picture's right, y up, z out of
        the picture towards the camera. All NaN unless every angle is finite."""
        if not all(map(math.isfinite, self)):
            return math.nan, math.nan, math.nan, math.nan
        # Half of each angle; the matrices turn the other way round than those of quaternions.
        yaw, pitch, roll = (-math.radians(angle) / 2 for angle in self)
        cy, sy = math.cos(yaw), math.sin(yaw)
        cp, sp = math.cos(pitch), math.sin(pitch)
        cr, sr = math.cos(roll), math.sin(roll)
        w, x = cy * cp * cr + sy * sp * sr, cy * sp * cr + sy * cp * sr
        y, z = sy * cp * cr - cy * sp * sr, cy * cp * sr - sy * sp * cr
        return (w, x, y, z) if w >= 0 else (-w, -x, -y, -z)
