"""Writes the table of a session anew: without excluded ranges, with corrected faces, and with a record that says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app import product
from app.atomic_files import replacing, together, writing
from app.errors import UsageError
from app.outputs.collisions import is_same_output
from app.outputs.exclusions import within
from app.outputs.reading import write_filtered
from app.outputs.record import SCHEMA_VERSION, described_table, record_path
from app.outputs.table_data import PoseTableData
from app.outputs.tables import table_format
from app.session.identities import faces_of_rows
from app.session.identity_files import described_assignments
from app.session.session import Session
from app.session.statistics import frames_kept
from app.session.storage import copy_edits

Record = dict[str, Any]


def save_filtered(session: Session, path: Path, *, format_name: str | None = None) -> int:
    """Writes the first table without the rows in excluded ranges, and returns the number of rows written.

    Its faces are those of the session, as in `save_table`. Raises UsageError if there is no table or `path` is the
    table itself, OutputError if a file cannot be written.
    """
    table = _table(session)
    return _save(session, path, ~within(session.excluded, table.columns["time_s"]), format_name)


def save_table(session: Session, path: Path, *, format_name: str | None = None) -> int:
    """Writes all rows of the first table with the faces of the session, and returns their number.

    The column `face_id` is the corrected face, `track_id` the ID in the original table, and `name` the face's name.
    OpenFace's format has only the corrected face, and the published text has no face at all. The record beside the new
    table has the corrections; events, exclusions and targets are written beside it too. `format_name`: a format in
    place of that of the extension.

    Raises UsageError if there is no table or `path` is the table itself or would have its record, OutputError if a file
    cannot be written.
    """
    return _save(session, path, np.ones(len(_table(session).columns["frame"]), bool), format_name)


def _table(session: Session) -> PoseTableData:
    if session.first is None:
        raise UsageError("There is no table to save.", advice="Open one first.")
    return session.first


def _save(session: Session, path: Path, keep: npt.NDArray[np.bool_], format_name: str | None) -> int:
    table = _table(session)
    if path.resolve() == table.path.resolve():
        raise UsageError(
            f"{path.name} is the table itself.", advice="Choose another name. Tables are never overwritten."
        )
    for other in session.originals:
        if is_same_output(record_path(path), record_path(other.path)):
            raise UsageError(
                f"{path.name} would have the record and the changes of {other.name}.", advice="Choose another name."
            )
    _check_record(path)
    identities = session.edits.identities
    faces = faces_of_rows(table, identities) if identities.assigned else None
    with together():
        rows = write_filtered(table, path, keep, faces=faces, format_name=format_name)
        _write_record(session, path, keep, format_name)
    copy_edits(session, path, whole=bool(keep.all()))
    return rows


def _check_record(table: Path) -> None:
    """Refuses to replace a file that only happens to have the name of a record."""
    path = record_path(table)
    try:
        present = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError):
        present = None
    if not isinstance(present, dict) or present.get("product") != product.NAME or "table" not in present:
        raise UsageError(
            f"{path.name}, which would be the record of {table.name}, is another program's file.",
            advice="Choose another name for the table.",
        )


def _write_record(session: Session, path: Path, keep: npt.NDArray[np.bool_], format_name: str | None) -> None:
    table, edits = _table(session), session.edits
    kind = table_format(path, name=format_name)
    corrected = bool(edits.identities.assigned or table.names)
    has_columns = kind.open_identities is not None and (corrected or "track_id" in table.columns)
    record: Record = {key: value for key, value in (table.record or {}).items() if key != "other_tables"}
    record |= {
        "product": product.NAME,
        "version": product.version(),
        "schema_version": SCHEMA_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_from": {"table": table.name, "created": (table.record or {}).get("created")},
        "table": described_table(kind, kind.applied(table.reference), identities=has_columns),
    }
    if corrected:
        record["identities"] = {
            "meaning": "rows of these tracks and frames, ends inclusive, belong to the face; null: no limit",
            "faces": described_assignments(edits.identities),
            "names": {str(face_id): name for face_id, name in sorted(table.names.items())},
        }
    if not keep.all():
        record["excluded"] = {
            "meaning": "rows with start_s <= time_s < end_s are left out",
            "ranges": [span._asdict() for span in edits.excluded],
        }
        record["counts"] = _counts(session, keep)
    text = json.dumps(record, indent=2, ensure_ascii=False)
    target = record_path(path)
    with replacing(target) as part, writing(target):
        part.write_bytes(f"{text}\n".encode(errors="backslashreplace"))


def _counts(session: Session, keep: npt.NDArray[np.bool_]) -> Mapping[str, object]:
    table = _table(session)
    known = (table.record or {}).get("counts")
    return {
        **(known if isinstance(known, dict) else {}),
        "frames": frames_kept(session, table),
        "faces": int(np.count_nonzero(keep)),
        "frames_with_face": len(np.unique(table.columns["frame"][keep])),
    }
