"""Degraded pictures: each change does what its definition says, and is the same in every run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from hopenet import HeadPose, PoseEstimate, PoseSpread
from hopenet.datasets import LabelledHead
from hopenet.evaluation import Bootstrap, EvaluatedHead, EvaluationRun, ViewEstimate, whole_view
from hopenet.evaluation.robustness import (
    CLEAN,
    DEGRADATIONS,
    NOISE_LEVELS,
    SIDE_PX,
    cut_out_mirrored,
    degraded,
    degraded_views,
    random_for,
    reference_square,
    robustness,
)
from hopenet.evaluation.tables import robustness_text
from hopenet.preprocess import BgrImage


def picture(side: int = SIDE_PX, level: int | None = None) -> BgrImage:
    """A smooth picture with edges, or one of a single level."""
    if level is not None:
        return np.full((side, side, 3), level, np.uint8)
    rough = np.random.default_rng(1).integers(0, 256, (12, 12, 3), np.uint8)
    return np.asarray(cv2.resize(rough, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def changed(kind: str, crop: BgrImage) -> BgrImage:
    return degraded(crop, kind, random_for("a.jpg", kind))


@pytest.mark.parametrize("kind", DEGRADATIONS)
def test_every_change_is_the_same_in_every_run_and_leaves_the_crop_alone(kind: str) -> None:
    crop = picture(200)
    before = crop.copy()
    first, second = changed(kind, crop), changed(kind, crop)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(crop, before)
    assert first.dtype == np.uint8
    assert first.shape[0] == first.shape[1] <= SIDE_PX
    assert not np.array_equal(first, reference_square(crop))


@pytest.mark.parametrize(("kind", "light"), [("light-0.15", 0.15), ("light-0.06", 0.06)])
def test_darkness_scales_the_levels_and_adds_noise_afterwards(kind: str, light: float) -> None:
    dark = changed(kind, picture(level=200)).astype(float)
    # At 30 levels no noise is cut off at black; at 12 hardly any is.
    assert dark.mean() == pytest.approx(200 * light, abs=0.1)
    assert dark.std() == pytest.approx(NOISE_LEVELS, rel=0.03)


def test_each_head_and_each_kind_has_noise_of_its_own() -> None:
    crop = picture(level=200)
    one, other = (degraded(crop, "light-0.15", random_for(name, "light-0.15")) for name in ("a.jpg", "b.jpg"))
    assert not np.array_equal(one, other)
    assert random_for("a.jpg", "covered").random() != random_for("a.jpg", "jpeg").random()


@pytest.mark.parametrize(("kind", "side"), [("face-24", 24), ("face-16", 16)])
def test_a_small_face_has_that_many_pixels(kind: str, side: int) -> None:
    assert changed(kind, picture(level=90)).shape == (side, side, 3)
    assert changed(kind, picture(12)).shape == (12, 12, 3)


def test_motion_blur_spreads_a_point_over_12_percent_of_the_side_horizontally() -> None:
    point = picture(level=0)
    point[60, 60] = 252
    blurred = changed("motion-blur", point)
    rows, columns, _ = np.nonzero(blurred)
    assert set(rows) == {60}
    assert np.ptp(columns) + 1 == 14
    assert set(blurred[blurred > 0]) == {18}


def test_a_square_of_40_percent_of_the_side_is_covered_with_one_colour() -> None:
    crop = picture()
    rows, columns, _ = np.nonzero(changed("covered", crop).astype(int) - crop)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == 48
    inside = changed("covered", crop)[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert len(np.unique(inside.reshape(-1, 3), axis=0)) == 1


def test_other_boxes_show_less_more_or_another_part_of_the_face() -> None:
    ramp = np.repeat(np.arange(100, dtype=np.uint8)[None, :, None], 100, axis=0).repeat(3, axis=2)
    smaller, larger = changed("box-smaller", ramp), changed("box-larger", ramp)
    assert (smaller.shape, larger.shape) == ((80, 80, 3), (120, 120, 3))
    assert (smaller[0, 0, 0], smaller[0, -1, 0]) == (10, 89)
    assert list(larger[0, :11, 0]) == list(range(10, -1, -1))
    shifted = changed("box-shifted", ramp)
    assert shifted.shape == (100, 100, 3)
    assert 0 < abs(float(shifted[50, 50, 0]) - 50) <= 10


def test_beyond_its_edges_a_picture_is_mirrored() -> None:
    crop = picture(10)
    np.testing.assert_array_equal(cut_out_mirrored(crop, (0, 0, 10, 10)), crop)
    np.testing.assert_array_equal(
        cut_out_mirrored(crop, (-3, 2, 10, 14))[:, :3], crop[[*range(2, 10), 8, 7, 6, 5]][:, [3, 2, 1]]
    )
    np.testing.assert_array_equal(cut_out_mirrored(crop, (2, 3, 5, 6)), crop[3:6, 2:5])


@pytest.mark.parametrize("kind", [CLEAN, *DEGRADATIONS])
def test_an_evaluation_sees_the_same_degraded_picture_as_the_function_makes(kind: str) -> None:
    image = picture(90)
    (view,) = [view for view in degraded_views(whole_view()) if view.name == kind]
    head = LabelledHead(Path("folder/a.jpg"), HeadPose(0, 0, 0))
    assert view.cut is not None
    seen = view.cut("a.jpg", head, image, view.rectangle(head, image, 0) or (0, 0, 0, 0))
    assert seen is not None
    np.testing.assert_array_equal(seen, image if kind == CLEAN else changed(kind, image))


def test_a_larger_box_shows_more_of_a_whole_photograph_and_black_beyond_it() -> None:
    image = picture(200)
    (view,) = [view for view in degraded_views(whole_view()) if view.name == "box-larger"]
    head = LabelledHead(Path("a.jpg"), HeadPose(0, 0, 0), cropped=False)
    assert view.cut is not None
    inside, outside = (view.cut("a.jpg", head, image, place) for place in ((50, 50, 150, 150), (0, 50, 100, 150)))
    assert inside is not None
    assert outside is not None
    np.testing.assert_array_equal(inside, image[40:160, 40:160])
    assert not outside[:, :10].any()
    np.testing.assert_array_equal(outside[:, 10:], image[40:160, :110])


def estimated(name: str, clean: float, *others: float) -> EvaluatedHead:
    """A head labelled 0 with these estimates of yaw; those that are not given are the clean one."""
    yaws = [clean, *others, *[clean] * (len(DEGRADATIONS) - len(others))]
    estimates = [ViewEstimate((0, 0, 9, 9), PoseEstimate(HeadPose(yaw, 0, 0), PoseSpread(3, 3, 3))) for yaw in yaws]
    return EvaluatedHead(name, LabelledHead(Path("head.png"), HeadPose(0, 0, 0)), tuple(estimates))


def test_the_figures_are_differences_of_the_same_heads() -> None:
    run = EvaluationRun((estimated("a", 3, 9), estimated("b", -6, 3)), 0, ())
    clean, dark, *rest = robustness(run, wrap="none", bootstrap=Bootstrap(200))
    assert (clean.kind, clean.heads, dark.kind) == (CLEAN, 2, "light-0.15")
    assert (clean.mae.value, clean.rotation.value) == pytest.approx((1.5, 4.5))
    assert (dark.mae.value, dark.rotation.value) == pytest.approx((2, 6))
    assert (dark.mae_worse.value, dark.rotation_worse.value) == pytest.approx((0.5, 1.5))
    assert (dark.mae_worse.low, dark.mae_worse.high) == (-1.0, 2.0)
    # The estimates move by 6 and 9 degrees of yaw, although one of them comes closer to its label.
    assert (dark.mae_change.value, dark.rotation_change.value) == pytest.approx((2.5, 7.5))
    assert [row.kind for row in rest] == list(DEGRADATIONS)[1:]
    assert all(row.mae_worse.value == row.mae_change.value == 0 for row in (clean, *rest))
    text = robustness_text([clean, dark, *rest]).splitlines()
    assert text[1].split() == ["clean,", "2", "heads", "1.50", "4.50"]
    assert text[2].split()[4:6] == ["2.00", "+0.50"]


def test_without_a_head_found_there_is_no_robustness() -> None:
    missed = EvaluatedHead("a", LabelledHead(Path("a.png"), HeadPose(0, 0, 0)), (None,) * (1 + len(DEGRADATIONS)))
    assert robustness(EvaluationRun((missed,), 0, ()), wrap="none", bootstrap=Bootstrap(0)) == ()
