"""The angles of every face over a whole video, from its pose table, in the form that a chart needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.analysis.rotations import angles_of, quaternions_of
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack, Indices
from app.outputs.table_data import PoseTableData
from app.settings import Reference, Signs
from hopenet import HeadPose

BINS = 750
"""About as many points as a line shows. More take time to draw without being visible."""

_STORED_BINS = 8 * BINS
"""Of the coarse copy of a curve, from which long parts are drawn."""

_SAME_TIME_S = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What is drawn of one angle of a face: times in seconds and angles in degrees, NaN in gaps. Shape: (N,) each."""

    time_s: Numbers
    angle: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class FaceCurve:
    """The smoothed angles of one face, relative to a reference, without gaps: a row for each frame that it is in.

    Shapes: `frame`, `time_s` (N,); `angles` (N, 3) as yaw, pitch, roll in degrees, NaN where the face has no pose.
    `gap_after`: whether the face is absent between a row and the next. `_low`, `_high`: the smallest and largest angles
    in equal steps of time from `time_s[0]`, NaN in steps without any; shape (M, 3).
    """

    face_id: int
    frame: Indices
    time_s: Numbers
    angles: Numbers
    gap_after: npt.NDArray[np.bool_]
    _low: Numbers
    _high: Numbers

    @classmethod
    def of(cls, track: FaceTrack, angles: Numbers) -> FaceCurve:
        """`angles`: those of the track's rows, as they are to be shown."""
        low, high = _binned(track.time_s, angles, _edges(track.time_s[0], track.time_s[-1], _STORED_BINS))
        gap_after = np.append(np.diff(track.frame) > 1, True)
        return cls(track.face_id, track.frame, track.time_s, angles, gap_after, low, high)

    @property
    def extremes(self) -> tuple[Numbers, Numbers]:
        """The smallest and the largest yaw, pitch and roll; NaN without any."""
        low, high = np.full((1, 3), np.nan), np.full((1, 3), np.nan)
        return np.fmin.reduce(np.vstack([low, self._low])), np.fmax.reduce(np.vstack([high, self._high]))

    def row_at(self, time_s: float) -> int | None:
        """The row of the frame that is shown at this time; None if the face is not in it."""
        row = int(np.searchsorted(self.time_s, time_s + _SAME_TIME_S, side="right")) - 1
        if row < 0 or (self.gap_after[row] and time_s - self.time_s[row] > self._step_s):
            return None
        return row

    def lines(self, start_s: float, end_s: float) -> tuple[Line, Line, Line]:
        """Yaw, pitch and roll between two times, each with no more points than can be seen, and with their peaks."""
        first = max(0, int(np.searchsorted(self.time_s, start_s)) - 1)
        last = min(len(self.time_s), int(np.searchsorted(self.time_s, end_s)) + 1)
        if last - first <= 2 * BINS:
            return self._rows(first, last)
        stored_s = (self.time_s[-1] - self.time_s[0]) / _STORED_BINS
        if end_s - start_s > 4 * stored_s * BINS:
            middles = self.time_s[0] + stored_s * (np.arange(_STORED_BINS) + 0.5)
            part = slice(int(np.searchsorted(middles, start_s)), int(np.searchsorted(middles, end_s)))
            time_s, lows, highs = middles[part], self._low[part], self._high[part]
        else:
            time_s, lows, highs = self.time_s[first:last], self.angles[first:last], self.angles[first:last]
        edges = _edges(start_s, end_s, BINS)
        low, _ = _binned(time_s, lows, edges)
        _, high = _binned(time_s, highs, edges)
        x = np.repeat((edges[:-1] + edges[1:]) / 2, 2)
        yaw, pitch, roll = (Line(x, np.stack([low[:, a], high[:, a]], axis=1).ravel()) for a in range(3))
        return yaw, pitch, roll

    @property
    def _step_s(self) -> float:
        """How long a frame is shown, about."""
        return float(np.median(np.diff(self.time_s[:1000]))) if len(self.time_s) > 1 else 1.0

    def _rows(self, first: int, last: int) -> tuple[Line, Line, Line]:
        gaps = np.flatnonzero(self.gap_after[first : last - 1]) + 1
        time_s = np.insert(self.time_s[first:last], gaps, self.time_s[first:last][gaps - 1])
        angles = np.insert(self.angles[first:last], gaps, np.nan, axis=0)
        yaw, pitch, roll = (Line(time_s, angles[:, angle]) for angle in range(3))
        return yaw, pitch, roll


@dataclass(frozen=True, slots=True, eq=False)
class VideoCurves:
    """The curves of all faces, the face seen longest first. `end_s`: the time of the last row."""

    faces: tuple[FaceCurve, ...]
    reference: Reference
    end_s: float

    @classmethod
    def of(cls, table: PoseTableData, reference: Reference) -> VideoCurves:
        """The table's smoothed angles, relative to this reference instead of the table's own.

        The numbers are those of the table unless the neutral pose is another one.
        """
        longest_first = sorted(table.tracks, key=lambda track: (-len(track), track.face_id))
        faces = tuple(
            FaceCurve.of(track, relative_angles(track.smoothed, table.reference, reference))
            for track in longest_first
            if len(track)
        )
        return cls(faces, reference, table.duration_s)

    def face(self, face_id: int) -> FaceCurve | None:
        return next((curve for curve in self.faces if curve.face_id == face_id), None)


def relative_angles(angles: Numbers, given: Reference, wanted: Reference) -> Numbers:
    """Angles relative to `given`, relative to `wanted` instead. Shape: (N, 3) as yaw, pitch, roll in degrees."""
    if given == wanted:
        return angles
    if given.neutral == wanted.neutral:
        return angles * _signs(given.signs) * _signs(wanted.signs)
    poses = quaternions_of(angles * _signs(given.signs))
    if given.neutral is not None:
        poses = _product(_quaternion(given.neutral), poses)
    if wanted.neutral is not None:
        poses = _product(_quaternion(wanted.neutral) * [1, -1, -1, -1], poses)
    return angles_of(poses) * _signs(wanted.signs)


def _quaternion(pose: HeadPose) -> Numbers:
    return quaternions_of(np.array([pose], np.float64))


def _product(first: Numbers, second: Numbers) -> Numbers:
    """The rotations `second`, then `first`, as quaternions of shape (N, 4)."""
    (a, b, c, d), (w, x, y, z) = first.T, second.T
    product = [a * w - b * x - c * y - d * z, a * x + b * w + c * z - d * y]
    product += [a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w]
    return np.stack(product, axis=1)


def _signs(signs: Signs) -> Numbers:
    return np.array([signs.yaw, signs.pitch, signs.roll], np.float64)


def _edges(start_s: float, end_s: float, bins: int) -> Numbers:
    return np.linspace(start_s, max(end_s, start_s + 1e-3), bins + 1)


def _binned(time_s: Numbers, angles: Numbers, edges: Numbers) -> tuple[Numbers, Numbers]:
    """The smallest and largest of the known angles between two edges each, NaN without any. Shape: (bins, 3) each."""
    bins = len(edges) - 1
    low, high = np.full((bins, 3), np.nan), np.full((bins, 3), np.nan)
    starts = np.searchsorted(time_s, edges)
    starts[-1] = np.searchsorted(time_s, edges[-1], side="right")
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        inside = angles[: starts[-1]]
        low[filled] = np.fmin.reduceat(inside, starts[filled])
        high[filled] = np.fmax.reduceat(inside, starts[filled])
    return low, high
