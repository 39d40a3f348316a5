"""The snapshots that a user can choose from, with what helps to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.errors import ModelError
from app.threads.processes import HelperEnded, HelperTimedOut, run_in_process
from app.threads.signals import Stop
from app.weights import ModelRecord, ModelStatus, ModelStore
from hopenet.checking import LONGEST_LOAD_S, Checked, examined_record, too_large, too_slow
from hopenet.estimator import describe
from hopenet.record_schema import shown_name
from hopenet.records import SnapshotRecord
from hopenet.snapshots import ONNX_SUFFIX, file_sha256


@dataclass(frozen=True, slots=True)
class KnownError:
    """A mean absolute error in degrees, and what it was measured on.

    `origin`: "measured" by this project on the same pictures for every snapshot, "published" by the authors, or
    "stated" in the user's own file. Only measured errors can be compared with each other.
    """

    degrees: float
    origin: Literal["measured", "published", "stated"]
    pictures: str


_FIGURES: Mapping[str, tuple[Literal["measured", "published"], str]] = {
    "AFLW2000 MAE of 400": ("measured", "400 pictures of AFLW2000"),
    "AFLW2000 MAE": ("published", "1,969 pictures of AFLW2000"),
}
"""The figures of the manifest that are mean errors, the most comparable first."""


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One snapshot. `key` is what `load_estimator` takes: a name in the manifest, or the path of a file.

    `place`: "bundled", "folder" or "cache" if the file is on this machine, "file" for one of the user's own, None if it
    must be downloaded first. `errors`: what is known of its accuracy, the most comparable first. `by_hand`: why the
    program cannot download it; empty if it can, or need not. `refusal`: why it cannot be used; empty if it can.
    """

    key: str
    title: str
    architecture: str
    size_bytes: int | None
    licence: str
    place: str | None
    errors: tuple[KnownError, ...] = ()
    by_hand: str = ""
    refusal: str = ""

    @property
    def can_be_used(self) -> bool:
        """Whether it can be loaded without the user's help."""
        return not self.refusal and not self.by_hand


def snapshot_entries(store: ModelStore, added: Sequence[str], *, stop: Stop | None = None) -> tuple[SnapshotEntry, ...]:
    """Every snapshot in the manifest, then the user's own files. It may take seconds; `stop` ends the slowest part."""
    entries = [_published_entry(status) for status in store.status() if status.record.kind == "snapshot"]
    return (*entries, *(own_entry(Path(path), stop=stop) for path in added))


def own_entry(path: Path, *, stop: Stop | None = None) -> SnapshotEntry:
    """One of the user's own files, described by its contents. A file that cannot be read has a refusal."""
    try:
        record = described(path, stop=stop)
    except ModelError as error:
        return SnapshotEntry(str(path), shown_name(path.name), "", None, "", "file", refusal=error.message)
    size = path.stat().st_size
    title = record.name or shown_name(path.stem)
    return SnapshotEntry(
        str(path), title, record.architecture, size, record.licence, "file", _known_errors(record.figures)
    )


def described(path: Path, *, stop: Stop | None = None) -> SnapshotRecord:
    """The record of a snapshot file; for bare weights, the architecture is recognised from them.

    Raises ModelError if the file is missing or damaged, or does not belong to a known architecture.
    """
    try:
        # All formats but ONNX are read with torch, whose import would freeze the window.
        if path.suffix.lower() == ONNX_SUFFIX and file_sha256(path) in Checked.in_cache():
            return describe(path)
        return run_in_process(examined_record, path, stop=stop, limit_s=LONGEST_LOAD_S)
    except HelperTimedOut as error:
        raise ModelError(too_slow(path, LONGEST_LOAD_S), advice="Choose another file.") from error
    except HelperEnded as error:
        raise ModelError(too_large(path), advice="Choose another file.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(str(error), advice="Choose another file.") from error


def _published_entry(status: ModelStatus) -> SnapshotEntry:
    record, path = status.record, status.path
    return SnapshotEntry(
        record.name,
        record.title,
        record.architecture or "",
        path.stat().st_size if path is not None else record.size_bytes,
        record.licence,
        status.place,
        _known_errors(record.figures),
        by_hand="" if path is not None else _by_hand(record),
    )


def _by_hand(record: ModelRecord) -> str:
    if not record.has_hash:
        return f"It must be downloaded manually, because {record.no_hash}."
    return "" if record.sources else "It must be downloaded manually, because no source to download it from is known."


def _known_errors(figures: Mapping[str, float]) -> tuple[KnownError, ...]:
    known = [KnownError(figures[name], *what) for name, what in _FIGURES.items() if name in figures]
    others = ((name, degrees) for name, degrees in figures.items() if "MAE" in name and name not in _FIGURES)
    return (*known, *(KnownError(degrees, "stated", name) for name, degrees in others))
