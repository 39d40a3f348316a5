"""What a strip chart remembers: the last seconds of one face's angles, with gaps."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from app.settings import Reference
from app.watch.shown_frame import ShownFrame

Array = npt.NDArray[np.float64]

KEPT_S = 30.0
_GAP_S = 1.0
"""A longer time between two frames is a gap: nothing is known of it."""

_NONE = (np.nan,) * 6
_Y_STEPS = (30.0, 60.0, 90.0, 180.0)


class StripHistory:
    """Times in seconds with yaw, pitch, roll and their spreads in degrees, as they were told."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self.kept_s = kept_s
        self._samples: deque[tuple[float, ...]] = deque()
        self._track_id: int | None = None
        self._reference: Reference | None = None

    def add(self, shown: ShownFrame) -> None:
        """Takes in a frame. Time that goes backwards, and another reference, begin anew: old numbers mean nothing."""
        time_s, reference, face = shown.analysis.frame.time_s, shown.options.reference, shown.face
        if self._samples and (time_s < self._samples[-1][0] or reference != self._reference):
            self.clear()
        self._reference = reference
        if self._samples and self._samples[-1][0] == time_s:
            self._samples.pop()
        if face is None or face.smoothed is None:
            self._track_id = None
            self._samples.append((time_s, *_NONE))
        else:
            since_s = time_s - self._samples[-1][0] if self._samples else 0.0
            if self._samples and (face.track_id != self._track_id or since_s > _GAP_S):
                self._samples.append((time_s, *_NONE))
            self._track_id = face.track_id
            spread = _NONE[:3] if face.spread is None else tuple(face.spread)
            self._samples.append((time_s, *reference.told(face.smoothed), *spread))
        while time_s - self._samples[0][0] > self.kept_s:
            self._samples.popleft()

    def clear(self) -> None:
        self._samples.clear()
        self._track_id = None

    def last(self, span_s: float) -> Array:
        """The samples of the last seconds, of shape (N, 7); an angle that is not known is NaN."""
        if not self._samples:
            return np.empty((0, 7))
        samples = np.array(self._samples)
        first = np.searchsorted(samples[:, 0], samples[-1, 0] - span_s)
        recent: Array = samples[max(0, int(first) - 1) :]
        return recent


def y_limit(angles: Array) -> float:
    """How far the axis must reach to either side: one of a few steps, so that it stands still."""
    known = np.abs(angles[np.isfinite(angles)])
    largest = float(known.max()) if known.size else 0.0
    return next((step for step in _Y_STEPS if largest <= 0.94 * step), _Y_STEPS[-1])


def runs(known: npt.NDArray[np.bool_]) -> list[slice]:
    """Where stretches of at least two known samples lie."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]
