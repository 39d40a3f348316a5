"""Agreement of rotations with points that people set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.mean_face import mean_face
from hopenet import HeadPose, PoseEstimate, PoseSpread
from hopenet.datasets import LabelledHead
from hopenet.evaluation import Bootstrap, EvaluatedHead, ViewEstimate
from hopenet.evaluation.mean_face import MEAN_FACE
from hopenet.evaluation.points import HeadPoints, best_fit, point_figures, projections, residuals_of
from hopenet.evaluation.tables import points_text
from hopenet.pose import FloatArray

KNOWN = np.asarray(np.isfinite(MEAN_FACE[:, 0]), np.bool_)
SHAPE = np.nan_to_num(MEAN_FACE)


def seen(pose: HeadPose, *, scale: float = 0.25, shift: tuple[float, float] = (0.5, 0.45)) -> FloatArray:
    """The mean face as points (21, 2) of a picture."""
    return np.asarray(scale * SHAPE @ projections([pose])[0].T + shift)


def test_a_face_turned_to_the_pictures_left_shows_its_nose_there_and_raised_above_its_eyes() -> None:
    nose, eyes, chin = 14, slice(6, 12), 20
    straight, left, up = (seen(pose) for pose in (HeadPose(0, 0, 0), HeadPose(40, 0, 0), HeadPose(0, 30, 0)))
    assert straight[chin, 1] > straight[nose, 1] > straight[eyes, 1].mean()
    assert left[nose, 0] - left[eyes, 0].mean() < -0.05
    assert straight[nose, 0] == pytest.approx(straight[eyes, 0].mean())
    assert up[nose, 1] - up[eyes, 1].mean() < straight[nose, 1] - straight[eyes, 1].mean()
    # Roll is clockwise: the chin goes to the picture's left.
    assert seen(HeadPose(0, 0, 20))[chin, 0] < straight[chin, 0]


def test_the_right_rotation_fits_exactly_whatever_the_scale_and_place() -> None:
    pose = HeadPose(-35, 12, 8)
    points = seen(pose, scale=0.31, shift=(0.2, 0.7))[None]
    fit = best_fit(projections([pose]), MEAN_FACE, points, KNOWN[None])
    assert fit.residuals[0] == pytest.approx(0, abs=1e-12)
    assert (fit.scales[0], *fit.shifts[0]) == pytest.approx((0.31, 0.2, 0.7))
    off = [HeadPose(-35 + turn, 12, 8) for turn in (2, 5, 10, 20)]
    residuals = best_fit(projections(off), MEAN_FACE, points.repeat(4, axis=0), KNOWN[None].repeat(4, axis=0)).residuals
    assert all(np.diff(residuals) > 0)
    assert residuals[0] > 0.001


def test_a_residual_is_the_root_mean_square_distance_of_the_visible_points() -> None:
    pose = HeadPose(0, 0, 0)
    shape = np.array([[-1.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [np.nan] * 3])
    points = np.array([[[-2.0, 0], [2, 0], [0, -1], [0, 1], [9, 9]]])
    visible = np.array([[True, True, True, True, False]])
    # The best scale is 1.5: each point is half a unit away.
    fit = best_fit(projections([pose]), shape, points, visible)
    assert (fit.scales[0], fit.residuals[0]) == pytest.approx((1.5, 0.5))
    # Only a mirrored face would fit: the scale is 0, and the residual the points' own spread.
    upside = best_fit(projections([HeadPose(0, 0, 180)]), shape, points, visible)
    assert (upside.scales[0], upside.residuals[0]) == pytest.approx((0, np.sqrt(2.5)))


def test_the_mean_face_is_symmetrical_and_of_size_1() -> None:
    known = MEAN_FACE[KNOWN]
    assert KNOWN.sum() == 19
    assert known.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-3)
    assert np.sqrt((known**2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(MEAN_FACE[:3], MEAN_FACE[5:2:-1] * [-1, 1, 1])


def test_the_mean_face_is_found_from_points_and_rotations() -> None:
    random = np.random.default_rng(0)
    poses = [HeadPose(*random.uniform((-60, -30, -20), (60, 30, 20))) for _ in range(200)]
    points = np.array([seen(pose, scale=random.uniform(0.2, 0.3), shift=(0.5, 0.5)) for pose in poses])
    visible = KNOWN & (random.random((200, 21)) < 0.8)
    shape, fit = mean_face(projections(poses), points, visible)
    np.testing.assert_allclose(shape, MEAN_FACE, atol=2e-3)
    assert fit.residuals.max() < 1e-3


def heads(*poses: tuple[HeadPose, HeadPose | None]) -> list[EvaluatedHead]:
    return [
        EvaluatedHead(
            f"{number}.jpg",
            LabelledHead(Path("head.png"), label),
            (None if own is None else ViewEstimate((0, 0, 9, 9), PoseEstimate(own, PoseSpread(1, 1, 1))),),
        )
        for number, (label, own) in enumerate(poses)
    ]


def points_of(*poses: HeadPose, missing: int = 0) -> HeadPoints:
    visible = np.tile(KNOWN, (len(poses), 1))
    visible[0, np.flatnonzero(KNOWN)[:missing]] = False
    return HeadPoints(tuple(f"{n}.jpg" for n in range(len(poses))), np.array([seen(one) for one in poses]), visible)


def test_whichever_of_label_and_estimate_is_right_has_no_residual() -> None:
    front, turned = HeadPose(0, 0, 0), HeadPose(70, 5, 5)
    evaluated = heads((front, HeadPose(10, 0, 0)), (HeadPose(60, 5, 5), turned), (front, front), (front, None))
    residuals = residuals_of(evaluated, points_of(front, turned, front, front))
    assert residuals.estimates[1] == pytest.approx(0, abs=1e-9)
    assert residuals.labels[0] == pytest.approx(0, abs=1e-9)
    assert residuals.estimates[0] > 0.9
    assert np.isnan(residuals.estimates[3])
    figures = point_figures(residuals, np.array([0.0, 60.0, 0.0, 0.0]), Bootstrap(100))
    everything = figures.everything
    assert (figures.left_out, everything.heads) == (1, 3)
    assert everything.closer.value == pytest.approx(0.5)
    assert everything.difference.value == pytest.approx(everything.mean.value - everything.label_mean.value)
    assert [(band.from_deg, band.agreement and band.agreement.heads) for band in figures.bands] == [
        (0, 2),
        (30, None),
        (60, 1),
    ]
    text = points_text(figures).splitlines()
    assert text[1].split()[:3] == ["all", "heads", "3"]
    assert "1 heads were left out" in text[-1]


def test_heads_with_few_points_or_without_any_do_not_count() -> None:
    front = HeadPose(0, 0, 0)
    points = points_of(front, front, missing=14)
    assert list(points.rows(["0.jpg", "1.jpg", "other.jpg"])) == [-1, 1, -1]
    residuals = residuals_of(heads((front, front)), points)
    with pytest.raises(ValueError, match="No head has 6 visible points"):
        point_figures(residuals, np.array([0.0]), Bootstrap(0))


def test_a_file_of_points_is_read_and_points_that_are_not_numbers_are_not_visible(tmp_path: Path) -> None:
    placed = np.full((2, 21, 2), 0.5, np.float32)
    placed[1, 3] = np.nan
    np.savez(tmp_path / "points.npz", names=np.array(["a.jpg", "b.jpg"]), points=placed, visible=np.ones((2, 21), bool))
    points = HeadPoints.read(tmp_path / "points.npz")
    assert points.names == ("a.jpg", "b.jpg")
    assert [int(one.sum()) for one in points.visible] == [19, 18]


@pytest.mark.parametrize(
    "arrays",
    [
        pytest.param({"names": np.array(["a"])}, id="arrays missing"),
        pytest.param(
            {"names": np.array(["a"]), "points": np.zeros((1, 68, 2)), "visible": np.ones((1, 68), bool)},
            id="other points",
        ),
        pytest.param(
            {"names": np.array(["a", "b"]), "points": np.zeros((1, 21, 2)), "visible": np.ones((1, 21), bool)},
            id="other number of heads",
        ),
        pytest.param(
            {"names": np.array(["a"]), "points": np.zeros((1, 21, 2)), "visible": np.ones((1, 21))}, id="not bool"
        ),
    ],
)
def test_a_file_with_other_arrays_is_refused(arrays: dict[str, Any], tmp_path: Path) -> None:
    np.savez(tmp_path / "points.npz", **arrays)
    with pytest.raises(ValueError, match=r"points\.npz"):
        HeadPoints.read(tmp_path / "points.npz")


def test_a_file_that_is_no_archive_or_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "points.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"cannot be read as an \.npz file"):
        HeadPoints.read(tmp_path / "points.npz")
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        HeadPoints.read(tmp_path / "gone.npz")
