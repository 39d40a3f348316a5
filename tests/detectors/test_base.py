"""Boxes, and the options of detectors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from detectors import Box, DetectorOptions, overlap, overlaps


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param(Box(0, 0, 10, 10), Box(0, 0, 10, 10), 1.0, id="the same"),
        pytest.param(Box(0, 0, 10, 10), Box(5, 0, 15, 10), 1 / 3, id="half shared"),
        pytest.param(Box(0, 0, 10, 10), Box(2, 2, 7, 6), 0.2, id="one inside the other"),
        pytest.param(Box(0, 0, 10, 10), Box(10, 0, 20, 10), 0.0, id="touching"),
        pytest.param(Box(0, 0, 10, 10), Box(30, 30, 40, 40), 0.0, id="apart"),
        pytest.param(Box(0, 0, 10, 10), Box(5, 5, 5, 8), 0.0, id="one empty"),
    ],
)
def test_overlap_is_the_intersection_over_the_union(a: Box, b: Box, expected: float) -> None:
    assert overlap(a, b) == pytest.approx(expected)
    assert overlap(b, a) == pytest.approx(expected)
    assert overlaps(np.array([a, b], float), np.array([b, a], float)) == pytest.approx([expected, expected])


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        pytest.param(Box(2, 3, 20, 30), Box(2, 3, 20, 30), id="inside"),
        pytest.param(Box(-5, -6, 20, 30), Box(0, 0, 20, 30), id="beyond the top left"),
        pytest.param(Box(50, 60, 200, 300), Box(50, 60, 100, 80), id="beyond the bottom right"),
        pytest.param(Box(-5, -6, 200, 300), Box(0, 0, 100, 80), id="around the picture"),
    ],
)
def test_a_clipped_box_is_the_part_in_the_picture(box: Box, expected: Box) -> None:
    assert box.clipped(100, 80) == expected


@pytest.mark.parametrize(
    "box", [Box(-9, 0, -1, 9), Box(0, 80, 9, 90), Box(100, 0, 120, 9)], ids=["left", "below", "right"]
)
def test_a_box_outside_the_picture_is_empty_when_clipped(box: Box) -> None:
    assert box.clipped(100, 80).is_empty
    assert box.clipped(100, 80).area == 0


def test_moving_and_scaling_a_box_moves_and_scales_its_centre_and_sides() -> None:
    box = Box(10, 20, 30, 60)
    assert (box.width, box.height, box.area, box.centre) == (20, 40, 800, (20, 40))
    assert box.moved(5, -5) == Box(15, 15, 35, 55)
    assert box.scaled(0.5) == Box(5, 10, 15, 30)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"largest_faces": 0}, "at least 1, not 0", id="no faces"),
        pytest.param({"detection_size": 31}, "at least 32 pixels, not 31", id="a stamp"),
        pytest.param({"tiles": 0}, "tiles must be at least 1, not 0", id="no tiles"),
        pytest.param({"region": Box(5, 0, 5, 9)}, "region is empty", id="an empty region"),
    ],
)
def test_options_that_can_find_nothing_are_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        DetectorOptions(**fields)
