"""Faces off a camera's axis."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from detectors import Box
from hopenet import HeadPose, HeadPoseEstimator, MarginCrop, SquareCrop, geodesic_deg
from hopenet.camera_geometry import ON_AXIS, CameraGeometry, Sight
from hopenet.perspective import cut_out_face_on, relative_to_camera, relative_to_sight, turn_towards
from hopenet.preprocess import cut_out
from tests.photograph import FACE, astronaut
from tests.turned_camera import box_turned, seen_turned

WIDE = CameraGeometry.from_field_of_view(110, (1600, 1200))
STRAIGHT = HeadPose(0, 0, 0)
SIGHTS = {
    "right": Sight(math.tan(math.radians(30)), 0),
    "left": Sight(-math.tan(math.radians(30)), 0),
    "low": Sight(0, math.tan(math.radians(20))),
    "corner": Sight(-0.6, -0.5),
}


@pytest.mark.parametrize(
    ("where", "yaw", "pitch"),
    [("right", 30, 0), ("left", -30, 0), ("low", 0, 20)],
)
def test_who_looks_into_the_camera_from_the_side_is_turned_towards_its_axis(
    where: str, yaw: float, pitch: float
) -> None:
    # At the right of the picture, the nose points to the picture's left; low in the picture, it points up.
    assert relative_to_camera(STRAIGHT, SIGHTS[where]) == pytest.approx((yaw, pitch, 0))


@pytest.mark.parametrize("where", SIGHTS)
def test_both_ways_of_giving_a_pose_undo_each_other(where: str) -> None:
    pose = HeadPose(20, -15, 10)
    there = relative_to_camera(pose, SIGHTS[where])
    assert relative_to_sight(there, SIGHTS[where]) == pytest.approx(pose)
    assert geodesic_deg(there, pose) == pytest.approx(SIGHTS[where].angle_deg, abs=1e-4)


def test_on_the_axis_nothing_changes() -> None:
    np.testing.assert_array_equal(turn_towards(ON_AXIS), np.eye(3))


@pytest.mark.parametrize("where", SIGHTS)
def test_the_view_towards_a_face_is_not_rolled(where: str) -> None:
    # Around the line of sight, the wide picture is the view towards the face stretched, without any rotation.
    step, sight = 1e-6, SIGHTS[where]
    turn = turn_towards(sight)

    def seen(x: float, y: float) -> npt.NDArray[np.float64]:
        right, up, back = turn @ (x, -y, -1)
        return np.array([right / -back, -up / -back])

    stretch = np.column_stack([seen(step, 0) - seen(0, 0), seen(0, step) - seen(0, 0)]) / step
    assert seen(0, 0) == pytest.approx(sight)
    np.testing.assert_allclose(stretch, stretch.T, atol=1e-5)
    cosine = math.cos(math.radians(sight.angle_deg))
    assert sorted(np.linalg.eigvalsh(stretch)) == pytest.approx([1 / cosine, 1 / cosine**2], abs=1e-4)


@pytest.mark.parametrize("where", SIGHTS)
def test_the_crop_shows_the_face_as_a_camera_turned_towards_it_does(where: str) -> None:
    photograph = astronaut()
    height, width = photograph.shape[:2]
    towards = CameraGeometry.from_field_of_view(35, (width, height))
    x, y = towards.cx + 0.5, towards.cy + 0.5
    box = Box(x - 60, y - 60, x + 60, y + 60)
    turn = turn_towards(SIGHTS[where])
    picture = seen_turned(photograph, towards, turn, WIDE)

    crop = cut_out_face_on(picture, box_turned(box, towards, turn, WIDE), SquareCrop(1.5), WIDE)

    expected = cut_out(photograph, SquareCrop(1.5).rectangle(box, picture=(width, height)))  # 180 × 180
    assert crop is not None and expected is not None
    shown = cv2.resize(crop, (180, 180), interpolation=cv2.INTER_AREA)
    small, wanted = (cv2.resize(each, (45, 45), interpolation=cv2.INTER_AREA) for each in (shown, expected))
    assert np.abs(small.astype(float) - wanted).mean() < 6  # In the corner, the upright box is 2 % larger.


def test_on_the_axis_of_a_camera_without_distortion_the_crop_is_the_ordinary_one() -> None:
    photograph = astronaut()
    camera = CameraGeometry.from_field_of_view(60, (photograph.shape[1], photograph.shape[0]))
    box = Box(206, 206, 306, 306)

    crop = cut_out_face_on(photograph, box, SquareCrop(1.5), camera)

    expected = cut_out(photograph, SquareCrop(1.5).rectangle(box, picture=(512, 512)))
    assert crop is not None and expected is not None and crop.shape == expected.shape
    assert np.abs(crop.astype(float) - expected).mean() < 3  # It is off by half a pixel at most.


def test_distortion_is_taken_out_of_the_crop() -> None:
    plain = CameraGeometry.from_field_of_view(100, (800, 600))
    bent = CameraGeometry(800, 600, plain.fx, plain.fy, plain.cx, plain.cy, (-0.12, 0.012))
    texture = np.asarray(cv2.resize(astronaut(), (800, 600), interpolation=cv2.INTER_AREA), np.uint8)
    rows, columns = np.mgrid[0:600, 0:800]
    pixels = np.column_stack([columns.ravel(), rows.ravel()]) + 0.5
    source = (plain.points(bent.sights(pixels)) - 0.5).astype(np.float32).reshape(600, 800, 2)
    distorted = np.asarray(cv2.remap(texture, source[..., 0], source[..., 1], cv2.INTER_LINEAR), np.uint8)
    box = Box(620, 100, 720, 200)
    left, right, top, bottom = bent.points(plain.sights(np.array([(620, 150), (720, 150), (670, 100), (670, 200)])))
    there = Box(float(left[0]), float(top[1]), float(right[0]), float(bottom[1]))

    straight = cut_out_face_on(texture, box, SquareCrop(1.2), plain)
    undone = cut_out_face_on(distorted, there, SquareCrop(1.2), bent)

    assert straight is not None and undone is not None
    small, wanted = (cv2.resize(each, (40, 40), interpolation=cv2.INTER_AREA) for each in (undone, straight))
    assert np.abs(small.astype(float) - wanted).mean() < 4


@pytest.mark.parametrize(
    "box", [Box(1700, 100, 1800, 200), Box(100, 100, 103, 103)], ids=["outside the picture", "too small"]
)
def test_boxes_without_a_crop_have_none_here_either(box: Box) -> None:
    picture = np.full((1200, 1600, 3), 99, np.uint8)
    assert cut_out_face_on(picture, box, SquareCrop(1.0), WIDE) is None


def test_margins_that_are_cut_at_the_picture_are_black_here() -> None:
    picture = np.full((1200, 1600, 3), 200, np.uint8)
    crop = cut_out_face_on(picture, Box(1500, 500, 1590, 600), MarginCrop(0.5, 0.5, 0.5, 0.5), WIDE)
    assert crop is not None
    assert (crop[:, -3:] == 0).all() and (crop[:, :3] == 200).all()


def test_what_is_behind_the_camera_is_black_and_not_what_is_opposite() -> None:
    fish = CameraGeometry.from_field_of_view(168, (2000, 400))
    picture = np.full((400, 2000, 3), 200, np.uint8)
    crop = cut_out_face_on(picture, Box(1700, 100, 2000, 300), SquareCrop(6.0), fish)
    assert crop is not None
    assert (crop[:, -crop.shape[1] // 4 :] == 0).all()


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not for a picture of 640×480"):
        cut_out_face_on(np.zeros((480, 640, 3), np.uint8), Box(0, 0, 99, 99), SquareCrop(1), WIDE)


@pytest.mark.parametrize("where", SIGHTS)
def test_the_estimator_gives_the_turned_head_of_a_real_photograph(where: str, estimator: HeadPoseEstimator) -> None:
    photograph = astronaut()
    towards = CameraGeometry.from_field_of_view(40, (photograph.shape[1], photograph.shape[0]))
    face = towards.sight(FACE.centre)
    (ahead,) = estimator.estimate(photograph, [FACE], camera=towards)
    assert ahead is not None
    # The photograph's camera, turned until the face is where the wide camera is to see it.
    turn = turn_towards(SIGHTS[where]) @ turn_towards(face).T
    picture = seen_turned(photograph, towards, turn, WIDE)
    box = box_turned(FACE, towards, turn, WIDE)
    truth = HeadPose.from_matrix(turn @ ahead.pose.matrix())

    (corrected,) = estimator.estimate(picture, [box], camera=WIDE)
    (uncorrected,) = estimator.estimate(picture, [box])

    assert corrected is not None and uncorrected is not None
    assert geodesic_deg(corrected.pose, truth) < 5
    assert geodesic_deg(uncorrected.pose, truth) > 15
