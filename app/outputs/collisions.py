"""Checks, before any work is done, that no output is an input or another output under a second name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.errors import UsageError


def check_distinct(outputs: Sequence[Path], inputs: Iterable[Path] = ()) -> None:
    """Raises UsageError if an output is one of the inputs, or two outputs are the same file.

    Files are compared, not their names: a hard link, a symbolic link, a relative path or other capital letters do not
    hide a file.
    """
    known = tuple(inputs)
    for number, path in enumerate(outputs):
        for read in known:
            if _is_same_file(path, read):
                raise UsageError(f"{path} is the source itself, or another input.", advice="Choose another name.")
        if any(is_same_output(path, other) for other in outputs[:number]):
            raise UsageError(f"{path} is given twice as an output.", advice="Choose another name for one of them.")


def check_not_watched(outputs: Sequence[Path], address: str) -> None:
    """Raises UsageError as `check_distinct` if an output is the source of this address, or lies in its folder of
    pictures and would replace one. Addresses of cameras and streams are no files."""
    source = Path(address)
    check_distinct(outputs, [source] if address else ())
    for path in outputs:
        if address and is_folder(source) and is_there(path) and _is_same_file(path.parent, source):
            raise UsageError(f"{path} is in the folder that is the source.", advice="Choose another name.")


def is_same_output(one: Path, other: Path) -> bool:
    """Whether both paths lead to the same file.

    Names of files that do not exist yet count as the same if only capital letters differ: on some disks they are.
    """
    if is_there(one) and is_there(other):
        return _is_same_file(one, other)
    return output_key(one) == output_key(other)


def is_there(path: Path) -> bool:
    """Whether the path leads to something. Unlike `Path.exists`, it never raises."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def is_folder(path: Path) -> bool:
    """Whether the path leads to a folder that this user may see. It never raises either."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # One of them does not exist, or cannot be a path at all.
        return _resolved(one) == _resolved(other)


def output_key(path: Path) -> str:
    """Equal for paths that may lead to one file: links, capital letters and Unicode form do not matter."""
    return unicodedata.normalize("NFC", str(_resolved(path))).casefold()


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # A link that leads to itself, or no path at all.
        return path.absolute()
