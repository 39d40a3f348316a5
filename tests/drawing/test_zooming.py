"""Parts of pictures are shown where they belong."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.drawing.zooming import MOST_PIXELS, Zoom, section_of, zoomed
from app.frames import Analysis, Face, Frame
from detectors import Box

PICTURE, PLACE = (400, 200), (800, 800)


@pytest.mark.parametrize(
    ("zoom", "corner", "scale", "size"),
    [
        (Zoom(), (0, 0), 2.0, (800, 400)),
        (Zoom(0.5), (0, 0), 1.0, (400, 200)),
        (Zoom(2), (100, 0), 4.0, (800, 800)),
        (Zoom(4, (0.75, 0.5)), (250, 50), 8.0, (800, 800)),
        (Zoom(4, (0, 0)), (0, 0), 8.0, (800, 800)),
        (Zoom(4, (1, 1)), (300, 100), 8.0, (800, 800)),
        (Zoom(1000, (0.5, 0.5)), (187.5, 87.5), MOST_PIXELS, (800, 800)),
    ],
    ids=["fit", "smaller", "twice", "right", "top left", "bottom right", "too much"],
)
def test_a_zoom_shows_a_part_that_never_leaves_the_picture(
    zoom: Zoom, corner: tuple[float, float], scale: float, size: tuple[int, int]
) -> None:
    section = section_of(PICTURE, PLACE, zoom)
    assert (section.left, section.top) == pytest.approx(corner)
    assert section.scale == pytest.approx(scale)
    assert section.size == size


@pytest.mark.parametrize("factor", [1.3, 2.0, 5.5], ids=str)
@pytest.mark.parametrize("place", [(300, 300), (1600, 900)], ids=["reduced", "enlarged"])
def test_boxes_are_where_their_faces_are_in_the_enlarged_picture(factor: float, place: tuple[int, int]) -> None:
    image = np.zeros((1000, 1000, 3), np.uint8)
    image[480:520, 510:550] = 255
    face = Face(1, Box(510, 480, 550, 520), 1.0, None, None, None)
    far = Face(2, Box(0, 0, 20, 20), 1.0, None, None, None)
    shown = zoomed(Analysis(Frame(image, 0, Fraction(0)), (face, far)), place, Zoom(factor, (0.55, 0.5)))
    white = np.argwhere(shown.frame.image[:, :, 0] > 127)
    box = shown.faces[0].box
    assert (white[:, 1].min(), white[:, 0].min()) == pytest.approx((box.x1, box.y1), abs=1.1)
    assert (white[:, 1].max() + 1, white[:, 0].max() + 1) == pytest.approx((box.x2, box.y2), abs=1.1)
    assert [one.track_id for one in shown.faces] == ([1, 2] if factor == 1.3 and place == (300, 300) else [1])[:1]


def test_a_pixel_keeps_its_colour_and_its_place_at_any_enlargement() -> None:
    image = np.zeros((20, 40, 3), np.uint8)
    image[10, 20] = 255
    shown = zoomed(Analysis(Frame(image, 0, Fraction(0)), ()), (400, 200), Zoom(3, (0.5, 0.5)))
    section = section_of((40, 20), (400, 200), Zoom(3, (0.5, 0.5)))
    middle = round((20.5 - section.left) * section.scale), round((10.5 - section.top) * section.scale)
    assert shown.frame.image[middle[1], middle[0], 0] > 240
    assert shown.frame.image[middle[1], middle[0] + round(1.2 * section.scale), 0] == 0
