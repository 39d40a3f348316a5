"""The rough position of a head, smoothed over time."""

from __future__ import annotations

import numpy as np
import pytest

from app.live_outputs.position import PositionFilter

FRAME_S = 1 / 30


def test_the_position_of_a_head_at_rest_is_calm() -> None:
    noise = np.random.default_rng(3).normal(scale=0.5, size=(240, 3)) + np.array((2.0, -1.0, 60.0))
    smooth = PositionFilter(0.5)
    calm = np.array([smooth((x, y, z), index * FRAME_S) for index, (x, y, z) in enumerate(noise.tolist())])[60:]

    assert (calm.std(axis=0) < 0.6 * noise[60:].std(axis=0)).all()
    assert calm.mean(axis=0) == pytest.approx((2, -1, 60), abs=0.15)


def test_a_head_that_leans_to_the_side_is_followed_within_a_tenth_of_a_second() -> None:
    smooth, speed_cm_s = PositionFilter(0.5), 40.0
    places = [smooth((speed_cm_s * index * FRAME_S, 0.0, 60.0), index * FRAME_S) for index in range(31)]
    assert 0 < speed_cm_s * 30 * FRAME_S - places[-1][0] < 0.1 * speed_cm_s


def test_without_smoothing_or_after_a_gap_the_position_is_the_measured_one() -> None:
    raw = PositionFilter(0.0)
    assert raw((1.0, 2.0, 3.0), 0.0) == (1, 2, 3) and raw((9.0, 2.0, 3.0), FRAME_S) == (9, 2, 3)
    smooth = PositionFilter(1.0)
    smooth((1.0, 2.0, 60.0), 0.0)
    assert smooth((9.0, 2.0, 60.0), 5.0) == (9, 2, 60)
