"""Plots where an export's processor time goes, beside its bounds and the published way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.benchmark.figures import STAGES, Figures, Round, VideoFigures, spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#4C72B0", "#DD8452", "#C9B458", "#8172B3", "#55A868", "#DA8BC3", "#937860")
_QUIET = "#8A8A8A"


def plot_figures(figures: Figures, path: Path, *, kind: str) -> None:
    """One panel for each video, all relative to its export. `kind`: png or svg."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture = Figure(figsize=(7.5, 0.8 + 1.7 * len(figures.videos)), layout="constrained")
    FigureCanvasAgg(picture)
    panels = picture.subplots(len(figures.videos), squeeze=False)[:, 0]
    for axes, video in zip(panels, figures.videos, strict=True):
        _panel(axes, video, figures.machine.cores)
    handles, names = panels[0].get_legend_handles_labels()
    picture.legend(handles, names, loc="outside upper center", ncols=len(STAGES), frameon=False, fontsize=8)
    panels[-1].set_xlabel("processor time, or time on all cores, relative to the export", fontsize=8)
    picture.savefig(path, dpi=150, format=kind)


def _panel(axes: Axes, video: VideoFigures, cores: int) -> None:
    whole = spread(video, lambda one: one.export.processor_ms).median

    def stacked(row: int, *, ideal: bool) -> None:
        left = 0.0
        for name, colour in zip(STAGES, _COLOURS, strict=True):
            width = _stage_ms(video, name, ideal=ideal) / whole
            axes.barh(row, width, left=left, color=colour, label=None if ideal else name, height=0.7)
            left += width

    stacked(0, ideal=False)
    stacked(1, ideal=True)
    rows = {
        "export, processor time": whole,
        "export, time × cores": cores * spread(video, lambda one: one.export.wall_ms).median,
    }
    published = [one.published for one in video.rounds if one.published is not None]
    if len(published) == len(video.rounds):
        rows["published way, processor time"] = sorted(cost.processor_ms for cost in published)[len(published) // 2]
    for row, value in enumerate(rows.values(), start=2):
        axes.barh(row, value / whole, color=_QUIET, height=0.7)
    axes.set_yticks(range(2 + len(rows)), ("stages alone", "bare calls", *rows), fontsize=8)
    axes.tick_params(axis="x", labelsize=8)
    axes.invert_yaxis()
    axes.axvline(1, color="#222222", linewidth=0.8)
    axes.set_title(f"{video.name}, {video.size[0]}×{video.size[1]}", fontsize=9, loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _stage_ms(video: VideoFigures, name: str, *, ideal: bool) -> float:
    def processor_ms(one: Round) -> float:
        return (one.ideal.get(name, one.stages[name]) if ideal else one.stages[name]).processor_ms

    return spread(video, processor_ms).median
