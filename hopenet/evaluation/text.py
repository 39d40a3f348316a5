"""Formats the figures as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from hopenet.crops import LANDMARKS
from hopenet.evaluation.bootstrap import Statistic
from hopenet.evaluation.figures import ROTATION_FROM_DEG, WITHIN_ONE, WITHIN_TWO, Figures, Summary
from hopenet.evaluation.report import Report, ViewFigures
from hopenet.evaluation.run import PUBLISHED, WHOLE
from hopenet.pose import ANGLES

_NAME = 33
_COLUMNS = ("heads", "yaw", "pitch", "roll", "MAE", "95 %", "median", "rotation")
_WIDTHS = (6, 7, 7, 7, 7, 15, 9, 10)
_WIDE = (6, 8, 17, 10, 17, 19)

_WRAPS = {
    "none": "plain differences",
    "360": "differences wrapped to ±180°",
    "joint": "the smaller of estimate and alias, wrapped to ±180°",
}


def as_text(report: Report) -> str:
    """The table, without a heading that says what was evaluated.

    Convention: degrees; MAE and `median` are over the heads' means of three absolute errors, `rotation` is the mean
    geodesic error.
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
        lines += ["", *_rotation_lines(report.main.figures)]
        lines += ["", *_angle_lines(crop_title(report.main.crop), report.main.figures)]
    return "\n".join(lines)


def _view_lines(view: ViewFigures) -> Iterator[str]:
    if view.figures is None:
        yield _line(crop_title(view.crop), ("0", "–", "–", "–", "–"))
    else:
        yield _summary_line(crop_title(view.crop), view.figures.everything)
        for band in view.figures.bands:
            name = _band_name(band.from_deg, band.to_deg)
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


def _rotation_lines(figures: Figures) -> Iterator[str]:
    """The error as one rotation, in all bands, and the yaw's median error."""
    yield _wide("rotation error (geodesic)", ("heads", "mean", "95 %", "median", "95 %", "median yaw error"))
    yield _rotation_line("all heads", figures.everything)
    for band in figures.bands:
        if band.summary is not None:
            mark = " *" if band.headline == "geodesic_mean" else ""
            yield _rotation_line(f"{_band_name(band.from_deg, band.to_deg)}{mark}", band.summary)
    if any(band.summary is not None and band.headline == "geodesic_mean" for band in figures.bands):
        yield (
            f"* Beyond {ROTATION_FROM_DEG}°, go by the rotation error: near ±90° of yaw, pitch and roll are ambiguous, "
            "and so is their MAE."
        )


def _rotation_line(name: str, summary: Summary) -> str:
    mean, median, yaw = summary.geodesic_mean, summary.geodesic_median, summary.median.yaw
    figures = (f"{mean.value:.2f}", _interval(mean), f"{median.value:.2f}", _interval(median), f"{yaw.value:.2f}")
    return _wide(name, (str(summary.heads), *figures))


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


def _band_name(from_deg: int, to_deg: int) -> str:
    return f"  |yaw| {from_deg}–{to_deg}"


def _wide(name: str, cells: tuple[str, ...]) -> str:
    return (
        f"{name:<{_NAME}}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDE, strict=False))
    ).rstrip()


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
