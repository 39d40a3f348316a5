"""How long samples take from capture until they are sent."""

from __future__ import annotations

from collections import deque
from itertools import accumulate

_BIN_MS = 0.1
_BINS = 20_000
"""Up to two seconds; whatever takes longer is counted as that."""

_RECENT = 300
"""Samples of the last ten seconds at 30 a second."""


class Delays:
    """Collects delays in a fixed amount of memory.

    Thread: one at a time.
    """

    def __init__(self) -> None:
        self._counts = [0] * _BINS
        self._recent: deque[float] = deque(maxlen=_RECENT)

    def add(self, delay_ms: float) -> None:
        self._counts[min(_BINS - 1, max(0, int(delay_ms / _BIN_MS)))] += 1
        self._recent.append(delay_ms)

    def recent(self, share: float) -> float | None:
        """The delay that this share of the last samples does not exceed, in milliseconds; None if there are none."""
        ordered = sorted(self._recent)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None

    def overall(self, share: float) -> float | None:
        """As `recent`, of all samples, to 0.1 ms."""
        total = sum(self._counts)
        if not total:
            return None
        wanted = share * total
        return next(_BIN_MS * (number + 1) for number, sum_ in enumerate(accumulate(self._counts)) if sum_ >= wanted)
