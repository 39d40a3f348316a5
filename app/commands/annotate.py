"""`annotate`: a video, a picture or a folder of pictures in; an annotated video and a pose table out."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app import product
from app.commands import arguments
from app.errors import OutputError
from app.export.task import Annotated, InTheWay, TableOutput, Task
from app.export.task import annotate as do
from app.outputs.tables import FORMATS
from app.video import ENCODERS
from app.weights import ModelStore


def add_annotate_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser(
        "annotate",
        help="annotate a video and write its pose table",
        description="Annotates a video, a picture, or a folder of pictures.",
    )
    parser.add_argument("source", type=Path, help="a video, a picture, or a folder of pictures")
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
        help=f"pose table, by its extension: {suffixes}; may be given again for another",
    )
    names = [known.name for known in FORMATS]
    outputs.add_argument("--table-format", choices=names, help="format of the first table whatever its extension")
    outputs.add_argument(
        "--encoder",
        default="h264",
        metavar="NAME",
        help=f"one of {', '.join(e.name for e in ENCODERS)} (default: h264)",
    )
    outputs.add_argument("--quality", type=int, metavar="N", help="the encoder's constant quality; smaller is better")
    outputs.add_argument("--preset", metavar="NAME", help="the encoder's speed, as veryfast or slow")
    outputs.add_argument("--no-sound", action="store_true", help="leave the sound out")
    outputs.add_argument("--force", action="store_true", help="replace outputs that exist")
    arguments.add_range_arguments(parser)
    arguments.add_reference_arguments(parser)
    arguments.add_analysis_arguments(parser)
    arguments.add_style_arguments(parser)
    parser.set_defaults(run=run_annotate)


def run_annotate(args: argparse.Namespace) -> int:
    formats = [args.table_format, *([None] * len(args.poses))]
    return annotate(
        Task(
            source=args.source,
            video=args.output,
            tables=tuple(TableOutput(path, name) for path, name in zip(args.poses, formats, strict=False)),
            snapshot=args.snapshot,
            engine=arguments.engine_choice(args),
            detector=arguments.detector_choice(args),
            settings=arguments.analysis_settings(args),
            style=arguments.style(args),
            reference=arguments.reference(args),
            since=args.since,
            until=args.until,
            encoder=args.encoder,
            quality=args.quality,
            preset=args.preset,
            sound=not args.no_sound,
            overwrite=args.force,
        )
    )


def annotate(task: Task) -> int:
    """Does one task and says what came of it. 0, or 2 where the video broke off and only its readable part is there."""
    try:
        with closing(_TerminalProgress(task.source.name)) as bar:
            annotated = do(task, weights=ModelStore.standard(), progress=bar, downloads=sys.stderr.isatty())
    except InTheWay as error:
        raise OutputError(error.message, advice="Add --force to replace it, or choose another name.") from error
    return _report(task, annotated)


class _TerminalProgress:
    """The frames done, on a terminal."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: tqdm[Any] | None = None

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
    print(f"{written}: {frames}, {done.frames_with_face} with a face, {faces} in all.")
    for damage in (annotated.damage, annotated.sound_damage):
        if damage:
            print(f"{product.NAME}: {damage} What could be read is kept.", file=sys.stderr)
    return 2 if annotated.damage else 0
