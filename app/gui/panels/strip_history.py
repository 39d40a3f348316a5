"""The data of a strip chart: one face's angles on the source's own time, with gaps."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.frames import Face
from app.outputs.sorted_rows import passes_seam
from app.session.video_curves import relative_angles
from app.settings import Reference
from app.watch.shown_frame import ShownFrame

Array = npt.NDArray[np.float64]

MOST_SAMPLES = 200_000
"""Nearly two hours at 30 frames per second, in about 60 MB. Beyond it, what is farthest from the present time goes."""

_GAP_S = 1.0
"""Frames further apart than this are not joined by a line."""

_UNKNOWN = (float("nan"),) * 3
_NOBODY = -1
_AS_MEASURED = Reference()
_Y_STEPS = (30.0, 60.0, 90.0, 180.0)


class _Sample(NamedTuple):
    """What a frame showed: angles as measured and their spreads in degrees, the face, and the run it belongs to."""

    angles: tuple[float, float, float]
    spread: tuple[float, float, float]
    track_id: int
    run: int


class StripHistory:
    """What was shown of the selected face, by the source's own time: what was seen stays while the user seeks.

    Frames that were watched one after another are a run. Lines do not join runs, so none crosses a seek. Where a part
    is watched again, the newer run replaces the older one.
    """

    def __init__(self) -> None:
        self._times: list[float] = []
        self._samples: list[_Sample] = []
        self._now_s: float | None = None
        self._run = 0
        self._reference = _AS_MEASURED

    def add(self, shown: ShownFrame) -> None:
        """Adds a frame, whose time becomes the present one. Its reference holds for all."""
        time_s, self._reference = shown.analysis.frame.time_s, shown.options.reference
        before_s, self._now_s = self._now_s, time_s
        place = bisect_left(self._times, time_s)
        seen = place < len(self._times) and self._times[place] == time_s
        if seen:
            # One that is shown again, such as after a step back, stays where it was among its neighbours.
            self._run = self._samples[place].run
        elif before_s is None or not 0 <= time_s - before_s <= _GAP_S:
            self._run += 1
        else:
            place -= self._forget_other_runs(bisect_right(self._times, before_s), place)
        sample = _sample(shown.face, self._run)
        if seen:
            self._samples[place] = sample
        else:
            self._times.insert(place, time_s)
            self._samples.insert(place, sample)
        if len(self._times) > MOST_SAMPLES:
            far = 0 if time_s - self._times[0] > self._times[-1] - time_s else -1
            del self._times[far], self._samples[far]

    def clear(self) -> None:
        self._times.clear()
        self._samples.clear()
        self._now_s = None

    @property
    def now_s(self) -> float:
        """The time of the newest frame; 0 before the first."""
        return self._now_s or 0.0

    def last(self, span_s: float) -> Array:
        """The `span_s` seconds up to the present: time, three angles and three spreads a row; NaN in gaps.

        Shape: (N, 7).
        """
        if self._now_s is None:
            return np.empty((0, 7))
        start = max(0, bisect_left(self._times, self._now_s - span_s) - 1)
        end = bisect_right(self._times, self._now_s)
        samples = self._samples[start:end]
        rows = np.empty((end - start, 7))
        rows[:, 0] = self._times[start:end]
        measured = np.array([sample.angles for sample in samples], np.float64)
        rows[:, 1:4] = relative_angles(measured, _AS_MEASURED, self._reference)
        rows[:, 4:] = [sample.spread for sample in samples]
        owners = np.array([(sample.track_id, sample.run) for sample in samples])
        apart = (np.diff(owners, axis=0) != 0).any(axis=1) | (np.diff(rows[:, 0]) > _GAP_S)
        known = owners[:, 0] != _NOBODY
        seam = passes_seam(rows[:, 1:4])
        breaks = np.flatnonzero((apart & known[1:] & known[:-1]) | seam.any(axis=1)) + 1
        gaps = np.full((len(breaks), 7), np.nan)
        gaps[:, 0] = rows[breaks, 0]
        # Only the angles that pass ±180° are interrupted there.
        goes_on = ~apart[breaks - 1, None] & ~seam[breaks - 1]
        gaps[:, 1:4] = np.where(goes_on, rows[breaks, 1:4], np.nan)
        gaps[:, 4:] = np.where(goes_on, rows[breaks, 4:], np.nan)
        broken: Array = np.insert(rows, breaks, gaps, axis=0)
        return broken

    def _forget_other_runs(self, start: int, end: int) -> int:
        """Forgets what other runs showed between these places, and returns how much that was."""
        others = [place for place in range(start, end) if self._samples[place].run != self._run]
        for place in reversed(others):
            del self._times[place], self._samples[place]
        return len(others)


def _sample(face: Face | None, run: int) -> _Sample:
    if face is None or face.smoothed is None:
        return _Sample(_UNKNOWN, _UNKNOWN, _NOBODY, run)
    return _Sample((*face.smoothed,), _UNKNOWN if face.spread is None else (*face.spread,), face.track_id, run)


def y_limit(angles: Array) -> float:
    """Half the range of the vertical axis, in degrees: one of a few steps, so that the axis rarely changes."""
    known = np.abs(angles[np.isfinite(angles)])
    largest = float(known.max()) if known.size else 0.0
    return next((step for step in _Y_STEPS if largest <= 0.94 * step), _Y_STEPS[-1])
