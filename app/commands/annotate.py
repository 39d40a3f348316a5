"""`annotate`: writes an annotated video and pose tables of a video, a picture or a folder of pictures."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from app import product
from app.commands import arguments
from app.commands.command import Command
from app.errors import OutputError
from app.export.task import Annotated, InTheWay, TableOutput, Task
from app.export.task import annotate as do
from app.outputs.tables import FORMATS
from app.video import ENCODERS
from app.weights import ModelStore


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a video, a picture, or a folder of pictures")
    outputs = parser.add_argument_group("outputs")
    outputs.add_argument(
        "-o", "--output", type=Path, metavar="VIDEO", help="annotated video (.mp4, .mov, .mkv) or picture"
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
    encoders = ", ".join(encoder.name for encoder in ENCODERS)
    outputs.add_argument("--encoder", default="h264", metavar="NAME", help=f"one of {encoders} (default: h264)")
    outputs.add_argument("--quality", type=int, metavar="N", help="the encoder's constant quality; smaller is better")
    outputs.add_argument("--preset", metavar="NAME", help="the encoder's speed, such as veryfast or slow")
    outputs.add_argument("--no-sound", action="store_true", help="leave out the sound")
    outputs.add_argument("--force", action="store_true", help="replace existing outputs")
    arguments.add_range_arguments(parser)
    arguments.add_reference_arguments(parser)
    arguments.add_analysis_arguments(parser)
    arguments.add_style_arguments(parser)


def _task(namespace: argparse.Namespace) -> Task:
    """The arguments as a task. Raises UsageError for values out of range."""
    analysis = arguments.analysis_arguments(namespace)
    formats = [namespace.table_format, *([None] * len(namespace.poses))]
    return Task(
        source=namespace.source,
        video=namespace.output,
        tables=tuple(TableOutput(path, name) for path, name in zip(namespace.poses, formats, strict=False)),
        snapshot=analysis.snapshot,
        engine=analysis.engine,
        detector=analysis.detector,
        settings=analysis.settings,
        style=arguments.style(namespace),
        reference=arguments.reference(namespace),
        since=namespace.since,
        until=namespace.until,
        encoder=namespace.encoder,
        quality=namespace.quality,
        preset=namespace.preset,
        sound=not namespace.no_sound,
        overwrite=namespace.force,
    )


def annotate(task: Task) -> int:
    """Carries out a task, prints a summary, and returns the exit code: 2 if only a part of the video could be read."""
    try:
        with closing(_TerminalProgress(task.source.name)) as bar:
            annotated = do(task, weights=ModelStore.standard(), progress=bar, downloads=sys.stderr.isatty())
    except InTheWay as error:
        raise OutputError(error.message, advice="Add --force to replace it, or choose another name.") from error
    return _report(task, annotated)


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


def _report(task: Task, annotated: Annotated) -> int:
    done = annotated.exported
    written = " and ".join(str(path) for path in task.written)
    frames = "1 frame" if done.frames == 1 else f"{done.frames} frames"
    faces = "1 face" if done.faces == 1 else f"{done.faces} faces"
    print(f"{written}: {frames}, {done.frames_with_face} with a face, {faces} in total.")
    for damage in (annotated.damage, annotated.sound_damage):
        if damage:
            print(f"{product.NAME}: {damage} The readable part was kept.", file=sys.stderr)
    return 2 if annotated.damage else 0


COMMAND = Command(
    name="annotate",
    help="annotate a video and write its pose tables",
    description="Annotates a video, a picture, or a folder of pictures.",
    add_arguments=_add_arguments,
    run=lambda namespace: annotate(_task(namespace)),
)
