"""How much a figure would vary with other pictures of the same kind: percentile intervals from resampling heads.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet.pose import FloatArray

_LARGEST_DRAW = 2_000_000
"""Maximum number of drawn indices in memory at a time."""

_TAILS = (2.5, 97.5)
"""Percentiles that bound a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure over heads with its 95 % interval; the bounds are None if no bootstrap was requested."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Draws N of N heads with replacement, `resamples` times; 0 gives no intervals.

    The same seed and number of heads give the same draws, so figures over the same heads are paired.
    """

    resamples: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.resamples < 0:
            raise ValueError(f"The number of resamples must be at least 0, not {self.resamples}.")

    def means(self, columns: FloatArray) -> tuple[Statistic, ...]:
        """The mean of each column of (N, K), N ≥ 1."""
        count = len(columns)

        def resampled(picks: npt.NDArray[np.int64]) -> FloatArray:
            rows = np.arange(len(picks))[:, None] * count
            times = np.bincount((picks + rows).ravel(), minlength=len(picks) * count).reshape(len(picks), count)
            return np.asarray(times @ columns / count, np.float64)

        return self._figures(columns.mean(axis=0), [resampled(picks) for picks in self._draws(count)])

    def medians(self, columns: FloatArray) -> tuple[Statistic, ...]:
        """The median of each column of (N, K), N ≥ 1."""
        parts = [
            np.stack([np.median(column[picks], axis=1) for column in columns.T], axis=1)
            for picks in self._draws(len(columns))
        ]
        return self._figures(np.median(columns, axis=0), parts)

    def _draws(self, count: int) -> Iterator[npt.NDArray[np.int64]]:
        random = np.random.default_rng(self.seed)
        at_once = max(1, _LARGEST_DRAW // count)
        for start in range(0, self.resamples, at_once):
            yield random.integers(0, count, (min(at_once, self.resamples - start), count))

    @staticmethod
    def _figures(values: FloatArray, parts: list[FloatArray]) -> tuple[Statistic, ...]:
        if not parts:
            return tuple(Statistic(float(value)) for value in values)
        low, high = np.percentile(np.concatenate(parts), _TAILS, axis=0)
        return tuple(Statistic(*map(float, figure)) for figure in zip(values, low, high, strict=True))
