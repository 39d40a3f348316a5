"""Augmentation changes the crop and the label together."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopenet import HeadPose, geodesic_deg
from hopenet.datasets.labels import LabelledHead
from hopenet.training.augmentation import Augmentation, PublishedAugmentation, mirrored, turned

Pixels = npt.NDArray[np.uint8]

ANGLE = st.floats(-80, 80)
SIDE = 96


def head(pose: HeadPose, tmp_path: Path) -> LabelledHead:
    return LabelledHead(tmp_path / "unused.jpg", pose)


def dot_at(x: int, y: int) -> Pixels:
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    cv2.circle(picture, (x, y), 5, (255, 255, 255), -1)
    return picture


def centre_of(picture: Pixels) -> tuple[float, float]:
    rows, columns = np.nonzero(picture[..., 0] > 127)
    return float(columns.mean()), float(rows.mean())


@given(ANGLE, st.floats(-89, 89))
def test_turning_the_picture_counter_clockwise_lowers_the_roll_by_the_same_angle(roll: float, turn: float) -> None:
    assert turned(HeadPose(0, 0, roll), turn).roll == pytest.approx(roll - turn, abs=1e-6)


@given(ANGLE, ANGLE, ANGLE, st.floats(-170, 170))
def test_a_turn_moves_the_pose_by_its_own_angle_and_back(yaw: float, pitch: float, roll: float, turn: float) -> None:
    pose = HeadPose(yaw, pitch, roll)
    assert geodesic_deg(pose, turned(pose, turn)) == pytest.approx(abs(turn), abs=1e-3)
    assert geodesic_deg(pose, turned(turned(pose, turn), -turn)) < 1e-3


@given(ANGLE, ANGLE, ANGLE)
def test_the_rotation_of_a_mirrored_head_is_the_mirrored_rotation(yaw: float, pitch: float, roll: float) -> None:
    pose = HeadPose(yaw, pitch, roll)
    mirror = np.diag([-1.0, 1.0, 1.0])
    np.testing.assert_allclose(mirrored(pose).matrix(), mirror @ pose.matrix() @ mirror, atol=1e-12)


def test_without_rules_only_the_size_changes(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    pose = HeadPose(10, 20, 30)
    crop, same = Augmentation().apply(head(pose, tmp_path), picture, SIDE, np.random.default_rng(1))
    np.testing.assert_array_equal(crop, picture)
    assert same == pose


def test_a_crop_is_turned_in_the_direction_that_its_label_states(tmp_path: Path) -> None:
    rules = Augmentation(turn_any=1.0, turn_any_deg=60.0)
    seen = []
    for seed in range(12):
        crop, pose = rules.apply(head(HeadPose(0, 0, 0), tmp_path), dot_at(80, 48), SIDE, np.random.default_rng(seed))
        x, y = centre_of(crop)
        # The dot starts to the right of the centre. Counter-clockwise it rises, and y points down.
        counter_clockwise_deg = np.degrees(np.arctan2(47.5 - y, x - 47.5))
        assert -pose.roll == pytest.approx(counter_clockwise_deg, abs=1.5)
        seen.append(pose.roll)
    assert min(seen) < -15 and max(seen) > 15


def test_profiles_are_turned_less_than_frontal_faces(tmp_path: Path) -> None:
    rules = Augmentation(turn_deg=14, profile_power=2.0)
    moved = {}
    for yaw in (0, 60, 90):
        pose = HeadPose(yaw, 0, 0)
        _, turned_pose = rules.apply(head(pose, tmp_path), dot_at(80, 48), SIDE, np.random.default_rng(3))
        moved[yaw] = geodesic_deg(pose, turned_pose)
    assert moved[0] > 2
    assert moved[60] == pytest.approx(moved[0] / 4, rel=1e-3)
    assert moved[90] < 1e-3


def test_a_mirrored_crop_has_the_mirrored_label(tmp_path: Path) -> None:
    rules = Augmentation(mirror=1.0)
    crop, pose = rules.apply(head(HeadPose(30, 5, 10), tmp_path), dot_at(80, 30), SIDE, np.random.default_rng(0))
    assert pose == HeadPose(-30, 5, -10)
    assert centre_of(crop) == pytest.approx((15, 30), abs=1)


def test_the_same_seed_gives_the_same_crop_and_another_seed_another(tmp_path: Path) -> None:
    rules = Augmentation(
        mirror=0.5, turn_deg=15, zoom=(0.8, 1.2), shift=0.05, noise=0.5, cover=0.5, light=1.0, jpeg=0.5
    )
    picture = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)
    first, again, other = (
        rules.apply(head(HeadPose(1, 2, 3), tmp_path), picture, SIDE, np.random.default_rng(seed))[0]
        for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(Augmentation(coarse=1.0), id="coarse"),
        pytest.param(Augmentation(blur=1.0), id="blur"),
        pytest.param(Augmentation(jpeg=1.0), id="jpeg"),
        pytest.param(Augmentation(noise=1.0), id="noise"),
        pytest.param(Augmentation(light=1.0), id="light"),
        pytest.param(Augmentation(dark=1.0), id="dark"),
        pytest.param(Augmentation(colour=0.1), id="colour"),
        pytest.param(Augmentation(grey=1.0), id="grey"),
        pytest.param(Augmentation(cover=1.0), id="cover"),
        pytest.param(Augmentation(zoom=(0.7, 0.7)), id="zoom in"),
        pytest.param(Augmentation(zoom=(1.3, 1.3)), id="zoom out"),
        pytest.param(Augmentation(shift=0.1), id="shift"),
        pytest.param(Augmentation(stretch=0.1), id="stretch"),
    ],
)
def test_each_rule_changes_the_crop_and_keeps_the_pose(rules: Augmentation, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)
    picture = np.asarray(cv2.GaussianBlur(noise, (0, 0), 2), np.uint8)
    plain, _ = Augmentation().apply(head(HeadPose(1, 2, 3), tmp_path), picture, SIDE, np.random.default_rng(1))
    changed = 0
    for seed in range(8):
        crop, pose = rules.apply(head(HeadPose(1, 2, 3), tmp_path), picture, SIDE, np.random.default_rng(seed))
        assert crop.shape == (SIDE, SIDE, 3) and crop.dtype == np.uint8
        assert pose == HeadPose(1, 2, 3)
        changed += not np.array_equal(crop, plain)
    assert changed >= 6  # a random value near the middle may change nothing


def test_poor_light_is_as_dark_as_the_rule_says_and_noisy(tmp_path: Path) -> None:
    picture = np.full((120, 120, 3), 200, np.uint8)
    rules = Augmentation(dark=1.0, darkest=0.05)
    crops = [
        rules.apply(head(HeadPose(1, 2, 3), tmp_path), picture, SIDE, np.random.default_rng(seed))[0]
        for seed in range(40)
    ]
    means = np.array([crop.mean() for crop in crops])
    assert 200 * 0.05 - 1 < means.min() < 200 * 0.15
    assert 200 * 0.3 < means.max() < 200 * 0.5 + 1
    assert min(crop.std() for crop in crops) > 0.2


def test_the_published_margins_vary_within_their_range_and_the_box_stays_inside(tmp_path: Path) -> None:
    picture = np.zeros((400, 400, 3), np.uint8)
    picture[150:250, 150:250] = 255
    boxed = LabelledHead(tmp_path / "unused.jpg", HeadPose(20, 0, 5), face_box=(150, 150, 250, 250))
    shares, yaws = [], []
    for seed in range(40):
        crop, pose = PublishedAugmentation(blur=0).apply(boxed, picture, 224, np.random.default_rng(seed))
        assert crop.shape == (224, 224, 3)
        shares.append(float((crop > 127).mean()))
        yaws.append(pose.yaw)
    assert set(yaws) == {20, -20}
    assert 0.25 < min(shares) < max(shares) < 0.75 and max(shares) - min(shares) > 0.1


def test_a_head_outside_its_picture_is_named(tmp_path: Path) -> None:
    lost = LabelledHead(tmp_path / "lost.jpg", HeadPose(0, 0, 0), face_box=(500, 500, 600, 600))
    with pytest.raises(ValueError, match=r"lost\.jpg is too small or lies outside"):
        PublishedAugmentation().apply(lost, np.zeros((100, 100, 3), np.uint8), 224, np.random.default_rng(0))
