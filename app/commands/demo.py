"""`demo`: annotates the sample video, for a first look."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from app.atomic_files import together
from app.commands.annotate import export, report
from app.commands.arguments import (
    AnalysisArguments,
    add_analysis_arguments,
    add_every_argument,
    analysis_arguments,
    with_every,
)
from app.commands.command import Command
from app.errors import OutputError
from app.export.task import ExportTask, TableOutput
from app.outputs.plot import plot_angles
from app.product import SAMPLE


@dataclass(frozen=True, slots=True)
class DemoArguments:
    folder: Path
    analysis: AnalysisArguments

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> DemoArguments:
        analysis = analysis_arguments(namespace)
        return cls(namespace.folder, replace(analysis, settings=with_every(analysis.settings, namespace)))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, default=Path("demo"), metavar="DIR", help="folder for the results (default: ./demo)"
    )
    add_every_argument(parser.add_argument_group("frames"))
    add_analysis_arguments(parser)


def run(arguments: DemoArguments) -> int:
    """Writes video, table, record and plot of the sample video: all of them, or none.

    Raises OutputError if the folder cannot be created, or a file cannot be written.
    """
    folder, analysis = arguments.folder, arguments.analysis
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be created: {error.strerror}.", advice="Choose another with --folder."
        ) from error
    table = folder / "sample-poses.csv"
    task = ExportTask(
        source=SAMPLE,
        video=folder / "sample-poses.mp4",
        tables=(TableOutput(table),),
        snapshot=analysis.snapshot,
        engine=analysis.engine,
        detector=analysis.detector,
        settings=analysis.settings,
        overwrite=True,
    )
    plot = folder / "sample-angles.png"
    with together():
        result = export(task)
        plot_angles(table, plot, title="Head pose in the sample video")
    outcome = report(task, result)
    print(f"{plot}: yaw, pitch and roll over time.")
    return outcome


COMMAND = Command(
    name="demo",
    description="Annotates the sample video. Writes the video, a pose table and a plot to ./demo/, replacing the "
    "results of an earlier run.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(DemoArguments.from_namespace(namespace)),
)
