"""The text formats: CSV, JSON lines, and the published `frame yaw pitch roll`. Each writer stands beside its reader."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from app.outputs.csv_reading import text_encoding
from app.outputs.rows import (
    COLUMN_NAMES,
    COLUMNS,
    FILE,
    IDENTITY_COLUMNS,
    MAXIMUM_ROWS,
    NAME,
    OPTIONAL_COLUMNS,
    TRACK_ID,
    WRITTEN_COLUMNS,
    Columns,
    PoseRow,
    check_column_names,
    encodable,
    file_field,
    text_field,
)

_LINES_BETWEEN_CHECKS = 20_000
"""How often a reader asks whether it should stop."""

_NEEDS_QUOTES = re.compile('[,;"\\r\\n\\t]|^ | $')

_LONGEST_LINE = 1 << 20
"""In characters. A row has about 400."""


class RowWriter(Protocol):
    """Writes rows in one format. Its methods raise OSError if the disk refuses the data."""

    def write(self, row: PoseRow) -> None: ...

    def close(self) -> None:
        """Flushes and closes the file, which is complete afterwards."""
        ...

    def abandon(self) -> None:
        """Closes the file, complete or not. Never raises OSError: it is called because something else has failed."""
        ...


class TextFile:
    """A UTF-8 text file with line feeds on every system, so that the same video gives the same bytes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def line(self, text: str) -> None:
        self._file.write(text + "\n")

    def close(self) -> None:
        self._file.close()

    def abandon(self) -> None:
        with suppress(OSError):
            self._file.close()


def decimal(number: float | None, decimals: int | None) -> str:
    """The number with a fixed number of decimals, never as −0; an empty string for None."""
    if number is None:
        return ""
    return str(number) if decimals is None else f"{number:z.{decimals}f}"


class CsvWriter(TextFile):
    """A header, then one line per row; a field is empty if there is no pose."""

    def __init__(self, path: Path, *, identities: bool = False) -> None:
        """`identities`: with IDENTITY_COLUMNS."""
        super().__init__(path)
        self._identities = identities
        columns = (*WRITTEN_COLUMNS, *IDENTITY_COLUMNS) if identities else WRITTEN_COLUMNS
        self.line(",".join(column.name for column in columns))

    def write(self, row: PoseRow) -> None:
        numbers = (decimal(getattr(row, column.name), column.decimals) for column in COLUMNS)
        faces = (decimal(row.track_id, None), _quoted(text_field(row.name))) if self._identities else ()
        self.line(",".join((*numbers, _quoted(file_field(row.file)), *faces)))


def _quoted(text: str) -> str:
    """The text as a field of CSV. Source: RFC 4180, section 2."""
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


class JsonLinesWriter(TextFile):
    """One object per line with the columns as keys, rounded as in CSV; null if there is no pose."""

    def __init__(self, path: Path, *, identities: bool = False) -> None:
        """`identities`: with IDENTITY_COLUMNS."""
        super().__init__(path)
        self._identities = identities

    def write(self, row: PoseRow) -> None:
        fields: dict[str, float | str | None] = {}
        for column in COLUMNS:
            number = getattr(row, column.name)
            rounded = number if number is None or column.decimals is None else round(number, column.decimals) + 0.0
            fields[column.name] = rounded
        fields[FILE.name] = encodable(row.file) or None
        if self._identities:
            fields |= {TRACK_ID.name: row.track_id, NAME.name: encodable(row.name) or None}
        self.line(json.dumps(fields, separators=(",", ":"), allow_nan=False))


def read_json_lines(path: Path, stopped: Callable[[], bool]) -> Columns:
    """The columns of a JSON lines table that are known, NaN where a value is null or missing; blank lines are ignored.

    Raises ValueError for a column or a line that is not valid.
    """
    columns: dict[str, array[float]] = {}
    rows = 0
    with path.open("rb") as raw:
        encoding = text_encoding(raw.read(2))
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), start=1):
            row = _json_row(line, number)
            if row is None:
                continue
            if not columns:
                check_column_names(list(row))
                columns = {name: array("d") for name in COLUMN_NAMES}
                if TRACK_ID.name in row:
                    columns[TRACK_ID.name] = array("d")
            rows += 1
            if rows > MAXIMUM_ROWS:
                raise ValueError(f"it has more than {MAXIMUM_ROWS:,} rows, which is the maximum")
            for name, column in columns.items():
                column.append(_json_number(row, name, number))
            if not number % _LINES_BETWEEN_CHECKS and stopped():
                break
    names = dict.fromkeys((*COLUMN_NAMES, *columns))
    return {name: np.array(columns.get(name, ()), np.float64) for name in names}


def read_json_lines_texts(path: Path, key: str, column: str, in_all: bool) -> dict[int, str]:
    """As `read_csv_texts`, in a table that `read_json_lines` accepts."""
    texts: dict[int, str] = {}
    with path.open("rb") as raw:
        encoding = text_encoding(raw.read(2))
    with path.open(encoding=encoding) as file:
        for line in file:
            if not line.strip():
                continue
            row = json.loads(line)
            if column not in row:  # Each row has it, or none.
                break
            if isinstance(row[column], str):
                texts.setdefault(int(row[key]), row[column])
            elif in_all:
                break
    return texts


def _json_row(line: str, number: int) -> dict[str, Any] | None:
    if not line.strip():
        return None
    if len(line) == _LONGEST_LINE:
        raise ValueError(f"line {number} is longer than {_LONGEST_LINE:,} characters")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # json has no error of its own for deep nesting
        raise ValueError(f"line {number} is not valid JSON") from error
    if not isinstance(row, dict):
        raise ValueError(f"line {number} is not a JSON object")  # noqa: TRY004 - the file is wrong, not a type in the code
    return row


def _json_number(row: dict[str, Any], name: str, line: int) -> float:
    value = row.get(name) if name in OPTIONAL_COLUMNS else row.get(name, "")
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - as above
            f"the column {name} is missing or not a number in line {line}"
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf


class PublishedTextWriter(TextFile):
    """`frame yaw pitch roll`: frames counted from 1, raw angles in degrees, six decimals; no line without a pose.

    Source: the text that the published Hopenet video scripts write.
    """

    def write(self, row: PoseRow) -> None:
        angles = (row.yaw_deg, row.pitch_deg, row.roll_deg)
        if None not in angles:
            self.line(f"{row.frame + 1} " + " ".join(decimal(angle, 6) for angle in angles))
