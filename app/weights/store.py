"""From the name of a model to the path of a verified file."""

from __future__ import annotations

import difflib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from app import product
from app.errors import ModelError, ModelNotDownloaded
from app.weights.cache import Cache
from app.weights.hashing import digests, forget_digests, published_sha256
from app.weights.manifest import DownloadSource, Manifest, ModelRecord, UrlSource, read_manifest
from app.weights.transfer import ProgressBar, SourceFailed, transfer, unpack_bz2

Place = Literal["bundled", "folder", "cache"]

_IMPORT = f"{product.NAME} weights import"

LOG = logging.getLogger(__name__)


class ModelFile(NamedTuple):
    """A verified file on this machine, and its SHA-256."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Where a model is; `place` and `file` are None if it is not on this machine."""

    record: ModelRecord
    place: Place | None
    file: ModelFile | None

    @property
    def path(self) -> Path | None:
        return self.file.path if self.file is not None else None


@dataclass(frozen=True, slots=True)
class Check:
    """The result of hashing a model file. "damaged": it has a model's name but other contents, and is never used."""

    record: ModelRecord
    path: Path
    state: Literal["ok", "damaged"]


class ModelStore:
    """The models of a manifest. They are looked for in `bundled`, each of `folders`, and `cache`, then downloaded.

    Only `cache` is ever written. A file is only given out if its hash is the published one; for the few models without
    a published hash, the one noted when the user imported the file.
    Thread: any. If two threads fetch the same model, the later one replaces the file with an equal one.
    """

    def __init__(self, manifest: Manifest, *, bundled: Path, folders: tuple[Path, ...], cache: Path) -> None:
        self._records = {record.name: record for record in manifest.records}
        self._default = manifest.default
        self._cache = Cache(cache)
        self._places: tuple[tuple[Place, Path], ...] = (
            ("bundled", bundled),
            *(("folder", folder) for folder in folders),
            ("cache", cache),
        )
        self._warned: set[tuple[Path, int]] = set()

    @classmethod
    def standard(cls) -> ModelStore:
        """The program's own manifest and files, the folders that HOPENET_WEIGHTS lists, and the user's cache folder."""
        from platformdirs import user_cache_path

        bundled = product.BUNDLED_WEIGHTS
        named = os.environ.get("HOPENET_WEIGHTS", "").split(os.pathsep)
        folders = tuple(_expanded(Path(name)) for name in named if name)
        for folder in folders:
            if not _is_folder(folder):
                LOG.warning("HOPENET_WEIGHTS lists %s, which is not a folder.", folder)
        cache = user_cache_path(product.NAME, appauthor=False) / "models"
        return cls(read_manifest(bundled / "manifest.toml"), bundled=bundled, folders=folders, cache=cache)

    @property
    def folder(self) -> Path:
        """Where models are downloaded to."""
        return self._cache.folder

    @property
    def records(self) -> tuple[ModelRecord, ...]:
        return tuple(self._records.values())

    @property
    def default(self) -> ModelRecord:
        """The snapshot that is used if none is named."""
        return self._records[self._default]

    def record(self, name: str) -> ModelRecord:
        """The model of that name. Raises ModelError, with similar names, if there is none."""
        if name in self._records:
            return self._records[name]
        near = difflib.get_close_matches(name, self._records)
        advice = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of: {', '.join(self._records)}."
        raise ModelError(f"Unknown model “{name}”.", advice=advice)

    def find(self, name: str) -> Path | None:
        """The model's verified file, if it is on this machine; does not use the network. Raises as `record`."""
        return self._status(self.record(name)).path

    def path(self, name: str, *, progress: bool | ProgressBar = False) -> Path:
        """The path of `file`."""
        return self.file(name, progress=progress).path

    def file(self, name: str, *, progress: bool | ProgressBar = False) -> ModelFile:
        """The model's verified file, downloaded if it is not on this machine. Raises as `fetch`."""
        return self._status(self.record(name)).file or self._fetch(self.record(name), progress)

    def status(self) -> tuple[ModelStatus, ...]:
        """Where each model is, in the order of the manifest."""
        return tuple(self._status(record) for record in self.records)

    def verify(self) -> list[Check]:
        """Hashes every file, in any of the places, that has a model's file name."""
        forget_digests()
        return [
            Check(record, path, "ok" if self._genuine_sha256(path, record) is not None else "damaged")
            for record in self.records
            for _, path in self._candidates(record)
        ]

    def fetch(self, name: str, *, progress: bool | ProgressBar = True) -> Path:
        """Downloads the model from the first source that has it, verifies it, and puts it into the cache.

        `progress`: True shows a bar on a terminal; a bar object is used as it is, and can end the transfer by raising.
        Raises ModelError for an unknown name, or if the file cannot be stored; ModelNotDownloaded if HOPENET_OFFLINE
        is set, no hash is published to verify the file, or no source provides it (each is listed with its reason). No
        incomplete file is left behind.
        """
        return self._fetch(self.record(name), progress).path

    def import_file(self, path: Path, *, name: str | None = None) -> ModelRecord:
        """Copies a model file that the user downloaded into the cache; a file packed with bzip2 is unpacked.

        The model is recognised by its hash. A model without a published hash must be named: its file's hash is noted,
        and is required from then on.
        Raises ModelError if there is no such file, its hash is not a known model's, it is another model than `name`,
        or it cannot be stored.
        """
        source = _expanded(path)
        if not _is_file(source):
            raise ModelError(f"{path} is not a file.", advice="Give the path of the downloaded model file.")
        with self._cache.workshop() as folder:
            part = folder / "imported.part"
            try:
                if source.suffix == ".bz2":
                    unpack_bz2(source, part)
                else:
                    shutil.copyfile(source, part)
            except SourceFailed as failure:
                raise ModelError(f"{path} cannot be imported: {failure}.", advice="Download it again.") from failure
            record = self._recognise(part, path, name)
            if not record.has_hash:
                LOG.warning("The file of model “%s” was not verified, because %s.", record.name, record.no_hash)
                self._cache.note_hash(part, record)
            self._cache.keep(part, record)
        return record

    def _fetch(self, record: ModelRecord, progress: bool | ProgressBar) -> ModelFile:
        if not record.has_hash:
            raise _not_downloaded(
                record,
                f"Model “{record.name}” cannot be downloaded, because {record.no_hash}: it could not be verified.",
            )
        if os.environ.get("HOPENET_OFFLINE", "0") not in ("", "0"):
            raise _not_downloaded(record, f"Model “{record.name}” is not downloaded, because HOPENET_OFFLINE is set.")
        failures = []
        for source in record.sources:
            try:
                return self._fetch_from(source, record, progress)
            except SourceFailed as failure:
                LOG.info("Model “%s” could not be downloaded from %s: %s.", record.name, source, failure)
                failures.append(f"{_short(source)}: {failure}")
        reasons = "; ".join(failures) or "it has no source"
        raise _not_downloaded(record, f"Model “{record.name}” could not be downloaded ({reasons}).")

    def _fetch_from(self, source: DownloadSource, record: ModelRecord, progress: bool | ProgressBar) -> ModelFile:
        with self._cache.workshop() as folder:
            part = folder / f"{record.filename}.part"
            transfer(source, part, title=record.name, progress=progress)
            sha256 = published_sha256(part, record)
            if sha256 is None:
                raise SourceFailed(f"the downloaded {part.stat().st_size} bytes do not have the published hash")
            return ModelFile(self._cache.keep(part, record), sha256)

    def _recognise(self, part: Path, path: Path, name: str | None) -> ModelRecord:
        wanted = None if name is None else self.record(name)
        found = next((record for record in self.records if published_sha256(part, record) is not None), None)
        if found is not None:
            if wanted not in (None, found):
                raise ModelError(f"{path} is model “{found.name}”, not “{name}”.")
            return found
        if wanted is None:
            raise ModelError(f"{path} is not a known model: its hash is not that of {', '.join(self._records)}.")
        if wanted.has_hash:
            raise ModelError(f"{path} is not model “{wanted.name}”: its hash is not the published one.")
        return wanted

    def _status(self, record: ModelRecord) -> ModelStatus:
        for place, path in self._candidates(record):
            sha256 = self._genuine_sha256(path, record)
            if sha256 is not None:
                return ModelStatus(record, place, ModelFile(path, sha256))
            self._warn(path, record)
        return ModelStatus(record, None, None)

    def _candidates(self, record: ModelRecord) -> Iterator[tuple[Place, Path]]:
        for place, folder in self._places:
            path = folder / record.filename
            if _is_file(path):
                yield place, path

    def _genuine_sha256(self, path: Path, record: ModelRecord) -> str | None:
        try:
            if record.has_hash:
                return published_sha256(path, record)
            sha256 = digests(path).sha256
            return sha256 if sha256 == self._cache.noted_hash(record) else None
        except OSError:
            return None

    def _warn(self, path: Path, record: ModelRecord) -> None:
        # Once for each state of the file: the window asks for the status again and again.
        try:
            seen = (path, path.stat().st_mtime_ns)
        except OSError:  # It has been removed meanwhile.
            return
        if seen in self._warned:
            return
        self._warned.add(seen)
        if record.has_hash:
            LOG.warning("%s is not used: its hash is not the published one of model “%s”.", path, record.name)
        else:
            command = f"{_IMPORT} {path} --as {record.name}"
            LOG.warning("%s is not used, because its hash is not known yet. Run: %s", path, command)


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # There is no such user, or this one has no home folder.
        return path


def _is_folder(path: Path) -> bool:
    with suppress(OSError):  # It may be in a folder that this user may not enter.
        return path.is_dir()
    return False


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False


def _short(source: DownloadSource) -> str:
    return urlsplit(source.url).netloc if isinstance(source, UrlSource) else str(source)


def _not_downloaded(record: ModelRecord, message: str) -> ModelNotDownloaded:
    address = record.manual_address or next(
        (source.url for source in record.sources if isinstance(source, UrlSource)), record.homepage
    )
    if record.has_hash:
        advice = (
            f"Download {record.filename} manually, for example from {address}, and run: {_IMPORT} FILE; "
            "or put it into a folder that HOPENET_WEIGHTS lists."
        )
    else:
        advice = f"Download it from {address} and run: {_IMPORT} FILE --as {record.name}"
    return ModelNotDownloaded(message, advice=advice, model=record.name, filename=record.filename, address=address)
