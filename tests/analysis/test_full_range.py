"""A head with its back to the camera keeps its yaw wherever a rotation becomes angles again."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from app.analysis.rotations import angles_of, quaternions_of
from app.analysis.smoothing import FILTERS
from app.analysis.zero_lag import zero_lag_angles
from app.live_outputs.turn import TurnAngles
from app.outputs.openface import openface_angles
from app.session.video_curves import relative_angles
from app.settings import FilterChoice, Reference, Signs
from hopenet import HeadPose
from hopenet.camera_geometry import Sight
from hopenet.perspective import relative_to_camera, relative_to_sight
from hopenet.pose import wrapped
from hopenet.training.augmentation import mirrored, turned

BEHIND = HeadPose(150, 10, -5)


def spun(count: int, *, start: float = 61.0, step: float = 6.0) -> list[HeadPose]:
    """A head that turns on and on, with a constant pitch and roll."""
    return [HeadPose((start + step * place + 180) % 360 - 180, 8, 3) for place in range(count)]


def test_a_neutral_pose_keeps_a_yaw_beyond_90_degrees_and_is_undone_again() -> None:
    reference = Reference(neutral=HeadPose(5, -10, 2))
    relative = reference.apply(BEHIND)
    assert relative.yaw == pytest.approx(144, abs=3) and abs(relative.pitch) < 30
    assert reference.apply(HeadPose(5, -10, 2)) == pytest.approx((0, 0, 0), abs=1e-6)
    angles = np.array([relative])
    assert relative_angles(angles, reference, Reference())[0] == pytest.approx(BEHIND, abs=1e-6)


def test_a_camera_behind_the_head_as_neutral_makes_its_back_straight_ahead() -> None:
    back = HeadPose(180, 0, 0)
    assert Reference(neutral=back).apply(HeadPose(-170, 0, 0)) == pytest.approx((10, 0, 0), abs=1e-6)
    facing = Reference(neutral=back).apply(HeadPose(10, 0, 0))
    assert facing == pytest.approx((-170, 0, 0), abs=1e-6)


def test_signs_only_mirror_a_yaw_beyond_90_degrees() -> None:
    assert Reference(signs=Signs(yaw=-1)).apply(BEHIND) == (-150, 10, -5)


def test_a_line_of_sight_carries_a_yaw_over_90_degrees() -> None:
    sight = Sight(math.tan(math.radians(30)), 0.0)  # 30° to the picture's right
    seen = HeadPose(80, 0, 0)
    truth = relative_to_camera(seen, sight)
    assert truth == pytest.approx((110, 0, 0), abs=1e-6)
    assert relative_to_sight(truth, sight) == pytest.approx(seen, abs=1e-6)
    assert relative_to_camera(HeadPose(170, 0, 0), sight) == pytest.approx((-160, 0, 0), abs=1e-6)


@pytest.mark.parametrize("name", FILTERS)
def test_smoothing_goes_on_round_the_back_of_a_head_that_turns(name: FilterChoice) -> None:
    smooth = FILTERS[name](0.5)
    raw = spun(60)
    calm = [smooth(pose, place / 30) for place, pose in enumerate(raw)]
    steps = wrapped(np.diff(np.array(calm)[:, 0]))
    assert steps[10:].min() > 0 and steps.max() < 12  # always on, never back through 0
    off = wrapped(np.array(calm) - np.array(raw))
    assert np.abs(off[:, 0]).max() < 20
    assert np.abs(off[:, 1:]).max() < 3


def test_smoothing_without_delay_passes_the_seam() -> None:
    raw = np.array(spun(60))
    calm = zero_lag_angles(raw, np.arange(60) / 30, 0.5)
    off = wrapped(calm - raw)
    assert np.abs(off).max() < 2.0
    assert np.abs(calm[:, 1]).max() < 12


def test_jitter_at_the_seam_is_calmed_at_the_seam() -> None:
    random = np.random.default_rng(3)
    raw = np.column_stack([wrapped(180 + random.normal(0, 3, 90)), random.normal(0, 1, 90), random.normal(0, 1, 90)])
    calm = zero_lag_angles(raw, np.arange(90) / 30, 0.5)
    assert np.abs(wrapped(calm[1:-1, 0] - 180)).max() < 3.5  # the first and the last pose stay
    filtered = FILTERS["one-euro"](0.5)
    live = [filtered(HeadPose(*angles), place / 30).yaw for place, angles in enumerate(raw.tolist())]
    assert np.abs(wrapped(np.array(live[10:]) - 180)).max() < 4


def test_many_rotations_have_the_angles_of_one() -> None:
    angles = np.random.default_rng(0).uniform(-180, 180, (500, 3))
    together = angles_of(quaternions_of(angles))
    single = [HeadPose.from_matrix(HeadPose(*one).matrix(), full_range=True) for one in angles.tolist()]
    assert wrapped(together - np.array(single)) == pytest.approx(np.zeros((500, 3)), abs=1e-6)
    assert np.abs(together[:, 1]).max() <= 90


def test_turning_and_mirroring_a_training_picture_keeps_a_head_seen_from_behind() -> None:
    label = turned(BEHIND, 25)
    assert abs(label.yaw) > 90 and abs(label.pitch) <= 90
    assert turned(label, -25) == pytest.approx(BEHIND, abs=1e-6)
    assert turned(HeadPose(180, 0, 0), 20) == pytest.approx((180, 0, 20), abs=1e-6)
    assert mirrored(BEHIND) == (-150, 10, 5)
    assert turned(HeadPose(60, 10, 5), 20) == HeadPose.from_matrix(
        HeadPose(0, 0, -20).matrix() @ HeadPose(60, 10, 5).matrix()
    )


def test_games_get_the_compass_direction_of_the_nose() -> None:
    for pose, following in pairwise(spun(30)):
        step = TurnAngles.from_pose(following).yaw - TurnAngles.from_pose(pose).yaw
        assert (step + 180) % 360 - 180 == pytest.approx(6, abs=0.5)
    assert TurnAngles.from_pose(HeadPose(150, 0, 0)) == pytest.approx((150, 0, 0))


def test_openface_gets_the_same_rotation() -> None:
    assert openface_angles(*BEHIND) == pytest.approx((math.radians(-10), math.radians(150), math.radians(-5)))
