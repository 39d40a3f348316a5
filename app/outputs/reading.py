"""Pose tables of this program, read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app import product
from app.atomic_files import replacing, writing
from app.errors import DataError
from app.outputs.record import record_path
from app.outputs.rows import COLUMNS, PoseRow
from app.outputs.table_data import ANGLES, FaceTrack, Numbers, PoseTableData
from app.outputs.tables import table_format
from app.settings import Reference, Signs
from hopenet import HeadPose

_NAMES = tuple(column.name for column in COLUMNS)
_WHOLE = frozenset(column.name for column in COLUMNS if column.decimals is None)
_MAY_BE_MISSING = frozenset(name for name in _NAMES if name.startswith(ANGLES))
_LINES_BETWEEN_LOOKS = 20_000


def read_pose_table(path: Path, *, stopped: Callable[[], bool] = lambda: False) -> PoseTableData:
    """The table at `path`, by its extension `.csv`, `.jsonl` or `.parquet`, with the record beside it.

    A record that is missing or broken is as good as none: the table stands for itself. Where `stopped` turns true, the
    rest of a text table is left unread; nobody wants the answer then.

    Raises DataError where the table cannot be read, or is none of this program's.
    """
    path = Path(path)
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise DataError(
            f"{path.name} is no pose table that can be read back.", advice=f"Those end in {', '.join(_READERS)}."
        )
    try:
        columns = _checked(read(path, stopped))
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.", advice="Check the name and the folder.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise DataError(f"{path.name} is no pose table of this program: {_reason(error)}.") from error
    record = _record_of(path)
    return PoseTableData(path, columns, _tracks(columns), record, _reference_of(record))


def write_filtered(table: PoseTableData, path: Path, keep: npt.NDArray[np.bool_]) -> int:
    """Writes the rows for which `keep` is true, in the format of `path`'s extension, and gives their number.

    Raises OutputError where the place cannot be written, UsageError for an unknown extension.
    """
    format_ = table_format(path)
    kept = {name: column[keep] for name, column in table.columns.items()}
    with replacing(path) as part:
        with writing(path):
            writer = format_.open(part, table.reference)
        try:
            with writing(path):
                for values in zip(*(kept[name].tolist() for name in _NAMES), strict=True):
                    writer.write(_row(values))
        except BaseException:
            writer.abandon()
            raise
        with writing(path):
            writer.close()
    return int(np.count_nonzero(keep))


def _read_csv(path: Path, stopped: Callable[[], bool]) -> Mapping[str, Numbers]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        _check_names(header)
        rows: list[list[str]] = []
        for line in lines:
            if len(line) != len(header):
                raise ValueError(f"line {lines.line_num} has {len(line)} fields instead of {len(header)}")
            rows.append(line)
            if not len(rows) % _LINES_BETWEEN_LOOKS and stopped():
                break
    columns: Sequence[Sequence[str]] = list(zip(*rows, strict=True)) or [()] * len(header)
    return {name: _numbers(column) for name, column in zip(header, columns, strict=True) if name in _NAMES}


def _read_json_lines(path: Path, stopped: Callable[[], bool]) -> Mapping[str, Numbers]:
    rows: list[dict[str, Any]] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            row = json.loads(line)
            if not isinstance(row, dict):
                raise TypeError(f"line {number} is no JSON object")
            if number == 1:
                _check_names(list(row))
            rows.append(row)
            if not number % _LINES_BETWEEN_LOOKS and stopped():
                break
    return {
        name: np.array([np.nan if row[name] is None else float(row[name]) for row in rows], np.float64)
        for name in _NAMES
    }


def _read_parquet(path: Path, stopped: Callable[[], bool]) -> Mapping[str, Numbers]:  # noqa: ARG001 - of one piece
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        table = pq.ParquetFile(file)
        _check_names(table.schema_arrow.names)
        read = table.read(columns=list(_NAMES))
    return {name: read[name].to_numpy().astype(np.float64) for name in _NAMES}


_READERS: Mapping[str, Callable[[Path, Callable[[], bool]], Mapping[str, Numbers]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".parquet": _read_parquet,
}


def _check_names(names: Sequence[str]) -> None:
    missing = [name for name in _NAMES if name not in names]
    if missing:
        raise ValueError(f"the column {missing[0]} is missing")


def _numbers(column: Sequence[str]) -> Numbers:
    return np.array([float(text) if text else np.nan for text in column], np.float64)


def _checked(columns: Mapping[str, Numbers]) -> Mapping[str, Numbers]:
    for name, column in columns.items():
        known = column[~np.isnan(column)] if name in _MAY_BE_MISSING else column
        if not np.isfinite(known).all():
            raise ValueError(f"the column {name} holds what is no number")
        if name in _WHOLE and (column != np.floor(column)).any():
            raise ValueError(f"the column {name} holds what is no whole number")
        column.flags.writeable = False
    return columns


def _tracks(columns: Mapping[str, Numbers]) -> tuple[FaceTrack, ...]:
    # By face, then by frame: one sort instead of a pass for each face.
    order = np.lexsort((columns["frame"], columns["face_id"]))
    ordered = {name: column[order] for name, column in columns.items()}
    ids, starts = np.unique(ordered["face_id"], return_index=True)

    def beside(names: Sequence[str]) -> list[Numbers]:
        return np.split(np.stack([ordered[name] for name in names], axis=1), starts[1:])

    parts = zip(
        ids,
        np.split(ordered["frame"].astype(np.int64), starts[1:]),
        np.split(ordered["time_s"], starts[1:]),
        beside(("x1", "y1", "x2", "y2")),
        np.split(ordered["score"], starts[1:]),
        beside([f"{angle}_deg" for angle in ANGLES]),
        beside([f"{angle}_smooth_deg" for angle in ANGLES]),
        beside([f"{angle}_std_deg" for angle in ANGLES]),
        strict=False,  # Without a face there is no number, but np.split still gives one empty part.
    )
    return tuple(FaceTrack(int(face_id), *_read_only(arrays)) for face_id, *arrays in parts)


def _read_only(arrays: Sequence[Any]) -> Sequence[Any]:
    for array in arrays:
        array.flags.writeable = False
    return arrays


def _row(values: Sequence[float]) -> PoseRow:
    named = dict(zip(_NAMES, values, strict=True))
    told: dict[str, Any] = {
        name: int(value) if name in _WHOLE else None if np.isnan(value) else value for name, value in named.items()
    }
    return PoseRow(**told)


def _record_of(table: Path) -> Mapping[str, Any] | None:
    try:
        record = json.loads(record_path(table).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("product") == product.NAME else None


def _reference_of(record: Mapping[str, Any] | None) -> Reference:
    told = (record or {}).get("reference")
    if not isinstance(told, Mapping):
        return Reference()
    neutral, signs = told.get("neutral"), told.get("signs")
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
        return "a line is no JSON"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
