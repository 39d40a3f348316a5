"""Is this file the published one?"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from app.weights.manifest import ModelRecord

Algorithm = Literal["sha256", "git_blob_sha1"]


def digest(path: Path, algorithm: Algorithm) -> str:
    """The file's hash in lower-case hexadecimal, computed once for each state of the file in one process.

    A git blob SHA-1 is the SHA-1 of `blob <size>`, a zero byte and the file. Raises OSError where it cannot be read.
    """
    state = path.stat()
    return _digest(path, state.st_size, state.st_mtime_ns, algorithm)


def is_published(path: Path, record: ModelRecord) -> bool:
    """Whether the file's bytes are the record's. False for a record without a hash. Raises OSError."""
    known = {record.sha256, *record.other_sha256} - {None}
    if known and digest(path, "sha256") in known:
        return True
    return record.git_blob_sha1 is not None and digest(path, "git_blob_sha1") == record.git_blob_sha1


def forget_digests() -> None:
    """Makes the next `digest` of every file read it again, even where size and time are as they were."""
    _digest.cache_clear()


@lru_cache(maxsize=256)
def _digest(path: Path, size: int, _mtime_ns: int, algorithm: Algorithm) -> str:
    git_header = b"blob %d\0" % size
    # SHA-1 is what git names its files by; FIPS builds of Python allow it only under this flag.
    summed = hashlib.sha256() if algorithm == "sha256" else hashlib.sha1(git_header, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            summed.update(chunk)
    return summed.hexdigest()
