"""What each value becomes on its way to an output."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from app.live_outputs.mapping import AxisMapping, CurvePoint

values = st.floats(-180, 180, allow_nan=False)


@st.composite
def curves(draw: st.DrawFn) -> tuple[CurvePoint, ...]:
    count = draw(st.integers(1, 6))
    xs = np.cumsum(draw(st.lists(st.integers(1, 30), min_size=count, max_size=count)))
    ys = np.cumsum(draw(st.lists(st.integers(0, 60), min_size=count, max_size=count)))
    return tuple(CurvePoint(float(x), float(y)) for x, y in zip(xs, ys, strict=True))


@given(value=values)
def test_without_changes_a_value_stays_as_it_is(value: float) -> None:
    assert AxisMapping()(value) == value


def test_gain_and_direction() -> None:
    assert AxisMapping(gain=2.5)(10) == 25
    assert AxisMapping(invert=True)(10) == -10
    assert AxisMapping(gain=3, invert=True)(-4) == 12


def test_the_dead_zone_is_still_and_nothing_jumps_at_its_rim() -> None:
    axis = AxisMapping(dead_zone=3)
    assert axis(2.9) == axis(-3) == 0
    assert axis(3.5) == pytest.approx(0.5) and axis(-10) == -7


def test_what_is_not_a_number_stays_so() -> None:
    assert math.isnan(AxisMapping(gain=2, dead_zone=1, curve=(CurvePoint(10, 20),))(math.nan))


@given(points=curves(), value=values)
def test_the_curve_goes_through_its_points_and_is_the_one_of_scipy(
    points: tuple[CurvePoint, ...], value: float
) -> None:
    axis = AxisMapping(curve=points)
    for point in points:
        assert axis(point.value) == pytest.approx(point.sent)
        assert axis(-point.value) == pytest.approx(-point.sent)
    known = PchipInterpolator([0, *(point.value for point in points)], [0, *(point.sent for point in points)])
    expected = math.copysign(float(known(min(abs(value), points[-1].value))), value)
    assert axis(value) == pytest.approx(expected, abs=1e-6)


@given(points=curves())
def test_a_curve_never_falls(points: tuple[CurvePoint, ...]) -> None:
    axis = AxisMapping(curve=points)
    sent = [axis(value) for value in np.linspace(-200, 200, 801)]
    assert all(left <= right + 1e-9 for left, right in pairwise(sent))


def test_beyond_its_last_point_a_curve_stays_at_its_height() -> None:
    axis = AxisMapping(curve=(CurvePoint(10, 5), CurvePoint(30, 90)))
    assert axis(60) == 90 and axis(-31) == -90


@pytest.mark.parametrize(
    "points",
    [((0, 5),), ((10, -1),), ((10, 5), (10, 6)), ((20, 5), (10, 6)), ((10, 5), (20, 4)), ((math.nan, 1),), ((5, 1e9),)],
)
def test_points_out_of_order_are_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="curve"):
        AxisMapping(curve=tuple(CurvePoint(*point) for point in points))


@pytest.mark.parametrize("changes", [{"gain": -1}, {"gain": math.nan}, {"dead_zone": -1}, {"dead_zone": 91}])
def test_numbers_out_of_range_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be between"):
        AxisMapping(**changes)  # type: ignore[arg-type]
