"""Finds the videos of a batch: in files, folders, patterns, lists and tables."""

from __future__ import annotations

import csv
import glob
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.batch.places import is_address, listed
from app.errors import DataError, SourceError
from app.export.finding import VIDEO_SUFFIXES, content_of
from app.outputs.collisions import output_key

LIST_SUFFIXES = (".txt", ".lst")
TABLE_SUFFIXES: Mapping[str, str] = {".csv": ",", ".tsv": "\t"}
"""Extensions of tables, each with what separates its columns."""

_SOURCE_COLUMNS = ("video", "source")


@dataclass(frozen=True, slots=True)
class Input:
    """A video to process. `source`: its path or address. `options`: its own, by their names without dashes.

    `where`: the line that names it, for messages; empty if the command line does.
    """

    source: str
    options: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The videos, each once. `repeated`: how often one was named again. `copies`: how many are annotated copies."""

    videos: tuple[Input, ...]
    repeated: int = 0
    copies: int = 0


def find_inputs(words: Iterable[str], *, leave_out: Path | None = None) -> Inputs:
    """The videos that these words name, in their order; those of a folder in natural order.

    A word is a file, a folder, a pattern such as `day*/**/*.mp4`, an address, a list (.txt: one of these in each line)
    or a table (.csv: a column `video`, and others named as options). Paths in a list or a table start at its folder.
    `leave_out`: a folder whose videos are not taken: the batch's own.

    Raises SourceError if there is nothing of that name or no video in it, DataError for a list or table that cannot be
    read, or names a video twice with different options.
    """
    found: dict[str, Input] = {}
    repeated = copies = 0
    for word in words:
        left_out: list[int] = []
        for one in _of_word(word, left_out):
            if leave_out is not None and not is_address(one.source) and leave_out in Path(one.source).parents:
                continue
            key = one.source if is_address(one.source) else output_key(Path(one.source))
            repeated += key in found
            if key in found and found[key].options != one.options:
                raise DataError(
                    f"{one.source} is named twice with different options: {one.where or word}.",
                    advice="Name it once.",
                )
            found.setdefault(key, one)
        copies += sum(left_out)
    return Inputs(tuple(found.values()), repeated, copies)


def _of_word(word: str, left_out: list[int]) -> Iterator[Input]:
    suffix = Path(word).suffix.lower()
    if not is_address(word) and Path(word).is_file():
        if suffix in LIST_SUFFIXES:
            yield from _of_list(Path(word), left_out)
            return
        if suffix in TABLE_SUFFIXES:
            yield from _of_table(Path(word))
            return
    yield from (Input(source) for source in _sources(word, left_out))


def _sources(word: str, left_out: list[int]) -> list[str]:
    if is_address(word):
        return listed(word)
    path = Path(word)
    if path.is_dir():
        return _of_folder(path, left_out)
    if os.path.lexists(path):
        return [_absolute(path)]
    if glob.has_magic(word):
        matches = [Path(match) for match in sorted(glob.glob(word, recursive=True))]  # noqa: PTH207 - absolute patterns
        videos = [source for match in matches for source in _of_match(match, word, left_out)]
        if not videos:
            raise SourceError(f"No video matches {word}.", advice="Check the pattern.")
        return videos
    raise SourceError(f"There is no file {word}.", advice="Check the name and the folder.")


def _of_match(match: Path, pattern: str, left_out: list[int]) -> list[str]:
    """The videos of a file or folder that matches a pattern. Other files count only if the pattern names their kind."""
    if match.is_dir():
        return [] if "**" in pattern else _videos_in(match, left_out)
    named = match.suffix.lower() in VIDEO_SUFFIXES or pattern.endswith(match.suffix)
    return [_absolute(match)] if named and match.suffix else []


def _videos_in(folder: Path, left_out: list[int]) -> list[str]:
    content = content_of(folder)
    left_out.append(content.copies)
    return [_absolute(path) for path in content.everything]


def _of_folder(folder: Path, left_out: list[int]) -> list[str]:
    videos = _videos_in(folder, left_out)
    if not videos:
        raise SourceError(f"The folder {folder} has no videos.", advice="Check the folder.")
    return videos


def _of_list(path: Path, left_out: list[int]) -> Iterator[Input]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        where = f"line {number} of {path}"
        try:
            sources = _sources(_from(path, word), left_out)
        except SourceError as error:
            raise SourceError(f"{error.message.rstrip('.')} ({where}).", advice=error.advice) from error
        yield from (Input(source, where=where) for source in sources)


def _of_table(path: Path) -> Iterator[Input]:
    rows = csv.reader(io.StringIO(_text(path), newline=""), delimiter=TABLE_SUFFIXES[path.suffix.lower()])
    try:
        names = [name.strip().lstrip("-") for name in next(rows, [])]
        column = next((name for name in names if name in _SOURCE_COLUMNS), None)
        if column is None:
            raise DataError(
                f"{path} has no column “{_SOURCE_COLUMNS[0]}”.",
                advice="Its first line names the columns: “video” for the files, the others as options, such as “to”.",
            )
        for row in rows:
            where = f"line {rows.line_num} of {path}"
            if not any(field.strip() for field in row):
                continue
            if len(row) > len(names):
                raise DataError(f"There are more values than columns in {where}.")
            values = dict(zip(names, (value.strip() for value in row), strict=False))
            word = values.pop(column)
            if not word:
                raise DataError(f"No video is named in {where}.")
            source = _from(path, word)
            yield Input(
                source if is_address(source) else _absolute(Path(source)),
                {name: value for name, value in values.items() if value},
                where,
            )
    except csv.Error as error:
        raise DataError(f"{path} cannot be read as a table: {error}.") from error


def _absolute(path: Path) -> str:
    """The path from the top. Links are kept, unless the path climbs out of one."""
    path = path.absolute()
    return str(path.parent.resolve() / path.name if ".." in path.parts else path)


def _from(file: Path, word: str) -> str:
    return word if is_address(word) else str(file.parent / word)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as text: {error}.") from error
