from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from app.drawing.drawing import draw
from app.drawing.geometry import axis_endpoints
from app.drawing.reshaping import fitted, mirrored
from app.frames import Analysis, Face, Frame, TrailPoint
from app.settings import Reference, Signs, Style
from detectors import Box
from hopenet import HeadPose

POSE = HeadPose(30, -10, 15)
BARE = Style(id=False, angles=False, box=False)


def analysis() -> Analysis:
    image = np.random.default_rng(0).integers(0, 255, (90, 160, 3), np.uint8)
    box = Box(20, 10, 60, 60)
    trail = (TrailPoint((30, 30), 48, HeadPose(20, -10, 15)), TrailPoint(box.centre, box.height, POSE))
    face = Face(3, box, 0.9, POSE, POSE, None, trail)
    blank = replace(face, track_id=4, box=Box(100, 20, 108, 30), pose=None, smoothed=None, trail=())
    return Analysis(Frame(image, 7, Fraction(7, 25)), (face, blank))


def test_mirroring_twice_changes_nothing() -> None:
    once = analysis()
    twice = mirrored(mirrored(once))
    assert np.array_equal(twice.frame.image, once.frame.image)
    assert twice.faces == once.faces


def test_mirrored_axes_are_the_axes_of_the_mirrored_picture() -> None:
    before, after = analysis().faces[0], mirrored(analysis()).faces[0]
    assert before.smoothed is not None
    assert after.smoothed is not None
    plain = axis_endpoints(before.smoothed, before.box.centre, 20)
    turned = axis_endpoints(after.smoothed, after.box.centre, 20)
    # y and z are mirrored; x points to the other ear, because it always points to the picture's right.
    assert turned[1:] == pytest.approx(plain[1:] * [-1, 1] + [160, 0])


@pytest.mark.parametrize(
    ("size", "expected"),
    [((80, 80), (80, 45)), ((320, 400), (320, 180)), ((160, 90), (160, 90)), ((1, 1), (1, 1))],
    ids=["smaller", "larger", "the same", "tiny"],
)
def test_fitting_keeps_the_proportions_and_scales_everything_found(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    before, after = analysis(), fitted(analysis(), size)
    assert after.frame.size == expected
    factor = min(size[0] / 160, size[1] / 90)
    for old, new in zip(before.faces, after.faces, strict=True):
        assert new.box == pytest.approx(old.box.scaled(factor))
        assert new.smoothed == old.smoothed
        assert [point.height for point in new.trail] == pytest.approx([point.height * factor for point in old.trail])


def test_a_mirrored_drawing_is_on_the_mirrored_picture_at_the_mirrored_place() -> None:
    style = replace(BARE, axis=False, box=True)
    plain, turned = draw(analysis(), style), draw(analysis(), replace(style, mirror=True))
    image = analysis().frame.image
    drawn = np.argwhere((plain != image).any(2)).mean(0)
    drawn_in_mirror = np.argwhere((turned != image[:, ::-1]).any(2)).mean(0)
    assert np.array_equal(turned[-20:, ::-1], plain[-20:])
    assert drawn_in_mirror == pytest.approx((drawn[0], 160 - drawn[1]), abs=2)


def test_the_trail_is_drawn_only_if_it_is_switched_on() -> None:
    without, with_trail = draw(analysis(), BARE), draw(analysis(), replace(BARE, trail=True))
    assert np.array_equal(without, draw(without_trail(analysis()), replace(BARE, trail=True)))
    assert not np.array_equal(without, with_trail)


def without_trail(old: Analysis) -> Analysis:
    return replace(old, faces=tuple(replace(face, trail=()) for face in old.faces))


def test_the_reference_changes_the_numbers_but_not_the_shapes() -> None:
    from app.drawing.plates import Lettering

    values: list[str] = []
    plain = Lettering.place

    def note(self: Lettering, choices: object, *given: object, **named: object) -> object:
        values.extend(value for label in choices[:1] for _, _, value in label.pairs)  # type: ignore[index]
        return plain(self, choices, *given, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lettering, "place", note)
        draw(analysis(), replace(BARE, angles=True, mirror=True), Reference(signs=Signs(yaw=-1)))
    assert values[:3] == ["−30.0°", "−10.0°", "15.0°"]
    shown = draw(analysis(), BARE, Reference(neutral=POSE, signs=Signs(-1, -1, -1)))
    assert np.array_equal(shown, draw(analysis(), BARE))
