"""Runs snapshots on a dataset, one after another, and compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from app.errors import DataError, UsageError
from app.evaluation.outputs import Compared, Evaluation
from app.settings import AUTO
from detectors import BgrImage, Box, FaceDetector
from hopenet import PUBLISHED_CROPS, HeadPoseEstimator
from hopenet.crops import LANDMARKS, rule_for
from hopenet.datasets import LARGEST_ANGLE_DEG, HeadSet
from hopenet.evaluation import (
    PUBLISHED,
    WHOLE,
    Bootstrap,
    CropView,
    EvaluationRun,
    available_crops,
    box_view,
    errors_of,
    estimate_heads,
    evaluation_report,
    landmark_view,
    published_view,
    whole_view,
)
from hopenet.evaluation.comparison import Paired, comparison, found_by_both
from hopenet.evaluation.points import HeadPoints, Residuals, point_figures, residuals_of
from hopenet.evaluation.robustness import degraded_views, robustness
from hopenet.pose import FloatArray
from hopenet.records import SnapshotRecord


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """What to measure each snapshot on.

    `crop` as the command's option. `detector`: also measure on its boxes. `robust`: also on degraded pictures.
    `points`: also their residuals. `progress` is called once per head and snapshot.
    """

    heads: HeadSet
    names: Sequence[str]
    crop: str
    detector: FaceDetector | None
    largest_deg: float
    skip_bad: bool
    wrap: str
    bootstrap: Bootstrap
    robust: bool
    points: HeadPoints | None
    progress: Callable[[], object]


def measured(task: Measurement, estimators: Sequence[HeadPoseEstimator]) -> tuple[Evaluation, tuple[Compared, ...]]:
    """The evaluation of the first snapshot, and the others compared with it. A detector runs once for each picture.

    Raises DataError, and UsageError if the labels and the chosen crop do not go together.
    """
    find = None if task.detector is None else _remembering(task.detector)
    first, *others = (_evaluated(task, estimator, find) for estimator in estimators)
    return first, tuple(_compared(first, other) for other in others)


def counts(outcome: EvaluationRun) -> str:
    """How many heads were evaluated and left out, for people."""
    count = len(outcome.evaluated)
    parts = ["1 head" if count == 1 else f"{count} heads"]
    if outcome.beyond:
        parts.append(f"{outcome.beyond} left out for an angle beyond ±{LARGEST_ANGLE_DEG:g}°")
    if outcome.bad:
        parts.append(f"{len(outcome.bad)} left out as unreadable or without an answer")
    return ", ".join(parts)


FindBoxes = Callable[[BgrImage, int], Sequence[Box]]


def _remembering(detector: FaceDetector) -> FindBoxes:
    """The detector's boxes in a picture, which are remembered for the next snapshot."""
    known: dict[int, tuple[Box, ...]] = {}

    def find(image: BgrImage, index: int) -> Sequence[Box]:
        if index not in known:
            known[index] = tuple(found.box for found in detector.detect(image, index=index, time_s=index))
        return known[index]

    return find


def _evaluated(task: Measurement, estimator: HeadPoseEstimator, find: FindBoxes | None) -> Evaluation:
    views = _views(task, estimator.record, find)
    degraded = degraded_views(views[0]) if task.robust else ()
    with data_errors("Add --skip-bad to leave such heads out."):
        outcome = estimate_heads(
            estimator,
            task.heads,
            task.names,
            [*views, *degraded],
            largest_deg=task.largest_deg,
            skip_bad=task.skip_bad,
            progress=task.progress,
        )
    if not outcome.evaluated:
        raise DataError(f"No heads left to evaluate: {counts(outcome)}.", advice="Check --root, --list and --angles.")
    run = outcome.only_views(0, len(views))
    worse = outcome.only_views(len(views)) if degraded else None
    residuals = None if task.points is None else residuals_of(run.evaluated, task.points)
    figures = None
    if residuals is not None:
        with data_errors("Check that --points is of the same pictures."):
            figures = point_figures(residuals, _yaws(run), task.bootstrap)
    return Evaluation(
        data_set=task.heads.name,
        estimator=estimator,
        run=run,
        report=evaluation_report(run, [view.name for view in views], wrap=task.wrap, bootstrap=task.bootstrap),
        bootstrap=task.bootstrap,
        degraded=worse,
        robustness=() if worse is None else robustness(worse, wrap=task.wrap, bootstrap=task.bootstrap),
        residuals=residuals,
        points=figures,
    )


def _compared(first: Evaluation, other: Evaluation) -> Compared:
    own, others = found_by_both(first.run, other.run)
    found = None
    if own:
        errors, theirs = (errors_of(heads, -1, wrap=first.report.wrap) for heads in (own, others))
        missed = len({head.name for run in (first.run, other.run) for head in run.evaluated}) - len(own)
        same = first.report.main.crop == other.report.main.crop
        crop = first.report.main.crop if same else ""
        found = comparison(errors, theirs, first.bootstrap, crop=crop, left_out=missed)
    points = None
    if first.residuals is not None and other.residuals is not None:
        points = _points_compared(first.run, first.residuals, other.run, other.residuals, first.bootstrap)
    return Compared(other, found, points)


def _points_compared(
    first: EvaluationRun, own: Residuals, second: EvaluationRun, others: Residuals, bootstrap: Bootstrap
) -> Paired | None:
    theirs = {head.name: float(one) for head, one in zip(second.evaluated, others.estimates, strict=True)}
    rows = [
        (float(one), theirs.get(head.name, np.nan)) for head, one in zip(first.evaluated, own.estimates, strict=True)
    ]
    both = np.array(rows, np.float64)
    both = both[np.isfinite(both).all(axis=1)]
    if not len(both):
        return None
    a, b = both.mean(axis=0)
    (difference,) = bootstrap.means(both[:, :1] - both[:, 1:])
    return Paired(float(a), float(b), difference)


def _yaws(run: EvaluationRun) -> FloatArray:
    return np.array([head.head.pose.yaw for head in run.evaluated], np.float64)


def _views(task: Measurement, record: SnapshotRecord, find: FindBoxes | None) -> list[CropView]:
    """The labels' crop, if they say where the face is, then the crop from the detector's boxes, if there is one."""
    heads, crop = task.heads, task.crop
    with data_errors():
        known = available_crops(heads, task.names)
    if crop not in (AUTO, *known) and known != (WHOLE,):
        raise UsageError(
            f"The labels of {heads.name} do not give the crop “{crop}”.",
            advice=f"Choose --crop {known[0]}." if known else "Add --boxes DETECTOR and leave --crop out.",
        )
    by_label = {LANDMARKS: landmark_view(record), PUBLISHED: published_view(), WHOLE: whole_view()}
    preferred = (LANDMARKS, PUBLISHED) if LANDMARKS in record.crops else (PUBLISHED, LANDMARKS)
    wanted = (*(preferred if crop == AUTO else (crop,)), WHOLE)
    views = [by_label[name] for name in wanted if name in known][:1]
    if task.detector is not None and find is not None:
        rule = rule_for(PUBLISHED_CROPS if crop == PUBLISHED else record.crops, task.detector.name)
        views.append(box_view(task.detector.name, find, rule))
    if not views:
        raise UsageError(f"The labels of {heads.name} do not say where the face is.", advice="Add --boxes DETECTOR.")
    return views


@contextmanager
def data_errors(advice: str = "") -> Iterator[None]:
    """Turns what the library raises for data into DataError."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise DataError(str(error), advice=advice) from error
