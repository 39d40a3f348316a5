"""The files of a data set, and lists of their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.annotations import text_of


def read_list(path: Path) -> tuple[str, ...]:
    """A file list as the published ones are: a name a line, relative to the set's folder, `/` between folders.

    Names have no extension, but in a list for a table, where they are its column `file`. Blank lines mean nothing.
    Raises FileNotFoundError, or ValueError where it is no text or holds no name.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no file list {path}.")
    names = tuple(line.strip() for line in text_of(path).splitlines() if line.strip())
    if not names:
        raise ValueError(f"The file list {path.name} holds no name.")
    return names


def names_found(root: Path, pattern: str, ending: str, *, besides: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of all files under `root` that fit `pattern`, without `ending`, in order.

    Folders named in `besides`, and whatever is hidden, are passed over.
    """
    found = (path.relative_to(root) for path in root.rglob(pattern))
    wanted = (path for path in found if not any(part.startswith(".") or part in besides for part in path.parts))
    return tuple(sorted(path.as_posix().removesuffix(ending) for path in wanted))


def beside(root: Path, name: str, ending: str) -> Path:
    """The file of a name. A name may hold dots of its own."""
    return root / f"{name}{ending}"


def existing_picture(path: Path) -> Path:
    """The path itself. Raises FileNotFoundError where there is no such picture."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no picture {path}.")
    return path
