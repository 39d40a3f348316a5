"""Writes what an evaluation found: a JSON file of figures, a table of heads, and plots."""

from __future__ import annotations

import csv
import json
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app import product
from app.atomic_files import replacing, together, writing
from app.errors import OutputError
from app.evaluation.contact_sheet import SheetHead, contact_sheet
from app.outputs.record import library_versions
from app.outputs.rows import file_field
from hopenet import HeadPoseEstimator
from hopenet.crops import crop_to_plain
from hopenet.datasets.pictures import read_labelled_picture
from hopenet.evaluation import Bootstrap, EvaluationRun, Report, crop_title, errors_of, network_crop
from hopenet.evaluation.comparison import Comparison, Paired
from hopenet.evaluation.plots import cumulative_error, error_over_yaw, reliability
from hopenet.evaluation.points import PointFigures, Residuals
from hopenet.evaluation.robustness import CLEAN, RobustnessRow
from hopenet.pose import ANGLES
from hopenet.preprocess import shrink_to_square

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOG = logging.getLogger(__name__)

HEADS_TABLE = "heads.csv"
_WORST, _SHOWN_PX = 16, 224
_COLUMNS = (
    "name",
    "crop",
    *("x1", "y1", "x2", "y2"),
    *(f"{angle}_label_deg" for angle in ANGLES),
    *(f"{angle}_deg" for angle in ANGLES),
    *(f"{angle}_std_deg" for angle in ANGLES),
    *(f"{angle}_error_deg" for angle in ANGLES),
    "mean_error_deg",
    "geodesic_deg",
    "degraded",
    "points_residual_percent",
    "label_points_residual_percent",
    "snapshot",
)
"""Errors are estimate − label, wrapped as chosen; `mean_error_deg` is the mean of their absolute values. `degraded`:
how the crop was made worse, or nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A run of one snapshot and its report.

    `degraded`: the run with degraded pictures, whose figures are `robustness`. `residuals`: of the run's heads, whose
    figures are `points`. Each is None or () if it was not requested, or nothing was found.
    """

    data_set: str
    estimator: HeadPoseEstimator
    run: EvaluationRun
    report: Report
    bootstrap: Bootstrap
    degraded: EvaluationRun | None = None
    robustness: tuple[RobustnessRow, ...] = ()
    residuals: Residuals | None = None
    points: PointFigures | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Another snapshot on the same heads, and its differences from the first: None if no head was found by both.

    `points`: the difference of the residuals of points, if there are points.
    """

    evaluation: Evaluation
    comparison: Comparison | None
    points: Paired | None


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Everything that a command has measured. `options`: those of the command."""

    first: Evaluation
    others: tuple[Compared, ...]
    options: Mapping[str, Any]

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        return self.first, *(other.evaluation for other in self.others)


@dataclass(frozen=True, slots=True)
class EvaluationOutputs:
    """Where to write: each file with its temporary `.part` file, and the folder for plots."""

    figures: tuple[Path, Path] | None
    tables: tuple[tuple[Path, Path], ...]
    plots: Path | None

    @classmethod
    @contextmanager
    def opened(cls, figures: Path | None, table: Path | None, plots: Path | None) -> Iterator[EvaluationOutputs]:
        """Checks before the work starts that everything can be written. All files appear at the end of the block.

        Raises OutputError if a file or the folder cannot be written.
        """
        if plots is not None:
            try:
                plots.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputError(
                    f"The folder {plots} cannot be created: {error.strerror}.",
                    advice="Choose another folder with --plots.",
                ) from error
        tables = [path for path in (table, plots / HEADS_TABLE if plots else None) if path is not None]
        with ExitStack() as stack:
            stack.enter_context(together())
            yield cls(
                (figures, stack.enter_context(replacing(figures))) if figures else None,
                tuple((path, stack.enter_context(replacing(path))) for path in tables),
                plots,
            )

    def write(self, results: Results) -> None:
        """Writes all outputs that were chosen. The plots are of the first snapshot."""
        done = results.first
        if self.figures is not None:
            path, part = self.figures
            with writing(path):
                part.write_text(figures_json(results), encoding="utf-8", newline="\n")
        for path, part in self.tables:
            with writing(path):
                _write_table(part, results.evaluations)
        if self.plots is not None and done.report.main.figures is None:
            LOG.warning("No head was found, so no plots were written. Older ones in %s are of another run.", self.plots)
        elif self.plots is not None:
            for name, figure in _plots(done):
                picture = self.plots / f"{name}.png"
                with replacing(picture) as part, writing(picture):
                    figure.savefig(part, format="png", dpi=130)


