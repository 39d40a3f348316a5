"""Errors of angles, with every way to treat angles that wrap around."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopenet import HeadPose, geodesic_deg
from hopenet.evaluation import WRAPS, HeadErrors
from hopenet.evaluation.errors import differences

TRIPLES = st.tuples(*[st.floats(-180, 180)] * 3)


def of(estimate: tuple[float, ...], label: tuple[float, ...], wrap: str) -> list[float]:
    return [float(one) for one in differences(np.array([estimate]), np.array([label]), wrap)[0]]


@pytest.mark.parametrize(
    ("estimate", "label", "wrap", "expected"),
    [
        pytest.param((10, -5, 3), (4, 5, 3), "none", [6, -10, 0], id="plain"),
        pytest.param((179, 0, 0), (-179, 0, 0), "none", [358, 0, 0], id="plain across the turn"),
        pytest.param((179, 0, -170), (-179, 0, 175), "360", [-2, 0, 15], id="the nearest turn"),
        pytest.param((80, 5, -3), (100, -170, 170), "360", [-20, 175, -173], id="the nearest turn is not an alias"),
        pytest.param((80, 5, -3), (100, -175, 177), "joint", [0, 0, 0], id="alias"),
        pytest.param((80, 5, -3), (75, 5, -3), "joint", [5, 0, 0], id="alias that is no better"),
    ],
)
def test_each_wrap_treats_angles_as_its_name_says(
    estimate: tuple[float, ...], label: tuple[float, ...], wrap: str, expected: list[float]
) -> None:
    assert of(estimate, label, wrap) == pytest.approx(expected)


@given(TRIPLES, TRIPLES)
def test_a_wider_wrap_never_increases_the_total_error(estimate: tuple[float, ...], label: tuple[float, ...]) -> None:
    totals = [sum(map(abs, of(estimate, label, wrap))) for wrap in WRAPS]
    assert totals == sorted(totals, reverse=True) or totals == pytest.approx(sorted(totals, reverse=True))


@given(TRIPLES)
def test_the_alias_is_the_same_rotation_and_has_no_joint_error(label: tuple[float, float, float]) -> None:
    yaw, pitch, roll = label
    alias = HeadPose(180 - yaw, pitch + 180, roll + 180)
    assert geodesic_deg(alias, HeadPose(*label)) == pytest.approx(0, abs=1e-4)
    assert of(alias, label, "joint") == pytest.approx([0, 0, 0], abs=1e-9)


def test_an_unknown_wrap_is_refused_with_the_known_names() -> None:
    with pytest.raises(ValueError, match=r"“720”\. Choose one of: none, 360, joint"):
        HeadErrors.between([[0, 0, 0]], [[0, 0, 0]], [[1, 1, 1]], wrap="720")


def test_there_must_be_as_many_estimates_as_labels() -> None:
    with pytest.raises(ValueError, match="2 labels need as many estimates"):
        HeadErrors.between([[0, 0, 0]], [[0, 0, 0], [1, 1, 1]], [[1, 1, 1]])


def test_the_mean_of_three_and_the_geodesic_error_match_a_head_worked_by_hand() -> None:
    errors = HeadErrors.between([[30, 0, 0], [4, -6, 5]], [[-15, 0, 0], [1, 0, 5]], [[1, 1, 1]] * 2)
    assert errors.signed.tolist() == [[45, 0, 0], [3, -6, 0]]
    assert errors.mean_of_three.tolist() == [15, 3]
    assert errors.geodesic[0] == pytest.approx(45)


def test_no_heads_give_no_errors() -> None:
    assert len(HeadErrors.between([], [], [])) == 0
