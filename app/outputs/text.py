"""The text formats: comma-separated, JSON lines, and the published `frame yaw pitch roll`."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from app.outputs.rows import COLUMNS, PoseRow


class RowWriter(Protocol):
    """Writes rows in one format. Its steps raise OSError where the disk does not take them."""

    def write(self, row: PoseRow) -> None: ...

    def close(self) -> None:
        """Flushes and closes: afterwards the file is whole."""
        ...

    def abandon(self) -> None:
        """Lets go of the file, whole or not; never raises OSError, since another failure is already on its way."""
        ...


class TextFile:
    """A text file in UTF-8 with line feeds on every system, so that the same video gives the same bytes."""

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
    """The number with fixed decimals, never as −0; an empty text for None."""
    if number is None:
        return ""
    return str(number) if decimals is None else f"{number:z.{decimals}f}"


class CsvWriter(TextFile):
    """A header, then one line a row; an empty field where there is no pose."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.line(",".join(column.name for column in COLUMNS))

    def write(self, row: PoseRow) -> None:
        self.line(",".join(decimal(getattr(row, column.name), column.decimals) for column in COLUMNS))


class JsonLinesWriter(TextFile):
    """One object a line with the columns as keys, rounded as in the comma-separated table; null for no pose."""

    def write(self, row: PoseRow) -> None:
        fields: dict[str, float | None] = {}
        for column in COLUMNS:
            number = getattr(row, column.name)
            rounded = number if number is None or column.decimals is None else round(number, column.decimals) + 0.0
            fields[column.name] = rounded
        self.line(json.dumps(fields, separators=(",", ":"), allow_nan=False))


class PublishedTextWriter(TextFile):
    """`frame yaw pitch roll`: frames from 1, raw angles in degrees, six decimals; no line for a face without pose.

    Source: the text that the published Hopenet video scripts write.
    """

    def write(self, row: PoseRow) -> None:
        angles = (row.yaw_deg, row.pitch_deg, row.roll_deg)
        if None not in angles:
            self.line(f"{row.frame + 1} " + " ".join(decimal(angle, 6) for angle in angles))
