"""`evaluate`: how well a snapshot does on a data set with labels."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app import product
from app.commands import arguments
from app.commands.datasets import add_dataset_arguments, opened_dataset
from app.errors import DataError, UsageError
from app.evaluation.outputs import HEADS_TABLE, Evaluation, EvaluationOutputs
from app.models.opening import AUTO, DetectorChoice, face_detector, load_estimator
from app.weights import ModelStore
from detectors import DETECTORS, DetectorOptions, FaceDetector
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
    box_view,
    crops_of,
    evaluation_report,
    landmark_view,
    look_at_all,
    published_view,
    whole_view,
)

CROPS = (AUTO, LANDMARKS, PUBLISHED)
ANGLE_RULES = {"within-99": LARGEST_ANGLE_DEG, "all": math.inf}
_MOST_NAMED = 5


def add_evaluate_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a snapshot's errors on a data set with labels",
        description="Measures a snapshot's errors on a data set with labels, as docs/evaluation.md defines them.",
    )
    data = add_dataset_arguments(parser)
    data.add_argument(
        "--angles", choices=ANGLE_RULES, default="within-99", help="leave out heads beyond ±99°, as published, or none"
    )
    data.add_argument("--limit", type=int, metavar="N", help="only the first N names")
    data.add_argument("--skip-bad", action="store_true", help="leave out what cannot be read, and say what")
    arguments.add_network_arguments(parser)
    where = parser.add_argument_group("where the network looks")
    where.add_argument(
        "--crop",
        choices=CROPS,
        default=AUTO,
        help="the landmarks' square, or the published rectangle (default: by the snapshot's record)",
    )
    detectors = [AUTO, *(kind.name for kind in DETECTORS if not kind.needs_boxes)]
    where.add_argument(
        "--boxes",
        choices=detectors,
        metavar="DETECTOR",
        help=f"measure behind a real detector besides: {', '.join(detectors)}",
    )
    where.add_argument("--min-score", type=float, metavar="X", help="smallest score, on the detector's own scale")
    where.add_argument(
        "--detection-size", type=int, metavar="PX", help="shrink the longer side to so many pixels first"
    )
    where.add_argument("--tiles", type=int, default=1, metavar="N", help="look also in N×N overlapping parts")
    figures = parser.add_argument_group("figures")
    figures.add_argument("--wrap", choices=WRAPS, default="none", help="how angles are compared (default: none)")
    figures.add_argument(
        "--bootstrap", type=int, default=1000, metavar="N", help="resamples for intervals, 0 for none (default: 1000)"
    )
    outputs = parser.add_argument_group("outputs, replaced where they exist")
    outputs.add_argument("--json", type=Path, metavar="FILE", help="every figure, and the options")
    outputs.add_argument("--csv", type=Path, metavar="FILE", help="every head's angles and errors")
    outputs.add_argument("--plots", type=Path, metavar="DIR", help=f"plots, the worst heads, and {HEADS_TABLE}")
    parser.set_defaults(run=run_evaluate)


def run_evaluate(args: argparse.Namespace) -> int:
    _check(args)
    interactive = sys.stderr.isatty()
    weights = ModelStore.standard()
    heads = opened_dataset(args)
    names = heads.names[: args.limit]
    with ExitStack() as stack:
        outputs = stack.enter_context(EvaluationOutputs.tried(args.json, args.csv, args.plots))
        detector = None
        if args.boxes is not None:
            detector = stack.enter_context(
                face_detector(_detector_choice(args), weights=weights, frame_count=None, progress=interactive)
            )
        estimator = load_estimator(args.snapshot, arguments.engine_choice(args), weights=weights, progress=interactive)
        views = _views(args.crop, estimator, detector, heads, names)
        bar = stack.enter_context(
            tqdm(total=len(names), unit=" heads", desc=heads.name, disable=None, dynamic_ncols=True)
        )
        with _told("Add --skip-bad to leave such heads out."):
            outcome = look_at_all(
                estimator,
                heads,
                names,
                views,
                largest_deg=ANGLE_RULES[args.angles],
                skip_bad=args.skip_bad,
                progress=bar.update,
            )
        bar.close()
        if not outcome.seen:
            raise DataError(
                f"No head is left to be measured: {_counts(outcome)}.", advice="Check the root, the list and --angles."
            )
        bootstrap = Bootstrap(args.bootstrap)
        done = evaluation_report(outcome, [view.name for view in views], wrap=args.wrap, bootstrap=bootstrap)
        options = {name: value for name, value in vars(args).items() if name not in ("run", "verbose")}
        outputs.write(Evaluation(heads.name, estimator, outcome, done, bootstrap, options))
    print(f"{estimator.record.name} (sha256 {estimator.sha256[:12]}) on {estimator.engine.name}")
    print(f"{heads.name}: {_counts(outcome)}\n{as_text(done)}")
    _name_bad(outcome)
    return 0


def _check(args: argparse.Namespace) -> None:
    if args.limit is not None and args.limit < 1:
        raise UsageError(f"At least 1 head has to be measured, not {args.limit}.")
    if args.bootstrap < 0:
        raise UsageError(f"Resamples are counted from 0, not {args.bootstrap}.")
    table = args.plots / HEADS_TABLE if args.plots else None
    named = [path.resolve() for path in (args.list, args.table, args.json, args.csv, table) if path is not None]
    for path in named:
        if named.count(path) > 1:
            raise UsageError(f"{path} is named twice.", advice="Choose another name.")


def _detector_choice(args: argparse.Namespace) -> DetectorChoice:
    if args.min_score is not None and math.isnan(args.min_score):
        raise UsageError("The smallest score must be a number.")
    try:
        options = DetectorOptions(minimum_score=args.min_score, detection_size=args.detection_size, tiles=args.tiles)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return DetectorChoice(args.boxes, options)


def _views(
    crop: str, estimator: HeadPoseEstimator, detector: FaceDetector | None, heads: HeadSet, names: Sequence[str]
) -> list[CropView]:
    """By the labels, as far as they say where the face is, and then by the detector's boxes where there is one."""
    record = estimator.record
    with _told():
        known = crops_of(heads, names)
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
def _told(advice: str = "") -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise DataError(str(error), advice=advice) from error


def _counts(outcome: EvaluationRun) -> str:
    count = len(outcome.seen)
    parts = ["1 head" if count == 1 else f"{count} heads"]
    if outcome.beyond:
        parts.append(f"{outcome.beyond} left out for an angle beyond ±{LARGEST_ANGLE_DEG:g}°")
    if outcome.bad:
        parts.append(f"{len(outcome.bad)} left out as unreadable")
    return ", ".join(parts)


def _name_bad(outcome: EvaluationRun) -> None:
    for bad in outcome.bad[:_MOST_NAMED]:
        print(f"{product.NAME}: {bad.name} was left out: {bad.reason}", file=sys.stderr)
    if len(outcome.bad) > _MOST_NAMED:
        more = len(outcome.bad) - _MOST_NAMED
        print(f"{product.NAME}: {more} more were left out; --json names them all.", file=sys.stderr)
