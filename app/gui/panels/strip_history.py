"""The data of a strip chart: one face's angles over the last seconds, with gaps."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from app.settings import Reference
from app.watch.shown_frame import ShownFrame
from hopenet import HeadPose

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
        self._poses: deque[HeadPose | None] = deque()
        """The samples' poses without the reference."""
        self._track_id: int | None = None
        self._reference: Reference | None = None

    def add(self, shown: ShownFrame) -> None:
        """Appends a frame. If time goes backwards, the earlier samples are discarded; a new reference holds for all."""
        time_s, reference, face = shown.analysis.frame.time_s, shown.options.reference, shown.face
        if self._samples and time_s < self._samples[-1][0]:
            self.clear()
        if reference != self._reference:
            self._refer_to(reference)
        if self._samples and self._samples[-1][0] == time_s:
            self._samples.pop()
            self._poses.pop()
        if face is None or face.smoothed is None:
            self._track_id = None
            self._append((time_s, *_UNKNOWN), None)
        else:
            since_s = time_s - self._samples[-1][0] if self._samples else 0.0
            if self._samples and (face.track_id != self._track_id or since_s > _GAP_S):
                self._append((time_s, *_UNKNOWN), None)
            self._track_id = face.track_id
            spread = _UNKNOWN[:3] if face.spread is None else tuple(face.spread)
            self._append((time_s, *reference.apply(face.smoothed), *spread), face.smoothed)
        while time_s - self._samples[0][0] > self.kept_s:
            self._samples.popleft()
            self._poses.popleft()

    def _append(self, sample: tuple[float, ...], pose: HeadPose | None) -> None:
        self._samples.append(sample)
        self._poses.append(pose)

    def _refer_to(self, reference: Reference) -> None:
        self._reference = reference
        for place, pose in enumerate(self._poses):
            if pose is not None:
                time_s, *_, yaw_std, pitch_std, roll_std = self._samples[place]
                self._samples[place] = (time_s, *reference.apply(pose), yaw_std, pitch_std, roll_std)

    def clear(self) -> None:
        self._samples.clear()
        self._poses.clear()
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
