"""Ratios of one run to an earlier one, which say something only if both measured the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.benchmark.figures import STAGES, Figures, Round, Spread, VideoFigures, spread
from app.benchmark.machine import Machine
from app.errors import UsageError

_REPEATS = "repeats"
"""The one setting that figures do not depend on."""


def check_comparable(
    earlier: Figures, *, machine: Machine, settings: Mapping[str, object], snapshot: Mapping[str, str]
) -> None:
    """Raises UsageError if the earlier run had another processor, snapshot or settings: a ratio would be misleading."""
    differing = [
        *_difference("processor", earlier.machine.processor, machine.processor),
        *_difference("number of cores", earlier.machine.cores, machine.cores),
        *(found for key in ("name", "sha256", "engine") for found in _difference(
            f"snapshot's {key}", earlier.snapshot.get(key), snapshot.get(key))),
        *(found for key in {**earlier.settings, **settings} if key != _REPEATS for found in _difference(
            key, earlier.settings.get(key), settings.get(key))),
    ]  # fmt: skip
    if differing:
        raise UsageError(
            f"The earlier figures cannot be compared, because they have {differing[0]}.",
            advice="Measure both in the same way, on the same machine.",
        )


def _difference(what: str, earlier: object, now: object) -> list[str]:
    return [] if earlier == now else [f"another {what}: {earlier} instead of {now}"]


def comparison_lines(earlier: Figures, now: Figures) -> Iterator[str]:
    """The ratios of the medians, now ÷ earlier: below 1 is faster. Only videos that both have are compared."""
    before = {video.name: video for video in earlier.videos}
    changed = [
        f"{name} {earlier.versions.get(name, 'none')} → {now.versions.get(name, 'none')}"
        for name in {**earlier.versions, **now.versions}
        if earlier.versions.get(name) != now.versions.get(name)
    ]
    yield f"compared with {earlier.date}, now ÷ then; below 1 is faster"
    if changed:
        yield f"  other versions then: {', '.join(changed)}"
    for video in now.videos:
        if video.name not in before:
            yield f"{video.name}: not measured then"
            continue
        yield from _video_lines(before[video.name], video)


def _video_lines(then: VideoFigures, now: VideoFigures) -> Iterator[str]:
    yield f"{now.name}{'' if then.frames == now.frames else f' ({now.frames} frames, {then.frames} then)'}"
    yield f"  {'':<11}{'ms':>8}{'processor ms':>15}"
    for name in STAGES:
        yield _line(name, *(_costs(video, name) for video in (then, now)))
    yield _line("export", *(_costs(video, "export") for video in (then, now)))
    for name, mib in now.memory_mib.items():
        if name in then.memory_mib:
            yield f"  memory of {name}: {mib / then.memory_mib[name]:.2f}"


def _costs(video: VideoFigures, name: str) -> tuple[Spread, Spread]:
    def wall_ms(one: Round) -> float:
        return (one.export if name == "export" else one.stages[name]).wall_ms

    def processor_ms(one: Round) -> float:
        return (one.export if name == "export" else one.stages[name]).processor_ms

    return spread(video, wall_ms), spread(video, processor_ms)


def _line(name: str, then: tuple[Spread, Spread], now: tuple[Spread, Spread]) -> str:
    wall, processor = (
        after.median / before.median if before.median else float("nan") for before, after in zip(then, now, strict=True)
    )
    unclear = " (within the spread)" if _overlap(then[1], now[1]) else ""
    return f"  {name:<11}{wall:>8.2f}{processor:>15.2f}{unclear}"


def _overlap(a: Spread, b: Spread) -> bool:
    return a.lowest <= b.highest and b.lowest <= a.highest
