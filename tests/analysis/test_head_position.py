"""Where a head is, from its box."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.analysis.head_position import FACE_SIZE_CM, head_position
from detectors import Box
from hopenet.camera_geometry import CameraGeometry

CAMERA = CameraGeometry.from_field_of_view(90, (1280, 720))  # A focal length of 640 pixels.


def box_around(x: float, y: float, size: float) -> Box:
    return Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)


def test_a_face_in_the_middle_is_as_far_away_as_its_size_says() -> None:
    position = head_position(box_around(640, 360, 128), CAMERA)

    assert position == pytest.approx((0, 0, FACE_SIZE_CM * 640 / 128))


def test_a_face_at_the_right_has_a_positive_x_and_one_lower_down_a_positive_y() -> None:
    right = head_position(box_around(1280, 360, 100), CAMERA)
    low = head_position(box_around(640, 680, 100), CAMERA)

    assert right is not None and low is not None
    assert right.x == pytest.approx(right.z) and right.y == pytest.approx(0)  # 45° to the right.
    assert low.y == pytest.approx(low.z / 2) and low.x == pytest.approx(0)


def test_a_face_of_half_the_size_is_twice_as_far_away() -> None:
    near, far = (head_position(box_around(640, 360, size), CAMERA) for size in (200, 100))

    assert near is not None and far is not None
    assert far.z == pytest.approx(2 * near.z)


def test_a_sphere_off_the_axis_is_as_far_away_as_on_it() -> None:
    # The outline of a small sphere at depth 100 is stretched by 1 / cosine away from the axis.
    size, slope = 64.0, 0.75
    stretched = size * math.sqrt(1 + slope**2)
    x = 640 + slope * 640
    off = head_position(Box(x - stretched / 2, 360 - size / 2, x + stretched / 2, 360 + size / 2), CAMERA)
    on = head_position(box_around(640, 360, size), CAMERA)

    assert off is not None and on is not None
    assert off.z == pytest.approx(on.z)
    assert off.x == pytest.approx(slope * on.z)


def test_distortion_is_taken_out_of_the_position() -> None:
    distorted = CameraGeometry(1280, 720, 640, 640, 639.5, 359.5, (-0.15, 0.02))
    (edge,) = distorted.points(CAMERA.sights(np.array([[1200.0, 360.0]])))
    plain = head_position(box_around(1200, 360, 20), CAMERA)
    bent = head_position(box_around(float(edge[0]), 360, 20), distorted)

    assert plain is not None and bent is not None
    assert bent.x / bent.z == pytest.approx(plain.x / plain.z)
    assert bent.z < plain.z  # The distortion makes what is at the rim smaller.


def test_an_empty_box_has_no_position() -> None:
    assert head_position(Box(5, 5, 5, 9), CAMERA) is None
