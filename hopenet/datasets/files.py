"""Finds the files of a dataset, and reads lists of their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.annotations import file_exists, text_of


def read_list(path: Path) -> tuple[str, ...]:
    """A file list in the published format: one name per line, relative to the dataset's folder, with `/` as separator.

    Names have no extension, except in lists for a table, where they match its column `file`. Blank lines are ignored.
    Raises FileNotFoundError, or ValueError if the file is not text or has no names.
    """
    if not file_exists(path):
        raise FileNotFoundError(f"There is no file list {path}.")
    names = tuple(line.strip() for line in text_of(path).splitlines() if line.strip())
    if not names:
        raise ValueError(f"The file list {path.name} is empty.")
    return names


def names_found(root: Path, pattern: str, suffix: str, *, excluded: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of all files under `root` that match `pattern`, without `suffix`, sorted.

    Folders named in `excluded` and hidden files and folders are skipped.
    """
    found = (path.relative_to(root) for path in root.rglob(pattern))
    wanted = (path for path in found if not any(part.startswith(".") or part in excluded for part in path.parts))
    return tuple(sorted(path.as_posix().removesuffix(suffix) for path in wanted))


def file_of(root: Path, name: str, suffix: str) -> Path:
    """The file with this name and suffix. The name may contain dots."""
    return root / f"{name}{suffix}"


def existing_picture(path: Path) -> Path:
    """The path itself. Raises FileNotFoundError if there is no such picture."""
    if not file_exists(path):
        raise FileNotFoundError(f"There is no picture {path}.")
    return path
