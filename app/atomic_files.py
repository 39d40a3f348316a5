"""Files that are written completely or not at all."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.errors import OutputError

ABANDONED_S = 600
"""A part that was not written to for this long was left by a process that was killed, and is replaced."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, `<name>.part`, which is renamed to `path` at the end of the block.

    If the block raises, the part is removed, and an older file at `path` is not changed. The block must close the part.
    It is created on entry, so that a missing folder does not cost an hour of work. Errors of the block itself are not
    changed: put its writing steps into `writing(path)`.

    Raises OutputError if the folder is missing or read-only, the path is a folder, or the part cannot be renamed.
    """
    part = _part_of(path)
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        part.write_bytes(b"")
    try:
        yield part
        with writing(path):
            part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _part_of(path: Path) -> Path:
    """`<name>.part`, or a name of this process's own if another process seems to be writing that file."""
    part = path.with_name(path.name + ".part")
    with suppress(OSError):
        if time.time() - part.stat().st_mtime < ABANDONED_S:
            return path.with_name(f"{path.name}.{os.getpid()}.part")
    return part


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an OSError of the block into an OutputError that says why `path` cannot be written."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        reason, advice = _reason(path, error)
        raise OutputError(f"{path} cannot be written: {reason}.", advice=advice) from error


def _reason(path: Path, error: OSError) -> tuple[str, str]:
    folder = path.parent
    if error.errno == errno.ENAMETOOLONG:
        # With such a path, even asking whether it exists is an error.
        return "the name is too long", "Choose a shorter name."
    protected = isinstance(error, PermissionError)
    cases = (
        (path.is_dir(), "it is a folder", "Choose another name."),
        (not folder.exists(), f"the folder {folder} does not exist", "Create it, or choose another folder."),
        (not folder.is_dir(), f"{folder} is not a folder", "Choose another folder."),
        (error.errno == errno.ENOSPC, "the disk is full", "Free some space, or choose another disk."),
        (error.errno == errno.EROFS, "the disk is read-only", "Choose another disk."),
        (
            protected and path.exists() and os.access(folder, os.W_OK),
            "the file is protected or open in another program",
            "Close it there, or choose another name.",
        ),
        (protected, f"the folder {folder} is read-only", "Choose a folder that you can write to."),
    )
    for holds, reason, advice in cases:
        if holds:
            return reason, advice
    return error.strerror or type(error).__name__, "Choose another folder or name."
