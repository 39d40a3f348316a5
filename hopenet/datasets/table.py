"""Pictures of heads with a CSV table of their angles."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.files import existing_picture
from hopenet.datasets.labels import LabelledHead
from hopenet.pose import ANGLES, HeadPose

_COLUMNS = tuple(f"{angle}_deg" for angle in ANGLES)


class TableSet:
    """A CSV table with the columns `file, yaw_deg, pitch_deg, roll_deg`, the files relative to `pictures`.

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
        if not table.is_file():
            raise FileNotFoundError(
                f"There is no table {table}. It must have the columns file, yaw_deg, pitch_deg, roll_deg."
            )
        folder = pictures if pictures is not None else table.parent
        self._table = table.name
        self._heads: dict[str, LabelledHead] = {}
        try:
            self._read(table, folder, disagreement_column, largest_disagreement_deg)
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"{table.name} cannot be read as a CSV table.") from error
        self._names = tuple(self._heads) if names is None else tuple(names)

    def _read(self, table: Path, folder: Path, disagreement_column: str | None, largest_deg: float) -> None:
        with table.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(lines)
            wanted = ("file", *_COLUMNS, *((disagreement_column,) if disagreement_column else ()))
            missing = [column for column in wanted if column not in (rows.fieldnames or ())]
            if missing:
                raise ValueError(f"{table.name} lacks the column {missing[0]}: it needs {', '.join(wanted)}.")
            for row in rows:
                try:
                    angles = [float(row[column]) for column in _COLUMNS]
                    disagreement_deg = float(row[disagreement_column]) if disagreement_column else 0.0
                except (TypeError, ValueError) as error:
                    raise ValueError(f"{table.name}, line {rows.line_num}: an angle is not a number.") from error
                if not all(map(math.isfinite, (*angles, disagreement_deg))):
                    raise ValueError(f"{table.name}, line {rows.line_num}: an angle is not a finite number.")
                if row["file"] in self._heads:
                    raise ValueError(f"{table.name}, line {rows.line_num}: {row['file']} is listed twice.")
                if disagreement_deg <= largest_deg:
                    head = LabelledHead(folder / row["file"], HeadPose(*angles), disagreement_deg=disagreement_deg)
                    self._heads[row["file"]] = head

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def read(self, name: str) -> LabelledHead:
        if name not in self._heads:
            raise ValueError(f"{self._table} has no picture “{name}”.")
        head = self._heads[name]
        existing_picture(head.file)
        return head
