"""The snapshots that can be chosen, with what a person wants to know of each before choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import ModelError
from app.threads.processes import run_in_process
from app.threads.signals import Stop
from app.weights import ModelRecord, ModelStore
from hopenet.estimator import describe
from hopenet.records import SnapshotRecord
from hopenet.snapshots import ONNX_SUFFIX


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One snapshot. `key` is what `load_estimator` takes: a name of the manifest, or a file's path.

    `place` is bundled, folder or cache where the file is on this machine, file for one of the user's, None where it
    would be downloaded first. `error_deg` is a mean absolute error on AFLW2000, and `error_of` says whose. `refusal`
    says why it cannot be chosen; empty where it can.
    """

    key: str
    title: str
    architecture: str
    size_bytes: int | None
    error_deg: float | None
    error_of: str
    licence: str
    place: str | None
    refusal: str = ""


def snapshot_entries(
    weights: ModelStore, added: Sequence[str], *, stop: Stop | None = None
) -> tuple[SnapshotEntry, ...]:
    """Every snapshot of the manifest, then the user's own files. It takes its time; `stop` ends what lasts longest."""
    known = {status.record.name: status for status in weights.status() if status.record.kind == "snapshot"}
    entries = [
        _listed(status.record, status.place, status.path, usable=_can_be_had(status.record))
        for status in known.values()
    ]
    return (*entries, *(own_entry(Path(path), stop=stop) for path in added))


def own_entry(path: Path, *, stop: Stop | None = None) -> SnapshotEntry:
    """A file of the user's own, described by what is in it. What cannot be read has a refusal."""
    try:
        record = described(path, stop=stop)
    except ModelError as error:
        return SnapshotEntry(str(path), path.name, "", None, None, "", "", "file", error.message)
    error_of, error_deg = _best_figure(record)
    size = path.stat().st_size
    title = record.name or path.stem
    return SnapshotEntry(str(path), title, record.architecture, size, error_deg, error_of, record.licence, "file")


def described(path: Path, *, stop: Stop | None = None) -> SnapshotRecord:
    """The record of a snapshot file, its architecture read from its weights.

    Raises ModelError where it is missing, damaged, or of no architecture of this family.
    """
    try:
        # Weights other than ONNX are read with torch, which would hold up the window.
        return describe(path) if path.suffix.lower() == ONNX_SUFFIX else run_in_process(describe, path, stop=stop)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(str(error), advice="Choose another file.") from error


def _listed(record: ModelRecord, place: str | None, path: Path | None, *, usable: str) -> SnapshotEntry:
    error_deg = record.mae_deg
    error_of = "published, AFLW2000"
    if error_deg is None:
        error_deg, error_of = record.figures.get("AFLW2000 MAE of 400"), "400 pictures of AFLW2000"
    return SnapshotEntry(
        record.name,
        record.title,
        record.architecture or "",
        path.stat().st_size if path is not None else record.size_bytes,
        error_deg,
        error_of if error_deg is not None else "",
        record.licence,
        place,
        "" if path is not None else usable,
    )


def _can_be_had(record: ModelRecord) -> str:
    if not record.has_hash:
        return f"It has to be fetched by hand, because {record.no_hash}."
    return "" if record.sources else "It is not on this machine, and nothing says where to fetch it."


def _best_figure(record: SnapshotRecord) -> tuple[str, float | None]:
    for name, value in record.figures.items():
        if "MAE" in name:
            return name, value
    return "", None
