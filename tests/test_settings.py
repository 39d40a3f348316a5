from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.settings import AnalysisSettings, Reference, Signs
from hopenet import HeadPose
from hopenet.pose import geodesic_deg

POSES = some.builds(HeadPose, yaw=some.floats(-80, 80), pitch=some.floats(-80, 80), roll=some.floats(-80, 80))


@given(POSES)
def test_the_neutral_pose_itself_is_straight_ahead(pose: HeadPose) -> None:
    assert Reference(neutral=pose).apply(pose) == pytest.approx(HeadPose(0, 0, 0), abs=1e-6)


@given(POSES, some.floats(-60, 60))
def test_a_pure_turn_from_the_neutral_pose_stays_a_pure_turn(neutral: HeadPose, yaw: float) -> None:
    turned = HeadPose.from_matrix(neutral.matrix() @ HeadPose(yaw, 0, 0).matrix())
    assert Reference(neutral=neutral).apply(turned) == pytest.approx(HeadPose(yaw, 0, 0), abs=1e-6)


@given(POSES, POSES)
def test_the_angle_from_straight_ahead_is_the_angle_from_the_neutral_pose(neutral: HeadPose, pose: HeadPose) -> None:
    relative = Reference(neutral=neutral).apply(pose)
    assert geodesic_deg(relative, HeadPose(0, 0, 0)) == pytest.approx(geodesic_deg(pose, neutral), abs=1e-3)


@given(POSES)
def test_the_default_reference_changes_nothing(pose: HeadPose) -> None:
    assert Reference().apply(pose) == pose


def test_signs_flip_single_angles() -> None:
    assert Reference(signs=Signs(yaw=-1, roll=-1)).apply(HeadPose(10, 20, 30)) == HeadPose(-10, 20, -30)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("detect_every", 0),
        ("smoothing", 1.5),
        ("smoothing", -0.1),
        ("smoothing", math.nan),
        ("filter", "median"),
        ("crop", "wide"),
    ],
)
def test_settings_out_of_range_are_rejected(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        AnalysisSettings(**{field: value})  # type: ignore[arg-type]
