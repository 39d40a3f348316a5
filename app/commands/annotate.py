"""`annotate`: writes an annotated video and pose tables of a video, a picture or a folder of pictures."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path

from tqdm import tqdm

from app import product
from app.commands import arguments
from app.commands.command import Command
from app.errors import OutputError, UsageError
from app.export.pipeline import RunControl
from app.export.resume import is_kept, work_folder
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask, OutputExists, TableOutput
from app.outputs.tables import FORMATS
from app.video.carried import listed
from app.video.facts import DEFAULT_FRAME_RATE
from app.video.source import source_path
from app.weights import ModelStore

LOG = logging.getLogger(__name__)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a video, a picture, or a folder of pictures")
    arguments.add_size_argument(parser)
    outputs = parser.add_argument_group("outputs")
    outputs.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="VIDEO",
        help="annotated video (.mp4, .mov, .mkv) or picture; of a folder of pictures also a folder",
    )
    suffixes = ", ".join(known.suffix for known in FORMATS if known.suffix)
    outputs.add_argument(
        "--poses",
        type=Path,
        action="append",
        default=[],
        metavar="TABLE",
        help=f"pose table, in the format of its extension: {suffixes}; repeat it for more tables",
    )
    names = [known.name for known in FORMATS]
    outputs.add_argument("--table-format", choices=names, help="format of the first table, regardless of its extension")
    arguments.add_encoding_arguments(outputs)
    outputs.add_argument(
        "--resume",
        action="store_true",
        help="keep the work if the export is interrupted, and continue what an earlier run with --resume has kept",
    )
    arguments.add_zero_lag_argument(outputs)
    outputs.add_argument("--force", action="store_true", help="replace existing outputs")
    part = arguments.add_range_arguments(parser)
    arguments.add_every_argument(part)
    arguments.add_decoder_argument(part)
    arguments.add_reference_arguments(parser)
    arguments.add_analysis_arguments(parser)
    arguments.add_style_arguments(parser)


def _task(namespace: argparse.Namespace) -> ExportTask:
    """The arguments as a task. Raises UsageError for values out of range."""
    arguments.apply_size_limit(namespace)
    analysis = arguments.analysis_arguments(namespace)
    settings = arguments.with_every(arguments.with_zero_lag(analysis.settings, namespace), namespace)
    source, output = source_path(namespace.source), namespace.output
    since, until = namespace.since, namespace.until
    if source.is_dir():
        since, until = _picture_range(since, until)
    formats = [namespace.table_format, *([None] * len(namespace.poses))]
    return ExportTask(
        source=source,
        video=output,
        tables=tuple(TableOutput(path, name) for path, name in zip(namespace.poses, formats, strict=False)),
        snapshot=analysis.snapshot,
        engine=analysis.engine,
        detector=analysis.detector,
        settings=settings,
        style=arguments.style(namespace),
        reference=arguments.reference(namespace),
        since=since,
        until=until,
        video_options=arguments.video_options(namespace),
        overwrite=namespace.force,
        resume=namespace.resume,
        decoder=namespace.decoder,
        as_pictures=output is not None and source.is_dir() and (not output.suffix or output.is_dir()),
    )


def _picture_range(since: Fraction, until: Fraction | None) -> tuple[Fraction, Fraction | None]:
    """The times of a range of pictures in a folder. `since` (0: the first) and `until` are numbers counted from 1.

    Raises UsageError for a number that is not whole, and for an empty range.
    """
    first = since or Fraction(1)
    for number in (first, *(() if until is None else (until,))):
        if number.denominator != 1 or number < 1:
            raise UsageError(
                f"A range of a folder counts its pictures from 1, so {float(number):g} is not one of them.",
                advice="Give whole numbers, such as --from 3 --to 12.",
            )
    if until is not None and until < first:
        raise UsageError(
            f"The range from picture {first} to picture {until} is empty.",
            advice="Choose a last picture after the first.",
        )
    return (first - 1) / DEFAULT_FRAME_RATE, None if until is None else until / DEFAULT_FRAME_RATE


def export_and_report(task: ExportTask) -> int:
    """Carries out a task, prints a summary, and returns the exit code: 2 if something could not be read."""
    return report(task, export(task))


def export(task: ExportTask) -> ExportResult:
    """Carries out a task, with a progress bar."""
    try:
        with closing(_TerminalProgress(task.source.name)) as bar:
            control = RunControl(progress=bar, downloads=sys.stderr.isatty())
            return run_task(task, store=ModelStore.standard(), control=control)
    except OutputExists as error:
        raise OutputError(error.message, advice="Add --force to replace it, or choose another name.") from error
    except BaseException as error:
        if task.resume and is_kept(task) and not isinstance(error, UsageError):
            LOG.warning("The work so far is kept in %s. The same command continues it.", work_folder(task))
        raise


class _TerminalProgress:
    """A progress bar on the error stream; silent unless that is a terminal."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: tqdm[None] | None = None

    def __call__(self, done: int, total: int | None) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, unit=" frames", desc=self._title, disable=None, dynamic_ncols=True)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def report(task: ExportTask, result: ExportResult) -> int:
    """Prints a summary of a task that was carried out, and returns the exit code, as above."""
    counts = result.counts
    written = listed([str(path) for path in task.written])
    frames = "1 frame" if counts.frames == 1 else f"{counts.frames} frames"
    faces = "1 face" if counts.faces == 1 else f"{counts.faces} faces"
    every = result.measure_every
    measured = f" measured (one of {every})" if every > 1 else ""
    print(f"{written}: {frames}{measured}, {counts.frames_with_face} with a face, {faces} in total.")
    for unusual in (result.damage, *(note.sentence for note in result.notes)):
        if unusual:
            print(f"{product.NAME}: {unusual}", file=sys.stderr)
    return 2 if result.damage or counts.damaged_frames else 0


COMMAND = Command(
    name="annotate",
    description="Annotates a video, a picture, or a folder of pictures.",
    add_arguments=_add_arguments,
    run=lambda namespace: export_and_report(_task(namespace)),
)
