"""The rows of a table, sorted by face and frame: each number is in memory once, whatever it is asked for as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.outputs.checking import check_faces
from app.outputs.rows import COLUMN_NAMES, Numbers
from hopenet.pose import ANGLES

Indices = npt.NDArray[np.int64]

_HALF_CIRCLE = 180.0

_LONGEST_STEP = 1.5
"""A longer step from one row of a track to the next, in frames that are measured, is an absence."""

_CERTAIN_FRAMES = 10
"""From so many on, the frames themselves say how far apart those are that were measured."""

_SAME_S = 1e-6
"""Times in text tables have six decimals."""

_PERIOD_OFF_S = 1e-5
"""By how much the length of a frame is wrong if both its times were rounded."""

_USUAL_PERIOD_S = 0.04
"""How long the only frame of a track counts."""

SINGLE_FIELDS = frozenset({"face_id", "step"})
"""The fields of a track that are not arrays."""

MAXIMUM_FACES = 100_000
"""Of one table. Each is an object of its own."""

_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "time_s": ("time_s",),
    "box": ("x1", "y1", "x2", "y2"),
    "score": ("score",),
    "raw": tuple(f"{angle}_deg" for angle in ANGLES),
    "smoothed": tuple(f"{angle}_smooth_deg" for angle in ANGLES),
    "spread": tuple(f"{angle}_std_deg" for angle in ANGLES),
}
"""The arrays of a track, and the columns that they hold."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceTrack:
    """One face through a video: a row for each frame that it is in, in order.

    Shapes: `frame`, `time_s`, `score` (N,); `box` (N, 4) as x1 y1 x2 y2; `raw`, `smoothed`, `spread` (N, 3) as yaw,
    pitch, roll in degrees, NaN where the face has no pose. All arrays are read-only. `step`: every so many frames of
    the video were measured, so that a row is about that many.
    """

    face_id: int
    frame: Indices
    time_s: Numbers
    box: Numbers
    score: Numbers
    raw: Numbers
    smoothed: Numbers
    spread: Numbers
    step: int = 1

    def __len__(self) -> int:
        return len(self.frame)

    def at(self, frame: int) -> int | None:
        """The row of a frame; None if the face is not in it."""
        row = int(np.searchsorted(self.frame, frame))
        return row if row < len(self.frame) and self.frame[row] == frame else None

    def row_at(self, time_s: float) -> int | None:
        """The row of the frame that is shown at this time; None if the face is not in it. Rows in gaps are none."""
        return row_at(self.frame, self.time_s, time_s, self.step)

    def kept(self, which: npt.NDArray[np.bool_] | slice) -> FaceTrack:
        """The rows for which `which`, of shape (N,), is true, or those of a slice."""
        changed = {
            field.name: getattr(self, field.name)[which] for field in fields(self) if field.name not in SINGLE_FIELDS
        }
        return replace(self, **changed)

    def with_gaps(self) -> FaceTrack:
        """The track with a row of NaN inside each absence, so that no line is drawn across it."""
        gaps = np.flatnonzero(np.diff(self.frame) > _LONGEST_STEP * self.step) + 1

        def split(column: Numbers) -> Numbers:
            return np.insert(column, gaps, np.nan, axis=0)

        return replace(
            self,
            frame=np.insert(self.frame, gaps, self.frame[gaps - 1]),
            time_s=np.insert(self.time_s, gaps, self.time_s[gaps - 1]),
            box=split(self.box),
            score=split(self.score),
            raw=split(self.raw),
            smoothed=split(self.smoothed),
            spread=split(self.spread),
        )


def passes_seam(angles: Numbers) -> npt.NDArray[np.bool_]:
    """Whether an angle is more than half a circle from that of the row before: it went on over ±180°, and a line from
    one to the other would cross all angles between. One row fewer than the angles, otherwise of their shape."""
    return np.asarray(np.abs(np.diff(angles, axis=0)) > _HALF_CIRCLE, np.bool_)


def row_at(frame: Indices, time_s: Numbers, at_s: float, step: int = 1) -> int | None:
    """The row of the frame that is shown at a time; None if there is none. Rows in gaps are none.

    `frame`, `time_s`: of a face, in order. Shape: (N,) each. `step`: as of a track; a row holds until the next frame
    that was measured.
    """
    row = int(np.searchsorted(time_s, at_s + _SAME_S, side="right")) - 1
    if row > 0 and frame[row] == frame[row - 1]:  # A row of NaN that stands for a gap.
        row -= 1
    if row < 0:
        return None
    following = int(np.searchsorted(frame, frame[row], side="right"))
    if following < len(frame) and frame[following] == frame[row] + step:
        return row  # The next frame has the face too, and has not been reached.
    held_s = step * _period_s(frame, time_s, row, following)
    return row if at_s < time_s[row] + held_s - _PERIOD_OFF_S else None


