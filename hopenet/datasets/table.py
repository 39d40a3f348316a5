"""Pictures of heads with a plain CSV of their angles."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.files import existing_picture
from hopenet.datasets.labels import LabelledHead
from hopenet.pose import HeadPose

_ANGLES = ("yaw_deg", "pitch_deg", "roll_deg")


class TableSet:
    """A CSV with the columns `file, yaw_deg, pitch_deg, roll_deg`, the files relative to `pictures`.

    Each picture is one head, cropped to the square around its landmarks. `doubt_column` names a column that says how
    uncertain a label is, in degrees; rows above `largest_doubt_deg` are left out. `names`: only those files, in that
    order; None is every row that is not left out.
    Raises FileNotFoundError, or ValueError that names the line, where the table cannot be used.
    """

    name = "csv"

    def __init__(
        self,
        table: Path,
        *,
        pictures: Path | None = None,
        names: Sequence[str] | None = None,
        doubt_column: str | None = None,
        largest_doubt_deg: float = math.inf,
    ) -> None:
        if not table.is_file():
            raise FileNotFoundError(f"There is no table {table} with the columns file, yaw_deg, pitch_deg, roll_deg.")
        folder = pictures if pictures is not None else table.parent
        self._table = table.name
        self._heads: dict[str, LabelledHead] = {}
        try:
            self._read(table, folder, doubt_column, largest_doubt_deg)
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"{table.name} is no table of text that can be read.") from error
        self._names = tuple(self._heads) if names is None else tuple(names)

    def _read(self, table: Path, folder: Path, doubt_column: str | None, largest_doubt_deg: float) -> None:
        with table.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(lines)
            wanted = ("file", *_ANGLES, *((doubt_column,) if doubt_column else ()))
            missing = [column for column in wanted if column not in (rows.fieldnames or ())]
            if missing:
                raise ValueError(f"{table.name} lacks the column {missing[0]}: it needs {', '.join(wanted)}.")
            for row in rows:
                try:
                    angles = [float(row[column]) for column in _ANGLES]
                    doubt_deg = float(row[doubt_column]) if doubt_column else 0.0
                except (TypeError, ValueError) as error:
                    raise ValueError(f"{table.name}, line {rows.line_num}: an angle is no number.") from error
                if not all(map(math.isfinite, (*angles, doubt_deg))):
                    raise ValueError(f"{table.name}, line {rows.line_num}: an angle is no finite number.")
                if row["file"] in self._heads:
                    raise ValueError(f"{table.name}, line {rows.line_num}: {row['file']} stands there a second time.")
                if doubt_deg <= largest_doubt_deg:
                    head = LabelledHead(folder / row["file"], HeadPose(*angles), doubt_deg=doubt_deg)
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
