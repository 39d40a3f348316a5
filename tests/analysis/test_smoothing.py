from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from app.analysis.rotations import towards, turn_deg
from app.analysis.smoothing import FILTERS, LONGEST_GAP_S, OneEuroFilter, PoseFilter, pose_filter
from app.settings import FILTER_CHOICES, AnalysisSettings, FilterChoice
from hopenet import HeadPose
from hopenet.pose import geodesic_deg

FRAME_S = 1 / 30

poses = st.builds(
    HeadPose,
    st.floats(-89, 89, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


def smoothed(raw: Iterable[HeadPose], times_s: Iterable[float], strength: float) -> list[HeadPose]:
    smooth = OneEuroFilter(strength)
    return [smooth(pose, time_s) for pose, time_s in zip(raw, times_s, strict=True)]


def at_30_fps(count: int) -> list[float]:
    return [index * FRAME_S for index in range(count)]


def turned_about_the_vertical(angle_deg: float) -> HeadPose:
    """A head turned past its shoulder: beyond 90°, yaw decreases again while pitch and roll flip by 180°."""
    angle = math.radians(angle_deg)
    cosine, sine = math.cos(angle), math.sin(angle)
    return HeadPose.from_matrix(np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]]))


def rolled(angle_deg: float) -> HeadPose:
    return HeadPose(0, 0, (angle_deg + 180) % 360 - 180)


def nodded(angle_deg: float) -> HeadPose:
    return HeadPose(0, (angle_deg + 180) % 360 - 180, 0)


@pytest.mark.parametrize("name", FILTER_CHOICES)
@given(raw=st.lists(poses, min_size=1, max_size=5))
def test_strength_zero_leaves_every_pose_unchanged(name: FilterChoice, raw: list[HeadPose]) -> None:
    smooth = FILTERS[name](0.0)
    assert [smooth(pose, time_s) for pose, time_s in zip(raw, at_30_fps(len(raw)), strict=True)] == raw


@pytest.mark.parametrize(
    ("strength", "largest_share"), [(0.25, 0.6), (0.5, 0.35), (1.0, 0.2)], ids=["weak", "default", "full"]
)
def test_jitter_at_rest_is_reduced(strength: float, largest_share: float) -> None:
    noise = np.random.default_rng(7).normal(scale=1.5, size=(240, 3))
    raw = [HeadPose(12 + yaw, -6 + pitch, 4 + roll) for yaw, pitch, roll in noise]
    calm = np.array(smoothed(raw, at_30_fps(240), strength))[60:]
    assert (calm.var(axis=0) / np.array(raw)[60:].var(axis=0)).max() < largest_share
    # Reduced, not displaced.
    assert calm.mean(axis=0) == pytest.approx((12, -6, 4), abs=0.6)


