"""Pairs rows with columns so that the pairs together cost least."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def cheapest_pairs(costs: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Row and column of each pair: as many pairs as there are rows or columns, whichever are fewer.

    `costs`, of shape (rows, columns), must be finite.

    SciPy has such a function, but its import takes a third of a second, which would delay the first face.
    Source: the Hungarian method with shortest augmenting paths; Crouse, IEEE TAES 2016, doi:10.1109/TAES.2016.140952.
    """
    rows, columns = costs.shape
    if rows > columns:
        return sorted((row, column) for column, row in cheapest_pairs(costs.T))
    if rows == 1:  # Most videos show one face; the general way would take it a tenth of a millisecond.
        return [(0, int(costs.argmin()))]
    column_of, row_of = np.full(rows, -1), np.full(columns, -1)
    row_price, column_price = np.zeros(rows), np.zeros(columns)  # No pair costs less than both prices together.
    for first in range(rows):
        # The cheapest way from this row to each column, in which pairs of earlier rows may be exchanged.
        way, row_before = np.full(columns, np.inf), np.full(columns, -1)
        reached = np.zeros(columns, bool)
        row, so_far = first, 0.0
        while row >= 0:
            ways = so_far + costs[row] - row_price[row] - column_price
            better = ~reached & (ways < way)
            way[better], row_before[better] = ways[better], row
            column = int(np.where(reached, np.inf, way).argmin())
            so_far = float(way[column])
            reached[column] = True
            row = int(row_of[column])
        row_price[first] += so_far
        exchanged = reached & (row_of >= 0)
        row_price[row_of[exchanged]] += so_far - way[exchanged]
        column_price[reached] -= so_far - way[reached]
        while column >= 0:
            row = int(row_before[column])
            row_of[column] = row
            column_of[row], column = column, (-1 if row == first else int(column_of[row]))
    return [(row, int(column)) for row, column in enumerate(column_of)]
