"""Object stores and network disks, through fsspec: listing sources, fetching them, and putting outputs there.

fsspec and its packages for each kind of store are not installed with the program: they are the extra `cloud`. Passwords
and endpoints are what these packages take from the environment or their own files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from app.errors import OutputError, SourceError, StudioError, UsageError
from app.export.finding import VIDEO_SUFFIXES

T = TypeVar("T")

TRIES = 4
"""How often a transfer is tried before it is given up."""

_PAUSE_S = 0.5
"""Before the second try; doubled before each that follows."""

_AT_ONCE = 1 << 22

_TAGS = ("ETag", "etag", "md5Hash", "LastModified", "mtime", "created")
"""What stores call it, the best first."""

_ATOMIC = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"})
"""Stores in which an object appears when it is complete. On others, a file is renamed when it is."""


def is_address(source: str) -> bool:
    """Whether it is an address such as s3://bucket/talk.mp4, and not a path."""
    return "://" in source


def listed(address: str) -> list[str]:
    """The videos at an address: a file, the files that match a pattern, or those in a folder and below.

    Raises SourceError if there is none, and UsageError if a package is missing.
    """
    store, path = _store(address)
    try:
        if any(one in path for one in "*?["):
            found = [one for one in store.glob(path) if PurePosixPath(one).suffix.lower() in VIDEO_SUFFIXES]
        elif store.isfile(path):
            found = [path]
        else:
            found = [one for one in store.find(path) if PurePosixPath(one).suffix.lower() in VIDEO_SUFFIXES]
    except Exception as error:
        raise SourceError(f"{address} cannot be read: {_said(error)}.") from error
    if not found:
        raise SourceError(f"There is no video at {address}.", advice="Check the address.")
    before = address.removesuffix(path.lstrip("/"))
    return [before + one.lstrip("/") for one in sorted(found)]


def state_at(address: str) -> tuple[int, str]:
    """The size of a file in bytes, and a text that is another one if the file has changed.

    Raises SourceError if it cannot be read.
    """
    store, path = _store(address)
    try:
        facts = store.info(path)
    except Exception as error:
        raise SourceError(f"{address} cannot be read: {_said(error)}.") from error
    return int(facts["size"]), tag_of(facts)


def tag_of(facts: Any) -> str:
    """What a store says of the content or the time of a file; empty if it says nothing."""
    return next((str(facts[name]) for name in _TAGS if facts.get(name)), "")


@contextmanager
def fetched(address: str) -> Iterator[Path]:
    """A copy of a file on this machine, under its own name, for the length of the block.

    A transfer that is cut off goes on where it stopped. Raises SourceError if it does not succeed.
    """
    with TemporaryDirectory(prefix="hopenet-studio-") as folder:
        path = Path(folder) / PurePosixPath(address).name
        try:
            _tried(address, lambda store, remote: _read_on(store, remote, path))
        except StudioError:
            raise
        except Exception as error:
            raise SourceError(f"{address} cannot be read: {_said(error)}.") from error
        yield path


def put(path: Path, address: str) -> str:
    """Writes a file to an address, complete or not at all, and returns its tag. Raises OutputError."""
    try:
        return _tried(address, lambda store, remote: _written(store, path, remote))
    except StudioError:
        raise
    except Exception as error:
        raise OutputError(f"{address} cannot be written: {_said(error)}.") from error


def _read_on(store: Any, remote: str, path: Path) -> None:
    size = int(store.info(remote)["size"])
    path.touch()
    done = path.stat().st_size
    with store.open(remote, "rb", block_size=_AT_ONCE) as opened, path.open("ab") as local:
        opened.seek(done)
        while done < size:
            data = opened.read(min(_AT_ONCE, size - done))
            if not data:
                break
            local.write(data)
            done += len(data)
    if done != size:
        raise OSError(f"only {done} of {size} bytes came")


def _written(store: Any, path: Path, remote: str) -> str:
    protocols = (store.protocol,) if isinstance(store.protocol, str) else store.protocol
    atomic = not _ATOMIC.isdisjoint(protocols)
    target = remote if atomic else f"{remote}.part"
    if not atomic:
        store.makedirs(remote.rpartition("/")[0], exist_ok=True)
    try:
        store.put_file(str(path), target)
        if not atomic:
            _rename(store, target, remote)
    except BaseException:
        if not atomic:
            with suppress(Exception):
                store.rm_file(target)
        raise
    store.invalidate_cache()
    facts = store.info(remote)
    size = path.stat().st_size
    if facts["size"] != size:
        raise OSError(f"it has {facts['size']} instead of {size} bytes")
    return tag_of(facts)


def _rename(store: Any, path: str, target: str) -> None:
    """Renames a file that is complete. Some disks, such as those of SMB, refuse that if the target is there."""
    try:
        store.mv(path, target)
    except Exception:
        store.invalidate_cache()
        if not store.exists(target):
            raise
        store.rm_file(target)
        store.mv(path, target)


def _tried(address: str, transfer: Callable[[Any, str], T]) -> T:
    """What a transfer returns, given the store and the path in it. After a failure it is connected again."""
    store, path = _store(address)
    pause_s = _PAUSE_S
    for _ in range(TRIES - 1):
        try:
            return transfer(store, path)
        except (FileNotFoundError, PermissionError):
            raise
        except Exception:  # noqa: BLE001 - each store has errors of its own, and the last one is raised
            time.sleep(pause_s)
            pause_s *= 2
        with suppress(Exception):  # The next try says what is wrong.
            store, path = _store(address, anew=True)
    return transfer(store, path)


def _store(address: str, *, anew: bool = False) -> tuple[Any, str]:
    """The store of an address, and the path in it. `anew`: with a connection of its own. Raises UsageError."""
    protocol = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        store, path = url_to_fs(address, **({"skip_instance_cache": True} if anew else {}))
    except ImportError as error:
        raise UsageError(
            f"Addresses such as {protocol}:// need a package that is not installed: {error}.",
            advice="Install it with: pip install 'hopenet-studio[cloud]'.",
        ) from error
    except ValueError as error:
        raise UsageError(f"“{address}” is an address of an unknown kind: {_said(error)}.") from error
    return store, path


def _said(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__).rstrip(".")
