"""Pose tables, one row for each face of each frame: the table of formats, and how a table is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.atomic_files import replacing, writing
from app.errors import UsageError
from app.frames import Analysis
from app.outputs.csv_reading import read_csv, read_csv_texts
from app.outputs.openface import OPENFACE_COLUMNS, OpenFaceWriter, openface_convention
from app.outputs.parquet import ParquetWriter, read_parquet, read_parquet_texts
from app.outputs.rows import AS_MEASURED, COLUMNS, WRITTEN_COLUMNS, Column, Columns, convention, rows
from app.outputs.text import (
    CsvWriter,
    JsonLinesWriter,
    PublishedTextWriter,
    RowWriter,
    read_json_lines,
    read_json_lines_texts,
)
from app.settings import Reference, Signs

Opener = Callable[[Path, Reference], RowWriter]

Reader = Callable[[Path, Callable[[], bool]], Columns]
"""Reads the columns of a file, or only its beginning once the callable returns true."""

TextReader = Callable[[Path, str, str, bool], Mapping[int, str]]
"""Reads the texts of a column by the numbers of another one, as `read_csv_texts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFormat:
    """A format of pose tables.

    `title`, `description`: for people. `suffix`: selects the format if none is named; None: it must be named.
    `open`: opens a writer. `read`: reads the columns back; None: the format cannot be read. `open_identities`: opens a
    writer with IDENTITY_COLUMNS; None: the format has no place for them. `read_texts`: reads a column of texts
    back. `convention`: what its angles mean under a reference. `own_signs`: the signs that the user chose do not apply.
    `heavy`: importing its library blocks every thread of the program.
    """

    name: str
    title: str
    suffix: str | None
    description: str
    open: Opener
    read: Reader | None = None
    open_identities: Opener | None = None
    read_texts: TextReader | None = None
    columns: tuple[Column, ...] = WRITTEN_COLUMNS
    convention: Callable[[Reference], str] = convention
    own_signs: bool = False
    heavy: bool = False

    def applied(self, reference: Reference) -> Reference:
        """The part of the reference that the format follows."""
        return replace(reference, signs=Signs()) if self.own_signs else reference


def _text(writer: Callable[[Path], RowWriter]) -> Opener:
    """Text has no place for the convention: it is in the record beside the table."""
    return lambda path, _reference: writer(path)


FORMATS: tuple[TableFormat, ...] = (
    TableFormat(
        name="csv",
        title="CSV",
        suffix=".csv",
        description="comma-separated, with a header",
        open=_text(CsvWriter),
        read=read_csv,
        open_identities=_text(partial(CsvWriter, identities=True)),
        read_texts=read_csv_texts,
    ),
    TableFormat(
        name="jsonl",
        title="JSON lines",
        suffix=".jsonl",
        description="one JSON object per line",
        open=_text(JsonLinesWriter),
        read=read_json_lines,
        open_identities=_text(partial(JsonLinesWriter, identities=True)),
        read_texts=read_json_lines_texts,
    ),
    TableFormat(
        name="parquet",
        title="Parquet",
        suffix=".parquet",
        description="Apache Parquet, for large tables",
        open=ParquetWriter,
        read=read_parquet,
        open_identities=partial(ParquetWriter, identities=True),
        read_texts=read_parquet_texts,
        heavy=True,
    ),
    TableFormat(
        name="txt",
        title="Published text",
        suffix=".txt",
        description="published `frame yaw pitch roll`",
        open=_text(PublishedTextWriter),
        columns=(Column("frame", "1", "frame, counted from 1", None), *COLUMNS[8:11]),
    ),
    TableFormat(
        name="openface",
        title="OpenFace (CSV)",
        suffix=None,
        description="CSV with OpenFace 2's pose columns",
        open=_text(OpenFaceWriter),
        columns=OPENFACE_COLUMNS,
        convention=openface_convention,
        own_signs=True,
    ),
)

READABLE_SUFFIXES = tuple(known.suffix for known in FORMATS if known.suffix and known.read)


class PoseTable:
    """An open table.

    `faces` counts the rows so far, `frames_with_face` the frames that had any, `undefined` the faces whose pose is not
    a number.
    """

    def __init__(self, path: Path, writer: RowWriter, kind: TableFormat, reference: Reference = AS_MEASURED) -> None:
        self.faces = 0
        self.frames_with_face = 0
        self.undefined = 0
        self._path = path
        self._writer = writer
        self._kind = kind
        self._reference = kind.applied(reference)

    def write(self, analysis: Analysis, reference: Reference | None = None) -> None:
        """Adds the faces of one frame, relative to the table's reference or to another one for this frame alone.

        Raises OutputError if the disk refuses the data.
        """
        relative_to = self._reference if reference is None else self._kind.applied(reference)
        with writing(self._path):
            for row in rows(analysis, relative_to):
                self._writer.write(row)
        self.faces += len(analysis.faces)
        self.frames_with_face += bool(analysis.faces)
        self.undefined += sum(face.undefined for face in analysis.faces)


def table_format(path: Path, *, name: str | None = None) -> TableFormat:
    """The format called `name`, or without a name the one of the path's extension.

    Raises UsageError, with the list of choices, for an unknown name or extension.
    """
    if name is not None:
        for known in FORMATS:
            if known.name == name:
                return known
        names = ", ".join(known.name for known in FORMATS)
        raise UsageError(f"Unknown table format “{name}”.", advice=f"Choose one of: {names}.")
    for known in FORMATS:
        if known.suffix == path.suffix.lower():
            return known
    suffixes = ", ".join(known.suffix for known in FORMATS if known.suffix)
    raise UsageError(
        f"“{path.name}” does not have the extension of a table format.",
        advice=f"Use one of: {suffixes}; or choose a format, on the command line with --table-format.",
    )


@contextmanager
def open_pose_table(
    path: Path,
    *,
    table_format_name: str | None = None,
    reference: Reference = AS_MEASURED,
    open_writer: Callable[[TableFormat, Path, Reference], RowWriter] | None = None,
) -> Iterator[PoseTable]:
    """A table that is complete once the block has ended normally; if the block raises, an older table is kept.

    Rows are written as they come: memory use does not grow with the length of the video. The angles are relative to
    `reference`. `open_writer` opens the format's writer in another way than `TableFormat.open`.

    Raises UsageError for an unknown format, OutputError if the path cannot be written.
    """
    chosen = table_format(path, name=table_format_name)
    opener = chosen.open if open_writer is None else partial(open_writer, chosen)
    with open_rows(path, opener, reference) as writer:
        yield PoseTable(path, writer, chosen, reference)


@contextmanager
def open_rows(path: Path, opener: Opener, reference: Reference) -> Iterator[RowWriter]:
    """A writer whose file replaces `path` if the block ends normally, and is discarded if it raises.

    Raises OutputError if the path cannot be written.
    """
    with replacing(path) as part:
        with writing(path):
            writer = opener(part, reference)
        try:
            yield writer
        except BaseException:
            writer.abandon()
            raise
        with writing(path):
            writer.close()
