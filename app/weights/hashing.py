"""Checks whether a file is the published one."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.weights.manifest import ModelRecord


class Digests(NamedTuple):
    """Hashes of one file, in lower-case hexadecimal. `git_blob_sha1` is empty if it was not asked for."""

    sha256: str
    git_blob_sha1: str = ""


def digests(path: Path, *, git: bool = False) -> Digests:
    """The file's hashes, from one reading. A file whose size and time are unchanged is not read again.

    `git`: also compute the git blob SHA-1, which is the SHA-1 of `blob <size>`, a zero byte and the file.
    Raises OSError if the file cannot be read.
    """
    state = path.stat()
    return _digests(path, state.st_size, state.st_mtime_ns, git=git)


def published_sha256(path: Path, record: ModelRecord) -> str | None:
    """The file's SHA-256 if the file is the one that the record describes, None otherwise.

    None for a record without a hash. Raises OSError if the file cannot be read.
    """
    sha256s = {record.sha256, *record.other_sha256} - {None}
    if sha256s and (found := digests(path).sha256) in sha256s:
        return found
    if record.git_blob_sha1 is not None:
        both = digests(path, git=True)
        if both.git_blob_sha1 == record.git_blob_sha1:
            return both.sha256
    return None


def forget_digests() -> None:
    """Makes the next `digests` of every file read it again, even if size and time are unchanged."""
    _digests.cache_clear()


@lru_cache(maxsize=256)
def _digests(path: Path, size: int, _mtime_ns: int, *, git: bool) -> Digests:
    sha256 = hashlib.sha256()
    # SHA-1 is how git names files. FIPS builds of Python allow it only with this flag.
    sha1 = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False) if git else None
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
            if sha1 is not None:
                sha1.update(chunk)
    return Digests(sha256.hexdigest(), sha1.hexdigest() if sha1 is not None else "")
