"""What a camera geometry says about directions and pixels."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from hopenet.camera_geometry import CameraGeometry

BARREL = CameraGeometry(1920, 1080, 900, 910, 950, 545, (-0.20, 0.06, 0.001, -0.002, -0.004))
RATIONAL = CameraGeometry(1280, 720, 700, 700, 639.5, 359.5, (0.3, 0.1, 0.001, 0.0, 0.02, 0.6, 0.2, 0.03))


@pytest.mark.parametrize("camera", [BARREL, RATIONAL], ids=["barrel", "rational"])
def test_directions_and_pixels_agree_with_opencv(camera: CameraGeometry) -> None:
    points = np.random.default_rng(0).uniform((0, 0), (camera.width, camera.height), (300, 2))

    sights = camera.sights(points)

    matrix = np.array([[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1]])
    rays = np.column_stack([sights, np.ones(len(sights))])
    projected, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), matrix, np.array(camera.distortion))
    # OpenCV counts from the centre of the first pixel, boxes from its corner.
    np.testing.assert_allclose(projected[:, 0] + 0.5, points, atol=1e-6)
    np.testing.assert_allclose(camera.points(sights), points, atol=1e-6)


def test_a_field_of_view_is_that_between_the_left_and_the_right_edge() -> None:
    camera = CameraGeometry.from_field_of_view(90, (1280, 720))

    assert camera.sight((0, 360)) == pytest.approx((-1, 0))
    assert camera.sight((1280, 360)) == pytest.approx((1, 0))
    assert camera.sight((640, 1000)) == pytest.approx((0, 1))
    assert camera.sight((1280, 360)).angle_deg == pytest.approx(45)
    assert camera.field_of_view_deg == pytest.approx(90)


def test_the_geometry_follows_the_size_of_the_video() -> None:
    small = BARREL.for_size((1280, 720))

    assert small.sight((1200, 100)) == pytest.approx(BARREL.sight((1800, 150)), abs=1e-9)
    assert small.field_of_view_deg == pytest.approx(BARREL.field_of_view_deg)
    assert (small.fx, small.cx) == pytest.approx((600, 950.5 * 2 / 3 - 0.5))


@pytest.mark.parametrize("size", [(852, 480), (854, 480), (853, 480), (426, 240)])
def test_sizes_that_were_rounded_to_whole_pixels_have_the_same_shape(size: tuple[int, int]) -> None:
    assert BARREL.for_size(size).width == size[0]


@pytest.mark.parametrize("size", [(1920, 1088), (1440, 1080), (640, 480), (1080, 1920)])
def test_a_geometry_is_refused_for_videos_of_another_shape(size: tuple[int, int]) -> None:
    with pytest.raises(
        ValueError, match=rf"is for pictures of 1920×1080 pixels, and the source has {size[0]}×{size[1]}"
    ):
        BARREL.for_size(size)


def test_directions_go_on_steadily_outside_the_picture() -> None:
    inside, edge, outside = BARREL.sights(np.array([(1919.0, 540.0), (1920.0, 540.0), (2010.0, 540.0)]))

    assert inside[0] < edge[0] < outside[0] < edge[0] + 0.11


def test_points_beyond_the_valid_distortion_are_not_folded_back_into_the_picture() -> None:
    assert np.isnan(BARREL.points(np.array([(3.0, 0.0)]))).all()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"fx": 0.0}, "Focal lengths must be above 0"),
        ({"fy": -5.0}, "Focal lengths must be above 0"),
        ({"cx": math.nan}, "not a number"),
        ({"cx": 5000.0}, "outside the picture"),
        ({"width": 0}, "has no camera geometry"),
        ({"distortion": (0.0,) * 14}, "are too many"),
    ],
)
def test_numbers_that_no_camera_has_are_refused(values: dict[str, float], why: str) -> None:
    plain = {"width": 640, "height": 480, "fx": 500.0, "fy": 500.0, "cx": 320.0, "cy": 240.0}
    with pytest.raises(ValueError, match=why):
        CameraGeometry(**{**plain, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("degrees", [0, -60, 171, 180, math.nan])
def test_a_field_of_view_that_no_flat_picture_has_is_refused(degrees: float) -> None:
    with pytest.raises(ValueError, match="must be between 2 and 170 degrees"):
        CameraGeometry.from_field_of_view(degrees, (640, 480))


def test_a_distortion_that_folds_back_inside_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="not valid up to the picture's corners"):
        CameraGeometry(1920, 1080, 900, 900, 960, 540, (-0.5,)).check_distortion()
    BARREL.check_distortion()


@pytest.mark.parametrize("distortion", [(50.0, -900.0, 3.0), (-4.0, 6.0), (-3.5, 4.0)])
def test_a_distortion_that_folds_back_between_the_axis_and_the_corners_is_refused(
    distortion: tuple[float, ...],
) -> None:
    with pytest.raises(ValueError, match="not valid up to the picture's corners: some points have no direction"):
        CameraGeometry(640, 360, 500, 500, 320, 180, distortion).check_distortion()


@pytest.mark.parametrize(
    "camera",
    [
        CameraGeometry(1920, 1080, 870, 870, 960, 540, (-0.3, 0.12)),
        CameraGeometry(1920, 1080, 870, 870, 940, 560, (-0.3, 0.12, 0.001, -0.001, -0.015)),
        CameraGeometry(640, 360, 500, 500, 320, 180, (0.3, 0.1)),
        CameraGeometry(1920, 1080, 600, 600, 960, 540, (-0.3, 0.12)),
        RATIONAL,
    ],
    ids=["action camera", "off the middle", "pincushion", "very wide", "rational"],
)
def test_real_wide_lenses_are_accepted_and_every_point_comes_back(camera: CameraGeometry) -> None:
    camera.check_distortion()
    points = np.random.default_rng(1).uniform((0, 0), (camera.width, camera.height), (500, 2))
    np.testing.assert_allclose(camera.points(camera.sights(points)), points, atol=1e-4)
