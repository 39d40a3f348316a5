from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from app.analysis.assignment import cheapest_pairs

sizes = st.integers(1, 9)


@given(rows=sizes, columns=sizes, seed=st.integers(0, 1000), rounded=st.booleans(), forbidden=st.floats(0, 0.9))
def test_pairs_cost_as_little_as_those_of_scipy(
    rows: int, columns: int, seed: int, rounded: bool, forbidden: float
) -> None:
    random = np.random.default_rng(seed)
    costs = random.uniform(0, 5, (rows, columns))
    costs = costs.round() if rounded else costs
    costs[random.uniform(size=costs.shape) < forbidden] = 1e6
    pairs = cheapest_pairs(costs)
    assert len(pairs) == min(rows, columns)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert sum(costs[pair] for pair in pairs) == pytest.approx(costs[linear_sum_assignment(costs)].sum())


def test_the_cheapest_pair_is_given_up_if_that_makes_both_together_cheaper() -> None:
    assert cheapest_pairs(np.array([[1.0, 2.0], [2.0, 9.0]])) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(("rows", "columns"), [(2, 5), (5, 2)], ids=["fewer rows", "fewer columns"])
def test_whatever_has_no_partner_is_left_out(rows: int, columns: int) -> None:
    costs = np.abs(np.subtract.outer(np.arange(rows), np.arange(columns))).astype(np.float64)
    assert cheapest_pairs(costs) == [(0, 0), (1, 1)]
