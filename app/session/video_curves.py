"""The angles of every face over a whole video, from its pose table, in the form that a chart needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.analysis.rotations import angles_of, quaternions_of
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack, Indices, passes_seam, row_at
from app.outputs.table_data import PoseTableData
from app.settings import Reference, Signs
from hopenet import HeadPose

BINS = 750
"""About as many points as a line shows. More take time to draw without being visible."""

_STORED_BINS = 32 * BINS
"""Of the coarse copy of a long curve, from which long parts are drawn."""

_STORED_PER_BIN = 4
"""From fewer stored bins, a bin would look displaced."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What is drawn of one angle of a face: times in seconds and angles in degrees, NaN in gaps. Shape: (N,) each.

    `coarse`: with the smallest and the largest angle in each step of time, instead of every frame.
    """

    time_s: Numbers
    angle: Numbers
    coarse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """What is drawn of the spread of one angle: times, and the edges in degrees, NaN in gaps. Shape: (N,) each."""

    time_s: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class _Bins:
    """The smallest and the largest values in equal steps of time, NaN in steps without any; shape (M, 3)."""

    time_s: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, eq=False)
class FaceCurve:
    """The angles of one face, as they are to be shown, without gaps: a row for each frame that it is in.

    Shapes: `frame`, `time_s` (N,); `angles`, `spread` (N, 3) as yaw, pitch, roll in degrees, NaN where the face has no
    pose; `spread` is None if it is not drawn. `gap_after`: whether the face is absent between a row and the next.
    `extremes`: the smallest and the largest yaw, pitch and roll, NaN without any; `outer_extremes` include the spread.
    Making one takes time; `lines` and `bands` are fast for a video of any length.
    """

    face_id: int
    frame: Indices
    time_s: Numbers
    angles: Numbers
    spread: Numbers | None
    gap_after: npt.NDArray[np.bool_]
    extremes: tuple[Numbers, Numbers]
    outer_extremes: tuple[Numbers, Numbers]
    _stored: _Bins | None
    _stored_band: _Bins | None
    step: int = 1

    @classmethod
    def of(
        cls, track: FaceTrack, angles: Numbers, spread: Numbers | None = None, *, stands_alone: bool = False
    ) -> FaceCurve:
        """`angles`, `spread`: those of the track's rows, as they are to be shown. `stands_alone`: no line joins
        them."""
        gap_after = np.append(np.diff(track.frame) > track.step, True) | stands_alone
        extremes = outer = _extremes(angles, angles)
        stored = _stored(track.time_s, angles, angles)
        stored_band = None
        if spread is not None:
            low, high = angles - spread, angles + spread
            outer = _extremes(np.fmin(angles, low), np.fmax(angles, high))
            stored_band = _stored(track.time_s, low, high)
        return cls(
            track.face_id,
            track.frame,
            track.time_s,
            angles,
            spread,
            gap_after,
            extremes,
            outer,
            stored,
            stored_band,
            track.step,
        )

    def row_at(self, time_s: float) -> int | None:
        """The row of the frame that is shown at this time; None if the face is not in it."""
        return row_at(self.frame, self.time_s, time_s, self.step)

    def lines(self, start_s: float, end_s: float) -> tuple[Line, Line, Line]:
        """Yaw, pitch and roll between two times, each with no more points than can be seen, and with their peaks."""
        rows = self._rows(start_s, end_s)
        if rows.stop - rows.start <= 2 * BINS:
            time_s, angles = self._with_gaps(rows, self.angles)
            yaw, pitch, roll = (Line(time_s, angles[:, angle]) for angle in range(3))
            return yaw, pitch, roll
        bins = self._binned(start_s, end_s, self._stored, lambda: (self.angles[rows], self.angles[rows]), rows)
        seam = np.any(self._passes_seam[rows.start : rows.stop - 1], axis=0)
        yaw, pitch, roll = (
            self._in_halves(rows, angle, start_s, end_s) if seam[angle] else _coarse(bins, angle) for angle in range(3)
        )
        return yaw, pitch, roll

    def _in_halves(self, rows: slice, angle: int, start_s: float, end_s: float) -> Line:
        """A coarse line in two parts, of the positive and of the negative angles, so that nothing joins 180° and −180°
        in the same step of time."""
        time_s, angles = self.time_s[rows], self.angles[rows]
        edges = _edges(start_s, end_s, BINS)
        halves = [np.where(keep, angles, np.nan) for keep in (angles >= 0, angles < 0)]
        parts = [_coarse(_binned(time_s, half, half, edges), angle) for half in halves]
        gap = np.array([np.nan])
        return Line(
            np.concatenate([parts[0].time_s, parts[1].time_s[:1], parts[1].time_s]),
            np.concatenate([parts[0].angle, gap, parts[1].angle]),
            coarse=True,
        )

    def bands(self, start_s: float, end_s: float) -> tuple[Band, Band, Band]:
        """The spread around yaw, pitch and roll between two times. Without a spread, the edges are the angles."""
        rows = self._rows(start_s, end_s)

        def edges() -> tuple[Numbers, Numbers]:
            spread = self.spread[rows] if self.spread is not None else 0.0
            return self.angles[rows] - spread, self.angles[rows] + spread

        if rows.stop - rows.start <= 2 * BINS:
            low, high = edges()
            time_s, low = self._with_gaps(rows, low, whole=False)
            _, high = self._with_gaps(rows, high, whole=False)
        else:
            bins = self._binned(start_s, end_s, self._stored_band, edges, rows)
            time_s, low, high = bins.time_s, bins.low, bins.high
        yaw, pitch, roll = (Band(time_s, low[:, angle], high[:, angle]) for angle in range(3))
        return yaw, pitch, roll

    def _rows(self, start_s: float, end_s: float) -> slice:
        """The rows between two times, and one more at each end."""
        first = max(0, int(np.searchsorted(self.time_s, start_s)) - 1)
        return slice(first, min(len(self.time_s), int(np.searchsorted(self.time_s, end_s)) + 1))

    def _binned(
        self,
        start_s: float,
        end_s: float,
        stored: _Bins | None,
        edges_of_rows: Callable[[], tuple[Numbers, Numbers]],
        rows: slice,
    ) -> _Bins:
        edges = _edges(start_s, end_s, BINS)
        if stored is not None:
            stored_s = (self.time_s[-1] - self.time_s[0]) / _STORED_BINS
            if end_s - start_s > _STORED_PER_BIN * stored_s * BINS:
                part = slice(int(np.searchsorted(stored.time_s, start_s)), int(np.searchsorted(stored.time_s, end_s)))
                return _binned(stored.time_s[part], stored.low[part], stored.high[part], edges)
        return _binned(self.time_s[rows], *edges_of_rows(), edges)

    def _with_gaps(self, rows: slice, values: Numbers, *, whole: bool = True) -> tuple[Numbers, Numbers]:
        """The times and values of rows, with a row of NaN in each absence. `values`: of all rows if `whole`."""
        last = max(rows.start, rows.stop - 1)
        time_s, values = self.time_s[rows], values[rows] if whole else values
        absent, jumps = self.gap_after[rows.start : last], self._passes_seam[rows.start : last]
        gaps = np.flatnonzero(absent | jumps.any(axis=1)) + 1
        between = np.where(absent[gaps - 1, None] | jumps[gaps - 1], np.nan, values[gaps - 1])
        return np.insert(time_s, gaps, time_s[gaps - 1]), np.insert(values, gaps, between, axis=0)

    @cached_property
    def _passes_seam(self) -> npt.NDArray[np.bool_]:
        """Which angles go from near 180° to near −180° or back between a row and the next: of shape (N − 1, 3)."""
        return passes_seam(self.angles)


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


def _coarse(bins: _Bins, angle: int) -> Line:
    edges = np.stack([bins.low[:, angle], bins.high[:, angle]], axis=1)
    return Line(np.repeat(bins.time_s, 2), edges.ravel(), coarse=True)


def _edges(start_s: float, end_s: float, bins: int) -> Numbers:
    return np.linspace(start_s, max(end_s, start_s + 1e-3), bins + 1)


def _stored(time_s: Numbers, low: Numbers, high: Numbers) -> _Bins | None:
    """A coarse copy; None for a curve that is short."""
    if len(time_s) <= _STORED_BINS:
        return None
    return _binned(time_s, low, high, _edges(time_s[0], time_s[-1], _STORED_BINS))


def _extremes(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    unknown = np.full((1, 3), np.nan)
    return np.fmin.reduce(np.vstack([unknown, low])), np.fmax.reduce(np.vstack([unknown, high]))


def _binned(time_s: Numbers, lows: Numbers, highs: Numbers, edges: Numbers) -> _Bins:
    """The smallest known low and the largest known high value between two edges each."""
    bins = len(edges) - 1
    low, high = np.full((bins, 3), np.nan), np.full((bins, 3), np.nan)
    starts = np.searchsorted(time_s, edges)
    starts[-1] = np.searchsorted(time_s, edges[-1], side="right")
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        low[filled] = np.fmin.reduceat(lows[: starts[-1]], starts[filled])
        high[filled] = np.fmax.reduceat(highs[: starts[-1]], starts[filled])
    return _Bins((edges[:-1] + edges[1:]) / 2, low, high)
