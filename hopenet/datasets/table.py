"""Pictures of heads with a CSV table of their angles."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.annotations import LARGEST_LABEL_DEG, file_exists, text_of
from hopenet.datasets.files import existing_picture
from hopenet.datasets.labels import LabelledHead
from hopenet.pose import ANGLES, HeadPose

MAXIMUM_ROWS = 5_000_000
"""A row takes 200 bytes in memory."""

_COLUMNS = tuple(f"{angle}_deg" for angle in ANGLES)
_SHOWN = 80
"""Characters of a name that a message quotes."""

_DELIMITERS = (",", ";", "\t")


class TableSet:
    """A CSV table with the columns `file, yaw_deg, pitch_deg, roll_deg`, the files relative to `pictures`.

    In UTF-8 or UTF-16, with commas, semicolons or tabs between the fields; where these are not commas, decimals may be
    written with a comma. Angles are in degrees, as the names of the columns say.

    Each picture shows one head, cropped to the square around its landmarks. `disagreement_column` names a column with
    the label's disagreement in degrees; rows above `largest_disagreement_deg` are left out. `names`: use only those
    files, in that order; None for all rows that are not left out.
    Raises FileNotFoundError, or ValueError with the line number, if the table cannot be used.
    """

    name = "csv"

    def __init__(
        self,
        table: Path,
        *,
        pictures: Path | None = None,
        names: Sequence[str] | None = None,
        disagreement_column: str | None = None,
        largest_disagreement_deg: float = math.inf,
    ) -> None:
        if not file_exists(table):
            raise FileNotFoundError(
                f"There is no table {table}. It must have the columns file, yaw_deg, pitch_deg, roll_deg."
            )
        self._table = table.name
        self._folder = pictures if pictures is not None else table.parent
        self._rows: dict[str, int] = {}
        self._numbers = array("d")
        try:
            self._read(table, disagreement_column, largest_disagreement_deg)
        except csv.Error as error:
            raise ValueError(f"{table.name} cannot be read as a CSV table: {error}.") from error
        self._names = tuple(self._rows) if names is None else tuple(names)

    def _read(self, table: Path, disagreement_column: str | None, largest_deg: float) -> None:
        text = text_of(table)
        first = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(_DELIMITERS, key=first.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        header = [name.strip() for name in next((row for row in rows if any(row)), [])]
        wanted = ("file", *_COLUMNS, *((disagreement_column,) if disagreement_column else ()))
        file, *places = (_place(header, name, wanted, table) for name in wanted)
        for row in rows:
            where = f"{table.name}, line {rows.line_num}"
            if not any(row):
                continue
            if len(row) != len(header):
                raise ValueError(f"{where}: there are {len(row)} fields instead of {len(header)}.")
            name = row[file]
            numbers = [_number(row[place], delimiter, where) for place in places]
            _check_range(numbers, where)
            if not name:
                raise ValueError(f"{where}: the name of the picture is missing.")
            if name in self._rows:
                raise ValueError(f"{where}: {_shortened(name)} is listed twice.")
            if len(numbers) <= len(ANGLES) or numbers[-1] <= largest_deg:
                if len(self._rows) == MAXIMUM_ROWS:
                    raise ValueError(f"{table.name} has more than {MAXIMUM_ROWS:,} rows, which is the maximum.")
                self._rows[name] = len(self._rows)
                self._numbers.extend((*numbers, 0.0)[: len(ANGLES) + 1])

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def read(self, name: str) -> LabelledHead:
        if name not in self._rows:
            raise ValueError(f"{self._table} has no picture “{_shortened(name)}”.")
        start = self._rows[name] * (len(ANGLES) + 1)
        *angles, disagreement_deg = self._numbers[start : start + len(ANGLES) + 1]
        picture = existing_picture(self._folder / name)
        return LabelledHead(picture, HeadPose(*angles), disagreement_deg=disagreement_deg)


def _place(header: Sequence[str], name: str, wanted: Sequence[str], table: Path) -> int:
    if header.count(name) == 1:
        return header.index(name)
    if name in header:
        raise ValueError(f"{table.name} has the column {name} twice.")
    other = next((own for own in header if own and own.split("_")[0].lower() == name.split("_", maxsplit=1)[0]), None)
    hint = (
        f" (“{_shortened(other)}” may have another unit; rename it if it is in degrees)"
        if other and name in _COLUMNS
        else ""
    )
    raise ValueError(f"{table.name} lacks the column {name}{hint}: it needs {', '.join(wanted)}.")


def _number(text: str, delimiter: str, where: str) -> float:
    if delimiter != "," and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")  # as spreadsheets write decimals in many countries
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{where}: an angle is not a number.") from None
    if not math.isfinite(number):
        raise ValueError(f"{where}: an angle is not a finite number.")
    return number


def _check_range(numbers: Sequence[float], where: str) -> None:
    beyond = next((number for number in numbers if abs(number) > LARGEST_LABEL_DEG), None)
    if beyond is not None:
        raise ValueError(f"{where}: {beyond:.6g} is beyond ±{LARGEST_LABEL_DEG:g}°, so it is not an angle in degrees.")
    if len(numbers) > len(ANGLES) and numbers[-1] < 0:
        raise ValueError(f"{where}: a disagreement cannot be negative.")


def _shortened(name: str) -> str:
    return " ".join((name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…").split())
