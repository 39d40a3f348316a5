"""Plots the curves: one figure per test, with a row per video and a line per snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from app.atomic_files import replacing, writing
from benchmarks.robustness.measures import QUANTILES, Deviations
from benchmarks.robustness.variants import SCALES, SHIFTS, TURNS_DEG
from benchmarks.robustness.video import VideoFigures, VideoReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Distinguishable with all common forms of colour blindness. Source: Okabe and Ito, Color Universal Design, 2008."""
_INK = "#222222"
_SAME_BOX, _NEW_BOX = "o-", "o--"
_ANGLE, _TURN = "angle (°)", "turn, counter-clockwise (°)"

Line = tuple[Sequence[float], Sequence[float], str]
"""x, y, and matplotlib's format string."""


class Panel(NamedTuple):
    """One column of a figure: its title, the labels of x and y, and a snapshot's lines.

    `diagonal`: draw the line y = x. `one_for_all`: the lines are the same for every snapshot.
    """

    title: str
    across: str
    along: str
    lines: Callable[[VideoFigures], Sequence[Line]]
    diagonal: bool = False
    one_for_all: bool = False


def plot(reports: Sequence[VideoReport], folder: Path) -> None:
    """Writes jitter.png, rotation.png, mirror.png and box.png; none if no video has a face.

    Raises OutputError if a file cannot be written.
    """
    if shown := [report for report in reports if report.snapshots]:
        for name, title, panels in _FIGURES:
            _figure(shown, folder / f"{name}.png", title, panels)


def _distribution(title: str, whose: str, deviations_of: Callable[[VideoFigures], Deviations]) -> Panel:
    def lines(figures: VideoFigures) -> list[Line]:
        # The last twentieth are a few outliers that would compress everything else.
        sizes = deviations_of(figures).quantiles[:-2]
        return [(sizes, [100 * share for share in QUANTILES[: len(sizes)]], "-")]

    return Panel(title, _ANGLE, f"{whose} below (%)", lines)


def _mirror(part: str) -> Panel:
    return _distribution(part, "faces", lambda own: own.mirror[part])


def _box(kind: str, title: str, across: str, shares: Sequence[float]) -> Panel:
    percent = [100 * share for share in shares]
    return Panel(title, across, "mean change of the pose (°)", lambda own: [(percent, own.box[kind], _SAME_BOX)])


def _rolls(own: VideoFigures) -> list[Line]:
    ways = ((own.rotation, _SAME_BOX), (own.rotation_detected, _NEW_BOX))
    return [(rotation.expected_roll, rotation.roll, form) for rotation, form in ways]


def _errors(own: VideoFigures) -> list[Line]:
    return [(TURNS_DEG, own.rotation.error, _SAME_BOX), (TURNS_DEG, own.rotation_detected.error, _NEW_BOX)]


def _found(own: VideoFigures) -> list[Line]:
    return [(TURNS_DEG, [100 * share for share in own.rotation_detected.found], _NEW_BOX)]


_FIGURES: tuple[tuple[str, str, tuple[Panel, ...]], ...] = (
    (
        "jitter",
        "Jitter of the raw angles",
        (
            _distribution("change per frame", "steps", lambda own: own.jitter.change["whole"]),
            _distribution("change of that change", "steps", lambda own: own.jitter.second["whole"]),
        ),
    ),
    (
        "rotation",
        "Picture rotated about the face: same box (solid), new detection (dashed)",
        (
            Panel("change of roll", "expected (°)", "measured (°)", _rolls, diagonal=True),
            Panel("error", _TURN, "mean angle from the expected pose (°)", _errors),
            Panel("faces found again", _TURN, "share (%)", _found, one_for_all=True),
        ),
    ),
    (
        "mirror",
        "Pose in the mirrored picture compared with the mirrored pose",
        (_mirror("yaw"), _mirror("pitch"), _mirror("roll")),
    ),
    (
        "box",
        "Box resized and moved",
        (
            _box("scale", "size", "change of the sides (%)", SCALES),
            _box("right", "horizontal position", "to the right (% of its width)", SHIFTS),
            _box("down", "vertical position", "down (% of its height)", SHIFTS),
        ),
    ),
)


def _figure(reports: Sequence[VideoReport], path: Path, title: str, panels: tuple[Panel, ...]) -> None:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    size = (0.6 + 3.6 * len(panels), 1.0 + 2.4 * len(reports))
    figure = Figure(figsize=size, layout="constrained", facecolor="white")
    sharey: Literal["all", "col"] = "all" if len({panel.along for panel in panels}) == 1 else "col"
    grid = figure.subplots(len(reports), len(panels), squeeze=False, sharex="col", sharey=sharey)
    colours = dict(zip(reports[0].snapshots, cycle(_COLOURS), strict=False))
    for row, report in zip(grid, reports, strict=True):
        for axes, panel in zip(row, panels, strict=True):
            _draw(axes, panel, report, colours)
            if axes not in grid[-1]:
                axes.set_xlabel("")
            if sharey == "all" and axes is not row[0]:
                axes.set_ylabel("")
            axes.set_title(f"{report.video}: {panel.title}" if axes is row[0] else panel.title, loc="left", fontsize=9)
    for axes, panel in zip(grid[0], panels, strict=True):
        if not panel.diagonal:
            axes.set_ylim(bottom=0)  # after all rows are drawn, because they share the axis
        if panel.across == _ANGLE:
            axes.set_xlim(left=0)
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=_INK)
    keys = [Line2D([], [], color=colour, lw=2, label=name) for name, colour in colours.items()]
    figure.legend(handles=keys, loc="outside lower left", ncols=4, frameon=False, fontsize=9)
    with replacing(path) as part, writing(path):
        figure.savefig(part, format="png", dpi=130)


def _draw(axes: Axes, panel: Panel, report: VideoReport, colours: Mapping[str, str]) -> None:
    for name, figures in list(report.snapshots.items())[: 1 if panel.one_for_all else None]:
        for xs, ys, form in panel.lines(figures):
            axes.plot(xs, ys, form, color=_INK if panel.one_for_all else colours[name], lw=1.6, ms=3)
    if panel.diagonal:
        axes.axline((0, 0), slope=1, color="#8A8A8A", lw=0.8, zorder=0)
    axes.set_xlabel(panel.across, fontsize=8, color=_INK)
    axes.set_ylabel(panel.along, fontsize=8, color=_INK)
    if panel.across == _TURN:
        axes.set_xticks(TURNS_DEG[::2])
    axes.grid(visible=True, color="#E6E6E6", lw=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#BBBBBB")
    axes.tick_params(colors=_INK, labelsize=8)
