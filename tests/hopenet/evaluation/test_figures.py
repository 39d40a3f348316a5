"""Figures with their intervals, bands of yaw, and calibration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hopenet.evaluation import Bootstrap, HeadErrors, figures
from hopenet.evaluation.bootstrap import Statistic
from hopenet.evaluation.figures import bands, calibration, difference, summary

NONE = Bootstrap(0)


def errors(signed: npt.ArrayLike, *, yaws: npt.ArrayLike | None = None, spreads: npt.ArrayLike = 1.0) -> HeadErrors:
    """Heads with these errors, the labelled yaws being 0 where none are given."""
    off = np.asarray(signed, float).reshape(-1, 3)
    labels = np.zeros_like(off)
    if yaws is not None:
        labels[:, 0] = yaws
    return HeadErrors.between(labels + off, labels, np.broadcast_to(np.asarray(spreads, float), off.shape))


def test_the_summary_matches_four_heads_worked_by_hand() -> None:
    it = summary(errors([[3, 0, 0], [-6, 3, 0], [12, -6, 3], [21, 6, 3]]), NONE)
    assert it.heads == 4
    assert [one.value for one in (it.mae.yaw, it.mae.pitch, it.mae.roll, it.mae.together)] == [10.5, 3.75, 1.5, 5.25]
    assert (it.median.yaw.value, it.median.together.value) == (9, 5)  # of 3, 6, 12, 21 and of 1, 3, 7, 10
    assert {angle: one.value for angle, one in it.bias.items()} == {"yaw": 7.5, "pitch": 0.75, "roll": 1.5}
    assert [(one.degrees, one.mean_of_three.value) for one in it.under] == [(5, 0.5), (10, 0.75)]
    assert [one.geodesic.value for one in it.under] == [0.25, 0.5]


def test_without_resamples_there_are_no_intervals() -> None:
    assert summary(errors([[3, 0, 0]]), NONE).mae.yaw == Statistic(3.0)


@pytest.mark.parametrize(
    ("yaw", "expected"),
    [
        pytest.param(0, (0, 30), id="frontal"),
        pytest.param(-29.9, (0, 30), id="negative"),
        pytest.param(30, (30, 60), id="lower bound"),
        pytest.param(60, (60, 99), id="lower bound of the last"),
        pytest.param(-99, (60, 99), id="99 itself"),
        pytest.param(99.5, (99, 135), id="beyond the bins"),
        pytest.param(-135, (135, 180), id="lower bound of the back"),
        pytest.param(180, (135, 180), id="the back of the head"),
        pytest.param(350, (0, 30), id="once round"),
    ],
)
def test_each_head_is_in_one_band(yaw: float, expected: tuple[int, int]) -> None:
    found = bands(errors([[3, 6, 9]], yaws=[yaw]), NONE)
    (band,) = [band for band in found if band.heads]
    assert (band.from_deg, band.to_deg) == expected
    assert band.summary is not None
    assert band.summary.mae.together.value == pytest.approx(6)
    assert all(band.summary is None for band in found if not band.heads)


def test_the_band_beyond_99_degrees_is_left_out_if_it_has_no_heads() -> None:
    assert [(band.from_deg, band.heads) for band in bands(errors([[1, 1, 1]] * 2, yaws=[1, 45]), NONE)] == [
        (0, 1),
        (30, 1),
        (60, 0),
    ]


def test_the_rotation_error_is_the_headline_of_profiles_and_backs() -> None:
    found = bands(errors([[1, 1, 1]] * 5, yaws=[0, 30, 60, -120, 170]), NONE)
    assert {(band.from_deg, band.to_deg): band.headline for band in found} == {
        (0, 30): "mae",
        (30, 60): "mae",
        (60, 99): "geodesic_mean",
        (99, 135): "geodesic_mean",
        (135, 180): "geodesic_mean",
    }


def test_pitch_and_roll_that_cancel_in_profile_are_no_error_of_the_rotation() -> None:
    labels = np.array([[90.0, 40.0, 0.0], [0.0, 40.0, 0.0]])
    found = HeadErrors.between(labels - np.array([0, 30, 30]), labels, np.ones((2, 3)))
    assert found.mean_of_three == pytest.approx([20, 20])
    assert found.geodesic[0] == pytest.approx(0, abs=1e-4)
    assert found.geodesic[1] == pytest.approx(42, abs=1)


@given(arrays(float, st.tuples(st.integers(1, 40), st.just(3)), elements=st.floats(-50, 50)))
def test_the_bands_together_have_all_heads_and_their_errors(signed: npt.NDArray[np.float64]) -> None:
    it = errors(signed, yaws=np.linspace(-170, 170, len(signed)))
    parts = bands(it, NONE)
    assert sum(band.heads for band in parts) == len(it)
    total = sum(band.heads * band.summary.mae.together.value for band in parts if band.summary)
    assert total / len(it) == pytest.approx(summary(it, NONE).mae.together.value)


def test_figures_need_at_least_one_head() -> None:
    with pytest.raises(ValueError, match="at least one head"):
        figures(errors([]), NONE)


@given(arrays(float, st.tuples(st.integers(1, 60), st.just(3)), elements=st.floats(-90, 90)))
def test_an_interval_contains_its_mean_and_its_median(signed: npt.NDArray[np.float64]) -> None:
    it = summary(errors(signed), Bootstrap(200))
    for figure in (it.mae.yaw, it.mae.together, it.median.roll, it.bias["pitch"], it.geodesic_mean):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9


def test_an_interval_shrinks_with_the_root_of_the_number_of_heads() -> None:
    random = np.random.default_rng(1)
    widths = []
    for count in (100, 1600):
        figure = summary(errors(random.normal(0, 5, (count, 3))), Bootstrap()).mae.together
        assert figure.low is not None
        assert figure.high is not None
        widths.append(figure.high - figure.low)
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.3)


def test_an_interval_of_the_mean_matches_the_normal_approximation() -> None:
    column = np.random.default_rng(2).normal(10, 3, (900, 1))
    (figure,) = Bootstrap(4000).means(column)
    half = 1.96 * column.std() / 30
    assert (figure.low, figure.high) == pytest.approx((figure.value - half, figure.value + half), abs=0.02)


def test_resampling_in_parts_gives_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = np.random.default_rng(3).normal(size=(50, 2))

    def drawn() -> npt.NDArray[np.float64]:
        figures = (*Bootstrap(100).means(columns), *Bootstrap(100).medians(columns))
        return np.array([(figure.value, figure.low, figure.high) for figure in figures], float)

    at_once = drawn()
    monkeypatch.setattr("hopenet.evaluation.bootstrap._LARGEST_DRAW", 350)
    np.testing.assert_allclose(drawn(), at_once, rtol=1e-12)  # matrix products round differently at other sizes


def test_a_negative_number_of_resamples_is_refused() -> None:
    with pytest.raises(ValueError, match="not -1"):
        Bootstrap(-1)


@pytest.mark.parametrize(
    ("factor", "within_one"),
    [
        pytest.param(1.0, 0.683, id="calibrated"),
        pytest.param(2.0, 0.383, id="too sure"),
        pytest.param(0.5, 0.954, id="too unsure"),
    ],
)
def test_normal_errors_show_how_their_spread_is_calibrated(factor: float, within_one: float) -> None:
    random = np.random.default_rng(4)
    spreads = random.uniform(2, 20, (4000, 3))
    found = calibration(errors(factor * spreads * random.standard_normal((4000, 3)), spreads=spreads), NONE)
    for it in found.values():
        assert it.within_one.value == pytest.approx(within_one, abs=0.03)
        assert it.fitting_factor == pytest.approx(factor, rel=0.06)
        assert sum(group.heads for group in it.groups) == 4000
        assert [group.spread_deg for group in it.groups] == sorted(group.spread_deg for group in it.groups)
        for group in it.groups:
            assert group.error_deg == pytest.approx(factor * group.spread_deg, rel=0.2)
            assert group.rms_deg == pytest.approx(factor * group.spread_deg, rel=0.2)


def test_a_calibrated_normal_has_954_of_1000_errors_within_two_spreads() -> None:
    random = np.random.default_rng(5)
    found = calibration(errors(random.normal(0, 3, (5000, 3)), spreads=3.0), NONE)
    assert found["yaw"].within_two.value == pytest.approx(0.954, abs=0.01)
    assert found["yaw"].mean_spread.value == pytest.approx(3)


def test_a_spread_of_zero_has_no_calibration_factor() -> None:
    assert calibration(errors([[1, 2, 0]], spreads=0.0), NONE)["yaw"].fitting_factor is None


def test_a_difference_is_paired_over_the_same_heads() -> None:
    random = np.random.default_rng(6)
    signed = random.normal(0, 20, (300, 3))
    before, after = errors(signed), errors(signed + 0.3 * np.sign(signed))
    figure = difference(after, before, Bootstrap())
    assert (figure.value, figure.low, figure.high) == pytest.approx((0.3, 0.3, 0.3))
    with pytest.raises(ValueError, match="the same heads"):
        difference(after, errors([[1, 1, 1]], yaws=[9]), NONE)