def test_more_strength_reduces_jitter_more() -> None:
    noise = np.random.default_rng(8).normal(scale=1.5, size=(240, 3))
    raw = [HeadPose(*angles) for angles in noise]
    spread = [np.array(smoothed(raw, at_30_fps(240), strength))[60:].std() for strength in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert all(later < earlier for earlier, later in pairwise(spread))


@pytest.mark.parametrize(("strength", "frames"), [(0.5, 2.0), (1.0, 4.0)], ids=["default", "full"])
def test_a_fast_turn_lags_by_only_a_few_frames(strength: float, frames: float) -> None:
    speed_deg_s = 120.0
    times_s = at_30_fps(31)
    raw = [HeadPose(-60 + speed_deg_s * time_s, 0, 0) for time_s in times_s]
    behind_deg = raw[-1].yaw - smoothed(raw, times_s, strength)[-1].yaw
    assert 0 < behind_deg < frames * speed_deg_s * FRAME_S


@pytest.mark.parametrize(
    ("turned", "start_deg"),
    [(turned_about_the_vertical, 60), (turned_about_the_vertical, -120), (rolled, 150), (nodded, -210)],
    ids=["yaw through 90°", "yaw through −90°", "roll through 180°", "pitch through −180°"],
)
def test_nothing_jumps_where_angles_wrap_around(turned: object, start_deg: float) -> None:
    assert callable(turned)
    step_deg = 2.0
    raw = [turned(start_deg + step_deg * index) for index in range(31)]
    calm = smoothed(raw, at_30_fps(31), 0.5)
    assert max(geodesic_deg(a, b) for a, b in pairwise(calm)) < 1.5 * step_deg
    assert max(geodesic_deg(a, b) for a, b in zip(raw, calm, strict=True)) < 4 * step_deg


@pytest.mark.parametrize("gap_s", [LONGEST_GAP_S + 0.01, 60.0, 0.0, -5.0], ids=["just over", "long", "none", "back"])
@pytest.mark.parametrize("name", FILTER_CHOICES)
def test_a_filter_starts_again_after_a_gap_and_if_time_does_not_increase(name: FilterChoice, gap_s: float) -> None:
    smooth = FILTERS[name](1.0)
    for time_s in at_30_fps(30):
        smooth(HeadPose(0, 0, 0), time_s)
    elsewhere = HeadPose(50, 20, -30)
    assert geodesic_deg(smooth(elsewhere, 29 * FRAME_S + gap_s), elsewhere) < 1e-4


@pytest.mark.parametrize("name", FILTER_CHOICES)
def test_a_filter_continues_after_a_short_gap(name: FilterChoice) -> None:
    smooth = FILTERS[name](1.0)
    for time_s in at_30_fps(30):
        smooth(HeadPose(0, 0, 0), time_s)
    after = smooth(HeadPose(10, 0, 0), 29 * FRAME_S + 0.1)
    assert 0.1 < after.yaw < 9.5


@pytest.mark.parametrize("name", FILTER_CHOICES)
def test_every_filter_follows_a_head_that_stays_where_it_is(name: FilterChoice) -> None:
    smooth: PoseFilter = pose_filter(AnalysisSettings(filter=name))
    poses = [smooth(HeadPose(20, -10, 5), time_s) for time_s in at_30_fps(30)]
    assert geodesic_deg(poses[-1], HeadPose(20, -10, 5)) < 1e-4


@pytest.mark.parametrize("speed_deg_s", [30.0, 60.0, 120.0])
def test_the_filter_for_games_follows_a_turn_sooner_than_one_euro(speed_deg_s: float) -> None:
    times_s = at_30_fps(31)
    raw = [HeadPose(speed_deg_s * (time_s - 0.5), 0, 0) for time_s in times_s]

    def behind_s(name: FilterChoice) -> float:
        smooth = FILTERS[name](0.5)
        last = [smooth(pose, time_s) for pose, time_s in zip(raw, times_s, strict=True)][-1]
        return (raw[-1].yaw - last.yaw) / speed_deg_s

    assert abs(behind_s("low-delay")) < 0.4 * behind_s("one-euro")


def test_the_filter_for_games_keeps_a_head_at_rest_calm() -> None:
    noise = np.random.default_rng(7).normal(scale=0.3, size=(240, 3))
    smooth = FILTERS["low-delay"](0.5)
    calm = np.array([smooth(HeadPose(*angles), index * FRAME_S) for index, angles in enumerate(noise)])[60:]
    assert (calm.std(axis=0) / noise[60:].std(axis=0)).max() < 0.6


def test_the_filter_for_games_does_not_go_far_beyond_where_a_turn_stops() -> None:
    smooth = FILTERS["low-delay"](0.5)
    yaws = [smooth(HeadPose(min(40.0, 100 * time_s), 0, 0), time_s).yaw for time_s in at_30_fps(60)]
    assert max(yaws) < 43 and yaws[-1] == pytest.approx(40, abs=0.5)


def test_every_filter_that_can_be_chosen_is_in_the_table() -> None:
    assert tuple(FILTERS) == FILTER_CHOICES


def test_uneven_time_steps_give_the_same_result_as_even_ones() -> None:
    def pose_at(time_s: float) -> HeadPose:
        return HeadPose(30 * math.sin(2 * math.pi * 0.4 * time_s), 10 * math.cos(time_s), 5 * time_s)

    rng = np.random.default_rng(3)
    uneven_s = np.cumsum(rng.choice([1 / 60, 1 / 30, 1 / 20], size=90)).tolist()
    end_s = uneven_s[-1]
    even_s = np.linspace(end_s / 90, end_s, 90).tolist()
    last = [smoothed(map(pose_at, times_s), times_s, 0.5)[-1] for times_s in (uneven_s, even_s)]
    assert geodesic_deg(*last) < 1.0


@given(poses, poses, st.floats(0.01, 1.0), st.floats(0.001, LONGEST_GAP_S - 0.001))
def test_the_smoothed_pose_is_on_the_shortest_path_from_the_last_one_to_the_new_pose(
    first: HeadPose, second: HeadPose, strength: float, step_s: float
) -> None:
    before, between = smoothed((first, second), (0.0, step_s), strength)
    matrix = between.matrix()
    assert matrix @ matrix.T == pytest.approx(np.eye(3), abs=1e-9)
    detour = geodesic_deg(before, between) + geodesic_deg(between, second) - geodesic_deg(before, second)
    assert abs(detour) < 1e-3


@given(poses, poses, st.floats(0, 1))
def test_a_turn_is_a_rotation_vector_and_its_share_follows_it(start: HeadPose, end: HeadPose, share: float) -> None:
    own, other = start.quaternion(), end.quaternion()
    vector = np.radians(turn_deg(own, other))
    assert np.linalg.norm(vector) <= math.pi + 1e-9
    assert Rotation.from_rotvec(vector).as_matrix() @ start.matrix() == pytest.approx(end.matrix(), abs=1e-9)
    if np.linalg.norm(vector) < math.pi - 1e-3:  # Of half a turn, both ways are equally long.
        expected = Rotation.from_rotvec(share * vector).as_matrix() @ start.matrix()
        w, x, y, z = towards(own, other, share)
        assert Rotation.from_quat([x, y, z, w]).as_matrix() == pytest.approx(expected, abs=1e-5)
