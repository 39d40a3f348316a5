"""Formats robustness, agreement with points, and comparisons as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from hopenet.evaluation.bootstrap import Statistic
from hopenet.evaluation.comparison import Comparison, Paired, PairedSummary
from hopenet.evaluation.points import MINIMUM_POINTS, Agreement, PointFigures
from hopenet.evaluation.robustness import CLEAN, RobustnessRow
from hopenet.evaluation.text import crop_title

_NAME = 37
_ROBUST = (7, 8, 17, 10, 8, 17, 8)
_POINTS = (7, 8, 8, 10, 8, 12, 17, 8)
_PAIRED = (22, 22, 12, 18)
_BANDS = (7, 8, 17, 10, 17, 8, 14)


def robustness_text(rows: Sequence[RobustnessRow]) -> str:
    """The errors of degraded pictures, and how much larger they are than those of the same heads as they are."""
    lines = [_line("robustness", ("MAE", "worse", "95 %", "rotation", "worse", "95 %", "moved"))]
    for row in rows:
        worse = ("", "") if row.kind == CLEAN else (f"{row.mae_worse.value:+.2f}", _interval(row.mae_worse))
        worse_rotation = (
            ("", "") if row.kind == CLEAN else (f"{row.rotation_worse.value:+.2f}", _interval(row.rotation_worse))
        )
        moved = "" if row.kind == CLEAN else f"{row.mae_change.value:.2f}"
        name = f"{row.title}, {row.heads} heads" if row.kind == CLEAN else f"  {row.title}"
        lines.append(_line(name, (f"{row.mae.value:.2f}", *worse, f"{row.rotation.value:.2f}", *worse_rotation, moved)))
    lines.append("worse: than the same heads clean; moved: how far the three angles are from their clean estimates.")
    return "\n".join(lines)


def points_text(figures: PointFigures) -> str:
    """How the labels and the estimates agree with set points, in percent of the square's side."""
    heads = ("heads", "labels", "median", "estimate", "median", "difference", "95 %", "closer")
    lines = [
        _line("residual of points, % of the side", heads, _POINTS),
        _line("all heads", _agreement(figures.everything), _POINTS),
        *(
            _line(_band(band.from_deg, band.to_deg), _agreement(band.agreement), _POINTS)
            for band in figures.bands
            if band.agreement is not None
        ),
        "closer: heads whose estimate fits their points better than their label does.",
    ]
    if figures.left_out:
        lines.append(f"{figures.left_out} heads were left out: fewer than {MINIMUM_POINTS} visible points.")
    return "\n".join(lines)


def comparison_text(first: str, second: str, found: Comparison, points: Paired | None = None) -> str:
    """The paired differences of two snapshots with these names."""
    everything = found.everything
    crop = crop_title(found.crop) if found.crop else "each with its own crop"
    figures = {
        "yaw": everything.yaw,
        "pitch": everything.pitch,
        "roll": everything.roll,
        "MAE": everything.mae,
        "rotation": everything.rotation,
    }
    if points is not None:
        figures["residual of points, % of the side"] = points
    lines = [
        f"{first} − {second} on the same {everything.heads} heads, {crop}; negative: {first} errs less",
        _line("", (first[-20:], second[-20:], "difference", "95 %"), _PAIRED),
        *(_paired(name, figure) for name, figure in figures.items()),
        "",
        _line("differences", ("heads", "MAE", "95 %", "rotation", "95 %", "better", "95 %"), _BANDS),
        _differences("all heads", everything),
        *(
            _differences(_band(band.from_deg, band.to_deg), band.summary)
            for band in found.bands
            if band.summary is not None
        ),
        f"better: heads on which the rotation error of {first} is the smaller one.",
    ]
    if found.left_out:
        lines.append(f"{found.left_out} heads were left out: not found by both.")
    return "\n".join(lines)


def _differences(name: str, summary: PairedSummary) -> str:
    mae, rotation, share = summary.mae.difference, summary.rotation.difference, summary.better_rotation
    shares = "" if share.low is None or share.high is None else f"{100 * share.low:.0f} … {100 * share.high:.0f} %"
    better = (f"{100 * share.value:.0f} %", shares)
    cells = (f"{mae.value:+.2f}", _interval(mae), f"{rotation.value:+.2f}", _interval(rotation), *better)
    return _line(name, (str(summary.heads), *cells), _BANDS)


def _paired(name: str, figure: Paired) -> str:
    cells = (f"{figure.first:.2f}", f"{figure.second:.2f}", f"{figure.difference.value:+.2f}")
    return _line(name, (*cells, _interval(figure.difference)), _PAIRED)


def _band(from_deg: int, to_deg: int) -> str:
    return f"  |yaw| {from_deg}–{to_deg}"


def _agreement(found: Agreement) -> tuple[str, ...]:
    numbers = (found.label_mean, found.label_median, found.mean, found.median)
    return (
        str(found.heads),
        *(f"{number.value:.2f}" for number in numbers),
        f"{found.difference.value:+.2f}",
        _interval(found.difference),
        f"{100 * found.closer.value:.0f} %",
    )


def _line(name: str, cells: Sequence[str], widths: Sequence[int] = _ROBUST) -> str:
    return (
        f"{name:<{_NAME}}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    ).rstrip()


def _interval(figure: Statistic) -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:+.2f} … {figure.high:+.2f}"
