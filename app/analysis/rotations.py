"""Rotations as unit quaternions, of single poses and of many at once as arrays; and where the nose points.

Convention: that of `hopenet.HeadPose`. Angles are yaw, pitch and roll in degrees, quaternions w, x, y, z.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Quaternion = tuple[float, float, float, float]
Vector = tuple[float, float, float]

_ALMOST_EQUAL = 0.9999
"""The cosine of half the angle between rotations (1.6°) from which their mean needs no sine."""


def towards(start: Quaternion, end: Quaternion, share: float) -> Quaternion:
    """The rotation that is this share of the shortest way from one to the other."""
    cosine = start[0] * end[0] + start[1] * end[1] + start[2] * end[2] + start[3] * end[3]
    sign = -1.0 if cosine < 0 else 1.0
    cosine *= sign
    of_start, of_end = 1 - share, share
    if cosine < _ALMOST_EQUAL:
        angle = math.acos(cosine)
        of_start, of_end = (math.sin(part * angle) / math.sin(angle) for part in (of_start, of_end))
    w, x, y, z = (of_start * own + sign * of_end * other for own, other in zip(start, end, strict=True))
    length = math.sqrt(w * w + x * x + y * y + z * z)
    return w / length, x / length, y / length, z / length


def turn_deg(start: Quaternion, end: Quaternion) -> Vector:
    """The rotation vector of the shortest turn from one rotation to the other: its axis times its angle in degrees."""
    a, b, c, d = end
    w, x, y, z = start[0], -start[1], -start[2], -start[3]
    real = a * w - b * x - c * y - d * z
    turn = a * x + b * w + c * z - d * y, a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w
    sine = math.hypot(*turn)
    angle = 2 * math.atan2(sine, abs(real))
    scale = math.copysign(math.degrees(angle / sine if sine > 0 else 2.0), real)
    return turn[0] * scale, turn[1] * scale, turn[2] * scale


def turned(start: Quaternion, turn: Vector) -> Quaternion:
    """The rotation after this turn: the inverse of `turn_deg`."""
    angle = math.hypot(*turn)
    scale = math.sin(math.radians(angle) / 2) / angle if angle > 0 else 0.0
    a, (b, c, d) = math.cos(math.radians(angle) / 2), (part * scale for part in turn)
    w, x, y, z = start
    return (
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    )


def quaternions_of(angles_deg: Numbers) -> Numbers:
    """The unit quaternions, of shape (N, 4), of angles of shape (N, 3); NaN where an angle is NaN."""
    half = -np.radians(angles_deg) / 2  # The matrices of HeadPose turn the other way round than those of quaternions.
    (sin_y, sin_p, sin_r), (cos_y, cos_p, cos_r) = np.sin(half).T, np.cos(half).T
    return np.stack(
        [
            cos_p * cos_y * cos_r - sin_p * sin_y * sin_r,
            sin_p * cos_y * cos_r + cos_p * sin_y * sin_r,
            cos_p * sin_y * cos_r - sin_p * cos_y * sin_r,
            cos_p * cos_y * sin_r + sin_p * sin_y * cos_r,
        ],
        axis=1,
    )


def angles_of(quaternions: Numbers) -> Numbers:
    """The angles, of shape (N, 3), of unit quaternions of shape (N, 4): a pitch from −90° to 90°, yaw and roll from
    −180° to 180°, as by `HeadPose.from_matrix` with the full range."""
    w, x, y, z = quaternions.T
    down, depth = 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)
    side = np.where(depth < 0, -1.0, 1.0)
    yaw = np.arctan2(-2 * (x * z + w * y), side * np.hypot(down, depth))
    pitch = np.arctan2(side * down, side * depth)
    roll = np.arctan2(side * 2 * (x * y - w * z), side * (1 - 2 * (y * y + z * z)))
    return np.asarray(np.degrees(np.stack([yaw, pitch, roll], axis=1)), np.float64)


def nose_axes(angles_deg: Numbers) -> Numbers:
    """Where the nose points: unit vectors of shape (N, 3), from angles of shape (N, 2) or (N, 3).

    They are the third columns of `HeadPose.matrix()`, and roll does not change them. Axes: x to the picture's right,
    y up, z out of the picture towards the camera. A face that looks into the camera has (0, 0, 1).
    """
    yaw, pitch = np.radians(angles_deg[:, 0]), np.radians(angles_deg[:, 1])
    return np.stack([-np.sin(yaw), np.sin(pitch) * np.cos(yaw), np.cos(pitch) * np.cos(yaw)], axis=1)


def angles_between_deg(first: Numbers, second: Numbers) -> Numbers:
    """The angles between unit vectors, of shape (N, 3), and one unit vector or as many, from 0° to 180°.

    From their difference and sum, as the arc cosine of their product is inexact near 0° and 180°.
    """
    apart, together = (np.linalg.norm(vectors, axis=-1) for vectors in (first - second, first + second))
    return np.asarray(np.degrees(2 * np.arctan2(apart, together)), np.float64)
