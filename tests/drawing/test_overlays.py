from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest

from app.drawing.colours import AXIS_COLOURS
from app.drawing.drawing import draw
from app.drawing.overlays import OVERLAYS, Overlay
from app.frames import Analysis, Face, Frame, TrailPoint
from app.settings import Style
from detectors import Box
from hopenet import HeadPose

POSE = HeadPose(-25.0, 12.0, 8.0)
NOTHING = replace(Style(), **{overlay.name: False for overlay in OVERLAYS})


def analysis() -> Analysis:
    trail = tuple(TrailPoint((x, 180.0), 200.0, POSE) for x in (280.0, 300.0, 320.0))
    face = Face(1, Box(220, 80, 420, 280), 0.9, POSE, POSE, None, trail)
    return Analysis(Frame(np.full((360, 640, 3), 128, np.uint8), 0, Fraction(0)), (face,))


def is_changed(style: Style) -> bool:
    return bool((draw(analysis(), style) != 128).any())


def test_every_switch_of_the_style_is_an_overlay_except_mirroring() -> None:
    switches = {field.name for field in fields(Style) if field.type == "bool"}
    assert {overlay.name for overlay in OVERLAYS} == switches - {"mirror"}


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda overlay: overlay.name)
def test_each_overlay_can_be_drawn_alone(overlay: Overlay) -> None:
    assert is_changed(replace(NOTHING, **{overlay.name: True}))


def test_nothing_is_drawn_if_all_overlays_are_off() -> None:
    assert not is_changed(NOTHING)


def test_names_access_keys_and_shortcuts_are_unique() -> None:
    for column in (
        [overlay.name for overlay in OVERLAYS],
        [overlay.text.partition("&")[2][:1].lower() for overlay in OVERLAYS],
        [overlay.shortcut for overlay in OVERLAYS],
    ):
        assert len(set(column)) == len(OVERLAYS)


def test_every_overlay_is_either_a_shape_or_text() -> None:
    assert all((overlay.shape is None) != (overlay.caption is None) for overlay in OVERLAYS)


def seen_from(yaw: float, **switches: bool) -> np.ndarray:
    pose = HeadPose(yaw, 0.0, 0.0)
    face = Face(1, Box(220, 80, 420, 280), 0.9, pose, pose, None)
    frame = Frame(np.full((360, 640, 3), 128, np.uint8), 0, Fraction(0))
    return draw(Analysis(frame, (face,)), replace(NOTHING, **switches))


def test_the_nose_axis_of_a_face_turned_away_is_dashed_and_darker() -> None:
    # At ±120° the nose points to the same side of the picture as at ±60°, but away from the viewer.
    for yaw in (60.0, -60.0):
        towards, away = seen_from(yaw, axis=True), seen_from(180 - yaw if yaw > 0 else -180 - yaw, axis=True)
        columns = slice(240, 310) if yaw > 0 else slice(330, 400)
        row_towards, row_away = towards[180, columns].astype(int), away[180, columns].astype(int)
        assert (np.abs(row_towards - 128).max(axis=1) > 20).all()  # a line without a gap
        changed = np.abs(row_away - 128).max(axis=1) > 20
        assert np.count_nonzero(np.diff(changed.astype(int)) != 0) >= 2  # a gap
        blue = np.array(AXIS_COLOURS[2])
        assert (towards == blue).all(axis=2).any() and not (away == blue).all(axis=2).any()


def test_the_back_of_a_cube_is_crossed_out_and_its_front_tinted() -> None:
    front, back = seen_from(0.0, cube=True), seen_from(180.0, cube=True)
    assert (front[150, 290] != 128).any() and (back[150, 270] == 128).all()
    assert (back[180, 320] < 120).any()  # the cross in the middle
