"""The text formats: CSV, JSON lines, and the published `frame yaw pitch roll`. Each writer stands beside its reader."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from app.outputs.rows import (
    COLUMN_NAMES,
    COLUMNS,
    OPTIONAL_COLUMNS,
    Columns,
    Numbers,
    PoseRow,
    check_column_names,
)

_LINES_BETWEEN_CHECKS = 20_000
"""How often a reader asks whether it should stop."""


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

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.line(",".join(COLUMN_NAMES))

    def write(self, row: PoseRow) -> None:
        self.line(",".join(decimal(getattr(row, column.name), column.decimals) for column in COLUMNS))


def read_csv(path: Path, stopped: Callable[[], bool]) -> Columns:
    """The columns of a CSV table. Raises ValueError for a column or a line that is not valid."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        check_column_names(header)
        rows: list[list[str]] = []
        for line in lines:
            if len(line) != len(header):
                raise ValueError(f"line {lines.line_num} has {len(line)} fields instead of {len(header)}")
            rows.append(line)
            if not len(rows) % _LINES_BETWEEN_CHECKS and stopped():
                break
    columns: Sequence[Sequence[str]] = list(zip(*rows, strict=True)) or [()] * len(header)
    return {name: _numbers(column) for name, column in zip(header, columns, strict=True) if name in COLUMN_NAMES}


class JsonLinesWriter(TextFile):
    """One object per line with the columns as keys, rounded as in CSV; null if there is no pose."""

    def write(self, row: PoseRow) -> None:
        fields: dict[str, float | None] = {}
        for column in COLUMNS:
            number = getattr(row, column.name)
            rounded = number if number is None or column.decimals is None else round(number, column.decimals) + 0.0
            fields[column.name] = rounded
        self.line(json.dumps(fields, separators=(",", ":"), allow_nan=False))


def read_json_lines(path: Path, stopped: Callable[[], bool]) -> Columns:
    """The columns of a JSON lines table. Raises ValueError or TypeError for a column or a line that is not valid."""
    rows: list[dict[str, Any]] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            row = json.loads(line)
            if not isinstance(row, dict):
                raise TypeError(f"line {number} is not a JSON object")
            if number == 1:
                check_column_names(list(row))
            rows.append(row)
            if not number % _LINES_BETWEEN_CHECKS and stopped():
                break
    return {
        name: np.array([np.nan if row[name] is None else float(row[name]) for row in rows], np.float64)
        for name in COLUMN_NAMES
        if name not in OPTIONAL_COLUMNS or all(name in row for row in rows)
    }


class PublishedTextWriter(TextFile):
    """`frame yaw pitch roll`: frames counted from 1, raw angles in degrees, six decimals; no line without a pose.

    Source: the text that the published Hopenet video scripts write.
    """

    def write(self, row: PoseRow) -> None:
        angles = (row.yaw_deg, row.pitch_deg, row.roll_deg)
        if None not in angles:
            self.line(f"{row.frame + 1} " + " ".join(decimal(angle, 6) for angle in angles))


def _numbers(column: Sequence[str]) -> Numbers:
    return np.array([float(text) if text else np.nan for text in column], np.float64)
