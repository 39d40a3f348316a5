"""Pose tables: one row for each face of each frame, in the format that the reader's tools know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError
from app.files import replacing, writing
from app.frames import Analysis
from app.outputs.openface import OPENFACE_COLUMNS, OPENFACE_CONVENTION, OpenFaceWriter
from app.outputs.parquet import ParquetWriter
from app.outputs.rows import COLUMNS, CONVENTION, Column, rows
from app.outputs.text import CsvWriter, JsonLinesWriter, PublishedTextWriter, RowWriter


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format of pose tables. `suffix` picks it when no format is named; None where it must be named."""

    name: str
    suffix: str | None
    description: str
    columns: tuple[Column, ...]
    convention: str
    open: Callable[[Path], RowWriter]


_PUBLISHED_COLUMNS = (Column("frame", "1", "frame, counted from 1", None), *COLUMNS[8:11])

FORMATS: tuple[TableFormat, ...] = (
    TableFormat("csv", ".csv", "comma-separated, with a header", COLUMNS, CONVENTION, CsvWriter),
    TableFormat("jsonl", ".jsonl", "one JSON object a line", COLUMNS, CONVENTION, JsonLinesWriter),
    TableFormat("parquet", ".parquet", "Apache Parquet, for large tables", COLUMNS, CONVENTION, ParquetWriter),
    TableFormat("txt", ".txt", "published `frame yaw pitch roll`", _PUBLISHED_COLUMNS, CONVENTION, PublishedTextWriter),
    TableFormat(
        "openface", None, "CSV with OpenFace 2's pose columns", OPENFACE_COLUMNS, OPENFACE_CONVENTION, OpenFaceWriter
    ),
)


class PoseTable:
    """An open table. `faces` counts the rows asked for so far, `frames_with_face` the frames that had any."""

    def __init__(self, path: Path, writer: RowWriter) -> None:
        self.faces = 0
        self.frames_with_face = 0
        self._path = path
        self._writer = writer

    def write(self, analysis: Analysis) -> None:
        """Adds the faces of one frame. Raises OutputError where the disk does not take them."""
        with writing(self._path):
            for row in rows(analysis):
                self._writer.write(row)
        self.faces += len(analysis.faces)
        self.frames_with_face += bool(analysis.faces)


def table_format(path: Path, *, name: str | None = None) -> TableFormat:
    """The format called `name`, or without a name the one that the path's extension says.

    Raises UsageError, with the list of what there is, where the name or the extension is unknown.
    """
    if name is not None:
        for known in FORMATS:
            if known.name == name:
                return known
        names = ", ".join(known.name for known in FORMATS)
        raise UsageError(f"There is no table format called {name!r}.", advice=f"Known formats: {names}.")
    for known in FORMATS:
        if known.suffix == path.suffix.lower():
            return known
    suffixes = ", ".join(known.suffix for known in FORMATS if known.suffix)
    raise UsageError(
        f"No table format belongs to the name {path.name}.", advice=f"Known extensions: {suffixes}; or name a format."
    )


@contextmanager
def open_pose_table(path: Path, *, table_format_name: str | None = None) -> Iterator[PoseTable]:
    """A table that is there, whole, when the block ends well; when it raises, an older table stays as it was.

    Rows reach the disk as they come: memory does not grow with the film's length.

    Raises UsageError for an unknown format, OutputError where the place cannot be written.
    """
    chosen = table_format(path, name=table_format_name)
    with replacing(path) as part:
        with writing(path):
            writer = chosen.open(part)
        try:
            yield PoseTable(path, writer)
        except BaseException:
            writer.abandon()
            raise
        with writing(path):
            writer.close()
