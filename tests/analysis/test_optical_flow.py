from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from app.analysis.optical_flow import GreyView, carried, is_cut
from detectors import BgrImage, Box
from tests.photograph import FACE, astronaut


@pytest.fixture(scope="module")
def photograph() -> BgrImage:
    return astronaut()


def seen_by(camera: list[list[float]], photograph: BgrImage, size: tuple[int, int]) -> BgrImage:
    shown = cv2.warpAffine(
        photograph, np.array(camera, np.float64), size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(shown, np.uint8)


def placed(box: Box, camera: list[list[float]]) -> Box:
    """The box in the camera's picture. These cameras zoom and shift, but do not rotate."""
    (zoom, _, dx), (_, _, dy) = camera
    return box.scaled(zoom).moved(dx, dy)


def zoomed_about_face(zoom: float) -> list[list[float]]:
    x, y = FACE.centre
    return [[zoom, 0, x * (1 - zoom)], [0, zoom, y * (1 - zoom)]]


@pytest.mark.parametrize(
    "camera",
    [
        [[1, 0, 0], [0, 1, 0]],
        [[1, 0, 7.5], [0, 1, -4.25]],
        [[1, 0, -18], [0, 1, 11]],
        zoomed_about_face(1.05),
        zoomed_about_face(0.96),
        [[1.03, 0, -12], [0, 1.03, 6]],
    ],
    ids=["still", "shifted by fractions of a pixel", "shifted far", "closer", "farther", "closer and shifted"],
)
@pytest.mark.parametrize("enlarged", [1, 3], ids=["small picture", "large picture, shrunk for the flow"])
def test_a_box_follows_its_content(camera: list[list[float]], enlarged: int, photograph: BgrImage) -> None:
    resized = cv2.resize(photograph, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
    big = np.asarray(resized, np.uint8)
    size = big.shape[1], big.shape[0]
    camera = [[*row[:2], row[2] * enlarged] for row in camera]
    box = FACE.scaled(enlarged)
    (after,) = carried((box,), GreyView(big), GreyView(seen_by(camera, big, size)))
    assert after == pytest.approx(placed(box, camera), abs=1.5 * enlarged)


def test_a_box_carried_over_many_frames_does_not_drift(photograph: BgrImage) -> None:
    box = FACE
    before = GreyView(photograph)
    camera: list[list[float]] = []
    for step in range(1, 11):
        camera = [[1 + 0.005 * step, 0, 3.0 * step], [0, 1 + 0.005 * step, -1.5 * step]]
        after = GreyView(seen_by(camera, photograph, (512, 512)))
        (box,) = carried((box,), before, after)
        before = after
    assert box == pytest.approx(placed(FACE, camera), abs=4)


def test_each_box_moves_on_its_own(photograph: BgrImage) -> None:
    before = np.full((300, 600, 3), 120, np.uint8)
    after = before.copy()
    head = photograph[60:190, 165:285]
    before[80:210, 60:180], after[80:210, 66:186] = head, head
    before[80:210, 400:520], after[85:215, 400:520] = head, head
    boxes = Box(70, 90, 170, 200), Box(410, 90, 510, 200)
    first, second = carried(boxes, GreyView(before), GreyView(after))
    assert first == pytest.approx(boxes[0].moved(6, 0), abs=1)
    assert second == pytest.approx(boxes[1].moved(0, 5), abs=1)


@pytest.mark.parametrize(
    "box",
    [Box(100, 100, 200, 200), Box(300, 10, 303, 13), Box(-80, -80, -10, -10), Box(900, 100, 1000, 200)],
    ids=["flat", "tiny", "left of the picture", "right of the picture"],
)
def test_a_box_with_nothing_to_follow_stays(box: Box) -> None:
    flat = GreyView(np.full((360, 640, 3), 90, np.uint8))
    assert carried((box,), flat, flat) == (box,)


def test_no_boxes_give_no_boxes(photograph: BgrImage) -> None:
    view = GreyView(photograph)
    assert carried((), view, view) == ()


@pytest.mark.parametrize("size", [(2, 2), (1, 1), (4000, 2), (3, 2000)], ids=str)
def test_pictures_can_have_any_proportions(size: tuple[int, int]) -> None:
    image = np.zeros((size[1], size[0], 3), np.uint8)
    box = Box(0, 0, size[0], size[1])
    view = GreyView(image)
    assert carried((box,), view, view) == (box,)
    assert not is_cut(view, view)


def test_another_shot_is_a_cut(photograph: BgrImage) -> None:
    coffee = np.ascontiguousarray(skimage.data.coffee()[:, :, ::-1])
    other = np.asarray(cv2.resize(coffee, (512, 512), interpolation=cv2.INTER_AREA), np.uint8)
    assert is_cut(GreyView(photograph), GreyView(other))
    assert is_cut(GreyView(other), GreyView(photograph))


@pytest.mark.parametrize(
    "camera",
    [[[1, 0, 24], [0, 1, 0]], [[1, 0, 0], [0, 1, -20]], zoomed_about_face(1.08)],
    ids=["pan", "tilt", "zoom"],
)
def test_a_moving_camera_is_not_a_cut(camera: list[list[float]], photograph: BgrImage) -> None:
    assert not is_cut(GreyView(photograph), GreyView(seen_by(camera, photograph, (512, 512))))


def test_a_view_that_is_kept_lets_go_of_the_whole_picture(photograph: BgrImage) -> None:
    picture = photograph.copy()
    view, read = GreyView(picture), GreyView(picture)
    view.prepare()
    picture[:] = 0
    np.testing.assert_array_equal(view.grey, GreyView(photograph).grey)
    assert not read.grey.any()


def test_a_thumbnail_is_made_without_the_grey_picture(photograph: BgrImage) -> None:
    shrunk = cv2.resize(GreyView(photograph).grey, (32, 18), interpolation=cv2.INTER_AREA)
    thumbnail = GreyView(photograph).thumbnail
    assert thumbnail.shape == shrunk.shape
    assert cv2.absdiff(thumbnail, np.asarray(shrunk)).mean() < 5
