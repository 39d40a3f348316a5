"""Writes the licence texts of everything that is installed to a folder, for whoever passes it on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app import product
from app.atomic_files import writing
from app.errors import OutputError
from app.licences.installed import Carried, Library

STANDARD = Path(__file__).with_name("standard")
INDEX = "INDEX.md"


def write_texts(carried: Sequence[Carried], folder: Path) -> tuple[Library, ...]:
    """Writes a folder for each distribution, the standard texts, and an index. Returns the libraries whose notices
    are in none of these files, and have to be taken from their sources.

    Raises OutputError if the folder exists, or cannot be written; nothing is left behind then.
    """
    if folder.exists():
        raise OutputError(f"“{folder}” exists already.", advice="Name a folder that does not exist yet, or remove it.")
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
            whole = Path(temporary) / "texts"
            lacking = _write(carried, whole)
            whole.rename(folder)
    return lacking


def _write(carried: Sequence[Carried], folder: Path) -> tuple[Library, ...]:
    folder.mkdir()
    shutil.copytree(STANDARD, folder / "standard")
    names = {one.name for one in carried if one.files}
    for one in carried:
        own = folder / f"{one.name}-{one.version}"
        for number, file in enumerate(one.files):
            own.mkdir(exist_ok=True)
            target = own / file.name
            shutil.copyfile(file, target if not target.exists() else own / f"{number}-{file.name}")
    lacking = {library for one in carried for library in one.libraries if not _has_text(library, names)}
    ordered = tuple(sorted(lacking, key=lambda library: library.name.lower()))
    (folder / INDEX).write_text("\n".join(_index(carried, ordered)) + "\n", encoding="utf-8")
    return ordered


def _has_text(library: Library, names: set[str]) -> bool:
    return library.text in names or (STANDARD / f"{library.text}.txt").is_file()


def _index(carried: Sequence[Carried], lacking: Sequence[Library]) -> Iterator[str]:
    yield f"# Licences of {product.TITLE} and of what it runs on\n"
    yield "The licence of each package, that of the whole where libraries in it have others, and where the texts are."
    for one in carried:
        yield f"\n## {one.name} {one.version}\n"
        yield f"- licence: {one.licence or 'unknown'}"
        if one.whole:
            yield f"- with the libraries in it: {one.whole}"
        if one.note:
            yield f"- {one.note}"
        if one.files:
            yield f"- texts: the folder {one.name}-{one.version}"
        elif one.text:
            yield f"- text: standard/{one.text}.txt"
        else:
            yield "- text: none in the package; take its notice from its source"
        for library in one.libraries:
            place = _place(library)
            yield f"- contains {library.name}: {library.licence or 'unknown'}; {place}; source: {library.source}"
    if lacking:
        yield "\n## Notices to add\n\nThese are in none of the packages. Take them from the source of the library.\n"
        yield from (f"- {library.name}: {library.licence}; {library.source}" for library in lacking)


def _place(library: Library) -> str:
    if (STANDARD / f"{library.text}.txt").is_file():
        return f"text: standard/{library.text}.txt"
    return f"notice: among the texts of {library.text}" if library.text else "notice: take it from the source"
