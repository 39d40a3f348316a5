"""Pose tables as Apache Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from app.outputs.rows import AS_MEASURED, COLUMN_NAMES, COLUMNS, Columns, PoseRow, check_column_names, convention
from app.settings import Reference

_ROWS_IN_GROUP = 5000
"""Rows held in memory before they are written: under 2 MB, and enough for the columns to compress well."""


class ParquetWriter:
    """Typed columns, unrounded; null if there is no pose. Units and the convention are in the file's metadata."""

    def __init__(self, path: Path, reference: Reference = AS_MEASURED) -> None:
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

        columns = {name: [getattr(row, name) for row in self._pending] for name in COLUMN_NAMES}
        self._file.write_table(pa.table(columns, schema=self._schema))
        self._pending.clear()


def read_parquet(path: Path, stopped: Callable[[], bool]) -> Columns:  # noqa: ARG001 - read in one go
    """The columns of a Parquet table. Raises ValueError if a column is missing or it is another kind of file."""
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        table = pq.ParquetFile(file)
        check_column_names(table.schema_arrow.names)
        names = [name for name in COLUMN_NAMES if name in table.schema_arrow.names]
        read = table.read(columns=names)
    return {name: read[name].to_numpy().astype(np.float64) for name in names}
