"""Records of tiny models, and stores of them."""

from __future__ import annotations

import bz2
import hashlib
from pathlib import Path
from typing import Any

from app.weights import Manifest, ModelRecord, ModelStore

MODEL = bytes(range(256)) * 2000


MODEL_SHA256 = hashlib.sha256(MODEL).hexdigest()


PACKED = bz2.compress(MODEL)
MANIFEST = Path(__file__).parents[2] / "weights" / "manifest.toml"


def blob_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def record(name: str = "tiny", **fields: Any) -> ModelRecord:
    plain: dict[str, Any] = {
        "title": "A tiny model",
        "kind": "snapshot",
        "filename": f"{name}.bin",
        "licence": "CC0-1.0",
        "training_data": "none",
        "homepage": "https://example.org",
        "figures": {},
        "sources": (),
        "sha256": MODEL_SHA256,
    }
    return ModelRecord(name=name, **(plain | fields))


def unhashed(name: str = "nohash") -> ModelRecord:
    return record(
        name, sha256=None, no_hash="its authors published no hash", manual_address="https://example.org/drive"
    )


def weights(home: Path, *records: ModelRecord, folders: tuple[Path, ...] = ()) -> ModelStore:
    manifest = Manifest(records=records, default=records[0].name)
    return ModelStore(manifest, bundled=home / "bundled", folders=folders, cache=home / "cache")


def left_in_cache(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "cache").rglob("*"))
