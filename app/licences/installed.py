"""The installed distributions that the program needs, and the native libraries inside them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from app.doctor.requirements import declared

_LIST = Path(__file__).with_name("known.toml")

_LIBRARY = re.compile(r".*\.(so|dylib|dll)(\.\d+)*", re.IGNORECASE)
_EXTENSION_MODULE = re.compile(r"\.(cpython-|abi3\.|pypy)", re.IGNORECASE)
_LICENCE_FILE = re.compile(r"licen[sc]e|copying|notice|third.?party|authors|copyright", re.IGNORECASE)

NOT_SHIPPED = frozenset({"dev", "docs"})
"""Extras of tools: nothing of them runs in the program."""


@dataclass(frozen=True, slots=True)
class Library:
    """A native library of somebody else inside a distribution.

    `text`: the name of the standard text of its licence, or the distribution whose files have its notice; empty if the
    notice has to be taken from `source`. None as the licence: it is not in the list.
    """

    name: str
    licence: str | None
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Carried:
    """An installed distribution and what it carries.

    `licence`: that of its own code, an SPDX expression; None if it is not in the list. `whole`: that of the wheel with
    all libraries in it, where that differs. `files`: its licence files on this machine. `text`: the standard text to
    add where it has none.
    """

    name: str
    version: str
    licence: str | None
    whole: str
    note: str
    libraries: tuple[Library, ...]
    files: tuple[Path, ...]
    text: str

    @property
    def unknown(self) -> tuple[str, ...]:
        """What of it is not in the list: itself, or files of libraries."""
        own = (self.name,) if self.licence is None else ()
        return own + tuple(library.name for library in self.libraries if library.licence is None)


@cache
def known() -> Mapping[str, Any]:
    """The list: `distribution`, by name, and `library`, each with the beginnings of the names of its files."""
    return tomllib.loads(_LIST.read_text(encoding="utf-8"))


def survey() -> tuple[Carried, ...]:
    """What is installed of the program's dependencies, and of what those need, sorted by name."""
    return tuple(_carried(name, found) for name, found in sorted(closure().items()))


def closure() -> dict[str, metadata.Distribution]:
    """The installed distributions that the program needs, with those of its extras but the tools, by name."""
    todo = [(one.name, frozenset[str]()) for one in declared().requirements if one.extra not in NOT_SHIPPED]
    done: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, metadata.Distribution] = {}
    while todo:
        name, extras = todo.pop()
        if (name, extras) in done:
            continue
        done.add((name, extras))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[plain(name)] = distribution
        todo.extend(_needed_by(distribution, extras))
    return found


def plain(name: str) -> str:
    """A distribution's name as indexes write it: opencv-python for opencv_python."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of_file(file: str, own: Sequence[str] = ()) -> Library | None:
    """What a library's file is; None if it is the distribution's own. `own`: patterns of the names of those."""
    for entry in known()["library"]:
        if any(_begins(file, beginning) for beginning in entry["files"]):
            return Library(entry["name"], entry["licence"], entry["source"], entry.get("text", ""))
    if any(fnmatchcase(file.lower(), pattern) for pattern in own):
        return None
    return Library(file, None, "", "")


def _needed_by(distribution: metadata.Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    from packaging.requirements import Requirement

    for line in distribution.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield plain(requirement.name), frozenset(requirement.extras)


def _carried(name: str, distribution: metadata.Distribution) -> Carried:
    entry = known()["distribution"].get(name, {})
    files = distribution.files or []
    found = {
        library
        for file in files
        if _LIBRARY.fullmatch(file.name) and not _EXTENSION_MODULE.search(file.name)
        if (library := licence_of_file(file.name, entry.get("own", ()))) is not None
    }
    found |= {
        Library(one["name"], one["licence"], one["source"], one.get("text", name)) for one in entry.get("inside", ())
    }
    return Carried(
        name,
        distribution.version,
        entry.get("licence"),
        entry.get("whole", ""),
        entry.get("note", ""),
        tuple(sorted(found, key=lambda library: library.name.lower())),
        tuple(sorted(Path(str(file.locate())) for file in files if _is_licence(file))),
        entry.get("text", ""),
    )


def _is_licence(file: PurePosixPath) -> bool:
    in_licences = any(part in {"licenses", "licences"} for part in file.parts[:-1])
    named_so = _LICENCE_FILE.search(file.name) is not None
    return (in_licences or named_so) and file.suffix.lower() not in {".py", ".pyc", ".pyi", ".so", ".h", ".json"}


def _begins(file: str, beginning: str) -> bool:
    """Whether the file of a library has this name, whatever follows: libx264-d6533a8d.so.165, x264-165.dll."""
    rest = file.lower().removeprefix("lib")
    return rest.startswith(beginning) and not rest[len(beginning) : len(beginning) + 1].isalpha()
