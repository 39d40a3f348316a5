"""Reads pose tables of this program back, and writes a part of one."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app import product
from app.atomic_files import writing
from app.errors import DataError
from app.outputs.record import record_path
from app.outputs.rows import COLUMN_NAMES, COLUMNS, OPTIONAL_COLUMNS, Columns, Numbers, PoseRow
from app.outputs.table_data import FaceTrack, PoseTableData
from app.outputs.tables import FORMATS, READABLE_SUFFIXES, open_rows, table_format
from app.settings import Reference, Signs
from hopenet import HeadPose
from hopenet.pose import ANGLES

_INTEGERS = frozenset(column.name for column in COLUMNS if column.decimals is None)
_MAY_BE_MISSING = frozenset(name for name in COLUMN_NAMES if name.startswith(ANGLES))


def read_pose_table(path: Path, *, stopped: Callable[[], bool] = lambda: False) -> PoseTableData:
    """The table at `path`, in the format of its extension, with the record beside it.

    A record that is missing or broken is ignored. Once `stopped` returns true, the rest of a text table is not read:
    the result is not wanted any more.

    Raises DataError if the table cannot be read or was not written by this program.
    """
    path = Path(path)
    read = next((known.read for known in FORMATS if known.suffix == path.suffix.lower()), None)
    if read is None:
        raise DataError(
            f"{path.name} cannot be opened as a pose table.", advice=f"Supported: {', '.join(READABLE_SUFFIXES)}."
        )
    try:
        columns = _checked(_complete(read(path, stopped)))
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.", advice="Check the name and the folder.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise DataError(f"{path.name} is not a pose table of this program: {_reason(error)}.") from error
    record = _record_of(path)
    return PoseTableData(path, columns, _tracks(columns), record, _reference_of(record))


def write_filtered(table: PoseTableData, path: Path, keep: npt.NDArray[np.bool_]) -> int:
    """Writes the rows for which `keep` is true, in the format of `path`'s extension, and returns their number.

    Raises OutputError if the path cannot be written, UsageError for an unknown extension.
    """
    kept = {name: column[keep] for name, column in table.columns.items()}
    with open_rows(path, table_format(path).open, table.reference) as writer, writing(path):
        for values in zip(*(kept[name].tolist() for name in COLUMN_NAMES), strict=True):
            writer.write(_row(values))
    return int(np.count_nonzero(keep))


def _complete(columns: Columns) -> Columns:
    rows = len(columns["frame"])
    return {**{name: np.zeros(rows) for name in OPTIONAL_COLUMNS}, **columns}


def _checked(columns: Columns) -> Columns:
    for name, column in columns.items():
        known = column[~np.isnan(column)] if name in _MAY_BE_MISSING else column
        if not np.isfinite(known).all():
            raise ValueError(f"the column {name} contains a value that is not a number")
        if name in _INTEGERS and (column != np.floor(column)).any():
            raise ValueError(f"the column {name} contains a value that is not an integer")
        column.flags.writeable = False
    return columns


def _tracks(columns: Columns) -> tuple[FaceTrack, ...]:
    # By face, then by frame: one sort instead of a pass for each face.
    order = np.lexsort((columns["frame"], columns["face_id"]))
    ordered = {name: column[order] for name, column in columns.items()}
    ids, starts = np.unique(ordered["face_id"], return_index=True)

    def side_by_side(names: Sequence[str]) -> list[Numbers]:
        return np.split(np.stack([ordered[name] for name in names], axis=1), starts[1:])

    parts = zip(
        ids,
        np.split(ordered["frame"].astype(np.int64), starts[1:]),
        np.split(ordered["time_s"], starts[1:]),
        side_by_side(("x1", "y1", "x2", "y2")),
        np.split(ordered["score"], starts[1:]),
        side_by_side([f"{angle}_deg" for angle in ANGLES]),
        side_by_side([f"{angle}_smooth_deg" for angle in ANGLES]),
        side_by_side([f"{angle}_std_deg" for angle in ANGLES]),
        strict=False,  # Without faces `ids` is empty, but np.split still gives one empty part.
    )
    return tuple(FaceTrack(int(face_id), *_read_only(arrays)) for face_id, *arrays in parts)


def _read_only(arrays: Sequence[Any]) -> Sequence[Any]:
    for array in arrays:
        array.flags.writeable = False
    return arrays


def _row(values: Sequence[float]) -> PoseRow:
    named = dict(zip(COLUMN_NAMES, values, strict=True))
    fields: dict[str, Any] = {
        name: int(value) if name in _INTEGERS else None if np.isnan(value) else value for name, value in named.items()
    }
    return PoseRow(**fields)


def _record_of(table: Path) -> Mapping[str, Any] | None:
    try:
        record = json.loads(record_path(table).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("product") == product.NAME else None


def _reference_of(record: Mapping[str, Any] | None) -> Reference:
    recorded = (record or {}).get("reference")
    if not isinstance(recorded, Mapping):
        return Reference()
    neutral, signs = recorded.get("neutral"), recorded.get("signs")
    try:
        return Reference(
            HeadPose(*_three(neutral)) if neutral else None,
            Signs(*(1 if sign > 0 else -1 for sign in _three(signs))) if signs else Signs(),
        )
    except (TypeError, ValueError, KeyError):
        return Reference()


def _three(angles: Mapping[str, float] | Sequence[float]) -> tuple[float, float, float]:
    yaw, pitch, roll = (angles[angle] for angle in ANGLES) if isinstance(angles, Mapping) else angles
    return float(yaw), float(pitch), float(roll)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not text"
    if isinstance(error, json.JSONDecodeError):
        return "a line is not valid JSON"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
