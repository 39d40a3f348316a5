"""Reads pose tables of this program back, and writes a part of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app import product
from app.atomic_files import contents_of, writing
from app.errors import DataError
from app.outputs.checking import check_columns
from app.outputs.record import SCHEMA_VERSION, record_path
from app.outputs.record_reading import source_in
from app.outputs.rows import COLUMN_NAMES, COLUMNS, FILE, NAME, TRACK_ID, PoseRow
from app.outputs.sorted_rows import Indices, sorted_rows
from app.outputs.table_data import PoseTableData
from app.outputs.tables import FORMATS, READABLE_SUFFIXES, TableFormat, open_rows, table_format
from app.settings import LARGEST_STEP, Reference, Signs
from hopenet import HeadPose
from hopenet.pose import ANGLES

_INTEGERS = frozenset(column.name for column in COLUMNS if column.decimals is None)

_LARGEST_FOLDER = 1_000_000
"""Pictures."""

_ROWS_AT_ONCE = 20_000
"""How many rows become Python's numbers at once while a table is written."""


def read_pose_table(path: Path, *, stopped: Callable[[], bool] = lambda: False) -> PoseTableData:
    """The table at `path`, in the format of its extension, with the record beside it.

    A record that is missing or broken is ignored, but one of a later schema version is an error: what it says about the
    angles would be missed. Once `stopped` returns true, the rest of a text table is not read:
    the result is not wanted any more.

    Raises DataError if the table cannot be read or was not written by this program.
    """
    path = Path(path)
    known = next((known for known in FORMATS if known.suffix == path.suffix.lower()), None)
    if known is None or known.read is None:
        raise DataError(
            f"{path.name} cannot be opened as a pose table.", advice=f"Supported: {', '.join(READABLE_SUFFIXES)}."
        )
    try:
        columns = dict(known.read(contents_of(path), stopped))
        check_columns(columns)
        record = _record_of(path)
        rows = sorted_rows(columns, recorded_step(record))
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.", advice="Check the name and the folder.") from error
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} is not a pose table of this program: {_reason(error)}.") from error
    check_schema(path, record)
    names = _texts_in(path, known, "face_id", NAME.name) if TRACK_ID.name in rows.columns else {}
    files = () if source_in(record or {}) else _pictures_in(path, known)
    reference = recorded_reference(record)
    return PoseTableData(path, rows.columns, rows.tracks, rows.clock, record, reference, names, files)


def write_filtered(
    table: PoseTableData,
    path: Path,
    keep: npt.NDArray[np.bool_],
    *,
    faces: Indices | None = None,
    format_name: str | None = None,
) -> int:
    """Writes the rows for which `keep` is true, in the format of `path`'s extension, and returns their number.

    `faces`: the face ID of each row, of shape (rows,); the former one goes to the column `track_id` where the format
    has one, together with the face's name. `format_name`: a format in place of the extension's.

    Raises OutputError if the path cannot be written, UsageError for an unknown extension.
    """
    kept = {name: column[keep] for name, column in table.columns.items()}
    files = table.pictures
    kind = table_format(path, name=format_name)
    opener = kind.open
    tracks = kept.get(TRACK_ID.name, kept["face_id"])
    if faces is not None or table.names or TRACK_ID.name in kept:
        opener = kind.open_identities or kind.open
        kept["face_id"] = kept["face_id"] if faces is None else faces[keep].astype(np.float64)
    with open_rows(path, opener, table.reference) as writer, writing(path):
        for start in range(0, len(kept["frame"]), _ROWS_AT_ONCE):
            part = [kept[name][start : start + _ROWS_AT_ONCE].tolist() for name in COLUMN_NAMES]
            for track, *values in zip(tracks[start : start + _ROWS_AT_ONCE].tolist(), *part, strict=True):
                row = _row(values)
                file = str(files[row.frame]) if row.frame < len(files) else ""
                writer.write(replace(row, file=file, track_id=int(track), name=table.names.get(row.face_id, "")))
    return int(np.count_nonzero(keep))


def _pictures_in(path: Path, known: TableFormat) -> Sequence[str]:
    """The names of the files in a table of pictures by frame; empty if it is of a video."""
    files = _texts_in(path, known, "frame", FILE.name, in_all=True)
    if len(set(files.values())) < len(files) or max(files, default=0) > _LARGEST_FOLDER:
        return ()
    return [files.get(frame, "") for frame in range(max(files, default=-1) + 1)]


def _texts_in(path: Path, known: TableFormat, key: str, column: str, *, in_all: bool = False) -> Mapping[int, str]:
    """A column of texts by another one; empty if it cannot be read, which costs no number."""
    try:
        return {} if known.read_texts is None else known.read_texts(contents_of(path), key, column, in_all)
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _row(values: Sequence[float]) -> PoseRow:
    named = dict(zip(COLUMN_NAMES, values, strict=True))
    fields: dict[str, Any] = {
        name: None if np.isnan(value) else int(value) if name in _INTEGERS else value for name, value in named.items()
    }
    return PoseRow(**fields)


def _record_of(table: Path) -> Mapping[str, Any] | None:
    try:
        record = json.loads(contents_of(record_path(table)).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and record.get("product") == product.NAME else None


def check_schema(table: Path, record: Mapping[str, Any] | None) -> None:
    """Raises DataError for a record of a later schema version. Those of before 0.1.0 have none, and count as 1."""
    version = (record or {}).get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise DataError(
            f"{table.name} was written by a later version of this program: its record has schema version {version}, "
            f"and the latest one known here is {SCHEMA_VERSION}.",
            advice="Update the program.",
        )


def recorded_step(record: Mapping[str, Any] | None) -> int | None:
    """Every so many frames were measured, according to a record; None if there is no record."""
    if record is None:
        return None
    settings = record.get("settings")
    step = settings.get("measure_every", 1) if isinstance(settings, Mapping) else 1
    return step if isinstance(step, int) and 1 <= step <= LARGEST_STEP else 1


def recorded_reference(record: Mapping[str, Any] | None) -> Reference:
    """What the angles are relative to, according to a record; facing the camera if it does not say."""
    recorded = (record or {}).get("reference")
    if not isinstance(recorded, Mapping):
        return Reference()
    neutral, signs = recorded.get("neutral"), recorded.get("signs")
    try:
        return Reference(
            HeadPose(*_three(neutral)) if neutral else None,
            Signs(*(1 if sign > 0 else -1 for sign in _three(signs))) if signs else Signs(),
            str(recorded.get("neutral_source", "")),
        )
    except (TypeError, ValueError, KeyError, OverflowError):
        return Reference()


def _three(angles: Mapping[str, float] | Sequence[float]) -> tuple[float, float, float]:
    yaw, pitch, roll = (angles[angle] for angle in ANGLES) if isinstance(angles, Mapping) else angles
    return float(yaw), float(pitch), float(roll)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not a text in UTF-8 or UTF-16"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
