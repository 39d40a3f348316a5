"""Poses of heads as people hold them in front of cameras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hopenet.pose import FloatArray, HeadPose

LARGEST_BIN_DEG = 99.0
"""Networks of Hopenet's kind have bins up to here, and training leaves out labels beyond."""

_LARGEST_NOD_DEG = 60.0
"""Seen from further above or below, a head is mostly hidden by itself or by the shoulders."""

_ATTEMPTS = 200


class HeldPose(NamedTuple):
    """A pose, and the rotation (3, 3) of the torso below it, both relative to the camera."""

    pose: HeadPose
    torso: FloatArray


@dataclass(frozen=True, slots=True)
class PoseRange:
    """Which poses to draw.

    `yaw_deg`: smallest and largest yaw. `frontal`: the share of poses that come from a normal distribution with a
    standard deviation of 35° instead of a uniform one. Within ±99° of yaw, the other angles keep within ±99° too.
    """

    yaw_deg: tuple[float, float] = (-180.0, 180.0)
    frontal: float = 0.0

    def draw(self, random: np.random.Generator) -> HeldPose:
        """A head turns on a neck, nods and tilts, and a camera looks at it from above or below and is not level.

        The three angles of a label are not independent then: towards profile, pitch and roll spread widely, together,
        as they do in the labels of photographs.
        """
        low, high = self.yaw_deg
        for _ in range(_ATTEMPTS):
            turn = random.normal(0, 35) if random.random() < self.frontal else random.uniform(low, high)
            wide = random.random() < 0.12
            nod = random.uniform(-55, 50) if wide else random.normal(-3, 12)
            tilt = random.uniform(-45, 45) if random.random() < 0.08 else random.normal(0, 7)
            elevation = random.uniform(-45, 45) if random.random() < 0.12 else random.normal(0, 9)
            level = random.uniform(-70, 70) if random.random() < 0.08 else random.normal(0, 7)
            if abs(nod + elevation) > _LARGEST_NOD_DEG:
                continue
            camera = HeadPose(0, 0, level).matrix() @ HeadPose(0, elevation, 0).matrix()
            matrix = (
                camera @ HeadPose(turn, 0, 0).matrix() @ HeadPose(0, nod, 0).matrix() @ HeadPose(0, 0, tilt).matrix()
            )
            pose = full_circle(matrix)
            if low <= pose.yaw <= high and (max(-low, high) > LARGEST_BIN_DEG or _within_bins(pose)):
                torso_turn = turn - np.clip(random.normal(0, 30), -65, 65)
                lean = HeadPose(0, random.normal(0, 6), random.normal(0, 5)).matrix()
                return HeldPose(pose, camera @ HeadPose(torso_turn, 0, 0).matrix() @ lean)
        raise ValueError(f"No pose with a yaw of {low:g}° to {high:g}° was found.")


def full_circle(matrix: FloatArray) -> HeadPose:
    """The pose of a rotation with yaw within ±180° and pitch within ±90°.

    Each rotation has two triples of angles, (yaw, pitch, roll) and (180° − yaw, pitch ± 180°, roll ± 180°), and one of
    them has such a pitch: the one in which the back of a head is a yaw beyond 90°.
    """
    pose = HeadPose.from_matrix(matrix)
    if abs(pose.pitch) <= 90:
        return pose
    return HeadPose(_wrapped(180 - pose.yaw), _wrapped(pose.pitch + 180), _wrapped(pose.roll + 180))


def _wrapped(degrees: float) -> float:
    return (degrees + 180) % 360 - 180


def _within_bins(pose: HeadPose) -> bool:
    return max(map(abs, pose)) <= LARGEST_BIN_DEG
