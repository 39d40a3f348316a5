"""Pictures of heads: their labels, their squares, and what they depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hopenet.pose import HeadPose
from hopenet.rendering.assets import HeadAssets
from hopenet.rendering.landmarks import LANDMARKS, NOSE_TIP
from hopenet.rendering.people import is_held_out, person
from hopenet.rendering.poses import PoseRange

pytest.importorskip("moderngl", reason="needs the extra “render”")

from hopenet.rendering.scenes import SetPlan, camera_for, persons_of_split

if TYPE_CHECKING:
    from hopenet.rendering.scenes import SceneMaker

pytestmark = pytest.mark.network

PLAN = SetPlan(seed=5, count=8, persons=4, poses=PoseRange((-60, 60)), held_out=False, side=48)


def _projected(plain_assets: HeadAssets, pose: HeadPose, vertex: int) -> tuple[float, float]:
    """Where a vertex of the mean head is in the picture of its square: x right, y down, the square from −1 to 1."""
    vertices = plain_assets.base.vertices
    matrix = pose.matrix()
    camera = camera_for(np.random.default_rng(1), vertices, matrix, matrix, vertices)
    x, y = camera.in_picture(vertices[[vertex]])[0]
    return float(x), float(y)


@pytest.mark.parametrize(
    ("pose", "side"),
    [
        (HeadPose(50, 0, 0), "left"),
        (HeadPose(-50, 0, 0), "right"),
        (HeadPose(0, 40, 0), "up"),
        (HeadPose(0, -40, 0), "down"),
    ],
)
def test_the_nose_points_to_where_the_label_says(plain_assets: HeadAssets, pose: HeadPose, side: str) -> None:
    straight = _projected(plain_assets, HeadPose(0, 0, 0), NOSE_TIP)
    moved = _projected(plain_assets, pose, NOSE_TIP)
    right, down = moved[0] - straight[0], moved[1] - straight[1]
    assert {"left": -right, "right": right, "up": -down, "down": down}[side] > 0.1


def test_a_positive_roll_is_clockwise_in_the_picture(plain_assets: HeadAssets) -> None:
    chin, bridge = 5171, 136
    upper, lower = (_projected(plain_assets, HeadPose(0, 0, 30), vertex) for vertex in (bridge, chin))
    assert upper[0] > lower[0]
    assert upper[1] < lower[1]


@pytest.mark.parametrize("yaw", [0, 80, 180])
def test_the_picture_is_the_square_around_all_landmarks_seen_or_not(plain_assets: HeadAssets, yaw: float) -> None:
    vertices = plain_assets.base.vertices
    matrix = HeadPose(yaw, 10, 5).matrix()
    camera = camera_for(np.random.default_rng(2), vertices, matrix, matrix, vertices)
    points = camera.in_picture(vertices[list(LANDMARKS)])
    low, high = points.min(axis=0), points.max(axis=0)
    assert (low + high) / 2 == pytest.approx([0, 0], abs=1e-5)
    assert float(np.hypot(*(high - low))) == pytest.approx(2, abs=1e-5)


def test_a_picture_depends_on_the_seed_and_its_index_alone(
    plain_assets: HeadAssets, scene_maker: Callable[..., SceneMaker]
) -> None:
    first, second = scene_maker(plain_assets, PLAN), scene_maker(plain_assets, PLAN)
    forwards = [first.picture(index) for index in range(4)]
    backwards = [second.picture(index) for index in (3, 2, 1, 0)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert np.array_equal(one.image, other.image)
        assert (one.pose, one.facts, one.quality) == (other.pose, other.facts, other.quality)
    other_seed = scene_maker(plain_assets, replace(PLAN, seed=6)).picture(0)
    assert not np.array_equal(other_seed.image, forwards[0].image)


def test_pictures_show_a_head_in_front_of_a_backdrop(
    plain_assets: HeadAssets, scene_maker: Callable[..., SceneMaker]
) -> None:
    pictures = [scene_maker(plain_assets, PLAN).picture(index) for index in range(2)]
    for picture in pictures:
        assert picture.image.shape == (48, 48, 3)
        assert picture.image.std() > 5
        assert picture.facts["hair"] in {"bald", "cut"}


def test_hair_brows_and_skins_are_drawn_too(assets: HeadAssets, scene_maker: Callable[..., SceneMaker]) -> None:
    maker = scene_maker(assets, replace(PLAN, persons=8))
    hair = {maker.picture(index).facts["hair"] for index in range(8)}
    assert hair - {"bald", "cut"}


def test_people_of_the_two_splits_are_different_ones() -> None:
    training = set(persons_of_split(5, 300, held_out=False))
    kept_apart = set(persons_of_split(5, 30, held_out=True))
    assert not training & kept_apart
    assert all(is_held_out(5, number) for number in kept_apart)
    assert 0.05 < sum(is_held_out(5, number) for number in range(2000)) / 2000 < 0.15


def test_a_person_is_the_same_in_every_set_of_a_seed(plain_assets: HeadAssets) -> None:
    once, again = person(plain_assets, 5, 3), person(plain_assets, 5, 3)
    assert np.array_equal(once.vertices, again.vertices)
    assert replace(once, vertices=again.vertices) == again
