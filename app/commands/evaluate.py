"""`evaluate`: measures the errors of a snapshot on a labelled dataset."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from app import product
from app.commands.arguments import (
    NetworkArguments,
    add_detection_arguments,
    add_network_arguments,
    detector_options,
    network_arguments,
)
from app.commands.command import Command
from app.commands.datasets import DatasetArguments, add_dataset_arguments
from app.errors import UsageError
from app.evaluation.measuring import Measurement, counts, data_errors, measured
from app.evaluation.outputs import HEADS_TABLE, Compared, Evaluation, EvaluationOutputs, Results
from app.models.opening import face_detector, load_estimator
from app.outputs.collisions import check_distinct
from app.settings import AUTO, DetectorChoice
from app.weights import ModelStore
from detectors import DETECTORS
from hopenet import HeadPoseEstimator
from hopenet.crops import LANDMARKS
from hopenet.datasets import LARGEST_ANGLE_DEG
from hopenet.evaluation import PUBLISHED, WRAPS, Bootstrap, EvaluationRun, as_text
from hopenet.evaluation.points import HeadPoints
from hopenet.evaluation.tables import comparison_text, points_text, robustness_text

CROPS = (AUTO, LANDMARKS, PUBLISHED)
ANGLE_RULES = {"within-99": LARGEST_ANGLE_DEG, "all": math.inf}
_MAXIMUM_PRINTED = 5


@dataclass(frozen=True, slots=True)
class EvaluateArguments:
    """What to measure, on what, and where the results go.

    `compare`: other snapshots for the same heads. `detector`: also measure on the boxes of this detector. `wrap`: None
    for the one that fits heads and snapshots. `options`: every option as given, for the file of figures.
    Raises UsageError for a number out of range, and if an output is another output or an input.
    """

    data: DatasetArguments
    angles: str
    limit: int | None
    skip_bad: bool
    network: NetworkArguments
    compare: tuple[str, ...]
    crop: str
    detector: DetectorChoice | None
    robustness: bool
    points: Path | None
    wrap: str | None
    bootstrap: int
    json: Path | None
    csv: Path | None
    plots: Path | None
    options: Mapping[str, object]

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise UsageError(f"--limit must be at least 1, not {self.limit}.")
        if self.bootstrap < 0:
            raise UsageError(f"--bootstrap must be at least 0, not {self.bootstrap}.")
        if self.points is not None and self.data.name != "csv":
            raise UsageError(
                f"--points needs pictures that are cropped to the head, but those of {self.data.name} are not.",
                advice="Use --dataset csv.",
            )
        table = self.plots / HEADS_TABLE if self.plots else None
        snapshots = [Path(name) for name in (self.network.snapshot, *self.compare) if name is not None]
        outputs = [path for path in (self.json, self.csv, table) if path is not None]
        check_distinct(outputs, (*self.data.files, *snapshots, *([self.points] if self.points else [])))

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> EvaluateArguments:
        return cls(
            data=DatasetArguments.from_namespace(namespace),
            angles=namespace.angles,
            limit=namespace.limit,
            skip_bad=namespace.skip_bad,
            network=network_arguments(namespace),
            compare=tuple(namespace.compare),
            crop=namespace.crop,
            detector=DetectorChoice(namespace.boxes, detector_options(namespace, namespace.boxes))
            if namespace.boxes
            else None,
            robustness=namespace.robustness,
            points=namespace.points,
            wrap=namespace.wrap,
            bootstrap=namespace.bootstrap,
            json=namespace.json,
            csv=namespace.csv,
            plots=namespace.plots,
            options={name: value for name, value in vars(namespace).items() if name not in ("run", "verbose")},
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    data = add_dataset_arguments(parser)
    data.add_argument(
        "--angles",
        choices=ANGLE_RULES,
        default="within-99",
        help="within-99: leave out heads with an angle beyond ±99°, as published; all: keep them (default: within-99)",
    )
    data.add_argument("--limit", type=int, metavar="N", help="use only the first N names")
    data.add_argument("--skip-bad", action="store_true", help="leave out unreadable heads and report them")
    add_network_arguments(parser)
    more = parser.add_argument_group("what else to measure")
    more.add_argument(
        "--compare",
        action="append",
        default=[],
        metavar="NAME|FILE",
        help="another snapshot on the same heads, with the paired differences; may be repeated",
    )
    more.add_argument(
        "--robustness",
        action="store_true",
        help="also measure on darker, smaller, blurred, covered and compressed pictures, and with other boxes",
    )
    more.add_argument(
        "--points",
        type=Path,
        metavar="FILE",
        help="an .npz file of AFLW's 21 points for the pictures of the dataset “csv”: how well the rotations fit them",
    )
    where = parser.add_argument_group("crops")
    where.add_argument(
        "--crop",
        choices=CROPS,
        default=AUTO,
        help="square around the landmarks, or the published rectangle (default: as in the snapshot's record)",
    )
    detectors = [AUTO, *(kind.name for kind in DETECTORS if not kind.needs_boxes)]
    where.add_argument(
        "--boxes",
        choices=detectors,
        metavar="DETECTOR",
        help=f"measure on the boxes of a detector as well: {', '.join(detectors)}",
    )
    add_detection_arguments(where)
    figures = parser.add_argument_group("figures")
    figures.add_argument(
        "--wrap",
        choices=WRAPS,
        help="how angle differences are wrapped (default: none, as published; 360 with --angles all, or if a snapshot "
        "covers the full circle)",
    )
    figures.add_argument(
        "--bootstrap",
        type=int,
        default=1000,
        metavar="N",
        help="resamples for confidence intervals; 0 for none (default: 1000)",
    )
    outputs = parser.add_argument_group("outputs", "existing files are replaced")
    outputs.add_argument("--json", type=Path, metavar="FILE", help="all figures, with the options used")
    outputs.add_argument("--csv", type=Path, metavar="FILE", help="angles and errors of every head")
    outputs.add_argument("--plots", type=Path, metavar="DIR", help=f"plots, the worst heads, and {HEADS_TABLE}")


def run(arguments: EvaluateArguments) -> int:
    """Measures, writes the outputs and prints the figures.

    Raises DataError, ModelError, OutputError, and UsageError if the labels and the chosen crop do not go together.
    """
    interactive = sys.stderr.isatty()
    store = ModelStore.standard()
    heads = arguments.data.open()
    names = heads.names[: arguments.limit]
    with data_errors():
        points = None if arguments.points is None else HeadPoints.read(arguments.points)
    with ExitStack() as stack:
        outputs = stack.enter_context(EvaluationOutputs.opened(arguments.json, arguments.csv, arguments.plots))
        detector = None
        if arguments.detector is not None:
            detector = stack.enter_context(
                face_detector(arguments.detector, store=store, frame_count=None, progress=interactive)
            )
        network = arguments.network
        estimators = [
            load_estimator(name, network.engine, store=store, progress=interactive)
            for name in (network.snapshot, *arguments.compare)
        ]
        total = len(names) * len(estimators)
        bar = stack.enter_context(tqdm(total=total, unit=" heads", desc=heads.name, disable=None, dynamic_ncols=True))
        task = Measurement(
            heads=heads,
            names=names,
            crop=arguments.crop,
            detector=detector,
            largest_deg=ANGLE_RULES[arguments.angles],
            skip_bad=arguments.skip_bad,
            wrap=arguments.wrap or fitting_wrap(arguments.angles, estimators),
            bootstrap=Bootstrap(arguments.bootstrap),
            robust=arguments.robustness,
            points=points,
            progress=bar.update,
        )
        first, others = measured(task, estimators)
        bar.close()
        outputs.write(Results(first, others, arguments.options))
    _print_figures(first)
    for other in others:
        print()
        _print_figures(other.evaluation)
    for other in others:
        print(f"\n{_differences(first, other)}")
    return 0


def fitting_wrap(angles: str, estimators: list[HeadPoseEstimator]) -> str:
    """Plain differences, as published, unless they could be of angles on either side of ±180°."""
    turned = math.isinf(ANGLE_RULES[angles]) or any(one.record.decoding.circular for one in estimators)
    return "360" if turned else "none"


def _print_figures(done: Evaluation) -> None:
    estimator = done.estimator
    print(f"{estimator.record.name} (sha256 {estimator.sha256[:12]}) on {estimator.engine.name}")
    print(f"{done.data_set}: {counts(done.run)}\n{as_text(done.report)}")
    if done.robustness:
        print(f"\n{robustness_text(done.robustness)}")
    if done.points is not None:
        print(f"\n{points_text(done.points)}")
    _print_bad(done.run)


def _differences(first: Evaluation, other: Compared) -> str:
    own, theirs = first.estimator.record.name, other.evaluation.estimator.record.name
    if other.comparison is None:
        return f"{own} and {theirs} cannot be compared: no head was found by both."
    return comparison_text(own, theirs, other.comparison, other.points)


def _print_bad(outcome: EvaluationRun) -> None:
    for bad in outcome.bad[:_MAXIMUM_PRINTED]:
        print(f"{product.NAME}: {bad.name} was left out: {bad.reason}", file=sys.stderr)
    if len(outcome.bad) > _MAXIMUM_PRINTED:
        more = len(outcome.bad) - _MAXIMUM_PRINTED
        print(f"{product.NAME}: {more} more were left out; --json lists them all.", file=sys.stderr)


COMMAND = Command(
    name="evaluate",
    description="Measures the errors of a snapshot on a labelled dataset. docs/evaluation.md defines the figures.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(EvaluateArguments.from_namespace(namespace)),
)
