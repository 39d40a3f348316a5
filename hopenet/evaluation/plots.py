"""Plots of an evaluation, as matplotlib figures. They do not need a display."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from hopenet.evaluation.bootstrap import Bootstrap
from hopenet.evaluation.errors import HeadErrors
from hopenet.evaluation.figures import CLOSE_DEG, Calibration
from hopenet.pose import ANGLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ANGLE_COLOURS = {"yaw": "#00784A", "pitch": "#D8202C", "roll": "#1A5FD0"}
"""Those of the axes that the head turns about, as published: x (red) for pitch, y (green) for yaw, z (blue) for roll.
Markers and labels distinguish them without colour."""

_INK, _QUIET, _TOGETHER = "#222222", "#8A8A8A", "#222222"

_STEP_DEG = 15
_MINIMUM_HEADS = 3
_DASHES = ("-", "--")
_MARKERS = {"yaw": "o", "pitch": "s", "roll": "^"}


def error_over_yaw(errors: HeadErrors, bootstrap: Bootstrap, *, title: str = "") -> Figure:
    """The mean absolute error of each angle over the labelled yaw in steps, with 95 % intervals and head counts.

    Steps with fewer than 3 heads are left out.
    """
    figure, (panel, counts) = _figure(title, rows=2, heights=(4, 1))
    yaw = errors.labels[:, 0]
    edge = _STEP_DEG * max(1.0, np.ceil(np.abs(yaw).max() / _STEP_DEG))
    edges = np.arange(-edge, edge + 1, _STEP_DEG)
    places = np.clip(np.digitize(yaw, edges) - 1, 0, len(edges) - 2)
    heads = np.bincount(places, minlength=len(edges) - 1)
    shown = np.flatnonzero(heads >= _MINIMUM_HEADS)
    steps = [bootstrap.means(errors.absolute[places == place]) for place in shown]
    middles = edges[shown] + _STEP_DEG / 2
    for column, angle in enumerate(ANGLES):
        own = [step[column] for step in steps]
        values, colour = [one.value for one in own], ANGLE_COLOURS[angle]
        panel.plot(middles, values, color=colour, marker=_MARKERS[angle], ms=5, lw=2, label=angle)
        low = [one.value if one.low is None else one.low for one in own]
        high = [one.value if one.high is None else one.high for one in own]
        panel.fill_between(middles, low, high, color=colour, alpha=0.15, linewidth=0)
    panel.set_ylim(bottom=0)
    panel.set_ylabel("Mean absolute error (°)")
    panel.legend(frameon=False, loc="upper center", ncols=3)
    counts.bar(edges[:-1] + _STEP_DEG / 2, heads, width=0.86 * _STEP_DEG, color="#C9CED6")
    counts.set_ylabel("Heads")
    counts.set_xlabel("Labelled yaw (°): the nose points to the picture's right (−) or left (+)")
    counts.set_xticks(np.arange(-edge, edge + 1, 2 * _STEP_DEG))
    return figure


def cumulative_error(views: Mapping[str, HeadErrors], *, title: str = "", largest_deg: float = 30.0) -> Figure:
    """The share of heads with an error below a value: for each angle, the mean of the three, and the geodesic error.

    With two views, only the mean of the three and the geodesic error are shown, the second view dashed.
    """
    figure, (panel,) = _figure(title)
    for (view, errors), dashes in zip(views.items(), _DASHES, strict=False):
        angles = {angle: (errors.absolute[:, place], ANGLE_COLOURS[angle], 1.4) for place, angle in enumerate(ANGLES)}
        totals = {
            "mean of three": (errors.mean_of_three, _TOGETHER, 2.6),
            "geodesic": (errors.geodesic, _QUIET, 2.0),
        }
        curves = {**angles, **totals} if len(views) == 1 else totals
        for name, (degrees, colour, width) in curves.items():
            label = name if len(views) == 1 else f"{name}, {view}"
            heights = 100 * np.arange(len(degrees) + 1) / max(1, len(degrees))
            panel.step([0, *np.sort(degrees)], heights, where="post", color=colour, lw=width, ls=dashes, label=label)
    for close_deg in CLOSE_DEG:
        panel.axvline(close_deg, color=_QUIET, lw=0.8, ls=":")
    panel.set_xlim(0, largest_deg)
    panel.set_ylim(0, 100)
    panel.set_xlabel("Error (°)")
    panel.set_ylabel("Heads with a smaller error (%)")
    panel.legend(frameon=False, loc="lower right")
    return figure


def reliability(calibration: Mapping[str, Calibration], *, title: str = "") -> Figure:
    """The value that 68 % of errors are below, over the predicted spread, for groups of heads with similar spreads.

    On the diagonal, the spread is calibrated; above it, the network is overconfident.
    """
    figure, (panel,) = _figure(title, size=(7, 7.2))
    largest = 1.0
    for angle, own in calibration.items():
        x = [group.spread_deg for group in own.groups]
        y = [group.error_deg for group in own.groups]
        largest = max(largest, *x, *y)
        shares = [100 * share.value for share in (own.within_one, own.within_two)]
        label = f"{angle}: {shares[0]:.0f} % within one spread, {shares[1]:.0f} % within two"
        panel.plot(x, y, color=ANGLE_COLOURS[angle], marker=_MARKERS[angle], ms=6, lw=1.6, label=label)
    end = 1.06 * largest
    panel.plot([0, end], [0, end], color=_QUIET, lw=1, ls="--", label="calibrated: 68 % and 95 %", zorder=0)
    panel.set_xlim(0, end)
    panel.set_ylim(0, end)
    panel.set_aspect("equal")
    panel.set_xlabel("Predicted spread (°)")
    panel.set_ylabel("68 % of errors are below (°)")
    panel.legend(frameon=False, loc="upper left", fontsize=9)
    return figure


def _figure(
    title: str, *, rows: int = 1, heights: tuple[int, ...] = (1,), size: tuple[float, float] = (8, 6)
) -> tuple[Figure, list[Axes]]:
    # The object interface does not need a display or pyplot's global state.
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained", facecolor="white")
    panels = list(figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0])
    for panel in panels:
        panel.grid(visible=True, color="#E6E6E6", lw=0.7)
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
        panel.spines[["left", "bottom"]].set_color("#BBBBBB")
        panel.tick_params(colors=_INK, labelsize=9)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=_INK, parse_math=False)
    return figure, panels
