"""What a benchmark measured, and its ratios. JSON has the figures of every round; ratios are computed from them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.benchmark.cost import Cost
from app.benchmark.machine import Machine

THREADS = (("decode",), ("detect", "track", "crop"), ("infer",), ("draw", "encode"))
"""The stages in each of an export's four threads. Decoder, network and encoder have threads of their own besides."""

STAGES = tuple(stage for stages in THREADS for stage in stages)

BUSY_SHARE = 0.05
"""If other processes use more of the cores' time than this, wall times say little."""

WIDE_SPREAD = 0.10
"""If the slowest and the fastest round differ by more than this part of the median, neither do they."""


@dataclass(frozen=True, slots=True)
class Round:
    """One repetition of all measurements.

    `loop`: an export's work in one loop, without its four threads. Stages that take turns with each frame find less of
    what they need in the processor's caches than each alone, so `loop` costs more processor time than `stages`; what
    `export` costs more than `loop` is due to its threads.
    `ideal`: bare calls of the same libraries with the same settings, of the stages that have such a counterpart.
    `published`: the published way re-enacted; None if it was not asked for. `others`: by part (`stages`, `ideal`,
    `loop`, `export`, `published`), the share of the cores' time that other processes used meanwhile; empty if unknown.
    """

    stages: Mapping[str, Cost]
    ideal: Mapping[str, Cost]
    loop: Cost
    export: Cost
    published: Cost | None
    others: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Angles:
    """How far the published way's angles are from the product's, in degrees; of yaw, pitch and roll alike.

    `same_pixels`: the largest difference if both get the same pixels and boxes. `own_decoder`: the median if the
    published way decodes and detects on its own. `poses`: the number of compared poses of the first. None: no pose.
    """

    same_pixels: float | None
    own_decoder: float | None
    poses: int


@dataclass(frozen=True, slots=True)
class VideoFigures:
    """The figures of one video. `faces`: per frame, on average.

    Of the export, and of the published way: `memory_mib`, the peak of a process of its own each, if the system tells;
    `file_kib`, the size of the written video per frame.
    """

    name: str
    size: tuple[int, int]
    frame_rate: float
    frames: int
    faces: float
    rounds: tuple[Round, ...]
    memory_mib: Mapping[str, float]
    file_kib: Mapping[str, float]
    angles: Angles | None


class Moment(NamedTuple):
    """How long after the start of a process something happened, and the processor time that it took; in seconds."""

    wall_s: float
    processor_s: float


@dataclass(frozen=True, slots=True)
class Start:
    """When something first happens in a new process; medians. Without a display, nothing happens in a window.

    `live`: of a simulated camera's frames in the window, with the delay from capture to painting and the longest time
    for which the window's thread was blocked; empty without a display.
    """

    moments: Mapping[str, Moment]
    live: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of `benchmark`. `settings`: the options that measurements depend on, by name. `snapshot`: its name, hash
    and engine."""

    date: str
    machine: Machine
    versions: Mapping[str, str]
    settings: Mapping[str, object]
    snapshot: Mapping[str, str]
    videos: tuple[VideoFigures, ...]
    start: Start | None


class Spread(NamedTuple):
    """The median of all rounds, and the lowest and highest of them."""

    median: float
    lowest: float
    highest: float

    @property
    def width(self) -> float:
        """The distance of highest and lowest, relative to the median."""
        return (self.highest - self.lowest) / self.median if self.median else 0.0


def spread(video: VideoFigures, figure: Callable[[Round], float]) -> Spread:
    """A figure of each round. A ratio's two parts come from the same round, so that slow minutes slow both."""
    values = [figure(one) for one in video.rounds]
    return Spread(statistics.median(values), min(values), max(values))


def overlap_bound_ms(stages: Mapping[str, Cost], cores: int) -> float:
    """The least time per frame of an export with stages of this cost: if they overlapped perfectly on all cores.

    That is their processor time divided among the cores, or the busiest of the export's threads if that takes longer.
    """
    threads = (sum(stages[name].thread_ms for name in names) for names in THREADS)
    return max(sum(cost.processor_ms for cost in stages.values()) / cores, *threads)


def bound_ms(one: Round, cores: int) -> float:
    """With the stages as they are: what better overlap could gain."""
    return overlap_bound_ms(one.stages, cores)


def ideal_bound_ms(one: Round, cores: int) -> float:
    """With bare library calls where there are such: what better overlap and leaner stages could gain together."""
    return overlap_bound_ms({**one.stages, **one.ideal}, cores)


def work_ms(one: Round) -> float:
    """The processor time of all stages, each alone."""
    return sum(cost.processor_ms for cost in one.stages.values())


def share_for_others(one: Round) -> float:
    """Of the cores' time during the export."""
    return one.others.get("export", 0.0)


RATIOS: Mapping[str, Callable[[Round, int], float]] = {
    "bound ÷ export": lambda one, cores: bound_ms(one, cores) / one.export.wall_ms,
    "bound ÷ export, without others": lambda one, cores: (
        bound_ms(one, cores) / (one.export.wall_ms * max(1 - share_for_others(one), 0.01))
    ),
    "ideal bound ÷ export": lambda one, cores: ideal_bound_ms(one, cores) / one.export.wall_ms,
    "ideal bound ÷ export, without others": lambda one, cores: (
        ideal_bound_ms(one, cores) / (one.export.wall_ms * max(1 - share_for_others(one), 0.01))
    ),
    "processor time: stages ÷ export": lambda one, _cores: work_ms(one) / one.export.processor_ms,
    "processor time: stages ÷ loop": lambda one, _cores: work_ms(one) / one.loop.processor_ms,
    "processor time: loop ÷ export": lambda one, _cores: one.loop.processor_ms / one.export.processor_ms,
    "processor time: ideal ÷ export": lambda one, _cores: (
        sum(cost.processor_ms for cost in {**one.stages, **one.ideal}.values()) / one.export.processor_ms
    ),
}
"""The ratios of one round, by name. Other processes take cores from an export: “without others” compares with the
cores' time that was left to it."""

AGAINST_PUBLISHED: Mapping[str, Callable[[Cost, Cost], float]] = {
    "published ÷ export": lambda published, export: published.wall_ms / export.wall_ms,
    "processor time: published ÷ export": lambda published, export: published.processor_ms / export.processor_ms,
}


def ratios(video: VideoFigures, cores: int) -> dict[str, Spread]:
    """All ratios of a video, by name."""
    found = {name: spread(video, lambda one, ratio=ratio: ratio(one, cores)) for name, ratio in RATIOS.items()}  # type: ignore[misc]
    for name, ratio in AGAINST_PUBLISHED.items():
        values = [ratio(one.published, one.export) for one in video.rounds if one.published is not None]
        if values:
            found[name] = Spread(statistics.median(values), min(values), max(values))
    return found


def warnings_about(figures: Figures) -> list[str]:
    """Why the wall times of a run cannot be trusted; empty if nothing speaks against them."""
    found = []
    for video in figures.videos:
        shares = [share for one in video.rounds for share in one.others.values()]
        others = statistics.mean(shares) if shares else 0.0
        if others > BUSY_SHARE:
            found.append(
                f"{video.name}: other processes used {100 * others:.0f} % of the processors meanwhile, so wall times "
                "are too long. Compare processor times, or measure again on an idle machine."
            )
        width = spread(video, lambda one: one.export.wall_ms).width
        if width > WIDE_SPREAD and others <= BUSY_SHARE:
            found.append(
                f"{video.name}: the export's time differs by {100 * width:.0f} % between the rounds. Use more "
                "--repeats, or measure again on an idle machine."
            )
    return found
