"""A head that turns on over ±180°: statistics, differences of tables and the lines of charts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.outputs.sorted_rows import FaceTrack
from app.session.statistics import _angle_statistics, _differing
from app.session.video_curves import BINS, FaceCurve
from hopenet.pose import wrapped


def track(yaw: np.ndarray, *, fps: float = 30.0) -> FaceTrack:
    count = len(yaw)
    angles = np.column_stack([yaw, np.full(count, 5.0), np.linspace(-3, 3, count)])
    return FaceTrack(
        face_id=1,
        frame=np.arange(count),
        time_s=np.arange(count) / fps,
        box=np.zeros((count, 4)),
        score=np.ones(count),
        raw=angles,
        smoothed=angles,
        spread=np.full((count, 3), 2.0),
    )


def test_the_mean_of_a_head_seen_from_behind_is_not_the_front() -> None:
    found = _angle_statistics(np.array([170.0, -170.0, 180.0, 176.0, -176.0]))
    assert abs(found.mean) == pytest.approx(180)
    assert (found.minimum, found.maximum, found.range) == pytest.approx((170, -170, 20))
    assert found.std == pytest.approx(np.std([-10, 10, 0, -4, 4], ddof=1))


def test_ordinary_angles_keep_their_statistics_even_if_they_are_far_apart() -> None:
    angles = np.array([-95.0, 3.0, 2.0, 96.0, 1.0])
    found = _angle_statistics(angles)
    assert found.mean == pytest.approx(angles.mean())
    assert (found.std, found.minimum, found.maximum) == pytest.approx((angles.std(ddof=1), -95, 96))
    assert found.range == pytest.approx(191)
    near = np.array([10.0, 20.0, 33.0])
    assert _angle_statistics(near).mean == float(near.mean())


def test_two_tables_on_both_sides_of_the_seam_differ_by_the_shorter_way() -> None:
    differing = _differing(track(np.array([179.0, -179.0])), track(np.array([-179.0, 178.0])), "raw")
    assert differing[:, 0] == pytest.approx([2, -3])


def test_no_line_of_a_chart_crosses_from_180_to_minus_180() -> None:
    yaw = wrapped(np.arange(150.0, 210.0, 4))
    curve = FaceCurve.of(track(yaw), track(yaw).raw, track(yaw).spread)
    lines = curve.lines(0, 1)
    assert np.nanmax(np.abs(np.diff(lines[0].angle))) == pytest.approx(4)
    assert np.isnan(lines[0].angle).sum() == 1
    assert not np.isnan(lines[1].angle).any() and not np.isnan(lines[2].angle).any()
    assert np.isnan(curve.bands(0, 1)[0].low).sum() == 1
    assert len({len(line.time_s) == len(line.angle) for line in lines}) == 1


def test_nor_does_a_coarse_line_of_a_long_video() -> None:
    yaw = wrapped(180 + 8 * np.sin(np.arange(40 * BINS) / 3))
    curve = FaceCurve.of(track(yaw), track(yaw).raw)
    yaw_line, pitch_line, _ = curve.lines(0, float(len(yaw)) / 30)
    steps = np.abs(np.diff(yaw_line.angle))
    assert np.nanmax(steps) < 20
    assert np.nanmin(np.abs(yaw_line.angle)) > 170
    assert len(pitch_line.angle) == 2 * BINS and math.isclose(float(np.nanmax(pitch_line.angle)), 5.0)


def test_a_saved_plot_breaks_the_line_as_well() -> None:
    from app.outputs.plot import _broken_at_the_seam

    whole = track(wrapped(np.arange(150.0, 210.0, 4)))
    time_s, yaw, low, high = _broken_at_the_seam(whole, whole.raw[:, 0], whole.spread[:, 0])
    assert len(time_s) == len(yaw) == len(low) == len(high) == len(whole.frame) + 1
    assert np.nanmax(np.abs(np.diff(yaw))) == pytest.approx(4)
