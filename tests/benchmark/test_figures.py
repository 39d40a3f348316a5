"""Bounds and ratios: computed from the figures of each round."""

from __future__ import annotations

import pytest

from app.benchmark.figures import (
    STAGES,
    bound_ms,
    ideal_bound_ms,
    overlap_bound_ms,
    ratios,
    spread,
    warnings_about,
)
from tests.benchmark.figures_of import a_round, cost, figures


def test_the_bound_is_the_stages_processor_time_divided_among_the_cores() -> None:
    stages = {name: cost(4, thread_ms=1) for name in STAGES}
    assert overlap_bound_ms(stages, cores=2) == pytest.approx(7 * 4 / 2)


def test_the_bound_is_the_busiest_of_the_four_threads_if_there_are_many_cores() -> None:
    assert bound_ms(a_round(), cores=16) == pytest.approx(3 * 4)  # detect, track and crop share one thread
    writing = {name: cost(1) for name in STAGES} | {"draw": cost(9), "encode": cost(50, thread_ms=8)}
    assert overlap_bound_ms(writing, cores=100) == pytest.approx(9 + 8)


def test_the_ideal_bound_has_bare_calls_where_there_are_such() -> None:
    assert ideal_bound_ms(a_round(), cores=1) == pytest.approx(6 * 4 + 2)


def test_ratios_are_taken_within_each_round_and_have_their_spread() -> None:
    (video,) = figures().videos
    found = ratios(video, cores=2)
    assert found["bound ÷ export"] == pytest.approx((14 / 20, 14 / 21, 14 / 19))
    assert found["ideal bound ÷ export"].median == pytest.approx(13 / 20)
    assert found["processor time: stages ÷ export"].median == pytest.approx(28 / 35)
    assert found["processor time: stages ÷ loop"].median == pytest.approx(28 / 32)
    assert found["processor time: loop ÷ export"].median == pytest.approx(32 / 35)
    assert found["published ÷ export"].median == pytest.approx(60 / 20)
    assert found["processor time: published ÷ export"].median == pytest.approx(2)
    assert spread(video, lambda one: one.export.wall_ms).width == pytest.approx(2 / 20)


def test_what_other_processes_took_from_an_export_can_be_left_out() -> None:
    (video,) = figures(a_round(40, others=0.5)).videos
    found = ratios(video, cores=2)
    assert found["bound ÷ export"].median == pytest.approx(14 / 40)
    assert found["bound ÷ export, without others"].median == pytest.approx(14 / 20)


def test_a_busy_machine_is_warned_about() -> None:
    (warning,) = warnings_about(figures(a_round(20, others=0.3)))
    assert "other processes used 30 %" in warning


def test_rounds_that_differ_are_warned_about_though_nothing_is_known_of_other_processes() -> None:
    (warning,) = warnings_about(figures(a_round(20), a_round(30), a_round(21)))
    assert "differs by 48 % between the rounds" in warning


def test_an_idle_machine_with_equal_rounds_is_not_warned_about() -> None:
    assert warnings_about(figures(a_round(20, others=0.01), a_round(20.5, others=0.0))) == []
