"""Smoothing forwards and backwards: no lag, less jitter, rotations rather than angles."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from app.analysis.rotations import angles_between_deg, angles_of, nose_axes, quaternions_of
from app.analysis.smoothing import LONGEST_GAP_S, OneEuroFilter
from app.analysis.zero_lag import zero_lag, zero_lag_angles
from hopenet import HeadPose
from hopenet.pose import geodesic_deg


def _angles(yaw: np.ndarray, pitch: float = 0.0, roll: float = 0.0) -> np.ndarray:
    return np.stack([yaw, np.full_like(yaw, pitch), np.full_like(yaw, roll)], axis=1)


def _one_euro(angles: np.ndarray, times: np.ndarray, strength: float) -> np.ndarray:
    smooth = OneEuroFilter(strength)
    return np.array([smooth(HeadPose(*own), time) for own, time in zip(angles, times, strict=True)])


def _lag_s(angles: np.ndarray, truth: np.ndarray, times: np.ndarray) -> float:
    """By how much the angles must be moved back in time to be nearest to the truth."""
    lags = np.arange(-0.3, 0.3, 0.001)
    inner = slice(30, -30)
    errors = [np.square(np.interp(times[inner] + lag, times, angles) - truth[inner]).mean() for lag in lags]
    return float(lags[int(np.argmin(errors))])


def _random_poses(count: int) -> np.ndarray:
    return np.random.default_rng(4).uniform([-179, -89, -179], [179, 89, 179], (count, 3))


def test_quaternions_of_many_poses_are_those_of_each_pose() -> None:
    poses = _random_poses(200)
    for own, pose in zip(quaternions_of(poses), poses, strict=True):
        expected = HeadPose(*pose).quaternion()
        assert np.allclose(own, expected) or np.allclose(-own, expected)
    assert np.allclose(angles_of(quaternions_of(poses)), poses)


def test_the_nose_axis_is_the_third_column_of_the_matrix() -> None:
    poses = _random_poses(200)
    assert np.allclose(nose_axes(poses), [HeadPose(*pose).matrix()[:, 2] for pose in poses])


def test_the_nose_axis_points_left_for_a_positive_yaw_and_up_for_a_positive_pitch() -> None:
    left, up = nose_axes(np.array([[30.0, 0.0, 70.0], [0.0, 30.0, -70.0]]))
    assert np.allclose(left, [-0.5, 0, math.sqrt(0.75)])
    assert np.allclose(up, [0, 0.5, math.sqrt(0.75)])


@pytest.mark.parametrize("between", [0.0, 1e-7, 0.001, 45.0, 90.0, 179.9, 180.0])
def test_angles_between_axes_are_exact_near_zero_and_far(between: float) -> None:
    axes = nose_axes(np.array([[0.0, 10.0], [0.0, 10.0 + between]]))
    assert angles_between_deg(axes[:1], axes[1])[0] == pytest.approx(between, abs=1e-6 if between > 1 else 1e-11)


@pytest.mark.parametrize("strength", [0.2, 0.5, 0.8, 1.0])
def test_a_turn_is_not_delayed_although_one_euro_delays_it(strength: float) -> None:
    times = np.arange(0, 10, 1 / 30)
    truth = 30 * np.sin(2 * math.pi * 0.5 * times)
    smoothed = zero_lag_angles(_angles(truth), times, strength)[:, 0]
    assert abs(_lag_s(smoothed, truth, times)) <= 0.001
    assert _lag_s(_one_euro(_angles(truth), times, strength)[:, 0], truth, times) > 0.01


@pytest.mark.parametrize("strength", [0.3, 0.5, 1.0])
def test_a_head_at_rest_trembles_no_more_than_after_one_euro(strength: float) -> None:
    times = np.arange(0, 30, 1 / 30)
    raw = np.random.default_rng(0).normal(0, 2, (len(times), 3))
    inner = slice(60, -60)
    jitter, jitter_one_euro = (
        smoothed[inner].std(axis=0).mean()
        for smoothed in (zero_lag_angles(raw, times, strength), _one_euro(raw, times, strength))
    )
    assert jitter < jitter_one_euro
    assert jitter > 0.4 * jitter_one_euro, "the strength is on another scale"


def test_a_steady_turn_is_unchanged_at_a_varying_frame_rate_and_up_to_both_ends() -> None:
    times = np.cumsum(np.random.default_rng(1).choice([0.01, 0.033, 0.2, 0.9], 100))
    steady = _angles(-80 + 0.9 * times)
    assert np.allclose(zero_lag_angles(steady, times, 0.9), steady, atol=0.02)


def test_time_reversed_poses_give_the_time_reversed_result() -> None:
    times = np.cumsum(np.random.default_rng(2).uniform(0.02, 0.05, 300))
    raw = _angles(40 * np.tanh(4 * (times - times.mean()))) + np.random.default_rng(3).normal(0, 1, (300, 3))
    reversed_result = zero_lag_angles(raw[::-1], -times[::-1], 0.5)[::-1]
    result = zero_lag_angles(raw, times, 0.5)
    assert np.abs(reversed_result - result).max() < 0.5


def test_a_turn_across_180_degrees_of_roll_stays_a_turn() -> None:
    times = np.arange(0, 4, 1 / 30)
    roll = (170 + 10 * times + 180) % 360 - 180
    raw = np.stack([np.zeros_like(roll), np.zeros_like(roll), roll], axis=1)
    for smoothed, pose in zip(zero_lag_angles(raw, times, 0.7), raw, strict=True):
        assert geodesic_deg(HeadPose(*smoothed), HeadPose(*pose)) < 0.05


def test_near_a_yaw_of_90_degrees_no_pose_leaves_the_way_of_the_head() -> None:
    times = np.arange(0, 4, 1 / 30)
    poses = [HeadPose.from_matrix(HeadPose(0, 10, 0).matrix() @ HeadPose(float(yaw), 0, 0).matrix())
             for yaw in np.linspace(60, 120, len(times))]  # fmt: skip
    smoothed = zero_lag(poses, times.tolist(), 0.5)
    assert max(geodesic_deg(own, pose) for own, pose in zip(smoothed, poses, strict=True) if own) < 0.1


def test_smoothing_starts_again_after_a_gap() -> None:
    before = np.arange(0, 2, 1 / 30)
    times = np.concatenate([before, before + before[-1] + LONGEST_GAP_S + 0.1])
    raw = np.random.default_rng(5).normal(0, 2, (len(times), 3))
    raw[len(before) :, 0] += 60
    half = len(before)
    smoothed = zero_lag_angles(raw, times, 0.8)
    assert np.array_equal(smoothed[:half], zero_lag_angles(raw[:half], times[:half], 0.8))
    assert np.allclose(smoothed[half:], zero_lag_angles(raw[half:], times[half:], 0.8))


def test_frames_without_a_pose_stay_without_and_do_not_matter_to_the_others() -> None:
    times = np.arange(0, 3, 1 / 30)
    raw = np.random.default_rng(6).normal(0, 2, (len(times), 3))
    missing = np.zeros(len(times), bool)
    missing[[0, 17, 18, 89]] = True
    holed = np.where(missing[:, None], np.nan, raw)
    smoothed = zero_lag_angles(holed, times, 0.5)
    assert np.isnan(smoothed[missing]).all()
    assert np.array_equal(smoothed[~missing], zero_lag_angles(raw[~missing], times[~missing], 0.5))
    assert [pose is None for pose in zero_lag([None, HeadPose(1, 2, 3)], [0, 1], 0.5)] == [True, False]


def test_strength_0_changes_nothing_and_others_out_of_range_are_refused() -> None:
    raw = _random_poses(20)
    assert np.array_equal(zero_lag_angles(raw, np.arange(20.0), 0), raw)
    for strength in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="strength"):
            zero_lag_angles(raw, np.arange(20.0), strength)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_short_tracks_are_smoothed_too(count: int) -> None:
    raw = _angles(np.linspace(0, 9, count))
    assert np.allclose(zero_lag_angles(raw, np.arange(count) / 30, 0.5), raw, atol=1e-6)


def test_more_strength_gives_smoother_poses() -> None:
    times = np.arange(0, 10, 1 / 30)
    raw = np.random.default_rng(7).normal(0, 2, (len(times), 3))
    jitters = [zero_lag_angles(raw, times, strength).std() for strength in np.linspace(0, 1, 6)]
    assert all(more < less for less, more in pairwise(jitters))
