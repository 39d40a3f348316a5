"""Plots of the three angles over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.atomic_files import replacing, writing
from app.drawing.colours import ANGLES_ON_LIGHT, face_ink
from app.errors import DataError, OutputError, UsageError
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack, passes_seam
from app.outputs.table_data import PoseTableData
from app.settings import Signs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANELS = (
    ("yaw", "Yaw (°)", "picture's left", "right"),
    ("pitch", "Pitch (°)", "up", "down"),
    ("roll", "Roll (°)", "clockwise", "counter-\nclockwise"),
)
"""Angle, axis label, and what positive and negative values mean with the published signs."""

_MOST_FACES = 4
"""More lines in one plot cannot be told apart."""

_EVENT_ROW = 0.055
"""The height of a row of events, as a part of the panel's."""

_MOST_KEYS = 8
"""In a row of the legend."""

_DASHES = (0, (3.2, 1.6))
"""Of the second table's lines."""

_INK, _QUIET = "#222222", "#8A8A8A"
_USUAL_SIGNS = Signs()


class PlottedEvents(NamedTuple):
    """The events with one label: ranges, and moments, which end where they start. `colour`: #RRGGBB."""

    label: str
    colour: str
    spans: Sequence[Span]


def plot_angles(table: Path, picture: Path, *, title: str = "", max_faces: int = 4) -> None:
    """Plots yaw, pitch and roll over time from a pose table, as PNG or SVG according to the picture's extension.

    Thin lines are the angles of single frames, thick lines the smoothed angles, and bands one standard deviation of the
    network's distribution on either side of the single frames' angles. Lines are interrupted where a face is absent.
    Faces have the hues that they have in the picture. The `max_faces` faces seen longest are shown, and the picture
    says how many others there are.

    Raises OutputError if the table cannot be read or the picture cannot be written, UsageError for another extension.
    """
    kind = _kind_of(picture)
    tracks, other_faces, signs = _longest(table, max_faces)

    from matplotlib.lines import Line2D

    figure, panels = _panels(title)
    for angle, panel in enumerate(panels):
        for track in tracks:
            _draw_track(panel, track.with_gaps(), angle, face_ink(track.face_id, dark=False))
        _label(panel, angle, signs)
    if not tracks:
        panels[1].text(0.5, 0.5, "no face", transform=panels[1].transAxes, ha="center", va="center", color=_QUIET)
    keys = [
        Line2D([], [], color=face_ink(track.face_id, dark=False), lw=2.2, label=f"face {track.face_id}")
        for track in tracks
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


def plot_comparison(
    picture: Path,
    tracks: Sequence[tuple[str, FaceTrack]],
    excluded: Sequence[Span] = (),
    *,
    title: str = "",
    signs: Signs = _USUAL_SIGNS,
    events: Sequence[PlottedEvents] = (),
    pictures: bool = False,
) -> None:
    """Plots the angles of one face over time from one or two tables.

    `tracks`: the face's track in each table, with the table's title. `signs`: those of the first table. Each angle
    has one colour; the second table is dashed. Lines and bands are as in `plot_angles`; excluded ranges are grey.
    `events`: of the labels that have any; they are at the lower edge, a row for each label. `pictures`: the tables are
    of pictures that stand alone, so that no line joins their points, and pictures are counted in place of seconds.

    Raises OutputError if the picture cannot be written, UsageError for another extension.
    """
    kind = _kind_of(picture)

    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    figure, panels = _panels(title)
    for angle, panel in enumerate(panels):
        for span in excluded:
            panel.axvspan(span.start_s, span.end_s, color="#D9D9D9", alpha=0.75, linewidth=0, zorder=0.5)
        for place, (_, track) in enumerate(tracks):
            if pictures:
                _draw_pictures(panel, track, angle, second=place > 0)
            else:
                _draw_track(panel, track.with_gaps(), angle, ANGLES_ON_LIGHT[angle], second=place > 0)
        _label(panel, angle, signs)
        _draw_events(panel, events)
    if pictures:
        panels[-1].set_xlabel("Picture", color=_INK)
    keys: list[Line2D | Patch] = [
        Line2D([], [], color=_INK, lw=1.6 if place else 2.2, ls=_DASHES if place else "solid", label=name)
        for place, (name, _) in enumerate(tracks)
    ]
    if not pictures:
        keys.append(Line2D([], [], color=_QUIET, lw=0.7, label="single frame"))
    keys.append(Line2D([], [], color=_QUIET, lw=7, alpha=0.25, label="± 1 std. deviation"))
    keys += [Patch(color=own.colour, linewidth=0, label=own.label) for own in events]
    if excluded:
        keys.append(Patch(color="#D9D9D9", alpha=0.75, linewidth=0, label="excluded"))
    columns = min(len(keys), _MOST_KEYS)
    figure.legend(handles=keys, loc="outside lower left", ncols=columns, frameon=False, fontsize=9)
    with replacing(picture) as part, writing(picture):
        figure.savefig(part, format=kind, dpi=200)


def _kind_of(picture: Path) -> str:
    kind = picture.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise UsageError(f"A plot cannot be written as {picture.name}.", advice="Use the extension .png or .svg.")
    return kind


def _panels(title: str) -> tuple[Figure, Sequence[Axes]]:
    # Matplotlib's object interface needs neither a display nor pyplot's global state.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.4), layout="constrained", facecolor="white")
    panels = figure.subplots(len(_PANELS), 1, sharex=True)
    panels[-1].set_xlabel("Time (s)", color=_INK)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold", color=_INK, parse_math=False)
    return figure, panels


def _longest(path: Path, max_faces: int) -> tuple[list[FaceTrack], int, Signs]:
    """The tracks of the faces seen longest, by face ID; the number of other faces; the table's signs."""
    try:
        table: PoseTableData = read_pose_table(path)
    except DataError as error:
        raise OutputError(f"{path.name} cannot be plotted: {error.message}", advice=error.advice) from error
    longest = sorted(table.tracks, key=lambda track: (-len(track), track.face_id))
    shown = longest[: min(max_faces, _MOST_FACES)]
    return sorted(shown, key=lambda track: track.face_id), len(longest) - len(shown), table.reference.signs


def _draw_track(panel: Axes, track: FaceTrack, angle: int, colour: str, *, second: bool = False) -> None:
    spread = track.spread[:, angle]
    time_s, raw, low, high = _broken_at_the_seam(track, track.raw[:, angle], spread)
    panel.fill_between(time_s, low, high, color=colour, alpha=0.08 if second else 0.14, linewidth=0)
    panel.plot(time_s, raw, color=colour, lw=0.7, alpha=0.4 if second else 0.75)
    time_s, smooth, _, _ = _broken_at_the_seam(track, track.smoothed[:, angle], spread)
    if second:
        panel.plot(time_s, smooth, color=colour, lw=1.6, ls=_DASHES)
    else:
        panel.plot(time_s, smooth, color=colour, lw=2.2, solid_capstyle="round")


def _broken_at_the_seam(track: FaceTrack, angle: Numbers, spread: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Times, one angle and the edges of its spread, with a row of NaN wherever it goes on over ±180°."""
    places = np.flatnonzero(passes_seam(angle)) + 1
    values = (angle, angle - spread, angle + spread)
    middle, low, high = (np.insert(value, places, np.nan) for value in values)
    return np.insert(track.time_s, places, track.time_s[places]), middle, low, high


def _draw_pictures(panel: Axes, track: FaceTrack, angle: int, *, second: bool) -> None:
    panel.errorbar(
        track.frame + 1,
        track.raw[:, angle],
        yerr=np.nan_to_num(track.spread[:, angle]),
        fmt="s" if second else "o",
        color=ANGLES_ON_LIGHT[angle],
        ecolor=(*_rgb(ANGLES_ON_LIGHT[angle]), 0.3),
        markersize=4,
        markerfacecolor="white" if second else None,
    )


def _draw_events(panel: Axes, events: Sequence[PlottedEvents]) -> None:
    """A row for each label at the lower edge of the panel: ranges as bars, moments as diamonds."""
    for row, own in enumerate(events):
        low = 0.01 + row * _EVENT_ROW
        for span in own.spans:
            if span.end_s > span.start_s:
                panel.axvspan(
                    span.start_s, span.end_s, low, low + 0.75 * _EVENT_ROW, color=own.colour, linewidth=0, zorder=3
                )
            else:
                panel.plot(
                    span.start_s,
                    low + 0.4 * _EVENT_ROW,
                    "D",
                    color=own.colour,
                    markersize=4,
                    transform=panel.get_xaxis_transform(),
                    zorder=3,
                )


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _label(panel: Axes, angle: int, signs: Signs) -> None:
    name, label, above, below = _PANELS[angle]
    if getattr(signs, name) < 0:
        above, below = below, above
    panel.margins(x=0.01)
    panel.set_ylabel(label, color=ANGLES_ON_LIGHT[angle])
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
