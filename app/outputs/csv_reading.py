"""Reads CSV tables column by column, with Arrow: memory holds the numbers, not the text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from app.outputs.rows import (
    COLUMN_NAMES,
    MAXIMUM_ROWS,
    NAME,
    TRACK_ID,
    Columns,
    Numbers,
    check_column_names,
    from_text_field,
)

_LONGEST_HEADER_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 21
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a file is written. `header_lines`: lines up to and with the header, which has the columns `names`."""

    encoding: str
    delimiter: str
    decimal_point: str
    header_lines: int
    names: tuple[str, ...]


def read_csv(path: Path, stopped: Callable[[], bool]) -> Columns:
    """The columns of a CSV table that are known, NaN where a field is empty.

    Fields are separated by commas, semicolons (decimals may then be written with a comma, as spreadsheets do in many
    countries) or tabs, in UTF-8 or UTF-16. Raises ValueError for a column or a row that is not valid.
    """
    with path.open("rb") as file:
        dialect = _dialect(file)
        check_column_names(dialect.names)
        file.seek(0)
        return _columns(_Utf8(file, dialect.encoding), dialect, stopped)


def read_csv_texts(path: Path, key: str, column: str, in_all: bool) -> dict[int, str]:
    """The first text in a column for each value of `key`, another one, in a table that `read_csv` accepts.

    `in_all`: either all rows have a text, or none has.
    """
    import pyarrow as pa
    from pyarrow import csv

    texts: dict[int, str] = {}
    with path.open("rb") as file:
        dialect = _dialect(file)
        if column not in dialect.names:
            return texts
        file.seek(0)
        wanted = {key: pa.float64(), column: pa.string()}
        options = csv.ConvertOptions(
            column_types=wanted, include_columns=list(wanted), decimal_point=dialect.decimal_point, null_values=[""]
        )
        for batch in csv.open_csv(_Utf8(file, dialect.encoding), *_options(dialect), convert_options=options):
            pairs = pa.Table.from_batches([batch]).group_by(list(wanted)).aggregate([])
            for number, text in zip(pairs[key].to_pylist(), pairs[column].to_pylist(), strict=True):
                if text and number is not None:
                    texts.setdefault(int(number), from_text_field(text) if column == NAME.name else text)
            if in_all and not texts:
                break
    return texts


def text_encoding(start: bytes) -> str:
    """The encoding of a text that starts with these bytes, of which two are enough."""
    # Text redirected in a Windows shell, and spreadsheets' “Unicode text”, are UTF-16 with a byte order mark.
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _columns(source: _Utf8, dialect: _Dialect, stopped: Callable[[], bool]) -> Columns:
    import pyarrow as pa
    from pyarrow import csv

    wanted = _wanted(dialect)
    ragged: list[Any] = []

    def refuse(row: Any) -> str:
        ragged.append(row)
        return "error"

    parts: dict[str, list[Numbers]] = {name: [] for name in wanted}
    rows = 0
    try:
        batches = csv.open_csv(
            source,
            *_options(dialect, refuse),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.float64()),
                include_columns=wanted,
                null_values=[""],
                decimal_point=dialect.decimal_point,
            ),
        )
        for batch in batches:
            rows += batch.num_rows
            if rows > MAXIMUM_ROWS:
                raise ValueError(f"it has more than {MAXIMUM_ROWS:,} rows, which is the maximum")
            for name in wanted:
                parts[name].append(batch[name].to_numpy(zero_copy_only=False))
            if stopped():
                break
    except pa.ArrowException as error:
        raise ValueError(_reason(error, ragged, dialect)) from error
    if source.open_quotes and not stopped():
        raise ValueError("a quotation mark is never closed")
    return {name: np.concatenate([np.zeros(0), *parts.pop(name)]) for name in wanted}


def _wanted(dialect: _Dialect) -> list[str]:
    return [name for name in (*COLUMN_NAMES, TRACK_ID.name) if name in dialect.names]


def _options(dialect: _Dialect, refuse: Callable[[Any], str] | None = None) -> tuple[Any, Any]:
    """How Arrow reads the file's rows. `refuse` is called for rows with too few or too many fields."""
    from pyarrow import csv

    # With one thread, errors have the number of the row.
    reading = csv.ReadOptions(
        use_threads=False,
        block_size=_BLOCK_BYTES,
        skip_rows=dialect.header_lines,
        column_names=list(dialect.names),
    )
    parsing = csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True, invalid_row_handler=refuse)
    return reading, parsing


def _reason(error: Exception, ragged: Sequence[Any], dialect: _Dialect) -> str:
    if ragged:
        row = ragged[0]
        fields = "1 field" if row.actual_columns == 1 else f"{row.actual_columns} fields"
        return f"row {row.number} has {fields} instead of {row.expected_columns}"
    value = re.search(r"CSV column #(\d+): (?:Row #(\d+): )?.*invalid value '(.{0,40})", str(error), re.DOTALL)
    if value is not None:
        wanted = _wanted(dialect)
        name = wanted[int(value[1])] if int(value[1]) < len(wanted) else value[1]
        text = value[3].splitlines()[0].removesuffix("'") if value[3] else ""
        return f"row {value[2]} has “{text}” in the column {name}, which is not a number"
    if "straddling" in str(error):
        return "a row does not end, or a quotation mark is never closed"
    return "it cannot be read as CSV"


def _dialect(file: BinaryIO) -> _Dialect:
    start = file.read(_LONGEST_HEADER_BYTES)
    encoding = text_encoding(start)
    text = codecs.getincrementaldecoder(encoding)().decode(start, final=len(start) < _LONGEST_HEADER_BYTES)
    if "\0" in text:
        raise ValueError("it is not text")
    lines = re.split("\r\n|\r|\n", text)
    number = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[number].startswith("sep="):  # Excel's hint, which names the delimiter in a line of its own
        number += 1
    header, following = lines[number] if number < len(lines) else "", lines[number + 1 : number + 20]
    delimiter = max(_DELIMITERS, key=header.count)
    names = tuple(name.strip('\ufeff "') for name in header.split(delimiter))
    fields = [field.strip(' "') for line in following for field in line.split(delimiter)]
    commas, points = (any(re.fullmatch(rf"-?\d+{mark}\d+", field) for field in fields) for mark in (",", r"\."))
    return _Dialect(encoding, delimiter, "," if commas and not points else ".", number + 1, names)


class _Utf8:
    """A binary file as UTF-8 for Arrow, and whether a quotation mark is open at its end."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self.open_quotes = False
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        """Raises ValueError if it is not text."""
        while True:
            part = self._file.read(size)
            text = self._decoder.decode(part, final=not part)
            if "\0" in text:
                raise ValueError("it is not text")
            if text or not part:
                break
        self.open_quotes ^= text.count('"') % 2 == 1
        return text.encode()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """The file is closed by who opened it."""
        self.closed = True
