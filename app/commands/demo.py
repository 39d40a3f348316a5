"""`demo`: the whole way on the sample video, for a first look."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.commands import arguments
from app.commands.annotate import annotate
from app.errors import OutputError
from app.export.task import TableOutput, Task
from app.outputs.plot import plot_angles
from app.product import SAMPLE


def add_demo_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="annotate the sample video into ./demo/",
        description="Annotates the sample video: video, table and plot in ./demo/, replaced at each run.",
    )
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="where results go (default: ./demo)")
    arguments.add_analysis_arguments(parser)
    parser.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace) -> int:
    folder: Path = args.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made: {error.strerror}.", advice="Choose another with --folder."
        ) from error
    table = folder / "sample-poses.csv"
    outcome = annotate(
        Task(
            source=SAMPLE,
            video=folder / "sample-poses.mp4",
            tables=(TableOutput(table),),
            snapshot=args.snapshot,
            engine=arguments.engine_choice(args),
            detector=arguments.detector_choice(args),
            settings=arguments.analysis_settings(args),
            overwrite=True,
        )
    )
    plot = folder / "sample-angles.png"
    plot_angles(table, plot, title="Head pose in the sample video")
    print(f"{plot}: the three angles over time.")
    return outcome
