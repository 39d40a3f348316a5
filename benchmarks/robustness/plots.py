"""The curves as pictures: a figure a test, a row a video, a line a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from app.atomic_files import replacing, writing
from benchmarks.robustness.measures import QUANTILES, Spread
from benchmarks.robustness.variants import SCALES, SHIFTS, TURNS_DEG
from benchmarks.robustness.video import VideoFigures, VideoReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Apart for every common kind of colour vision. Source: Okabe and Ito, Color Universal Design, 2008."""
_INK = "#222222"
_KEPT, _ANEW = "o-", "o--"
_ANGLE, _TURN = "angle (°)", "turn, counter-clockwise (°)"

Line = tuple[Sequence[float], Sequence[float], str]
"""x, y, and matplotlib's format."""


class Panel(NamedTuple):
    """One column of a figure: its title, what x and y are, and a snapshot's lines.

    `diagonal`: where y equals x. `one_for_all`: the lines are the same for every snapshot.
    """

    title: str
    across: str
    along: str
    lines: Callable[[VideoFigures], Sequence[Line]]
    diagonal: bool = False
    one_for_all: bool = False


def plot(reports: Sequence[VideoReport], folder: Path) -> None:
    """Writes jitter.png, rotation.png, mirror.png and box.png; none where no video has a face.

    Raises OutputError where one cannot be written.
    """
    if shown := [report for report in reports if report.snapshots]:
        for name, title, panels in _FIGURES:
            _figure(shown, folder / f"{name}.png", title, panels)


def _distribution(title: str, whose: str, spread_of: Callable[[VideoFigures], Spread]) -> Panel:
    def lines(figures: VideoFigures) -> list[Line]:
        # The last twentieth is a few odd ones that would squeeze all the rest.
        sizes = spread_of(figures).quantiles[:-2]
        return [(sizes, [100 * share for share in QUANTILES[: len(sizes)]], "-")]

    return Panel(title, _ANGLE, f"{whose} with less (%)", lines)


def _mirror(part: str) -> Panel:
    return _distribution(part, "faces", lambda it: it.mirror[part])


def _box(kind: str, title: str, across: str, shares: Sequence[float]) -> Panel:
    percent = [100 * share for share in shares]
    return Panel(title, across, "mean change of the pose (°)", lambda it: [(percent, it.box[kind], _KEPT)])


def _rolls(it: VideoFigures) -> list[Line]:
    ways = ((it.rotation, _KEPT), (it.rotation_detected, _ANEW))
    return [(rotation.expected_roll, rotation.roll, form) for rotation, form in ways]


def _errors(it: VideoFigures) -> list[Line]:
    return [(TURNS_DEG, it.rotation.error, _KEPT), (TURNS_DEG, it.rotation_detected.error, _ANEW)]


def _found(it: VideoFigures) -> list[Line]:
    return [(TURNS_DEG, [100 * share for share in it.rotation_detected.found], _ANEW)]


_FIGURES: tuple[tuple[str, str, tuple[Panel, ...]], ...] = (
    (
        "jitter",
        "Jitter of the raw angles",
        (
            _distribution("change a frame", "steps", lambda it: it.jitter.change["whole"]),
            _distribution("change of that change", "steps", lambda it: it.jitter.second["whole"]),
        ),
    ),
    (
        "rotation",
        "The picture turned about the face: box kept (solid), detected anew (dashed)",
        (
            Panel("change of roll", "by the rotation law (°)", "measured (°)", _rolls, diagonal=True),
            Panel("error", _TURN, "mean angle from the law (°)", _errors),
            Panel("faces found anew", _TURN, "share (%)", _found, one_for_all=True),
        ),
    ),
    (
        "mirror",
        "The mirrored picture's pose against the mirrored pose",
        (_mirror("yaw"), _mirror("pitch"), _mirror("roll")),
    ),
    (
        "box",
        "The box changed",
        (
            _box("scale", "size", "longer sides (%)", SCALES),
            _box("right", "place, across", "to the right (% of its width)", SHIFTS),
            _box("down", "place, along", "down (% of its height)", SHIFTS),
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
            axes.set_ylim(bottom=0)  # after all rows, which share the axis
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
