"""The data of a strip chart: one face's angles over the last seconds, with gaps."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from app.settings import Reference
from app.watch.shown_frame import ShownFrame

Array = npt.NDArray[np.float64]

KEPT_S = 30.0
_GAP_S = 1.0
"""Frames further apart than this are not joined by a line."""

_UNKNOWN = (np.nan,) * 6
_Y_STEPS = (30.0, 60.0, 90.0, 180.0)


class StripHistory:
    """Times in seconds, with yaw, pitch, roll and their spreads in degrees, as they are displayed."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self.kept_s = kept_s
        self._samples: deque[tuple[float, ...]] = deque()
        self._track_id: int | None = None
        self._reference: Reference | None = None

    def add(self, shown: ShownFrame) -> None:
        """Appends a frame. If time goes backwards or the reference changes, the earlier samples are discarded."""
        time_s, reference, face = shown.analysis.frame.time_s, shown.options.reference, shown.face
        if self._samples and (time_s < self._samples[-1][0] or reference != self._reference):
            self.clear()
        self._reference = reference
        if self._samples and self._samples[-1][0] == time_s:
            self._samples.pop()
        if face is None or face.smoothed is None:
            self._track_id = None
            self._samples.append((time_s, *_UNKNOWN))
        else:
            since_s = time_s - self._samples[-1][0] if self._samples else 0.0
            if self._samples and (face.track_id != self._track_id or since_s > _GAP_S):
                self._samples.append((time_s, *_UNKNOWN))
            self._track_id = face.track_id
            spread = _UNKNOWN[:3] if face.spread is None else tuple(face.spread)
            self._samples.append((time_s, *reference.apply(face.smoothed), *spread))
        while time_s - self._samples[0][0] > self.kept_s:
            self._samples.popleft()

    def clear(self) -> None:
        self._samples.clear()
        self._track_id = None

    def last(self, span_s: float) -> Array:
        """The last `span_s` seconds: time, three angles and three spreads a sample; NaN if unknown. Shape: (N, 7)."""
        if not self._samples:
            return np.empty((0, 7))
        samples = np.array(self._samples)
        first = np.searchsorted(samples[:, 0], samples[-1, 0] - span_s)
        recent: Array = samples[max(0, int(first) - 1) :]
        return recent


def y_limit(angles: Array) -> float:
    """Half the range of the vertical axis, in degrees: one of a few steps, so that the axis rarely changes."""
    known = np.abs(angles[np.isfinite(angles)])
    largest = float(known.max()) if known.size else 0.0
    return next((step for step in _Y_STEPS if largest <= 0.94 * step), _Y_STEPS[-1])
