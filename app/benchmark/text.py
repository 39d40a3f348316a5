"""The figures of a benchmark as text for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.benchmark.cost import Cost
from app.benchmark.figures import (
    STAGES,
    Angles,
    Figures,
    Round,
    Spread,
    Start,
    VideoFigures,
    bound_ms,
    ideal_bound_ms,
    ratios,
    spread,
)

_LEGEND = """\
ms: milliseconds per frame by the clock; processor ms: those of all threads together; share: of the export's processor
time; ideal: processor ms of a bare call of the same library, and how many times as much the stage takes. Bound: the
stages' processor time divided among the cores, or the busiest thread; with better overlap alone, no export with these
stages takes less. Ideal bound: the same with the bare calls. Medians of all rounds, and the lowest and highest in
brackets; ratios are taken within each round. One loop: an export's work without its threads; stages that take turns
find less in the processor's caches than each alone. “Without others” estimates the share of the time that other
processes left to the export."""


def as_text(figures: Figures) -> str:
    """Everything that was measured, as a table for each video."""
    snapshot, settings, machine = figures.snapshot, figures.settings, figures.machine
    options = " ".join(f"{name}={value}" for name, value in _mapping(settings["encoder options"]).items())
    lines = [
        f"{machine.processor}, {machine.cores} cores, {machine.system}; {figures.date}",
        f"{settings['detector']}, {snapshot['name']} on {snapshot['engine']}, {settings['encoder']} {options}",
        ", ".join(f"{name} {version}" for name, version in figures.versions.items()),
    ]
    for video in figures.videos:
        lines += ["", *_video_lines(video, machine.cores)]
    if figures.start is not None:
        lines += ["", *start_lines(figures.start)]
    return "\n".join((*lines, "", _LEGEND))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _video_lines(video: VideoFigures, cores: int) -> Iterator[str]:
    width, height = video.size
    export = spread(video, lambda one: one.export.wall_ms)
    fps = 1000 / export.median
    yield (
        f"{video.name}: {width}×{height}, {video.frames} frames at {video.frame_rate:.2f} frames/s, "
        f"{video.faces:.1f} faces per frame; rounds: {len(video.rounds)}"
    )
    yield f"{'':<11}{'ms':>9}{'processor ms':>15}{'share':>8}{'ideal':>9}"
    for name in STAGES:
        yield _stage_line(video, name)
    loop = spread(video, lambda one: one.loop.wall_ms)
    yield _line("one loop", loop, _processor(video, lambda one: one.loop), "")
    yield _line("export", export, _processor(video, lambda one: one.export), f"   {fps:.1f} frames/s")
    yield f"{'':<11}{fps / video.frame_rate:.2f} × real time"
    yield _line("bound", spread(video, lambda one: bound_ms(one, cores)), None, "")
    yield _line("ideal bound", spread(video, lambda one: ideal_bound_ms(one, cores)), None, "")
    if video.rounds[0].published is not None:
        old = spread(video, lambda one: _published(one).wall_ms)
        yield _line("published", old, _processor(video, _published), "")
    for name, ratio in ratios(video, cores).items():
        yield f"  {name:<42} {ratio.median:.2f} ({ratio.lowest:.2f}–{ratio.highest:.2f})"
    if video.memory_mib:
        yield "  peak memory: " + ", ".join(f"{name} {mib:.0f} MiB" for name, mib in video.memory_mib.items())
    yield "  written video: " + ", ".join(f"{name} {kib:.1f} KiB/frame" for name, kib in video.file_kib.items())
    if video.angles is not None:
        yield f"  angles of the published way: {_angles(video.angles)}"


def _published(one: Round) -> Cost:
    if one.published is None:
        raise ValueError("The published way was not measured.")
    return one.published


def _processor(video: VideoFigures, part: Callable[[Round], Cost]) -> Spread:
    return spread(video, lambda one: part(one).processor_ms)


def _stage_line(video: VideoFigures, name: str) -> str:
    wall = spread(video, lambda one: one.stages[name].wall_ms)
    processor = _processor(video, lambda one: one.stages[name])
    share = spread(video, lambda one: one.stages[name].processor_ms / one.export.processor_ms).median
    line = f"{name:<11}{wall.median:>9.2f}{processor.median:>15.2f}{100 * share:>6.0f} %"
    if all(name in one.ideal for one in video.rounds):
        ideal = _processor(video, lambda one: one.ideal[name])
        line += f"{ideal.median:>9.2f}"
        if ideal.median > 0:
            line += f"{processor.median / ideal.median:>7.2f} ×"
    return line


def _line(name: str, wall: Spread, processor: Spread | None, more: str) -> str:
    busy = "" if processor is None else f"{processor.median:.2f}"
    return f"{name:<11}{wall.median:>9.2f}{busy:>15}   ({wall.lowest:.2f}–{wall.highest:.2f}){more}"


def _angles(angles: Angles) -> str:
    if angles.same_pixels is None:
        return "no face to compare"
    text = f"{angles.same_pixels:.4f}° at most for the same pixels and boxes ({angles.poses} poses)"
    if angles.own_decoder is not None:
        text += f", {angles.own_decoder:.4f}° in the median with its own decoder and detection"
    return text


def start_lines(start: Start) -> Iterator[str]:
    """The times from the start of a process, and what a simulated camera costs in the window."""
    yield f"{'from the start of the process':<32}{'s':>7}{'processor s':>14}"
    for name, moment in start.moments.items():
        yield f"{name:<32}{moment.wall_s:>7.2f}{moment.processor_s:>14.2f}"
    if start.live:
        yield "a camera in the window: " + ", ".join(f"{name} {value:.3g}" for name, value in start.live.items())
