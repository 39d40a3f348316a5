"""Checks the columns of a table that was read, so that no number in it can be taken for something that it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.outputs.rows import COLUMN_NAMES, COLUMNS, OPTIONAL_COLUMNS, TRACK_ID, Columns, Numbers
from hopenet.pose import ANGLES

_INTEGERS = frozenset(column.name for column in (*COLUMNS, TRACK_ID) if column.decimals is None)
_MAY_BE_MISSING = frozenset(name for name in COLUMN_NAMES if name.startswith(ANGLES)) | OPTIONAL_COLUMNS

_LARGEST_FRAME = 99_999_999
"""38 days at 30 frames per second."""


@dataclass(frozen=True, slots=True)
class _Range:
    lowest: float
    highest: float
    meaning: str


_RANGES = {
    "frame": _Range(0, _LARGEST_FRAME, "a frame from 0 to 99,999,999"),
    "face_id": _Range(-(2.0**53), 2.0**53, "a number of a face"),
    "track_id": _Range(-(2.0**53), 2.0**53, "a number of a track"),
    "time_s": _Range(-1e9, 1e9, "a time in seconds"),
    **dict.fromkeys(("x1", "y1", "x2", "y2"), _Range(-1e9, 1e9, "an edge in pixels")),
    **{
        f"{angle}{kind}_deg": _Range(0 if kind == "_std" else -360, 360, "an angle in degrees")
        for angle in ANGLES
        for kind in ("", "_smooth", "_std")
    },
}


def check_columns(columns: Columns) -> None:
    """Raises ValueError, with the first row at fault, unless every value can be what its column says.

    Rows are counted from 1, without the header. Values may be missing in columns of angles and in optional ones. No
    face may be in a frame twice.
    """
    for name, column in columns.items():
        if name not in _MAY_BE_MISSING:
            _refuse(name, column, ~np.isfinite(column), "a number")
        _refuse(name, column, np.isinf(column), "a finite number")
        if name in _INTEGERS:
            _refuse(name, column, np.floor(column) < column, "an integer")
        if name in _RANGES:
            allowed = _RANGES[name]
            _refuse(name, column, (column < allowed.lowest) | (column > allowed.highest), allowed.meaning)


def check_faces(frame: Numbers, face_id: Numbers) -> None:
    """Raises ValueError if a face is twice in a frame. The rows are sorted by face and frame."""
    again = (frame[1:] == frame[:-1]) & (face_id[1:] == face_id[:-1])
    if again.any():
        row = int(again.argmax())
        raise ValueError(f"face {face_id[row]:.0f} is twice in frame {frame[row]:.0f}")


def _refuse(name: str, column: Numbers, wrong: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], meaning: str) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"the column {name} contains {column[row]:g} in row {row + 1}, which is not {meaning}")
