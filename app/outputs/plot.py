"""A picture of the three angles over time."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.errors import OutputError, UsageError
from app.files import replacing, writing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ANGLES = (
    ("yaw", "Yaw (°)", "picture's left", "right"),
    ("pitch", "Pitch (°)", "up", "down"),
    ("roll", "Roll (°)", "clockwise", "counter-\nclockwise"),
)
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
"""Apart for every common kind of colour vision. Source: Okabe and Ito, Color Universal Design, 2008."""
_LONGEST_GAP_FRAMES = 1.5
_INK, _QUIET = "#222222", "#8A8A8A"


@dataclass(frozen=True, slots=True)
class _Course:
    """One face's way through the film; missing angles are NaN, and so is a place inside each absence."""

    face_id: int
    rows: int
    time_s: npt.NDArray[np.float64]
    columns: dict[str, npt.NDArray[np.float64]]


def plot_angles(table_csv: Path, picture: Path, *, title: str = "", most_faces: int = 4) -> None:
    """Plots yaw, pitch and roll over time from a comma-separated pose table, as `.png` or `.svg` by the picture's name.

    Thin lines are the angles of single frames, thick ones the smoothed angles, bands one standard deviation of the
    network's distribution to either side of the single frames' angles; no line crosses an absence. The `most_faces`
    faces that are seen longest are shown, and the picture says how many others there are.

    Raises OutputError where the table cannot be read or the picture not written, UsageError for another extension.
    """
    kind = picture.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise UsageError(f"A plot cannot be written as {picture.name}.", advice="Use the extension .png or .svg.")
    courses, other_faces = _courses(table_csv, most_faces)

    # The object interface needs neither a display nor pyplot's global state.
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(10, 6.4), layout="constrained", facecolor="white")
    panels = figure.subplots(len(_ANGLES), 1, sharex=True)
    for panel, (angle, label, above, below) in zip(panels, _ANGLES, strict=True):
        for course, colour in zip(courses, _COLOURS, strict=False):
            _draw_course(panel, course, angle, colour)
        _dress(panel, label, above, below)
    panels[-1].set_xlabel("Time (s)", color=_INK)
    panels[-1].margins(x=0.01)
    if not courses:
        panels[1].text(0.5, 0.5, "no face", transform=panels[1].transAxes, ha="center", va="center", color=_QUIET)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold", color=_INK)
    keys = [
        Line2D([], [], color=colour, lw=2.2, label=f"face {course.face_id}")
        for course, colour in zip(courses, _COLOURS, strict=False)
    ]
    keys += [
        Line2D([], [], color=_QUIET, lw=2.2, label="smoothed"),
        Line2D([], [], color=_QUIET, lw=0.7, label="single frame"),
        Line2D([], [], color=_QUIET, lw=7, alpha=0.25, label="± 1 std. deviation"),
    ]
    figure.legend(handles=keys, loc="outside lower left", ncols=len(keys), frameon=False, fontsize=9)
    if other_faces:
        note = f"{other_faces} more {'face' if other_faces == 1 else 'faces'} not shown"
        panels[0].set_title(note, loc="right", fontsize=9, color=_QUIET)
    with replacing(picture) as part, writing(picture):
        figure.savefig(part, format=kind, dpi=150)


def _courses(table_csv: Path, most_faces: int) -> tuple[list[_Course], int]:
    try:
        with table_csv.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return _sorted_out(rows, min(most_faces, len(_COLOURS)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"The pose table {table_csv} cannot be plotted: {error}.", advice="It must be a .csv table of this program."
        ) from error


def _sorted_out(rows: list[dict[str, str]], most_faces: int) -> tuple[list[_Course], int]:
    counts = Counter(int(row["face_id"]) for row in rows)
    shown = sorted(counts, key=lambda face_id: (-counts[face_id], face_id))[:most_faces]
    return [_course(rows, face_id) for face_id in sorted(shown)], len(counts) - len(shown)


def _course(rows: list[dict[str, str]], face_id: int) -> _Course:
    own = [row for row in rows if int(row["face_id"]) == face_id]
    frames = np.array([int(row["frame"]) for row in own])
    gaps = np.flatnonzero(np.diff(frames) > _LONGEST_GAP_FRAMES) + 1
    names = [f"{angle}{part}_deg" for angle, *_ in _ANGLES for part in ("", "_smooth", "_std")]
    columns = {name: np.array([float(row[name] or "nan") for row in own]) for name in names}
    time_s = np.array([float(row["time_s"]) for row in own])
    return _Course(
        face_id,
        len(own),
        np.insert(time_s, gaps, time_s[gaps - 1]),
        {name: np.insert(column, gaps, np.nan) for name, column in columns.items()},
    )


def _draw_course(panel: Axes, course: _Course, angle: str, colour: str) -> None:
    raw = course.columns[f"{angle}_deg"]
    smooth = course.columns[f"{angle}_smooth_deg"]
    spread = course.columns[f"{angle}_std_deg"]
    panel.fill_between(course.time_s, raw - spread, raw + spread, color=colour, alpha=0.14, linewidth=0)
    panel.plot(course.time_s, raw, color=colour, lw=0.7, alpha=0.75)
    panel.plot(course.time_s, smooth, color=colour, lw=2.2, solid_capstyle="round")


def _dress(panel: Axes, label: str, above: str, below: str) -> None:
    panel.set_ylabel(label, color=_INK)
    low, high = panel.get_ylim()
    middle, half = (low + high) / 2, max(10.0, (high - low) / 2)
    panel.set_ylim(middle - half, middle + half)
    panel.axhline(0, color=_QUIET, lw=0.8, zorder=0)
    panel.grid(visible=True, color="#E6E6E6", lw=0.7)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color("#BBBBBB")
    panel.tick_params(colors=_INK, labelsize=9)
    for height, words, alignment in ((1.0, f"+ {above}", "top"), (0.0, f"− {below}", "bottom")):
        panel.text(1.005, height, words, transform=panel.transAxes, va=alignment, fontsize=8, color=_QUIET)
