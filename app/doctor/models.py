"""Are the model files on this computer those that were published?"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from app import product
from app.doctor.finding import Finding
from app.doctor.packages import one_line
from app.weights.cache import Cache
from app.weights.hashing import digests, published_sha256
from app.weights.manifest import ModelRecord, read_manifest

HASHING_S = 2.5
"""How long files are hashed, the smallest first."""


def models() -> Iterator[Finding]:
    try:
        records = read_manifest(product.BUNDLED_WEIGHTS / "manifest.toml").records
    except Exception as error:  # noqa: BLE001 — a damaged manifest may raise anything
        yield Finding("models.manifest", "failed", {"reason": one_line(error)})
        return
    yield from _bundled([one for one in records if one.has_hash and not one.sources])
    yield from _others(records)


def _bundled(records: Sequence[ModelRecord]) -> Iterator[Finding]:
    intact = []
    for record in records:
        path = product.BUNDLED_WEIGHTS / record.filename
        try:
            genuine = published_sha256(path, record) is not None
        except FileNotFoundError:
            yield Finding("models.bundled-missing", "failed", {"file": record.filename})
        except OSError as error:
            yield _unreadable(path, error, "failed")
        else:
            if genuine:
                intact.append(record.name)
            else:
                yield Finding("models.bundled-damaged", "failed", {"file": record.filename})
    if intact:
        yield Finding("models.bundled", "ok", {"names": ", ".join(intact)})


def _others(records: Sequence[ModelRecord]) -> Iterator[Finding]:
    """Of the files in the user's cache and in the folders of HOPENET_WEIGHTS."""
    cache = cache_folder()
    folders = [cache]
    for name in os.environ.get("HOPENET_WEIGHTS", "").split(os.pathsep):
        if name:
            folder = Path(os.path.expanduser(name))  # noqa: PTH111 — it never raises
            if os.path.isdir(folder):  # noqa: PTH112 — as above
                folders.append(folder)
            else:
                yield Finding("models.not-a-folder", "warning", {"folder": name})
    files = [(folder / one.filename, one) for folder in folders for one in records if _size(folder / one.filename)]
    files.sort(key=lambda file: _size(file[0]))
    until_s = time.monotonic() + HASHING_S
    intact, left = [], []
    for path, record in files:
        if time.monotonic() > until_s:
            left.append(record.name)
        elif (fault := _fault_of(path, record, cache)) is not None:
            yield fault
        else:
            intact.append(record.name)
    if intact:
        yield Finding("models.found", "ok", {"names": ", ".join(dict.fromkeys(intact))})
    if left:
        yield Finding("models.not-checked", "note", {"names": ", ".join(dict.fromkeys(left))})


def cache_folder() -> Path:
    """Where models are downloaded to."""
    from platformdirs import user_cache_path

    return user_cache_path(product.NAME, appauthor=False) / "models"


def _fault_of(path: Path, record: ModelRecord, cache: Path) -> Finding | None:
    try:
        if record.has_hash:
            if published_sha256(path, record) is not None:
                return None
            return Finding("models.damaged", "warning", {"file": str(path), "name": record.name})
        if digests(path).sha256 == Cache(cache).noted_hash(record):
            return None
    except OSError as error:
        return _unreadable(path, error, "warning")
    command = f"{product.NAME} weights import {path} --as {record.name}"
    return Finding("models.unknown-hash", "note", {"file": str(path), "command": command})


def _unreadable(path: Path, error: OSError, mark: str) -> Finding:
    values = {"file": str(path), "reason": error.strerror or type(error).__name__}
    return Finding("models.unreadable", "failed" if mark == "failed" else "warning", values)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
