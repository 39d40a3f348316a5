from __future__ import annotations

import itertools
import math
from colorsys import rgb_to_hsv
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.drawing.angle_text import angle_text
from app.drawing.colours import (
    ANGLES_ON_DARK,
    ANGLES_ON_LIGHT,
    AXIS_COLOURS,
    AngleColours,
    Colour,
    bgr,
    face_colour,
    face_ink,
)
from app.drawing.drawing import ChangesOnly, draw
from app.drawing.geometry import axis_endpoints, cube_corners, head_axes
from app.drawing.overlays import OVERLAYS
from app.drawing.plates import NamedValue
from app.frames import Analysis, Face, Frame, TrailPoint
from app.settings import Reference, Style
from detectors import BgrImage, Box
from hopenet import HeadPose
from hopenet.evaluation.plots import ANGLE_COLOURS

AXES_ONLY = Style(box=False, id=False, angles=False)
POSES = st.builds(HeadPose, *[st.floats(-99, 99)] * 3)
TURNED = HeadPose(-25.0, 12.0, 8.0)


def face(box: Box, pose: HeadPose | None = TURNED, *, track_id: int = 1, smoothed: HeadPose | None = None) -> Face:
    return Face(track_id, box, 0.9, pose, smoothed or pose, None)


def analysis(*faces: Face, width: int = 640, height: int = 360, grey: int = 128) -> Analysis:
    image = np.full((height, width, 3), grey, np.uint8)
    image.flags.writeable = False
    return Analysis(Frame(image, 0, Fraction(0)), faces)


def changed(picture: BgrImage, of: Analysis) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((picture != of.frame.image).any(2))


