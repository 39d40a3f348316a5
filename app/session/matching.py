"""Which face of one table is which face of another: boxes are compared only with those near them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.outputs.rows import Numbers
from app.outputs.table_data import PoseTableData
from detectors import overlaps

MIN_OVERLAP = 0.3
"""The average intersection over union from which boxes of two tables belong to the same head. Two detectors place the
boxes of one head differently, but boxes of different heads overlap less than this."""

MAXIMUM_PAIRS = 200_000_000
"""Of boxes that are near each other, in all frames together: more take minutes, and are no picture of faces."""

_ROWS_AT_ONCE = 200_000
_PAIRS_AT_ONCE = 1_000_000
_FEW_PAIRS = 100
"""Dividing a frame with so few pairs of boxes takes longer than comparing all."""

_UNDIVIDED_PX = 1e12
_MAXIMUM_CELLS = 2.0**62
_CELLS_PER_BOX = 16
"""A box larger than its frame's average covers more cells of the grid; beyond this, the cells are made larger."""

Indices = npt.NDArray[np.int64]


class TooManyPairsError(ValueError):
    """The boxes of two tables overlap so much that comparing them would take too long."""


class _Boxes(NamedTuple):
    """Boxes in the order of their frames: frame and place of the face among the tracks (N,), edges (N, 4)."""

    frame: Indices
    face: Indices
    edges: Numbers

    def at(self, rows: slice | npt.NDArray[np.bool_]) -> _Boxes:
        return _Boxes(self.frame[rows], self.face[rows], self.edges[rows])


class _Entries(NamedTuple):
    """Boxes in the cells of a grid, sorted by cell: the cell as one number, and the box's row."""

    cell: Indices
    row: Indices


def partners_of(first: PoseTableData, second: PoseTableData) -> dict[int, int]:
    """For the faces of the first table, the same head's face ID in the second, if it has one.

    Two faces are the same head if their boxes overlap in the frames that have both. Faces are paired so that the total
    overlap is largest: one long shared track counts more than a short coincidence.

    Raises TooManyPairsError beyond MAXIMUM_PAIRS.
    """
    own, other, shared = _candidates(first, second)
    pairs = _assigned(own, other, shared)
    return {first.tracks[row].face_id: second.tracks[column].face_id for row, column in sorted(pairs)}


def _candidates(first: PoseTableData, second: PoseTableData) -> tuple[Indices, Indices, Numbers]:
    """The pairs of faces that may be the same head, as places among the tracks, and the sum of their overlaps."""
    if not first.tracks or not second.tracks:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    faces = len(second.tracks)
    keys = np.zeros(0, np.int64)
    sums: Numbers = np.zeros(0)
    counts: Numbers = np.zeros(0)
    near = 0
    for own_boxes, other_boxes in _by_frame(_boxes_of(first), _boxes_of(second)):
        grid = _Grid(own_boxes, other_boxes)
        near += grid.pairs
        if near > MAXIMUM_PAIRS:
            raise TooManyPairsError("Too many faces overlap in the same frames.")
        for own, other, overlap in grid.overlapping():
            keys, place = np.unique(np.concatenate([keys, own * faces + other]), return_inverse=True)
            sums = np.bincount(place, np.concatenate([sums, overlap]), len(keys)).astype(np.float64, copy=False)
            counts = np.bincount(place, np.concatenate([counts, np.ones(len(overlap))]), len(keys)).astype(
                np.float64, copy=False
            )
    # In how many frames both faces are matters only if the frames in which they overlap are not too few already.
    enough = sums / counts >= MIN_OVERLAP if len(keys) else np.zeros(0, bool)
    keys, sums = keys[enough], sums[enough]
    rows, columns = keys // faces, keys % faces
    frames = [
        len(np.intersect1d(first.tracks[a].frame, second.tracks[b].frame, assume_unique=True))
        for a, b in zip(rows, columns, strict=True)
    ]
    same = sums / np.array(frames) >= MIN_OVERLAP if frames else np.zeros(0, bool)
    return rows[same], columns[same], sums[same]


def _boxes_of(table: PoseTableData) -> _Boxes:
    frame = np.concatenate([track.frame for track in table.tracks])
    order = np.argsort(frame, kind="stable")
    face = np.repeat(np.arange(len(table.tracks)), [len(track) for track in table.tracks])
    return _Boxes(frame[order], face[order], np.concatenate([track.box for track in table.tracks])[order])


def _by_frame(first: _Boxes, second: _Boxes) -> Iterator[tuple[_Boxes, _Boxes]]:
    """Both tables' boxes in parts of whole frames, so that memory does not grow with the length of the video."""
    frames = np.union1d(first.frame, second.frame)
    rows = np.searchsorted(first.frame, frames, "right") + np.searchsorted(second.frame, frames, "right")
    begin = 0
    while begin < len(frames):
        before = int(rows[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(rows, before + _ROWS_AT_ONCE, "right")))
        yield _part(first, frames[begin], frames[end - 1]), _part(second, frames[begin], frames[end - 1])
        begin = end


def _part(boxes: _Boxes, first_frame: int, last_frame: int) -> _Boxes:
    start, end = np.searchsorted(boxes.frame, [first_frame, last_frame + 1])
    return boxes.at(slice(int(start), int(end)))


