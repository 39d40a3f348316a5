"""Regions, sizes, tiles and limits, which all detectors share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detectors import Box, Detection, DetectorOptions
from detectors.limits import picture_part, reaches_inner_edge, selected, tile_squares, without_duplicates

lengths = st.integers(1, 300)
fractions = st.floats(0, 1)


def box_inside(width: float, height: float, corners: tuple[float, float, float, float]) -> Box:
    x1, x2 = sorted(share * width for share in corners[:2])
    y1, y2 = sorted(share * height for share in corners[2:])
    return Box(x1, y1, x2, y2)


quarters = st.tuples(fractions, fractions, fractions, fractions)


@settings(deadline=None)  # the first example also imports OpenCV
@given(width=lengths, height=lengths, corners=quarters, detection_size=st.none() | st.integers(32, 300))
def test_the_whole_view_maps_back_to_the_region_rounded_outwards(
    width: int, height: int, corners: tuple[float, float, float, float], detection_size: int | None
) -> None:
    region = box_inside(width, height, corners)
    assume(not region.is_empty)
    seen = picture_part(np.zeros((height, width, 3), np.uint8), region=region, detection_size=detection_size)
    assert seen is not None
    view_height, view_width = seen.image.shape[:2]
    assert detection_size is None or max(view_width, view_height) <= detection_size

    whole = seen.to_picture(Box(0, 0, view_width, view_height))
    assert whole.x1 == np.floor(region.x1)
    assert whole.y1 == np.floor(region.y1)
    assert whole.x2 == pytest.approx(np.ceil(region.x2))
    assert whole.y2 == pytest.approx(np.ceil(region.y2))


@settings(deadline=None)  # the first example also imports OpenCV
@given(width=st.integers(64, 400), height=st.integers(64, 400), corners=quarters, detection_size=st.integers(32, 400))
def test_the_box_of_a_bright_patch_in_the_view_maps_back_to_the_patch(
    width: int, height: int, corners: tuple[float, float, float, float], detection_size: int
) -> None:
    patch = box_inside(width, height, corners)
    x1, y1, x2, y2 = map(round, patch)
    assume(x2 - x1 >= width / 8 and y2 - y1 >= height / 8)
    image = np.zeros((height, width, 3), np.uint8)
    image[y1:y2, x1:x2] = 255
    seen = picture_part(image, region=None, detection_size=detection_size)
    assert seen is not None
    rows, columns = np.nonzero(seen.image[:, :, 0] > 127)
    found = seen.to_picture(Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    pixel_of_view = max(width, height) / min(detection_size, max(width, height)) + 1
    assert found == pytest.approx((x1, y1, x2, y2), abs=pixel_of_view)


def test_a_view_without_region_and_shrinking_shares_its_pixels() -> None:
    image = np.zeros((48, 64, 3), np.uint8)
    seen = picture_part(image, region=None, detection_size=64)
    assert seen is not None
    assert np.shares_memory(seen.image, image)


@given(width=lengths, height=lengths, tiles=st.integers(1, 6))
def test_tiles_cover_the_picture_and_stay_in_it(width: int, height: int, tiles: int) -> None:
    covered = np.zeros((height, width), bool)
    for tile in tile_squares(width, height, tiles):
        assert tile == tile.clipped(width, height)
        assert tile.width == tile.height >= 1
        x1, y1, x2, y2 = map(int, tile)
        covered[y1:y2, x1:x2] = True
    assert covered.all()


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        pytest.param(Box(110, 10, 150, 50), False, id="in the middle of the tile"),
        pytest.param(Box(98, 10, 150, 50), True, id="left edge, more picture beyond"),
        pytest.param(Box(170, 10, 200, 50), True, id="right edge, more picture beyond"),
        pytest.param(Box(110, -4, 150, 50), False, id="top edge of the picture"),
    ],
)
def test_a_box_at_an_edge_of_a_tile_within_the_picture_may_be_part_of_a_face(box: Box, expected: bool) -> None:
    assert reaches_inner_edge(box, Box(100, 0, 200, 100), width=300, height=200) is expected


def test_of_several_boxes_of_one_face_the_one_with_the_best_score_stays() -> None:
    face = Detection(Box(0, 0, 100, 100), 0.9)
    shifted = Detection(Box(10, 5, 110, 105), 0.8)
    nose = Detection(Box(40, 40, 60, 60), 0.7)
    neighbour = Detection(Box(90, 0, 190, 100), 0.6)
    assert without_duplicates([neighbour, nose, shifted, face]) == [face, neighbour]


def test_detections_are_limited_by_score_picture_and_number() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    large, cut, small = Box(10, 10, 60, 60), Box(-20, 10, 30, 40), Box(100, 10, 110, 20)
    found = [
        Detection(small, 0.9),
        Detection(cut, 0.5),
        Detection(large, 0.7),
        Detection(Box(200, 0, 250, 50), 0.9),
        Detection(Box(5, 5, 90, 90), 0.49),
        Detection(Box(5, 5, 90, 90), float("nan")),
    ]
    expected = (Detection(large, 0.7), Detection(Box(0, 10, 30, 40), 0.5), Detection(small, 0.9))
    assert selected(found, image, minimum_score=0.5, options=DetectorOptions()) == expected
    assert selected(found, image, minimum_score=0.5, options=DetectorOptions(largest_faces=2)) == expected[:2]