def nearest_axis(picture: BgrImage, point: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int | None:
    """The axis whose colour the picture has at a point, or None."""
    x, y = np.rint(point).astype(int)
    apart = [int(np.abs(picture[y, x].astype(int) - colour).max()) for colour in AXIS_COLOURS]
    return int(np.argmin(apart)) if min(apart) < 30 else None


@given(pose=POSES)
def test_axes_end_where_the_published_formulas_put_them(pose: HeadPose) -> None:
    y, p, r = -math.radians(pose.yaw), math.radians(pose.pitch), math.radians(pose.roll)
    published = [
        (math.cos(y) * math.cos(r), math.cos(p) * math.sin(r) + math.cos(r) * math.sin(p) * math.sin(y)),
        (-math.cos(y) * math.sin(r), math.cos(p) * math.cos(r) - math.sin(p) * math.sin(y) * math.sin(r)),
        (math.sin(y), -math.cos(y) * math.sin(p)),
    ]
    np.testing.assert_allclose(axis_endpoints(pose, (300, 200), 50), np.add((300, 200), np.multiply(50, published)))


@pytest.mark.parametrize(
    ("pose", "axis", "direction"),
    [
        (HeadPose(0, 0, 0), 0, (1, 0)),
        (HeadPose(0, 0, 0), 1, (0, 1)),
        (HeadPose(90, 0, 0), 2, (-1, 0)),
        (HeadPose(0, 90, 0), 2, (0, -1)),
        (HeadPose(0, 0, 90), 0, (0, 1)),
    ],
    ids=["x to the right", "y down", "yaw turns the nose left", "pitch raises the nose", "roll turns x clockwise"],
)
def test_each_angle_rotates_the_axes_its_way(pose: HeadPose, axis: int, direction: tuple[float, float]) -> None:
    np.testing.assert_allclose(axis_endpoints(pose, (0, 0), 1)[axis], direction, atol=1e-12)


@given(pose=POSES)
def test_a_cube_is_centred_and_its_edges_are_parallel_to_the_axes(pose: HeadPose) -> None:
    corners = cube_corners(pose, (300, 200), 80)
    np.testing.assert_allclose(corners.mean(0), (300, 200), atol=1e-9)
    for bit, sign in ((0, 1), (1, 1), (2, -1)):
        edge = corners[1 << bit] - corners[0]
        np.testing.assert_allclose(edge, sign * 80 * head_axes(pose)[bit, :2], atol=1e-9)


@pytest.mark.parametrize("pose", [TURNED, HeadPose(40, -20, -30), HeadPose(-60, 30, 10)], ids=str)
def test_the_drawn_axes_have_their_colours_up_to_their_ends(pose: HeadPose) -> None:
    found = analysis(face(Box(220, 80, 420, 280), pose))
    picture = draw(found, AXES_ONLY)
    ends = axis_endpoints(pose, (320, 180), 100)
    for axis, end in enumerate(ends):
        assert nearest_axis(picture, end + 0.3 * (np.array([320, 180]) - end)) == axis
        assert nearest_axis(picture, end) == axis
        beyond = end + 14 * (end - [320, 180]) / np.linalg.norm(end - [320, 180])
        assert nearest_axis(picture, beyond) is None


def test_axis_colours_are_red_green_and_blue_in_that_order() -> None:
    assert [int(np.argmax(colour)) for colour in AXIS_COLOURS] == [2, 1, 0]


def test_the_smoothed_pose_is_drawn() -> None:
    box = Box(220, 80, 420, 280)
    smoothed = draw(analysis(face(box, HeadPose(0, 0, 45), smoothed=TURNED)), Style())
    np.testing.assert_array_equal(smoothed, draw(analysis(face(box, TURNED)), Style()))


def test_the_frame_is_not_changed_and_a_frame_without_faces_is_copied() -> None:
    found = analysis(face(Box(220, 80, 420, 280)))
    draw(found, Style(cube=True, opacity=0.5))
    assert (found.frame.image == 128).all()
    empty = analysis()
    picture = draw(empty, Style())
    assert not changed(picture, empty).any()
    assert picture.flags.writeable


def test_a_face_without_a_pose_has_a_box_and_an_id_but_no_axes() -> None:
    found = analysis(face(Box(220, 80, 420, 280), None))
    assert changed(draw(found, Style()), found).any()
    assert not changed(draw(found, AXES_ONLY), found).any()


@pytest.mark.parametrize(
    "box",
    [
        Box(220, 80, 420, 280),
        Box(220, 200, 420, 358),
        Box(-60, -40, 100, 120),
        Box(560, 250, 700, 420),
        Box(300, 150, 318, 168),
        Box(900, 900, 990, 990),
        Box(-5000, -4000, 6000, 5000),
    ],
    ids=["middle", "bottom", "beyond the top left", "beyond the bottom right", "small", "outside", "huge"],
)
def test_a_box_can_be_anywhere(box: Box) -> None:
    picture = draw(analysis(face(box)), Style(cube=True))
    assert picture.shape == (360, 640, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("size", [(1, 1), (64, 48), (3840, 2160)], ids=["one pixel", "tiny", "4K"])
def test_a_picture_can_have_any_size(size: tuple[int, int]) -> None:
    width, height = size
    found = analysis(face(Box(0.2 * width, 0.2 * height, 0.7 * width, 0.8 * height)), width=width, height=height)
    assert draw(found, Style(cube=True, opacity=0.7)).shape == (height, width, 3)


@pytest.mark.parametrize(
    "box", [Box(220, 80, 420, 280), Box(220, 180, 420, 358)], ids=["space below", "no space below"]
)
def test_a_plate_does_not_cover_its_face(box: Box) -> None:
    found = analysis(face(box))
    drawn = changed(draw(found, Style(axis=False, box=False)), found)
    assert drawn.any()
    assert not drawn[int(box.y1) : int(box.y2), int(box.x1) : int(box.x2)].any()


def test_plates_of_neighbours_do_not_cover_each_other() -> None:
    plates_only = Style(axis=False, box=False)
    left, right = face(Box(200, 150, 290, 240)), face(Box(300, 150, 390, 240), track_id=2)
    alone = [int(changed(draw(analysis(one), plates_only), analysis(one)).sum()) for one in (left, right)]
    both = analysis(left, right)
    assert int(changed(draw(both, plates_only), both).sum()) == pytest.approx(sum(alone), rel=0.02)


def test_lines_grow_with_the_picture() -> None:
    small, large = (
        analysis(face(Box(0.3 * w, 0.2 * h, 0.6 * w, 0.8 * h), HeadPose(0, 0, 0)), width=w, height=h)
        for w, h in ((640, 360), (3840, 2160))
    )
    thickness = []
    for found in (small, large):
        drawn = changed(draw(found, AXES_ONLY), found)
        x = round(found.faces[0].box.centre[0] + 0.3 * found.faces[0].box.height)
        thickness.append(int(drawn[:, x].sum()))
    assert thickness[0] >= 3
    assert 3 * thickness[0] < thickness[1] < 8 * thickness[0]


def test_half_opacity_lies_halfway_between_the_picture_and_the_drawing() -> None:
    found = analysis(face(Box(220, 80, 420, 280)))
    full, half = draw(found, Style()), draw(found, Style(opacity=0.5))
    halfway = (full.astype(int) + found.frame.image) / 2
    assert np.abs(half - halfway).max() <= 1


def test_a_moving_trail_fades_with_the_opacity_wherever_it_reaches() -> None:
    trail = tuple(TrailPoint((x, 40.0), 60.0, TURNED) for x in range(20, 601, 20))
    found = analysis(replace(face(Box(580, 20, 620, 60)), trail=trail))
    full, half = draw(found, Style(trail=True)), draw(found, Style(trail=True, opacity=0.5))
    assert changed(full, found)[:, :100].any()
    assert np.abs(half - (full.astype(int) + found.frame.image) / 2).max() <= 1


def test_consecutive_ids_have_different_colours() -> None:
    for face_id in range(30):
        apart = np.abs(np.subtract(face_colour(face_id), face_colour(face_id + 1)))
        assert apart.max() > 40
    assert face_colour(3) == face_colour(3)


@pytest.mark.parametrize(
    ("angle", "text"),
    [(-12.34, "−12.3°"), (3.66, "3.7°"), (0.04, "0.0°"), (-0.04, "0.0°"), (-179.96, "−180.0°")],
    ids=["negative", "positive", "nearly zero", "nearly zero and negative", "large"],
)
def test_angles_on_pictures_have_one_decimal_as_in_the_window(angle: float, text: str) -> None:
    assert angle_text(angle) == text
    assert text in [value.value for value in _caption_values(HeadPose(angle, 0, 0))]


def _caption_values(pose: HeadPose) -> tuple[NamedValue, ...]:
    caption = next(overlay.caption for overlay in OVERLAYS if overlay.name == "angles")
    assert caption is not None
    return caption(face(Box(0, 0, 99, 99), pose), Reference()).values


@pytest.mark.parametrize("colours", [ANGLES_ON_LIGHT, ANGLES_ON_DARK], ids=["light", "dark"])
def test_an_angle_has_the_hue_of_the_axis_that_the_head_turns_about(colours: AngleColours) -> None:
    turns_about = {"pitch": 0, "yaw": 1, "roll": 2}
    for angle, axis in turns_about.items():
        hues = [_hue(colour) for colour in (bgr(getattr(colours, angle)), AXIS_COLOURS[axis])]
        assert abs((hues[0] - hues[1] + 180) % 360 - 180) < 25


def _hue(colour: Colour) -> float:
    blue, green, red = (part / 255 for part in colour)
    return 360 * rgb_to_hsv(red, green, blue)[0]


def test_names_on_a_plate_have_the_colours_of_their_angles() -> None:
    assert [value.colour for value in _caption_values(TURNED)] == [bgr(colour) for colour in ANGLES_ON_DARK]


def test_plots_of_an_evaluation_have_the_same_colours() -> None:
    assert ANGLES_ON_LIGHT._asdict() == ANGLE_COLOURS


@pytest.mark.parametrize("face_id", range(10))
def test_a_face_has_one_hue_on_light_and_dark(face_id: int) -> None:
    assert bgr(face_ink(face_id, dark=True)) == face_colour(face_id)
    hues = _hue(bgr(face_ink(face_id, dark=False))), _hue(face_colour(face_id))
    assert abs((hues[0] - hues[1] + 180) % 360 - 180) < 15


@pytest.mark.parametrize("wrong", [{"size": 0.0}, {"width": -1.0}, {"opacity": 0.0}, {"opacity": 1.1}], ids=str)
def test_a_style_out_of_range_is_rejected(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Style(**wrong)  # type: ignore[arg-type]


@given(
    pose=POSES,
    place=st.tuples(st.floats(-300, 700), st.floats(-300, 500), st.floats(0, 600)),
    style=st.builds(
        Style,
        cube=st.booleans(),
        trail=st.booleans(),
        opacity=st.sampled_from([0.3, 1.0]),
        size=st.floats(0.1, 5),
        width=st.floats(0.2, 5),
    ),
)
def test_a_drawing_of_changes_alone_is_that_of_the_whole_picture(
    pose: HeadPose, place: tuple[float, float, float], style: Style
) -> None:
    x, y, side = place
    trail = tuple(TrailPoint((x + step, y), side, pose) for step in range(0, 60, 20))
    shown = replace(face(Box(x, y, x + side, y + 1.5 * side), pose), trail=trail)
    found = analysis(shown, face(Box(500, 200, 560, 260), track_id=2), width=601, height=357)
    changes = ChangesOnly()(found, style)
    picture = found.frame.image.copy()
    for area in changes.areas:
        picture[area.part] = changes.picture[area.part]
    np.testing.assert_array_equal(picture, draw(found, style))
    assert all(0 <= area.x1 < area.x2 <= 601 and 0 <= area.y1 < area.y2 <= 357 for area in changes.areas)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(changes.areas, 2))


def test_only_what_changes_is_drawn_also_if_the_picture_before_was_another() -> None:
    """The picture is used again: what an earlier drawing has left in it must not come back."""
    changes_only = ChangesOnly()
    changes_only(analysis(face(Box(20, 20, 300, 300)), grey=250), Style())
    found = analysis(face(Box(100, 100, 220, 220)), grey=10)
    changes = changes_only(found, Style())
    whole = draw(found, Style())
    for area in changes.areas:
        np.testing.assert_array_equal(changes.picture[area.part], whole[area.part])
    assert changes_only(analysis(grey=10), Style()).areas == ()
