"""`benchmark`: measures each stage of an export, the whole, its bounds, and the way of the published scripts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app import product
from app.atomic_files import replacing, writing
from app.commands.arguments import AnalysisArguments, add_analysis_arguments, analysis_arguments
from app.commands.command import Command
from app.errors import UsageError
from app.outputs.collisions import check_distinct

_PLOT_SUFFIXES = (".png", ".svg")


@dataclass(frozen=True, slots=True)
class BenchmarkArguments:
    """What to measure, and how often.

    `published`: also the published way. `start`: also how long the program takes to start, and a live view in the
    window. `json`, `plot`: where the figures go. `compare`: the figures of an earlier run.
    """

    sources: tuple[Path, ...]
    frames: int
    repeats: int
    published: bool
    start: bool
    json: Path | None
    plot: Path | None
    compare: Path | None
    analysis: AnalysisArguments

    def __post_init__(self) -> None:
        if self.frames < 1 or self.repeats < 1:
            raise UsageError("--frames and --repeats must be at least 1.")
        if self.plot is not None and self.plot.suffix.lower() not in _PLOT_SUFFIXES:
            raise UsageError(f"A plot cannot be written as “{self.plot.name}”.", advice="Choose a .png or .svg file.")
        written = [path for path in (self.json, self.plot) if path is not None]
        if self.json is not None and self.json == self.compare:
            raise UsageError(
                f"{self.json} has the figures to compare with.", advice="Write the new ones to another file."
            )
        if written:
            check_distinct(written, [*self.sources, *([self.compare] if self.compare is not None else [])])

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> BenchmarkArguments:
        """Raises UsageError for values out of range."""
        return cls(
            sources=tuple(namespace.sources),
            frames=namespace.frames,
            repeats=namespace.repeats,
            published=not namespace.no_published,
            start=namespace.start,
            json=namespace.json,
            plot=namespace.plot,
            compare=namespace.compare,
            analysis=analysis_arguments(namespace),
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", type=Path, nargs="+", metavar="VIDEO", help="a video, a picture, or a folder of pictures"
    )
    parser.add_argument(
        "--frames", type=int, default=150, metavar="N", help="frames to measure, held in memory (default: 150)"
    )
    parser.add_argument(
        "--repeats", type=int, default=3, metavar="N", help="rounds, of which the median counts (default: 3)"
    )
    parser.add_argument(
        "--no-published", action="store_true", help="leave out the way of the published scripts, which needs torch"
    )
    parser.add_argument(
        "--start",
        action="store_true",
        help="also measure the start of the program and, if there is a display, a live view in the window",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="also plot them (.png or .svg)")
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="FILE",
        help="figures of an earlier run on this machine with the same options, to print the ratios to",
    )
    add_analysis_arguments(parser)


def run(arguments: BenchmarkArguments) -> int:
    """Measures, writes the figures if asked to, and prints them. Raises what `annotate` raises."""
    from app.benchmark.compare import check_comparable, comparison_lines
    from app.benchmark.figures import warnings_about
    from app.benchmark.files import as_json, read_figures
    from app.benchmark.machine import this_machine
    from app.benchmark.measuring import measure
    from app.benchmark.plot import plot_figures
    from app.benchmark.start import start_times
    from app.benchmark.subject import Subject
    from app.benchmark.text import as_text

    analysis, repeats = arguments.analysis, arguments.repeats
    earlier = read_figures(arguments.compare) if arguments.compare is not None else None
    subjects = [
        Subject(
            source, arguments.frames, analysis.snapshot, analysis.engine, analysis.detector, analysis.settings
        )
        for source in arguments.sources
    ]  # fmt: skip

    def check(settings: Mapping[str, object], snapshot: Mapping[str, str]) -> None:
        if earlier is not None:
            check_comparable(earlier, machine=this_machine(), settings=settings, snapshot=snapshot)

    with ExitStack() as stack:
        # Tried before measuring, so that a missing folder does not cost the figures.
        parts = {
            path: stack.enter_context(replacing(path)) for path in (arguments.json, arguments.plot) if path is not None
        }
        figures = measure(
            subjects,
            repeats=repeats,
            published=arguments.published,
            start=lambda: start_times(arguments.sources[0], repeats=repeats) if arguments.start else None,
            check=check,
            progress=_progress,
        )
        if arguments.json is not None:
            with writing(arguments.json):
                parts[arguments.json].write_text(as_json(figures), encoding="utf-8")
        if arguments.plot is not None:
            with writing(arguments.plot):
                plot_figures(figures, parts[arguments.plot], kind=arguments.plot.suffix[1:].lower())
    print(as_text(figures))
    if earlier is not None:
        print("\n".join(("", *comparison_lines(earlier, figures))))
    for warning in warnings_about(figures):
        print(f"{product.NAME}: {warning}", file=sys.stderr)
    return 0


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


COMMAND = Command(
    name="benchmark",
    description=(
        "Measures each stage of an export alone, the whole export, what bounds it, and the way of the published "
        "scripts, repeatedly and in one run. Ratios are comparable between machines; milliseconds are not."
    ),
    add_arguments=_add_arguments,
    run=lambda namespace: run(BenchmarkArguments.from_namespace(namespace)),
)
