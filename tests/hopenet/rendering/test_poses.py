"""The poses that are drawn, and their angles."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hopenet.pose import HeadPose, geodesic_deg
from hopenet.rendering.poses import LARGEST_BIN_DEG, PoseRange, full_circle

_ANGLE = st.floats(-179, 179)


@given(_ANGLE, _ANGLE, _ANGLE)
def test_the_angles_of_the_full_circle_are_the_same_rotation_with_a_pitch_within_90(
    yaw: float, pitch: float, roll: float
) -> None:
    matrix = HeadPose(yaw, pitch, roll).matrix()
    pose = full_circle(matrix)
    assert abs(pose.pitch) <= 90 + 1e-6
    assert abs(pose.yaw) <= 180
    assert np.abs(pose.matrix() - matrix).max() < 1e-6


def test_the_back_of_a_head_has_a_yaw_beyond_90() -> None:
    assert math.isclose(abs(full_circle(HeadPose(180, 0, 0).matrix()).yaw), 180)
    assert geodesic_deg(full_circle(HeadPose(150, 10, 5).matrix()), HeadPose(150, 10, 5)) < 1e-5
    assert full_circle(HeadPose(150, 10, 5).matrix()).yaw > 149


def test_poses_keep_to_the_range_and_those_of_the_front_to_the_bins_of_networks() -> None:
    random = np.random.default_rng(3)
    front = [PoseRange((-90, 90), frontal=0.5).draw(random).pose for _ in range(300)]
    assert max(abs(angle) for pose in front for angle in pose) <= LARGEST_BIN_DEG
    assert max(abs(pose.yaw) for pose in front) <= 90
    around = [PoseRange().draw(random).pose for _ in range(300)]
    assert sum(abs(pose.yaw) > 90 for pose in around) > 100


def test_pitch_and_roll_spread_towards_profile_as_in_photographs() -> None:
    random = np.random.default_rng(4)
    poses = [PoseRange((-90, 90)).draw(random).pose for _ in range(1500)]
    frontal = [pose.pitch for pose in poses if abs(pose.yaw) < 20]
    profile = [pose.pitch for pose in poses if abs(pose.yaw) > 65]
    assert np.std(profile) > 1.4 * np.std(frontal)
