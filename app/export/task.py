"""One export: which source, how it is analysed, and what is written where."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from app.atomic_files import check_writable
from app.errors import OutputError, UsageError
from app.outputs.collisions import check_distinct, is_same_output, is_there
from app.outputs.record import record_path
from app.outputs.tables import TableFormat, table_format
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Reference, Style
from app.video import VideoOptions
from app.video.facts import DEFAULT_FRAME_RATE
from app.video.picture_files import PICTURE_SUFFIXES
from app.video.pictures_writer import check_pictures_folder
from app.video.source import check_source
from detectors import SMALLEST_REGION_PX

Decoder = Literal["cpu", "nvidia"]
DECODERS: tuple[Decoder, ...] = ("cpu", "nvidia")


@dataclass(frozen=True, slots=True)
class TableOutput:
    """Where a pose table goes. `format`: a name in `FORMATS`; None: the format of the path's extension.

    `record_at`: where its record goes; None: beside it.
    """

    path: Path
    format: str | None = None
    record_at: Path | None = None

    @property
    def kind(self) -> TableFormat:
        """Raises UsageError if there is no such format."""
        return table_format(self.path, name=self.format)

    @property
    def record(self) -> Path:
        """Where its record goes."""
        return record_path(self.path) if self.record_at is None else self.record_at


@dataclass(frozen=True, slots=True)
class ExportTask:
    """One video, picture or folder of pictures to export.

    `video`, `tables`: where the annotated video and the pose tables go; there is at least one of them.
    `snapshot`: a name in the manifest or a file; None: the default snapshot. `reference`: what drawn and written angles
    are relative to. `since`, `until`: the part of the source, in seconds of its own time: frames shown from `since` on
    and before `until` (None: up to the end). `overwrite`: replace outputs that exist. `resume`: keep the
    work of an interrupted export, and continue what was kept. `as_pictures`: `video` is a folder, and each picture of a
    folder is written into it as a picture. `address`: where the source was fetched from, if it is only a copy.
    `decoder`: what decodes a video; without a card that can, the processor does, and a note says so.
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
    resume: bool = False
    as_pictures: bool = False
    address: str = ""
    decoder: Decoder = "cpu"

    @property
    def written(self) -> tuple[Path, ...]:
        """The video, or the folder of pictures, and the tables without their records."""
        return tuple(path for path in (self.video, *(table.path for table in self.tables)) if path is not None)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Every file that the export creates; of annotated pictures only their folder.

        Tables that differ only in their extension share a record.
        """
        return (*self.written, *dict.fromkeys(table.record for table in self.tables))

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that the export reads, as far as it was named. A snapshot may be a name and not a file."""
        named = (self.source, self.detector.boxes, None if self.snapshot is None else Path(self.snapshot))
        return tuple(path for path in named if path is not None)


STANDARD_OUTPUT = Path("-")
"""What other programs write to their standard output for."""


class OutputExists(OutputError):
    """An output would replace a file, and the task does not allow it."""


def check_outputs(task: ExportTask) -> None:
    """Finds mistakes before any work is done.

    Raises UsageError if there is no output, an unknown table format, or two outputs (or an output and an input) are the
    same file; SourceError if there is no source; OutputError if an output cannot be written, and of this kind
    OutputExists if it exists and must not be replaced.
    """
    if not task.written:
        raise UsageError("No output was given.", advice="Add -o VIDEO, --poses TABLE, or both.")
    if STANDARD_OUTPUT in task.written:
        raise UsageError(
            "“-” cannot be an output: videos and tables are written as complete files.",
            advice="Give the name of a file.",
        )
    check_source(task.source)
    for table in task.tables:
        table_format(table.path, name=table.format)
    check_distinct(task.outputs, task.inputs)
    for path in task.outputs:
        if path.suffix.lower() in PICTURE_SUFFIXES and is_there(path) and is_same_output(path.parent, task.source):
            raise UsageError(f"{path} is one of the pictures of the source.", advice="Choose another name.")
        if task.as_pictures and path == task.video:
            check_pictures_folder(path)
        else:
            check_writable(path)
        if is_in_the_way(task, path) and not task.overwrite:
            raise OutputExists(f"{path} already exists.", advice="Choose another name.")


def is_in_the_way(task: ExportTask, path: Path) -> bool:
    """Whether something is there that this output would replace. An empty folder for pictures is not in the way."""
    if not is_there(path):
        return False
    try:
        return not (task.as_pictures and path == task.video and path.is_dir() and not any(path.iterdir()))
    except OSError:
        return True


def check_region(task: ExportTask, *, size: tuple[int, int]) -> None:
    """Raises UsageError if the region is outside a picture of this width and height, or too small for a face."""
    region = task.detector.options.region
    if region is None:
        return
    inside = region.clipped(*size)
    named = ",".join(f"{edge:g}" for edge in region)
    if inside.is_empty:
        raise UsageError(
            f"The region {named} is outside the picture, which is {size[0]}×{size[1]} pixels large.",
            advice="Choose a region inside it.",
        )
    if min(inside.width, inside.height) < SMALLEST_REGION_PX:
        raise UsageError(
            f"The region {named} has only {inside.width:g}×{inside.height:g} pixels of the picture, which is too small "
            f"for a face.",
            advice=f"Choose a region of at least {SMALLEST_REGION_PX}×{SMALLEST_REGION_PX} pixels.",
        )


def check_range(task: ExportTask, *, end: Fraction | None) -> None:
    """Raises UsageError if no frame of the source is between `since` and `until`. `end`: where it ends, if known."""
    if task.since < 0 or (task.until is not None and task.until <= task.since):
        raise UsageError(
            f"The range {float(task.since):g} s to {float(task.until or 0):g} s is empty.",
            advice="Choose an end after the start.",
        )
    if task.since > 0 and end is not None and task.since >= end and task.source.is_dir():
        pictures, first = (time * DEFAULT_FRAME_RATE for time in (end, task.since + 1 / DEFAULT_FRAME_RATE))
        raise UsageError(
            f"{task.source.name} has {pictures} pictures, so there is no picture {first}.",
            advice="Choose an earlier picture.",
        )
    if task.since > 0 and end is not None and task.since >= end:
        raise UsageError(
            f"{task.source.name} ends at {float(end):.2f} s, before {float(task.since):g} s.",
            advice="Choose an earlier start.",
        )


def no_frame_from(task: ExportTask, last: Fraction) -> UsageError:
    """The error for a start after which no frame begins. `last`: the time of the source's last frame in seconds."""
    return UsageError(
        f"No frame of {task.source.name} begins at or after {float(task.since):g} s: the last one is at "
        f"{float(last):.3f} s.",
        advice="Choose an earlier start.",
    )
