"""Pose tables as Apache Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from app.outputs.rows import (
    AS_MEASURED,
    COLUMN_NAMES,
    COLUMNS,
    FILE,
    MAXIMUM_ROWS,
    NAME,
    TRACK_ID,
    Columns,
    Numbers,
    PoseRow,
    check_column_names,
    convention,
    encodable,
)
from app.settings import Reference

_ROWS_IN_BATCH = 65_536
"""Rows that are read at once."""

_ROWS_IN_GROUP = 5000
"""Rows held in memory before they are written: under 2 MB, and enough for the columns to compress well."""


class ParquetWriter:
    """Typed columns, unrounded; null if there is no pose. Units and the convention are in the file's metadata."""

    def __init__(self, path: Path, reference: Reference = AS_MEASURED, *, identities: bool = False) -> None:
        """`identities`: with IDENTITY_COLUMNS."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        fields = [
            pa.field(
                column.name,
                pa.int64() if column.decimals is None else pa.float64(),
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for column in COLUMNS
        ]
        fields.append(pa.field(FILE.name, pa.string(), metadata={"meaning": FILE.meaning}))
        self._identities = identities
        if identities:
            fields.append(pa.field(TRACK_ID.name, pa.int64(), metadata={"meaning": TRACK_ID.meaning}))
            fields.append(pa.field(NAME.name, pa.string(), metadata={"meaning": NAME.meaning}))
        self._schema = pa.schema(fields, metadata={"convention": convention(reference)})
        self._file: Any = pq.ParquetWriter(path, self._schema)
        self._pending: list[PoseRow] = []

    def write(self, row: PoseRow) -> None:
        self._pending.append(row)
        if len(self._pending) >= _ROWS_IN_GROUP:
            self._flush()

    def write_all(self, rows: Sequence[PoseRow]) -> None:
        for row in rows:
            self.write(row)

    def close(self) -> None:
        self._flush()
        self._file.close()

    def abandon(self) -> None:
        self._pending.clear()
        with suppress(OSError):
            self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in self._pending] for name in COLUMN_NAMES}
        columns[FILE.name] = [encodable(row.file) or None for row in self._pending]
        if self._identities:
            columns[TRACK_ID.name] = [row.track_id for row in self._pending]
            columns[NAME.name] = [encodable(row.name) or None for row in self._pending]
        self._file.write_table(pa.table(columns, schema=self._schema))
        self._pending.clear()


def read_parquet(path: Path, stopped: Callable[[], bool]) -> Columns:
    """The columns of a Parquet table that are known, NaN for null. Raises ValueError for a column that is not valid."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        try:
            table = pq.ParquetFile(file)
            check_column_names(table.schema_arrow.names)
            # A few kilobytes can hold billions of equal rows.
            if table.metadata.num_rows > MAXIMUM_ROWS:
                raise ValueError(f"it has {table.metadata.num_rows:,} rows, but {MAXIMUM_ROWS:,} is the maximum")
            names = [name for name in (*COLUMN_NAMES, TRACK_ID.name) if name in table.schema_arrow.names]
            for name in names:
                kind = table.schema_arrow.field(name).type
                if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)):
                    raise ValueError(f"the column {name} does not contain numbers")
            parts: dict[str, list[Numbers]] = {name: [] for name in names}
            for batch in table.iter_batches(_ROWS_IN_BATCH, columns=names, use_threads=False):
                for name in names:
                    parts[name].append(batch[name].to_numpy(zero_copy_only=False).astype(np.float64))
                if stopped():
                    break
        except (pa.ArrowException, OSError) as error:
            raise ValueError("it cannot be read as Parquet") from error
    return {name: np.concatenate([np.zeros(0), *parts.pop(name)]) for name in names}


def read_parquet_texts(path: Path, key: str, column: str, in_all: bool) -> dict[int, str]:
    """As `read_csv_texts`, in a table that `read_parquet` accepts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts: dict[int, str] = {}
    with path.open("rb") as file:
        table = pq.ParquetFile(file)
        if column not in table.schema_arrow.names or not pa.types.is_string(table.schema_arrow.field(column).type):
            return texts
        for batch in table.iter_batches(_ROWS_IN_BATCH, columns=[key, column], use_threads=False):
            pairs = pa.Table.from_batches([batch]).group_by([key, column]).aggregate([])
            for number, text in zip(pairs[key].to_pylist(), pairs[column].to_pylist(), strict=True):
                if text:
                    texts.setdefault(int(number), text)
            if in_all and not texts:
                break
    return texts
