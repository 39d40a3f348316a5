"""Model files: which there are, where they lie, and how to get them. Nothing else in the project knows the network."""

from app.weights.manifest import Manifest, ModelRecord, PackageSource, UrlSource, read_manifest
from app.weights.store import Check, ModelStatus, ModelStore
from app.weights.transfer import ProgressBar

__all__ = [
    "Check",
    "Manifest",
    "ModelRecord",
    "ModelStatus",
    "PackageSource",
    "ProgressBar",
    "UrlSource",
    "ModelStore",
    "read_manifest",
]
