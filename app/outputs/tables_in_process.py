"""Pose tables whose library would block the whole program, written in a process of their own."""

from __future__ import annotations

from pathlib import Path

from app.outputs.rows import PoseRow
from app.outputs.tables import TableFormat
from app.outputs.text import RowWriter
from app.settings import Reference
from app.threads.processes import HelperProcess

_ROWS_AT_ONCE = 1000


def open_in_process(kind: TableFormat, path: Path, reference: Reference) -> RowWriter:
    """The format's writer; a heavy format's is in a process of its own. Raises what the writer raises."""
    return _WriterInProcess(kind, path, reference) if kind.heavy else kind.open(path, reference)


class _WriterInProcess:
    """Sends rows to the process in batches. Implements `RowWriter`."""

    def __init__(self, kind: TableFormat, path: Path, reference: Reference) -> None:
        self._process = HelperProcess(kind.open, path, reference)
        self._pending: list[PoseRow] = []

    def write(self, row: PoseRow) -> None:
        self._pending.append(row)
        if len(self._pending) >= _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        try:
            self._flush()
            self._process.call("close")
        finally:
            self._process.close()

    def abandon(self) -> None:
        self._process.close()

    def _flush(self) -> None:
        self._process.call("write_all", tuple(self._pending))
        self._pending.clear()