class _Grid:
    """The boxes of some frames of two tables in square cells: those that share no cell do not overlap.

    The cells of a frame have the average size of its boxes; a frame with few faces is one cell. `pairs`: how many pairs
    of boxes share a cell.
    """

    def __init__(self, first: _Boxes, second: _Boxes) -> None:
        self._frames = np.intersect1d(first.frame, second.frame)
        self._first = first.at(np.isin(first.frame, self._frames))
        self._second = second.at(np.isin(second.frame, self._frames))
        self._divide()
        self._a, self._b = self._entries(self._first), self._entries(self._second)
        self._start = np.searchsorted(self._b.cell, self._a.cell, "left")
        self._count = np.searchsorted(self._b.cell, self._a.cell, "right") - self._start
        self.pairs = int(self._count.sum())

    def overlapping(self) -> Iterator[tuple[Indices, Indices, Numbers]]:
        """The pairs of boxes that overlap, each once, in parts: the places of their faces, and by how much."""
        first, second = self._first, self._second
        before = np.concatenate([[0], np.cumsum(self._count)])
        begin = 0
        while begin < len(self._count):
            end = max(begin + 1, int(np.searchsorted(before, before[begin] + _PAIRS_AT_ONCE, "right")) - 1)
            each = np.repeat(np.arange(begin, end), self._count[begin:end])
            own = self._a.row[each]
            other = self._b.row[np.arange(len(each)) - (before[each] - before[begin]) + self._start[each]]
            # A pair that shares several cells counts in the one with the upper left corner of the intersection.
            corner = np.maximum(first.edges[own, :2], second.edges[other, :2])
            once = self._cell_at(corner, np.searchsorted(self._frames, first.frame[own])) == self._a.cell[each]
            own, other = own[once], other[once]
            overlap = overlaps(first.edges[own], second.edges[other])
            some = overlap > 0
            yield first.face[own[some]], second.face[other[some]], overlap[some]
            begin = end

    def _divide(self) -> None:
        count = len(self._frames)
        self._corner, far = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
        total, boxes_in, pairs_in = np.zeros(count), np.zeros(count), np.ones(count)
        for boxes in (self._first, self._second):
            place = np.searchsorted(self._frames, boxes.frame)
            np.minimum.at(self._corner, place, boxes.edges[:, :2])
            np.maximum.at(far, place, boxes.edges[:, 2:])
            total += np.bincount(place, (boxes.edges[:, 2:] - boxes.edges[:, :2]).max(axis=1), count)
            boxes_in += np.bincount(place, minlength=count)
            pairs_in *= np.bincount(place, minlength=count)
        self._side = np.maximum(total / np.maximum(boxes_in, 1), 1.0)
        self._side[pairs_in <= _FEW_PAIRS] = _UNDIVIDED_PX
        while True:
            size = np.maximum(0, far - self._corner) // self._side[:, None] + 1
            covered = self._covered(self._first) + self._covered(self._second)
            few = covered <= _CELLS_PER_BOX * (len(self._first.frame) + len(self._second.frame))
            if few and size.prod(axis=1).sum() < _MAXIMUM_CELLS:
                break
            self._side = self._side * 2
        self._width = size[:, 0].astype(np.int64)
        cells = size.prod(axis=1).astype(np.int64)
        self._offset = np.cumsum(cells) - cells

    def _entries(self, boxes: _Boxes) -> _Entries:
        """An entry for each cell that a box touches."""
        place = np.searchsorted(self._frames, boxes.frame)
        low, high = (self._column_row(boxes.edges[:, edges], place) for edges in (slice(0, 2), slice(2, 4)))
        across, down = (np.maximum(0, high - low) + 1).T
        cells = across * down
        row = np.repeat(np.arange(len(place)), cells)
        number = np.arange(len(row)) - np.repeat(np.cumsum(cells) - cells, cells)
        x, y = low[row, 0] + number % across[row], low[row, 1] + number // across[row]
        cell = self._offset[place[row]] + y * self._width[place[row]] + x
        order = np.argsort(cell, kind="stable")
        return _Entries(cell[order], row[order])

    def _cell_at(self, points: Numbers, place: Indices) -> Indices:
        """The cell of each point, (N, 2), in the frames at `place`."""
        x, y = self._column_row(points, place).T
        return np.asarray(self._offset[place] + y * self._width[place] + x)

    def _column_row(self, points: Numbers, place: Indices) -> Indices:
        return np.asarray(((points - self._corner[place]) // self._side[place, None]).astype(np.int64))

    def _covered(self, boxes: _Boxes) -> float:
        """How many cells the boxes touch, or slightly more."""
        side = self._side[np.searchsorted(self._frames, boxes.frame), None]
        spans = np.maximum(0, boxes.edges[:, 2:] - boxes.edges[:, :2]) // side + 2
        return float(spans.prod(axis=1).sum())


def _assigned(own: Indices, other: Indices, shared: Numbers) -> list[tuple[int, int]]:
    """The pairs, each face in at most one, with the largest total. Groups of faces that are linked by no candidate are
    independent of each other, and most consist of one pair."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(own):
        return []
    rows, columns = int(own.max()) + 1, int(other.max()) + 1
    links = coo_array((np.ones(len(own)), (own, other + rows)), shape=(rows + columns, rows + columns))
    _, group = connected_components(links, directed=False)
    order = np.argsort(group[own], kind="stable")
    starts = np.flatnonzero(np.diff(group[own][order], prepend=-1))
    pairs: list[tuple[int, int]] = []
    for members in np.split(order, starts[1:]):
        faces, partners = np.unique(own[members]), np.unique(other[members])
        totals = np.zeros((len(faces), len(partners)))
        totals[np.searchsorted(faces, own[members]), np.searchsorted(partners, other[members])] = shared[members]
        chosen = zip(*linear_sum_assignment(totals, maximize=True), strict=True)
        pairs += [(int(faces[row]), int(partners[column])) for row, column in chosen if totals[row, column] > 0]
    return pairs
