"""Formats the figures as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from hopenet.crops import LANDMARKS
from hopenet.evaluation.bootstrap import Statistic
from hopenet.evaluation.figures import WITHIN_ONE, WITHIN_TWO, Figures, Summary
from hopenet.evaluation.report import Report, ViewFigures
from hopenet.evaluation.run import PUBLISHED, WHOLE
from hopenet.pose import ANGLES

_NAME = 33
_COLUMNS = ("heads", "yaw", "pitch", "roll", "MAE", "95 %", "median", "geodesic")
_WIDTHS = (6, 7, 7, 7, 7, 15, 9, 10)

_WRAPS = {
    "none": "plain differences",
    "360": "differences wrapped to ±180°",
    "joint": "the smaller of estimate and alias, wrapped to ±180°",
}


def as_text(report: Report) -> str:
    """The table, without a heading that says what was evaluated.

    Convention: degrees; MAE and `median` are over the heads' means of three absolute errors, `geodesic` is the mean.
    """
    lines = [f"errors in degrees ({_WRAPS[report.wrap]})", "", _line("", _COLUMNS)]
    for view in report.views:
        lines += _view_lines(view)
    if report.same_heads is not None and report.same_heads.figures is not None and report.main.missed:
        name = f"{crop_title(report.same_heads.crop)}, same heads"
        lines.append(_summary_line(name, report.same_heads.figures.everything))
    if report.worse_by is not None:
        worse, name = report.worse_by, "difference, boxes − labels"
        lines.append(_line(name, (str(report.main.found), "", "", "", f"{worse.value:+.2f}", _interval(worse, "+"))))
    if report.main.figures is not None:
        lines += ["", *_angle_lines(crop_title(report.main.crop), report.main.figures)]
    return "\n".join(lines)


def _view_lines(view: ViewFigures) -> Iterator[str]:
    if view.figures is None:
        yield _line(crop_title(view.crop), ("0", "–", "–", "–", "–"))
    else:
        yield _summary_line(crop_title(view.crop), view.figures.everything)
        for band in view.figures.bands:
            name = f"  |yaw| {band.from_deg}–{band.to_deg}"
            yield _line(name, ("0",)) if band.summary is None else _summary_line(name, band.summary)
    if view.missed:
        yield _line("  not found", (str(view.missed),))


def _summary_line(name: str, summary: Summary) -> str:
    mae = summary.mae
    return _line(
        name,
        (
            str(summary.heads),
            *(f"{figure.value:.2f}" for figure in (mae.yaw, mae.pitch, mae.roll, mae.together)),
            _interval(mae.together),
            f"{summary.median.together.value:.2f}",
            f"{summary.geodesic_mean.value:.2f}",
        ),
    )


def _angle_lines(crop: str, figures: Figures) -> Iterator[str]:
    summary, calibration = figures.everything, figures.calibration
    medians = (summary.median.yaw, summary.median.pitch, summary.median.roll)
    spreads = [calibration[angle] for angle in ANGLES]
    yield _row(crop, ANGLES)
    yield _row("median error", [f"{figure.value:.2f}" for figure in medians])
    yield _row("mean of estimate − label", [f"{summary.bias[angle].value:+.2f}" for angle in ANGLES])
    yield _row("mean spread", [f"{spread.mean_spread.value:.2f}" for spread in spreads])
    yield _row("errors within one spread", [_share(spread.within_one) for spread in spreads], WITHIN_ONE)
    yield _row("errors within two spreads", [_share(spread.within_two) for spread in spreads], WITHIN_TWO)
    yield ""
    close = summary.under
    yield _row("heads with an error", [f"under {one.degrees}°" for one in close])
    yield _row("in the mean of three", [_share(one.mean_of_three) for one in close])
    yield _row("as one rotation (geodesic)", [_share(one.geodesic) for one in close])


def _row(name: str, cells: list[str] | tuple[str, ...], calibrated: float | None = None) -> str:
    end = "" if calibrated is None else f"   ({100 * calibrated:.1f} % of a normal distribution)"
    return f"{name:<{_NAME}}" + "".join(f"{cell:>10}" for cell in cells) + end


def _line(name: str, cells: tuple[str, ...]) -> str:
    return (
        f"{name:<{_NAME}}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=False))
    ).rstrip()


def crop_title(name: str) -> str:
    """A view's name for people."""
    titles = {LANDMARKS: "landmark square", PUBLISHED: "published rectangle", WHOLE: "whole picture"}
    return titles.get(name, f"{name} boxes")


def _interval(figure: Statistic, sign: str = "") -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:{sign}.2f} … {figure.high:{sign}.2f}"


def _share(figure: Statistic) -> str:
    return f"{100 * figure.value:.1f} %"
