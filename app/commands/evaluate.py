"""`evaluate`: measures the errors of a snapshot on a labelled dataset."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
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
from app.errors import DataError, UsageError
from app.evaluation.outputs import HEADS_TABLE, Evaluation, EvaluationOutputs
from app.models.opening import face_detector, load_estimator
from app.outputs.collisions import check_distinct
from app.settings import AUTO, DetectorChoice
from app.weights import ModelStore
from detectors import DETECTORS, FaceDetector
from hopenet import PUBLISHED_CROPS, HeadPoseEstimator
from hopenet.crops import LANDMARKS, rule_for
from hopenet.datasets import LARGEST_ANGLE_DEG, HeadSet
from hopenet.evaluation import (
    PUBLISHED,
    WHOLE,
    WRAPS,
    Bootstrap,
    CropView,
    EvaluationRun,
    as_text,
    available_crops,
    box_view,
    estimate_heads,
    evaluation_report,
    landmark_view,
    published_view,
    whole_view,
)

CROPS = (AUTO, LANDMARKS, PUBLISHED)
ANGLE_RULES = {"within-99": LARGEST_ANGLE_DEG, "all": math.inf}
_MAXIMUM_PRINTED = 5


@dataclass(frozen=True, slots=True)
class EvaluateArguments:
    """What to measure, on what, and where the results go.

    `detector`: also measure on the boxes of this detector. `options`: every option as given, for the file of figures.
    Raises UsageError for a number out of range, and if an output is another output or an input.
    """

    data: DatasetArguments
    angles: str
    limit: int | None
    skip_bad: bool
    network: NetworkArguments
    crop: str
    detector: DetectorChoice | None
    wrap: str
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
        table = self.plots / HEADS_TABLE if self.plots else None
        snapshot = () if self.network.snapshot is None else (Path(self.network.snapshot),)
        outputs = [path for path in (self.json, self.csv, table) if path is not None]
        check_distinct(outputs, (*self.data.files, *snapshot))

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> EvaluateArguments:
        return cls(
            data=DatasetArguments.from_namespace(namespace),
            angles=namespace.angles,
            limit=namespace.limit,
            skip_bad=namespace.skip_bad,
            network=network_arguments(namespace),
            crop=namespace.crop,
            detector=DetectorChoice(namespace.boxes, detector_options(namespace, namespace.boxes))
            if namespace.boxes
            else None,
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
        "--wrap", choices=WRAPS, default="none", help="how angle differences are wrapped (default: none)"
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
    with ExitStack() as stack:
        outputs = stack.enter_context(EvaluationOutputs.opened(arguments.json, arguments.csv, arguments.plots))
        detector = None
        if arguments.detector is not None:
            detector = stack.enter_context(
                face_detector(arguments.detector, store=store, frame_count=None, progress=interactive)
            )
        network = arguments.network
        estimator = load_estimator(network.snapshot, network.engine, store=store, progress=interactive)
        views = _views(arguments.crop, estimator, detector, heads, names)
        bar = stack.enter_context(
            tqdm(total=len(names), unit=" heads", desc=heads.name, disable=None, dynamic_ncols=True)
        )
        with _data_errors("Add --skip-bad to leave such heads out."):
            outcome = estimate_heads(
                estimator,
                heads,
                names,
                views,
                largest_deg=ANGLE_RULES[arguments.angles],
                skip_bad=arguments.skip_bad,
                progress=bar.update,
            )
        bar.close()
        if not outcome.evaluated:
            raise DataError(
                f"No heads left to evaluate: {_counts(outcome)}.", advice="Check --root, --list and --angles."
            )
        bootstrap = Bootstrap(arguments.bootstrap)
        done = evaluation_report(outcome, [view.name for view in views], wrap=arguments.wrap, bootstrap=bootstrap)
        outputs.write(Evaluation(heads.name, estimator, outcome, done, bootstrap, arguments.options))
    print(f"{estimator.record.name} (sha256 {estimator.sha256[:12]}) on {estimator.engine.name}")
    print(f"{heads.name}: {_counts(outcome)}\n{as_text(done)}")
    _print_bad(outcome)
    return 0


def _views(
    crop: str, estimator: HeadPoseEstimator, detector: FaceDetector | None, heads: HeadSet, names: Sequence[str]
) -> list[CropView]:
    """The labels' crop, if they say where the face is, then the crop from the detector's boxes, if there is one."""
    record = estimator.record
    with _data_errors():
        known = available_crops(heads, names)
    if crop not in (AUTO, *known) and known != (WHOLE,):
        raise UsageError(
            f"The labels of {heads.name} do not give the crop “{crop}”.",
            advice=f"Choose --crop {known[0]}." if known else "Add --boxes DETECTOR and leave --crop out.",
        )
    by_label = {LANDMARKS: landmark_view(record), PUBLISHED: published_view(), WHOLE: whole_view()}
    preferred = (LANDMARKS, PUBLISHED) if LANDMARKS in record.crops else (PUBLISHED, LANDMARKS)
    wanted = (*(preferred if crop == AUTO else (crop,)), WHOLE)
    views = [by_label[name] for name in wanted if name in known][:1]
    if detector is not None:
        rule = rule_for(PUBLISHED_CROPS if crop == PUBLISHED else record.crops, detector.name)
        views.append(
            box_view(
                detector.name,
                lambda image, index: (found.box for found in detector.detect(image, index=index, time_s=index)),
                rule,
            )
        )
    if not views:
        raise UsageError(f"The labels of {heads.name} do not say where the face is.", advice="Add --boxes DETECTOR.")
    return views


@contextmanager
def _data_errors(advice: str = "") -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise DataError(str(error), advice=advice) from error


def _counts(outcome: EvaluationRun) -> str:
    count = len(outcome.evaluated)
    parts = ["1 head" if count == 1 else f"{count} heads"]
    if outcome.beyond:
        parts.append(f"{outcome.beyond} left out for an angle beyond ±{LARGEST_ANGLE_DEG:g}°")
    if outcome.bad:
        parts.append(f"{len(outcome.bad)} left out as unreadable or without an answer")
    return ", ".join(parts)


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
