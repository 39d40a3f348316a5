"""Pose tables: one row for each face of each frame, in the format that the reader's tools know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.atomic_files import replacing, writing
from app.errors import UsageError
from app.frames import Analysis
from app.outputs.openface import OPENFACE_COLUMNS, OpenFaceWriter, openface_convention
from app.outputs.parquet import ParquetWriter
from app.outputs.rows import AS_MEASURED, COLUMNS, Column, convention, rows
from app.outputs.text import CsvWriter, JsonLinesWriter, PublishedTextWriter, RowWriter
from app.settings import Reference, Signs

OpenWriter = Callable[[Path, Reference], RowWriter]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format of pose tables. `suffix` picks it when no format is named; None where it must be named.

    `convention` says what its angles mean under a reference. `own_signs`: chosen signs do not apply to it. `heavy`: its
    library holds up every thread of the program while it is imported.
    """

    name: str
    suffix: str | None
    description: str
    columns: tuple[Column, ...]
    convention: Callable[[Reference], str]
    open: OpenWriter
    own_signs: bool = False
    heavy: bool = False

    def applied(self, reference: Reference) -> Reference:
        """What of the reference the format's numbers follow."""
        return replace(reference, signs=Signs()) if self.own_signs else reference


def _text(writer: Callable[[Path], RowWriter]) -> OpenWriter:
    """Text has no place for the convention: it stands in the record beside the table."""
    return lambda path, _reference: writer(path)


_PUBLISHED_COLUMNS = (Column("frame", "1", "frame, counted from 1", None), *COLUMNS[8:11])

FORMATS: tuple[TableFormat, ...] = (
    TableFormat("csv", ".csv", "comma-separated, with a header", COLUMNS, convention, _text(CsvWriter)),
    TableFormat("jsonl", ".jsonl", "one JSON object a line", COLUMNS, convention, _text(JsonLinesWriter)),
    TableFormat(
        "parquet", ".parquet", "Apache Parquet, for large tables", COLUMNS, convention, ParquetWriter, heavy=True
    ),
    TableFormat(
        "txt",
        ".txt",
        "published `frame yaw pitch roll`",
        _PUBLISHED_COLUMNS,
        convention,
        _text(PublishedTextWriter),
    ),
    TableFormat(
        "openface",
        None,
        "CSV with OpenFace 2's pose columns",
        OPENFACE_COLUMNS,
        openface_convention,
        _text(OpenFaceWriter),
        own_signs=True,
    ),
)


class PoseTable:
    """An open table. `faces` counts the rows asked for so far, `frames_with_face` the frames that had any."""

    def __init__(self, path: Path, writer: RowWriter, kind: TableFormat, reference: Reference = AS_MEASURED) -> None:
        self.faces = 0
        self.frames_with_face = 0
        self._path = path
        self._writer = writer
        self._kind = kind
        self._reference = kind.applied(reference)

    def write(self, analysis: Analysis, reference: Reference | None = None) -> None:
        """Adds the faces of one frame, told by the table's reference or another for this frame.

        Raises OutputError where the disk does not take them.
        """
        told_by = self._reference if reference is None else self._kind.applied(reference)
        with writing(self._path):
            for row in rows(analysis, told_by):
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
def open_pose_table(
    path: Path,
    *,
    table_format_name: str | None = None,
    reference: Reference = AS_MEASURED,
    opened: Callable[[TableFormat, Path, Reference], RowWriter] | None = None,
) -> Iterator[PoseTable]:
    """A table that is there, whole, when the block ends well; when it raises, an older table stays as it was.

    Rows reach the disk as they come: memory does not grow with the video's length. `reference` is what its angles are
    told by. `opened` opens the format's writer in another way than `TableFormat.open`.

    Raises UsageError for an unknown format, OutputError where the place cannot be written.
    """
    chosen = table_format(path, name=table_format_name)
    with replacing(path) as part:
        with writing(path):
            writer = chosen.open(part, reference) if opened is None else opened(chosen, part, reference)
        try:
            yield PoseTable(path, writer, chosen, reference)
        except BaseException:
            writer.abandon()
            raise
        with writing(path):
            writer.close()
