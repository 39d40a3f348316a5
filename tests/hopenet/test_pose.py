"""Poses as matrices and quaternions, and the distance between two."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from hopenet import HeadPose, PoseEstimate, PoseSpread, geodesic_deg

poses = st.builds(HeadPose, st.floats(-89, 89), st.floats(-179, 179), st.floats(-179, 179))


@given(poses)
def test_a_pose_survives_conversion_to_a_matrix_and_back(pose: HeadPose) -> None:
    assert HeadPose.from_matrix(pose.matrix()) == pytest.approx(pose, abs=1e-6)


@given(poses)
def test_a_pose_survives_conversion_to_a_quaternion_and_back(pose: HeadPose) -> None:
    quaternion = pose.quaternion()
    assert np.linalg.norm(quaternion) == pytest.approx(1)
    assert quaternion[0] >= 0
    assert geodesic_deg(HeadPose.from_quaternion(quaternion), pose) == pytest.approx(0, abs=1e-4)


@given(st.builds(HeadPose, *[st.floats(-180, 180)] * 3))
def test_a_quaternion_is_that_of_the_matrix(pose: HeadPose) -> None:
    w, x, y, z = pose.quaternion()
    assert Rotation.from_quat([x, y, z, w]).as_matrix() == pytest.approx(pose.matrix(), abs=1e-9)


def test_a_quaternion_may_have_any_length_but_zero() -> None:
    pose = HeadPose(20, -35, 50)
    w, x, y, z = pose.quaternion()
    assert HeadPose.from_quaternion((-3 * w, -3 * x, -3 * y, -3 * z)) == pytest.approx(pose)
    with pytest.raises(ValueError, match="length zero"):
        HeadPose.from_quaternion((0.0, 0.0, 0.0, 0.0))


@pytest.mark.parametrize("yaw", [90.0, -90.0])
def test_at_a_yaw_of_90_degrees_the_rotation_is_kept_although_pitch_and_roll_merge(yaw: float) -> None:
    pose = HeadPose(yaw, 30, 20)
    again = HeadPose.from_matrix(pose.matrix())
    assert again.roll == 0
    assert geodesic_deg(pose, again) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("pose", "entry", "sign"),
    [
        pytest.param(HeadPose(30, 0, 0), (0, 2), -1, id="yaw: R02 = -sin"),
        pytest.param(HeadPose(0, 30, 0), (1, 2), 1, id="pitch: R12 = sin"),
        pytest.param(HeadPose(0, 0, 30), (0, 1), 1, id="roll: R01 = sin"),
    ],
)
def test_signs_are_those_of_300w_lp(pose: HeadPose, entry: tuple[int, int], sign: int) -> None:
    assert pose.matrix()[entry] == pytest.approx(sign * 0.5)


def test_turning_the_picture_counter_clockwise_lowers_the_roll_by_the_same_angle() -> None:
    turned = HeadPose(0, 0, -20).matrix() @ HeadPose(0, 0, 35).matrix()
    assert HeadPose.from_matrix(turned) == pytest.approx((0, 0, 15))


@given(poses, poses)
def test_the_geodesic_distance_is_symmetric_and_at_most_180_degrees(a: HeadPose, b: HeadPose) -> None:
    assert geodesic_deg(a, b) == pytest.approx(geodesic_deg(b, a), abs=1e-5)
    assert 0 <= geodesic_deg(a, b) <= 180


def test_a_matrix_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3, 3\)"):
        HeadPose.from_matrix(np.eye(4))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_pose_that_is_not_a_number_has_no_rotation_and_raises_nothing(bad: float, place: int) -> None:
    angles = [10.0, 20.0, 30.0]
    angles[place] = bad
    pose, other = HeadPose(*angles), HeadPose(1.0, 2.0, 3.0)
    assert np.isnan(pose.matrix()).all()
    assert np.isnan(pose.quaternion()).all()
    assert np.isnan(geodesic_deg(pose, other))
    assert np.isnan(geodesic_deg(other, pose))
    assert not PoseEstimate(pose, PoseSpread(1.0, 1.0, 1.0)).is_finite
    assert not PoseEstimate(other, PoseSpread(*angles)).is_finite


@pytest.mark.parametrize("yaw", [-179.0, -135.0, -91.0, 0.0, 91.0, 120.0, 179.0])
@pytest.mark.parametrize(("pitch", "roll"), [(0.0, 0.0), (35.0, -20.0), (-88.0, 170.0)])
def test_the_full_range_keeps_a_yaw_beyond_90_degrees(yaw: float, pitch: float, roll: float) -> None:
    pose = HeadPose(yaw, pitch, roll)
    assert HeadPose.from_matrix(pose.matrix(), full_range=True) == pytest.approx(pose, abs=1e-6)
    assert HeadPose.from_quaternion(pose.quaternion(), full_range=True) == pytest.approx(pose, abs=1e-6)


def test_without_it_a_yaw_stays_within_90_degrees_as_in_the_labels_of_300w_lp() -> None:
    assert HeadPose.from_matrix(HeadPose(120, 10, 5).matrix()) == pytest.approx((60, -170, -175))


@given(st.builds(HeadPose, *[st.floats(-180, 180)] * 3))
def test_the_full_range_is_the_same_rotation_with_a_pitch_within_90_degrees(pose: HeadPose) -> None:
    whole = HeadPose.from_matrix(pose.matrix(), full_range=True)
    assert abs(whole.pitch) <= 90 and max(map(abs, whole)) <= 180
    assert geodesic_deg(whole, pose) == pytest.approx(0, abs=1e-3)
    if pose.matrix()[2, 2] > 0:  # facing the camera: there is only one triple with yaw and pitch within ±90°
        assert whole == HeadPose.from_matrix(pose.matrix())
