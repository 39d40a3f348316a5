"""Two snapshots compared on the same heads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hopenet import HeadPose, PoseEstimate, PoseSpread
from hopenet.datasets import LabelledHead
from hopenet.evaluation import Bootstrap, EvaluatedHead, EvaluationRun, HeadErrors, ViewEstimate
from hopenet.evaluation.comparison import comparison, found_by_both
from hopenet.evaluation.tables import comparison_text


def errors(signed: npt.ArrayLike, yaws: npt.ArrayLike) -> HeadErrors:
    off = np.asarray(signed, float)
    labels = np.zeros_like(off)
    labels[:, 0] = yaws
    return HeadErrors.between(labels + off, labels, np.ones_like(off))


def test_differences_are_paired_and_negative_where_the_first_is_better() -> None:
    yaws = [0, 0, 70]
    first = errors([[1, 2, 3], [-4, 0, 2], [5, 0, 0]], yaws)
    second = errors([[2, -2, 5], [4, 0, 2], [2, 0, 0]], yaws)
    found = comparison(first, second, Bootstrap(0))
    everything = found.everything
    assert everything.heads == 3
    assert (everything.yaw.first, everything.yaw.second) == pytest.approx((10 / 3, 8 / 3))
    assert everything.yaw.difference.value == pytest.approx(2 / 3)
    assert everything.roll.difference.value == pytest.approx(-2 / 3)
    assert everything.mae.difference.value == pytest.approx((-1 + 0 + 1) / 3)
    # Better on the first head, equal on the second, which counts half, worse on the third.
    assert everything.better_mae.value == pytest.approx(0.5)
    assert [(band.from_deg, band.summary and band.summary.heads) for band in found.bands] == [
        (0, 2),
        (30, None),
        (60, 1),
    ]
    profile = found.bands[2].summary
    assert profile is not None
    assert (profile.rotation.difference.value, profile.better_rotation.value) == pytest.approx((3, 0))


def test_a_small_difference_on_every_head_is_clear_although_the_errors_vary() -> None:
    """Errors vary by 10 degrees from head to head, but the first snapshot is better by about 0.3 on each."""
    random = np.random.default_rng(0)
    second = np.abs(random.normal(20, 10, (200, 3)))
    found = comparison(
        errors(second - 0.3 + random.normal(0, 0.5, second.shape), [0] * 200), errors(second, [0] * 200), Bootstrap(500)
    )
    mae = found.everything.mae
    assert mae.difference.low is not None
    assert mae.difference.high is not None
    assert -0.4 < mae.difference.low < -0.3 < mae.difference.high < -0.2
    assert found.everything.better_mae.value > 0.75


def test_a_snapshot_compared_with_itself_has_no_difference() -> None:
    same = errors(np.random.default_rng(1).normal(0, 5, (30, 3)), [10] * 30)
    found = comparison(same, same, Bootstrap(100)).everything
    for figure in (found.yaw, found.mae, found.rotation):
        assert (figure.difference.value, figure.difference.low, figure.difference.high) == (0, 0, 0)
    assert (found.better_mae.value, found.better_mae.low) == (0.5, 0.5)


def test_other_heads_or_none_cannot_be_compared() -> None:
    one, other = errors([[1, 1, 1]], [0]), errors([[1, 1, 1]], [20])
    with pytest.raises(ValueError, match="the same heads"):
        comparison(one, other, Bootstrap(0))
    with pytest.raises(ValueError, match="the same heads"):
        comparison(errors(np.empty((0, 3)), []), errors(np.empty((0, 3)), []), Bootstrap(0))


def head(name: str, found: float | None) -> EvaluatedHead:
    own = None if found is None else PoseEstimate(HeadPose(found, 0, 0), PoseSpread(1, 1, 1))
    labelled = LabelledHead(Path("head.png"), HeadPose(0, 0, 0))
    return EvaluatedHead(name, labelled, (None if own is None else ViewEstimate((0, 0, 9, 9), own),))


def test_heads_are_paired_by_name_and_only_those_found_by_both() -> None:
    first = EvaluationRun((head("a", 1), head("b", None), head("c", 3), head("d", 4)), 0, ())
    second = EvaluationRun((head("d", 40), head("a", 10), head("b", 20)), 0, ())
    own, others = found_by_both(first, second)
    assert [one.name for one in own] == [one.name for one in others] == ["a", "d"]
    assert [one.estimates[0] and one.estimates[0].estimate.pose.yaw for one in others] == [10, 40]


def test_the_table_says_which_is_subtracted_and_names_every_band() -> None:
    found = comparison(errors([[1, 1, 1], [2, 2, 2]], [0, 70]), errors([[4, 1, 1], [2, 2, 5]], [0, 70]), Bootstrap(50))
    text = comparison_text("mine", "theirs", found)
    lines = text.splitlines()
    assert lines[0] == "mine − theirs on the same 2 heads, each with its own crop; negative: mine errs less"
    assert next(line for line in lines if line.startswith("MAE")).split()[:4] == ["MAE", "1.50", "2.50", "-1.00"]
    assert next(line for line in lines if "60–99" in line).split()[2:4] == ["1", "-1.00"]
    assert "100 %" in next(line for line in lines if line.startswith("all heads"))
