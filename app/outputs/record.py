"""The record beside a pose table: where the numbers come from and what they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from importlib import metadata
from pathlib import Path

from app import product
from app.atomic_files import replacing, writing
from app.outputs.rows import AS_MEASURED
from app.outputs.tables import TableFormat
from app.settings import Reference

_LIBRARIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("torch", ("torch",)),
    ("onnxruntime", ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml")),
    ("mediapipe", ("mediapipe",)),
    ("dlib", ("dlib", "dlib-bin")),
    ("opencv", ("opencv-contrib-python", "opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")),
    ("av", ("av",)),
    ("numpy", ("numpy",)),
)
"""What decides the numbers, with the names of the packages that may bring it."""


def record_path(table: Path) -> Path:
    """The record's place: the table's name with `.json` for its extension."""
    return table.with_suffix(".json")


def library_versions() -> dict[str, str]:
    """The versions of the libraries that decide the numbers, as installed; those that are not there are left out."""
    versions: dict[str, str] = {}
    for library, packages in _LIBRARIES:
        for package in packages:
            try:
                versions[library] = metadata.version(package)
            except metadata.PackageNotFoundError:
                continue
            break
    return versions


def write_record(
    path: Path,
    *,
    product_version: str,
    table: TableFormat,
    source: Mapping[str, object],
    snapshot: Mapping[str, object],
    detector: Mapping[str, object],
    settings: Mapping[str, object],
    counts: Mapping[str, int],
    damage: str | None = None,
    reference: Reference = AS_MEASURED,
    others: Sequence[tuple[str, TableFormat]] = (),
    changes: Sequence[Mapping[str, object]] = (),
) -> None:
    """Writes the record as JSON, whole or not at all.

    `source`: path, name, size in pixels, frame count, frame rate, duration. `snapshot`: name, sha256, architecture.
    `detector`: name and options. `settings`: crop, smoothing, detect_every, device, engine. `counts`: frames, faces,
    frames_with_face. `damage`: what of the source could not be read, in a sentence; None where all could.
    `reference`: what the angles are told by. `others`: name and format of tables that this record is about besides.
    `changes`: what became different in the middle, as while recording.
    Values may be whatever JSON has, besides paths and fractions: those become text, a fraction exactly, as 30000/1001.

    Raises OutputError where the place cannot be written, TypeError for a value that JSON has no form for.
    """
    record: dict[str, object] = {
        "product": product.NAME,
        "version": product_version,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": dict(source),
        "damage": damage,
        "snapshot": dict(snapshot),
        "detector": dict(detector),
        "settings": dict(settings),
        "libraries": library_versions(),
        "counts": dict(counts),
        "reference": described_reference(reference),
        "table": _described(table, reference),
    }
    if others:
        record["other_tables"] = [{"name": name, **_described(kind, reference)} for name, kind in others]
    if changes:
        record["changes"] = [dict(change) for change in changes]
    text = json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(path) as part, writing(path):
        part.write_text(text + "\n", encoding="utf-8", newline="\n")


def described_reference(reference: Reference) -> dict[str, object]:
    """As the record has it: the neutral pose in degrees and the published signs, None where there is none."""
    neutral = reference.neutral
    return {
        "neutral": None if neutral is None else {"yaw": neutral.yaw, "pitch": neutral.pitch, "roll": neutral.roll},
        "signs": asdict(reference.signs),
    }


def _described(table: TableFormat, reference: Reference) -> dict[str, object]:
    return {
        "format": table.name,
        "convention": table.convention(reference),
        "columns": [{"name": column.name, "unit": column.unit, "meaning": column.meaning} for column in table.columns],
    }


def _plain(value: object) -> object:
    if isinstance(value, Path | Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
