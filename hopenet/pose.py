"""Head pose: three angles and the rotation that they represent."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

ANGLES = ("yaw", "pitch", "roll")
"""The names of the angles in the order in which every array and tuple of this library has them."""

_GIMBAL_COSINE = 1e-6
"""Below this cosine of the yaw, pitch and roll rotate about the same axis and only their combination is defined."""


class HeadPose(NamedTuple):
    """The orientation of a head, in degrees.

    Convention:
        The angles of 300W-LP, AFLW2000 and Hopenet. As seen in the picture: yaw > 0, the nose points to the picture's
        left; pitch > 0, up; roll > 0, clockwise. Two triples are the same rotation: (yaw, pitch, roll) and
        (180° − yaw, pitch + 180°, roll + 180°). Of a head seen from behind, the triple with a yaw beyond ±90° is meant
        everywhere: it has a pitch within ±90°. As a matrix, R = Rx(pitch) · Ry(yaw) · Rz(roll) with
        Rx = [1 0 0; 0 c s; 0 −s c], Ry = [c 0 −s; 0 1 0; s 0 c], Rz = [c s 0; −s c 0; 0 0 1].

    Source: Zhu et al., CVPR 2016 (300W-LP); Ruiz et al., CVPRW 2018, arXiv:1710.00925.
    """

    yaw: float
    pitch: float
    roll: float

    def matrix(self) -> FloatArray:
        """The rotation matrix of shape (3, 3), in the convention above; all NaN unless every angle is finite."""
        if not all(map(math.isfinite, self)):
            return np.full((3, 3), np.nan)
        yaw, pitch, roll = (math.radians(angle) for angle in self)
        cy, sy = math.cos(yaw), math.sin(yaw)
        cp, sp = math.cos(pitch), math.sin(pitch)
        cr, sr = math.cos(roll), math.sin(roll)
        rx = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
        ry = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
        rz = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
        product: FloatArray = rx @ ry @ rz
        return product

    @classmethod
    def from_matrix(cls, matrix: FloatArray, *, full_range: bool = False) -> HeadPose:
        """The pose of a rotation matrix of shape (3, 3). At a yaw of ±90°, only pitch ± roll is defined, and roll is 0.

        Of the two triples, the one with a yaw within ±90°, as in the labels of 300W-LP; with `full_range`, the one with
        a pitch within ±90°, and a yaw within ±180°: beyond ±90° for a face turned away from the camera. Unless the face
        is turned away, both are the same.

        Raises ValueError if the matrix has any other shape.
        """
        if matrix.shape != (3, 3):
            raise ValueError(f"A rotation matrix must have shape (3, 3), not {matrix.shape}.")
        cosine = math.hypot(matrix[1, 2], matrix[2, 2])
        side = -1.0 if full_range and matrix[2, 2] < 0 else 1.0
        yaw = math.atan2(-matrix[0, 2], side * cosine)
        if cosine > _GIMBAL_COSINE:
            pitch = math.atan2(side * matrix[1, 2], side * matrix[2, 2])
            roll = math.atan2(side * matrix[0, 1], side * matrix[0, 0])
        else:
            pitch = math.atan2(-matrix[2, 1], matrix[1, 1])
            roll = 0.0
        return cls(math.degrees(yaw), math.degrees(pitch), math.degrees(roll))

    def quaternion(self) -> tuple[float, float, float, float]:
        """The unit quaternion (w, x, y, z) of `matrix()` acting on column vectors, with w ≥ 0; NaN as there."""
        if not all(map(math.isfinite, self)):
            return math.nan, math.nan, math.nan, math.nan
        # Half of each angle; the matrices turn the other way round than those of quaternions.
        yaw, pitch, roll = (-math.radians(angle) / 2 for angle in self)
        cy, sy = math.cos(yaw), math.sin(yaw)
        cp, sp = math.cos(pitch), math.sin(pitch)
        cr, sr = math.cos(roll), math.sin(roll)
        w, x = cp * cy * cr - sp * sy * sr, sp * cy * cr + cp * sy * sr
        y, z = cp * sy * cr - sp * cy * sr, cp * cy * sr + sp * sy * cr
        return (w, x, y, z) if w >= 0 else (-w, -x, -y, -z)

    @classmethod
    def from_quaternion(cls, quaternion: tuple[float, float, float, float], *, full_range: bool = False) -> HeadPose:
        """The pose of a quaternion (w, x, y, z) of any non-zero length, as by `from_matrix`.

        Raises ValueError for a zero quaternion.
        """
        length = math.hypot(*quaternion)
        if length == 0:
            raise ValueError("A quaternion of length zero is no rotation.")
        w, x, y, z = (part / length for part in quaternion)
        return cls.from_matrix(
            np.array(
                [
                    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
                ]
            ),
            full_range=full_range,
        )


def wrapped(degrees: FloatArray) -> FloatArray:
    """Angles, or differences of angles, to within ±180°: 190° becomes −170°, and 180° stays."""
    return np.asarray(degrees - 360 * np.ceil((degrees - 180) / 360), np.float64)


class PoseSpread(NamedTuple):
    """Standard deviation in degrees of the network's distribution for each angle; smaller means more certain."""

    yaw: float
    pitch: float
    roll: float


class PoseEstimate(NamedTuple):
    """The network's answer for one face."""

    pose: HeadPose
    spread: PoseSpread

    @property
    def is_finite(self) -> bool:
        """Whether all angles and spreads are numbers: a damaged or diverged network may compute NaN for some faces."""
        return all(map(math.isfinite, (*self.pose, *self.spread)))


def geodesic_deg(a: HeadPose, b: HeadPose) -> float:
    """The angle, 0 to 180 degrees, of the single rotation that takes one pose to the other; NaN if an angle is NaN."""
    cosine = (float(np.trace(a.matrix() @ b.matrix().T)) - 1) / 2
    if math.isnan(cosine):
        return math.nan
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