def _period_s(frame: Indices, time_s: Numbers, row: int, following: int) -> float:
    """How long the frame of a row is shown, judged by the rows beside it. `following`: the row of a later frame."""
    other = following if following < len(frame) else int(np.searchsorted(frame, frame[row])) - 1
    if other < 0:
        return _USUAL_PERIOD_S
    return float((time_s[other] - time_s[row]) / (frame[other] - frame[row]))


class FrameClock(NamedTuple):
    """The frames that have a face, in order, and their times: both of shape (frames,)."""

    frame: Indices
    time_s: Numbers


def frame_step(frame: Indices) -> int:
    """How far apart the frames are that were measured, judged by those with a face, in order: 1 if that is not
    certain."""
    return int(np.gcd.reduce(frame)) if len(frame) >= _CERTAIN_FRAMES else 1


class StoredColumns(Mapping[str, Numbers]):
    """The columns in the file's order, put together when they are asked for. Read-only."""

    def __init__(self, columns: Mapping[str, Numbers], order: Indices | None) -> None:
        """`columns`: sorted. `order`: for each of their rows, its place in the file; None if that is the same."""
        self._columns, self._order = columns, order

    def __getitem__(self, name: str) -> Numbers:
        column = self._columns[name]
        if self._order is not None:
            restored = np.empty(column.shape)
            restored[self._order] = column
            column = restored
        column.flags.writeable = False
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class SortedRows(NamedTuple):
    columns: StoredColumns
    tracks: tuple[FaceTrack, ...]
    clock: FrameClock


def sorted_rows(columns: dict[str, Numbers], step: int | None = 1) -> SortedRows:
    """Columns in the file's order as tracks. They are removed from `columns` on the way.

    Columns that are optional may be missing. `step`: every so many frames were measured; None: the frames say it.

    Raises ValueError if a face is twice in a frame, or there are more than MAXIMUM_FACES.
    """
    rows = len(columns["frame"])
    order: Indices | None = np.lexsort((columns["frame"], columns["face_id"]))
    if order is not None and (order[1:] > order[:-1]).all():
        order = None
    stored: dict[str, Numbers] = {}
    for names in (("frame",), ("face_id",), *_BLOCKS.values()):
        block = np.empty((rows, len(names)))
        for place, name in enumerate(names):
            column = columns.pop(name)
            block[:, place] = column if order is None else column[order]
            stored[name] = block[:, place]
        block.flags.writeable = False
    for name in (*COLUMN_NAMES, *columns):
        if name not in stored:  # an optional one
            column = columns.pop(name) if name in columns else np.full(rows, np.nan)
            stored[name] = column if order is None else column[order]
    check_faces(stored["frame"], stored["face_id"])
    clock = _clock(stored)
    return SortedRows(StoredColumns(stored, order), _tracks(stored, step or frame_step(clock.frame)), clock)


def _tracks(stored: Mapping[str, Numbers], step: int) -> tuple[FaceTrack, ...]:
    face_id = stored["face_id"]
    starts = np.flatnonzero(np.concatenate([[True], face_id[1:] != face_id[:-1]])) if len(face_id) else np.zeros(0, int)
    if len(starts) > MAXIMUM_FACES:
        raise ValueError(f"it has {len(starts):,} faces, but {MAXIMUM_FACES:,} is the maximum")
    frame = stored["frame"].astype(np.int64)
    frame.flags.writeable = False
    # A column of a block is a view of it, and the block is what the track needs.
    blocks = {
        name: np.asarray(stored[names[0]].base) if len(names) > 1 else stored[names[0]]
        for name, names in _BLOCKS.items()
    }
    ends = [*starts[1:], len(face_id)][: len(starts)]
    return tuple(
        FaceTrack(
            int(face_id[start]),
            frame[start:end],
            **{name: block[start:end] for name, block in blocks.items()},
            step=step,
        )
        for start, end in zip(starts, ends, strict=True)
    )


def _clock(stored: Mapping[str, Numbers]) -> FrameClock:
    frame, first_rows = np.unique(stored["frame"], return_index=True)
    return FrameClock(frame.astype(np.int64), stored["time_s"][first_rows])
