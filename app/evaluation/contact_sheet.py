"""A sheet of heads as the network saw them, each shown twice: with the axes of the label and of the estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.drawing.colours import AXIS_COLOURS
from app.drawing.geometry import axis_endpoints, head_axes
from detectors import BgrImage
from hopenet import HeadPose

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ACROSS = 4
_AXIS_LENGTH = 0.32
"""In sides of the square."""
_INK, _QUIET = "#222222", "#6B6B6B"


@dataclass(frozen=True, slots=True, eq=False)
class SheetHead:
    """One head on the sheet. `image` is the square that the network saw, at any size."""

    name: str
    image: BgrImage
    label: HeadPose
    estimate: HeadPose
    error_deg: float


def contact_sheet(heads: Sequence[SheetHead], *, title: str = "") -> Figure:
    """The heads in the given order, four per row, as a matplotlib figure.

    Convention: axes as in every drawing: red to the head's left side, green down the face, blue out of the nose.
    """
    from matplotlib.figure import Figure

    rows = max(1, -(-len(heads) // _ACROSS))
    figure = Figure(figsize=(14, 0.75 + 2.35 * rows), facecolor="white")
    top = 1 - 0.55 / figure.get_figheight()
    if title:
        figure.text(
            0.012, 1 - 0.2 / figure.get_figheight(), title, va="top", fontsize=14, fontweight="bold", color=_INK
        )
    figure.text(
        0.988,
        1 - 0.22 / figure.get_figheight(),
        "left: label, right: estimate; yaw, pitch, roll in degrees",
        ha="right",
        va="top",
        fontsize=10,
        color=_QUIET,
    )
    grid = figure.add_gridspec(rows, _ACROSS, left=0.012, right=0.988, bottom=0.01, top=top, wspace=0.07, hspace=0.08)
    for place, head in enumerate(heads):
        cell = grid[place // _ACROSS, place % _ACROSS].subgridspec(
            2, 2, wspace=0.02, hspace=0.03, height_ratios=(1, 0.26)
        )
        for column, pose in enumerate((head.label, head.estimate)):
            panel = figure.add_subplot(cell[0, column])
            _show(panel, head.image, pose)
        caption = figure.add_subplot(cell[1, :])
        caption.axis("off")
        _write(caption, head)
    return figure


def _show(panel: Axes, image: BgrImage, pose: HeadPose) -> None:
    height, width = image.shape[:2]
    panel.imshow(image[..., ::-1], interpolation="bilinear")
    panel.set_xlim(-0.5, width - 0.5)
    panel.set_ylim(height - 0.5, -0.5)
    panel.set_xticks([])
    panel.set_yticks([])
    panel.spines[:].set_visible(False)
    centre = width / 2, height / 2
    ends = axis_endpoints(pose, centre, _AXIS_LENGTH * min(width, height))
    for axis in np.argsort(head_axes(pose)[:, 2]):
        colour = tuple(part / 255 for part in reversed(AXIS_COLOURS[axis]))
        x, y = zip(centre, ends[axis], strict=True)
        panel.plot(x, y, color="black", lw=4.2, alpha=0.55, solid_capstyle="round")
        panel.plot(x, y, color=colour, lw=2.4, solid_capstyle="round")


def _write(caption: Axes, head: SheetHead) -> None:
    for x, pose in ((0.0, head.label), (0.505, head.estimate)):
        caption.text(
            x, 0.95, "  ".join(f"{angle:+z.0f}".replace("-", "−") for angle in pose), va="top", fontsize=9, color=_INK
        )
    caption.text(0.0, 0.42, head.name[-32:], va="top", fontsize=8, color=_QUIET)
    caption.text(1.0, 0.42, f"mean error {head.error_deg:.1f}°", ha="right", va="top", fontsize=8, color=_INK)