def figures_json(results: Results) -> str:
    """All figures, with what is needed to reproduce them."""
    first = results.first
    plain = {
        "product": product.NAME,
        "version": product.version(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "options": dict(results.options),
        "data_set": first.data_set,
        "interval": {"percent": 95, **asdict(first.bootstrap)},
        "libraries": dict(library_versions()),
        **_plain(first),
        "compared": [
            _plain(other.evaluation)
            | {
                "comparison": None if other.comparison is None else asdict(other.comparison),
                "points_comparison": None if other.points is None else asdict(other.points),
            }
            for other in results.others
        ],
    }
    return json.dumps(_finite(plain), indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def _plain(done: Evaluation) -> dict[str, Any]:
    """The figures of one snapshot."""
    record = done.estimator.record
    return {
        "snapshot": {
            "name": record.name,
            "architecture": record.architecture,
            "sha256": done.estimator.sha256,
            "training_data": record.training_data,
            "licence": record.licence,
        },
        "engine": done.estimator.engine.name,
        "crops": {name: crop_to_plain(rule) for name, rule in record.crops.items()},
        "report": asdict(done.report) | {"bad": [bad._asdict() for bad in done.report.bad]},
        "robustness": [asdict(row) for row in done.robustness],
        "points": None if done.points is None else asdict(done.points),
    }


def _finite(value: object) -> object:
    """The value with null for each number that JSON does not have: an undefined figure is missing, and not an error."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _write_table(part: Path, evaluations: Sequence[Evaluation]) -> None:
    """One line for each head and crop, without box and estimate if the head was not found."""
    with part.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_COLUMNS)
        for done in evaluations:
            last = len(done.report.views) - 1
            for place, view in enumerate(done.report.views):
                residuals = done.residuals if place == last else None
                table.writerows(_rows(done, done.run, place, view.crop, "", residuals))
            for place, row in enumerate(done.robustness):
                if done.degraded is not None and row.kind != CLEAN:
                    table.writerows(_rows(done, done.degraded, place, done.report.views[0].crop, row.kind, None))


def _rows(
    done: Evaluation, run: EvaluationRun, place: int, crop: str, degraded: str, residuals: Residuals | None
) -> Iterator[list[object]]:
    errors = errors_of(run.evaluated, place, wrap=done.report.wrap)
    rows = iter(np.column_stack([errors.signed, errors.mean_of_three, errors.geodesic]))
    snapshot = file_field(done.estimator.record.name)
    for number, head in enumerate(run.evaluated):
        own, label = head.estimates[place], _decimals(head.head.pose)
        start = [file_field(head.name), crop]
        residual = ["", ""] if residuals is None else _residuals(residuals, number)
        if own is None:
            empty = [""] * (len(_COLUMNS) - 13)
            yield [*start, *("",) * 4, *label, *empty, degraded, *residual, snapshot]
        else:
            found = _decimals((*own.estimate.pose, *own.estimate.spread, *next(rows)))
            yield [*start, *own.rectangle, *label, *found, degraded, *residual, snapshot]


def _residuals(residuals: Residuals, number: int) -> list[str]:
    """Nothing where there are too few points."""
    both = (float(residuals.estimates[number]), float(residuals.labels[number]))
    return [f"{one:.6f}" if math.isfinite(one) else "" for one in both]


def _decimals(degrees: tuple[float, ...]) -> list[str]:
    return [f"{one:z.6f}" for one in degrees]


def _plots(done: Evaluation) -> Iterator[tuple[str, Figure]]:
    main, wrap = done.report.main, done.report.wrap
    errors = [errors_of(done.run.evaluated, place, wrap=wrap) for place in range(len(done.report.views))]
    title = f"{done.estimator.record.name} on {done.data_set}, {main.found} heads, {crop_title(main.crop)}"
    # Only heads that were found with the main crop, so that all curves are of the same heads.
    found = np.array([head.estimates[-1] is not None for head in done.run.evaluated])
    errors = [*(own.only(found) for own in errors[:-1]), errors[-1]]
    by_crop = {crop_title(view.crop): own for view, own in zip(done.report.views, errors, strict=True)}
    yield "error-over-yaw", error_over_yaw(errors[-1], done.bootstrap, title=title)
    yield "cumulative-error", cumulative_error(dict(reversed(by_crop.items())), title=title)
    if main.figures is not None:
        yield "spread", reliability(main.figures.calibration, title=title)
    yield "worst", contact_sheet(_worst(done), title=f"Largest errors: {title}")


def _worst(done: Evaluation) -> list[SheetHead]:
    """The heads with the largest mean error in the main crop."""
    last = len(done.report.views) - 1
    found = [(head, own) for head in done.run.evaluated if (own := head.estimates[last]) is not None]
    error = errors_of(done.run.evaluated, last, wrap=done.report.wrap).mean_of_three
    heads = []
    for place in np.argsort(-error, kind="stable")[:_WORST]:
        head, own = found[place]
        try:
            part = network_crop(head.head, read_labelled_picture(head.head), own.rectangle)
        except ValueError:  # gone since it was measured; the figures are complete without it
            continue
        if part is not None:
            square = shrink_to_square(part, _SHOWN_PX)
            heads.append(SheetHead(head.name, square, head.head.pose, own.estimate.pose, float(error[place])))
    return heads
