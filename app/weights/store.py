"""From a model's name to the path of a verified file."""

from __future__ import annotations

import difflib
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from app import product
from app.errors import ModelError
from app.weights.cache import Cache
from app.weights.hashing import digest, forget_digests, is_published
from app.weights.manifest import DownloadSource, Manifest, ModelRecord, UrlSource, read_manifest
from app.weights.transfer import ProgressBar, SourceFailed, transfer, unpack_bz2

Place = Literal["bundled", "folder", "cache"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Where a model lies; both `place` and `path` are None where it is not on this machine."""

    record: ModelRecord
    place: Place | None
    path: Path | None


@dataclass(frozen=True, slots=True)
class Check:
    """One model file, freshly hashed. `damaged`: it bears a model's name but has other bytes, and is never used."""

    record: ModelRecord
    path: Path
    state: Literal["ok", "damaged"]


class ModelStore:
    """The models of a manifest, looked for in `bundled`, then in each of `folders`, then in `cache`, then fetched.

    Only `cache` is ever written. No file is handed out whose hash is not the published one; for the few models without
    a published hash, it is the one noted when the user imported the file.
    Thread: any; where two fetch the same model at once, the later one replaces an equal file.
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
        """The project's own manifest and folder, the folders of HOPENET_WEIGHTS, and the user's cache folder."""
        from platformdirs import user_cache_path

        bundled = product.BUNDLED_WEIGHTS
        named = os.environ.get("HOPENET_WEIGHTS", "").split(os.pathsep)
        folders = tuple(Path(name).expanduser() for name in named if name)
        for folder in folders:
            if not folder.is_dir():
                _log.warning("HOPENET_WEIGHTS names %s, which is not a folder.", folder)
        cache = user_cache_path(product.NAME, appauthor=False) / "models"
        return cls(read_manifest(bundled / "manifest.toml"), bundled=bundled, folders=folders, cache=cache)

    @property
    def records(self) -> tuple[ModelRecord, ...]:
        return tuple(self._records.values())

    @property
    def default(self) -> ModelRecord:
        """The snapshot that is used when none is asked for."""
        return self._records[self._default]

    def record(self, name: str) -> ModelRecord:
        """The model of that name. Raises ModelError, with the nearest names, where there is none."""
        if name in self._records:
            return self._records[name]
        near = difflib.get_close_matches(name, self._records)
        advice = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(self._records)}."
        raise ModelError(f"There is no model '{name}'.", advice=advice)

    def find(self, name: str) -> Path | None:
        """The model's verified file on this machine, or None; the network is not used. Raises as `record`."""
        return self._status(self.record(name)).path

    def path(self, name: str, *, progress: bool | ProgressBar = False) -> Path:
        """The model's verified file, fetched where it is not on this machine. Raises as `fetch`."""
        return self.find(name) or self.fetch(name, progress=progress)

    def status(self) -> tuple[ModelStatus, ...]:
        """Where each model lies, in the order of the manifest."""
        return tuple(self._status(record) for record in self.records)

    def verify(self) -> list[Check]:
        """Every file in any of the places that bears a model's name, hashed anew."""
        forget_digests()
        return [
            Check(record, path, "ok" if self._is_genuine(path, record) else "damaged")
            for record in self.records
            for _, path in self._candidates(record)
        ]

    def fetch(self, name: str, *, progress: bool | ProgressBar = True) -> Path:
        """Gets the model from the first source that has it, verifies it and puts it into the cache.

        `progress`: True shows a bar on a terminal; a bar of one's own may be given, and ends the transfer by raising.
        Raises ModelError: unknown name, HOPENET_OFFLINE set, no published hash to verify it by, no source gave the file
        (each is listed with its reason), or no room for it. However it ends, no half file stays.
        """
        record = self.record(name)
        if not record.has_hash:
            raise ModelError(
                f"Model '{name}' cannot be fetched, because {record.no_hash}, so nothing could verify it.",
                advice=f"Get it from {record.manual_address} and run: python main.py weights import FILE --as {name}",
            )
        if os.environ.get("HOPENET_OFFLINE", "0") not in ("", "0"):
            raise ModelError(f"Model '{name}' is not fetched, because HOPENET_OFFLINE is set.", advice=_by_hand(record))
        failures = []
        for source in record.sources:
            try:
                return self._fetch_from(source, record, progress)
            except SourceFailed as failure:
                _log.info("%s did not give model '%s': %s.", source, name, failure)
                failures.append(f"{_short(source)}: {failure}")
        listed = "; ".join(failures) or "it has no source"
        raise ModelError(f"Model '{name}' could not be fetched ({listed}).", advice=_by_hand(record))

    def import_file(self, path: Path, *, name: str | None = None) -> ModelRecord:
        """Copies a model file got by hand into the cache; a file packed with bzip2 is unpacked.

        The model is recognised by its hash. One without a published hash must be named: its file's hash is noted, and
        from then on it counts as the published one.
        Raises ModelError: no such file, a hash that is no model's, another model than `name`, or no room.
        """
        source = path.expanduser()
        if not source.is_file():
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
                _log.warning("Model '%s' is taken unverified, because %s.", record.name, record.no_hash)
                self._cache.note_hash(part, record)
            self._cache.keep(part, record)
        return record

    def _fetch_from(self, source: DownloadSource, record: ModelRecord, progress: bool | ProgressBar) -> Path:
        with self._cache.workshop() as folder:
            part = folder / f"{record.filename}.part"
            transfer(source, part, title=record.name, progress=progress)
            if not is_published(part, record):
                raise SourceFailed(f"what came ({part.stat().st_size} bytes) does not have the published hash")
            return self._cache.keep(part, record)

    def _recognise(self, part: Path, path: Path, name: str | None) -> ModelRecord:
        wanted = None if name is None else self.record(name)
        found = next((record for record in self.records if is_published(part, record)), None)
        if found is not None:
            if wanted not in (None, found):
                raise ModelError(f"{path} is model '{found.name}', not '{name}'.")
            return found
        if wanted is None:
            raise ModelError(f"{path} is none of the known models: its hash is not that of {', '.join(self._records)}.")
        if wanted.has_hash:
            raise ModelError(f"{path} is not model '{wanted.name}': its hash is not the published one.")
        return wanted

    def _status(self, record: ModelRecord) -> ModelStatus:
        for place, path in self._candidates(record):
            if self._is_genuine(path, record):
                return ModelStatus(record, place, path)
            self._warn(path, record)
        return ModelStatus(record, None, None)

    def _candidates(self, record: ModelRecord) -> Iterator[tuple[Place, Path]]:
        for place, folder in self._places:
            path = folder / record.filename
            if path.is_file():
                yield place, path

    def _is_genuine(self, path: Path, record: ModelRecord) -> bool:
        try:
            if record.has_hash:
                return is_published(path, record)
            return digest(path, "sha256") == self._cache.noted_hash(record)
        except OSError:
            return False

    def _warn(self, path: Path, record: ModelRecord) -> None:
        # Once for each state of the file: the window asks for the status again and again.
        seen = (path, path.stat().st_mtime_ns)
        if seen in self._warned:
            return
        self._warned.add(seen)
        if record.has_hash:
            _log.warning("%s is not used: its hash is not the published one of model '%s'.", path, record.name)
        else:
            command = f"python main.py weights import {path} --as {record.name}"
            _log.warning("%s is not used: its hash is unknown until you run: %s", path, command)


def _short(source: DownloadSource) -> str:
    return urlsplit(source.url).netloc if isinstance(source, UrlSource) else str(source)


def _by_hand(record: ModelRecord) -> str:
    address = next((source.url for source in record.sources if isinstance(source, UrlSource)), record.homepage)
    return (
        f"Get {record.filename} by other means, for instance from {address}, and run: "
        "python main.py weights import FILE; or put it into a folder that HOPENET_WEIGHTS names."
    )
