"""One export: which source, how it is analysed, and what is written where."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from app.errors import OutputError, SourceError, UsageError
from app.outputs.record import record_path
from app.outputs.tables import TableFormat, table_format
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Reference, Style
from app.video import VideoOptions


@dataclass(frozen=True, slots=True)
class TableOutput:
    """Where a pose table goes. `format`: a name in `FORMATS`; None: the format of the path's extension."""

    path: Path
    format: str | None = None

    @property
    def kind(self) -> TableFormat:
        """Raises UsageError if there is no such format."""
        return table_format(self.path, name=self.format)


@dataclass(frozen=True, slots=True)
class ExportTask:
    """One video, picture or folder of pictures to export.

    `video`, `tables`: where the annotated video and the pose tables go; there is at least one of them.
    `snapshot`: a name in the manifest or a file; None: the default snapshot. `reference`: what drawn and written angles
    are relative to. `since`, `until`: the part of the source, in seconds of its own time: frames shown from `since` on
    and before `until` (None: up to the end). `overwrite`: replace outputs that exist.
    """

    source: Path
    video: Path | None = None
    tables: tuple[TableOutput, ...] = ()
    snapshot: str | None = None
    engine: EngineChoice = EngineChoice()
    detector: DetectorChoice = DetectorChoice()
    settings: AnalysisSettings = AnalysisSettings()
    style: Style = Style()
    reference: Reference = Reference()
    since: Fraction = Fraction(0)
    until: Fraction | None = None
    video_options: VideoOptions = VideoOptions()
    overwrite: bool = False

    @property
    def written(self) -> tuple[Path, ...]:
        """The video and the tables, without the tables' records."""
        return tuple(path for path in (self.video, *(table.path for table in self.tables)) if path is not None)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Every file that the export creates. Tables that differ only in their extension share a record."""
        return (*self.written, *dict.fromkeys(record_path(table.path) for table in self.tables))


class OutputExists(OutputError):
    """An output would replace a file, and the task does not allow it."""


def check_outputs(task: ExportTask) -> None:
    """Finds mistakes before any work is done.

    Raises UsageError if there is no output, an unknown table format, or two outputs (or an output and the source) are
    the same file; SourceError if there is no source; OutputExists if an output exists and must not be replaced.
    """
    if not task.written:
        raise UsageError("No output was given.", advice="Add -o VIDEO, --poses TABLE, or both.")
    if not task.source.exists():
        raise SourceError(f"There is no file {task.source}.", advice="Check the name and the folder.")
    for table in task.tables:
        table_format(table.path, name=table.format)
    taken: set[Path] = {task.source.resolve()}
    for path in task.outputs:
        if path.resolve() in taken:
            raise UsageError(f"{path} is named twice, or is the source itself.", advice="Choose another name.")
        taken.add(path.resolve())
        if path.exists() and not path.is_dir() and not task.overwrite:
            raise OutputExists(f"{path} already exists.", advice="Choose another name.")


def check_range(task: ExportTask, *, end: Fraction | None) -> None:
    """Raises UsageError if no frame of the source is between `since` and `until`. `end`: where it ends, if known."""
    if task.since < 0 or (task.until is not None and task.until <= task.since):
        raise UsageError(
            f"The range {float(task.since):g} s to {float(task.until or 0):g} s is empty.",
            advice="Choose an end after the start.",
        )
    if task.since > 0 and end is not None and task.since >= end:
        raise UsageError(
            f"{task.source.name} ends at {float(end):.2f} s, before {float(task.since):g} s.",
            advice="Choose an earlier start.",
        )
