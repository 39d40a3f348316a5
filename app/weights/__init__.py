"""Model files: which exist, where they are, and how to get them. Nothing else in the project downloads anything."""

from app.weights.manifest import Manifest, ModelRecord, PackageSource, UrlSource, read_manifest
from app.weights.store import Check, ModelFile, ModelStatus, ModelStore
from app.weights.transfer import ProgressBar

__all__ = [
    "Check",
    "Manifest",
    "ModelFile",
    "ModelRecord",
    "ModelStatus",
    "ModelStore",
    "PackageSource",
    "ProgressBar",
    "UrlSource",
    "read_manifest",
]
