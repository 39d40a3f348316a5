"""Makes the tables of the READMEs from `results/benchmark.json`, and from `results/window.json` if it is there.

Tables are between markers, `<!-- NAME: made by benchmarks/report.py -->` and `<!-- end of NAME -->`; nothing else is
changed. `python -m benchmarks.figures` writes them, with those of the evaluations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from app.benchmark.figures import STAGES, Figures, Spread, VideoFigures, ratios, spread, warnings_about
from app.benchmark.files import read_figures

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "benchmark.json"
WINDOW_RESULTS = HERE / "results" / "window.json"
"""What `benchmarks.window --json` has written."""

_MAKER = "made by benchmarks/report.py"

T = TypeVar("T")

Columns = Mapping[str, Callable[[VideoFigures, Mapping[str, Spread]], str]]
"""The columns of a table with a row for each video: their heads, and how each cell is made."""


def written_documents() -> dict[Path, str]:
    """Each document with its parts made anew."""
    texts = _with_parts(DOCUMENTS, read_figures(RESULTS), {})
    if WINDOW_RESULTS.exists():
        texts = _with_parts(WINDOW_DOCUMENTS, json.loads(WINDOW_RESULTS.read_text(encoding="utf-8")), texts)
    return texts


def _with_parts(
    documents: Mapping[Path, Mapping[str, Callable[[T], str]]], figures: T, known: Mapping[Path, str]
) -> dict[Path, str]:
    texts = dict(known)
    for path, parts in documents.items():
        text = texts.get(path) or path.read_text(encoding="utf-8")
        for name, make in parts.items():
            text = with_part(text, name, make(figures))
        texts[path] = text
    return texts


def with_part(text: str, name: str, part: str, maker: str = _MAKER) -> str:
    """The text with this part between the markers of that name. Raises ValueError if it does not have them once."""
    begin, end = f"<!-- {name}: {maker} -->", f"<!-- end of {name} -->"
    between = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
    changed, count = between.subn(lambda found: f"{found.group(1)}\n{part}\n\n{found.group(2)}", text)
    if count != 1:
        raise ValueError(f"The markers of “{name}” are there {count} times, not once.")
    return changed


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def conditions(figures: Figures) -> str:
    """Where, when and with what was measured, and what speaks against the figures."""
    return "\n\n".join((_where(figures), *(f"**{warning}**" for warning in warnings_about(figures))))


def _where(figures: Figures) -> str:
    machine, settings = figures.machine, figures.settings
    options = settings["encoder options"]
    named = ", ".join(f"{name} {value}" for name, value in options.items()) if isinstance(options, Mapping) else ""
    repeats = len(figures.videos[0].rounds)
    libraries = ", ".join(f"{name} {version}" for name, version in figures.versions.items())
    return (
        f"Measured on {figures.date[:10]} on {machine.processor}, {machine.cores} cores, {machine.system}, with "
        f"{settings['detector']}, {figures.snapshot['name']} on {figures.snapshot['engine']} and {settings['encoder']} "
        f"({named}); {libraries}. Medians of {repeats} rounds, with the lowest and highest in brackets."
    )


def percent(value: Spread) -> str:
    return f"{100 * value.median:.0f} % ({100 * value.lowest:.0f}–{100 * value.highest:.0f})"


def times(value: Spread) -> str:
    return f"{value.median:.2f} ({value.lowest:.2f}–{value.highest:.2f})"


def exports(figures: Figures) -> str:
    """The whole exports: how fast, how close to their bounds, and against the published way."""
    columns: Columns = {
        "video": lambda video, _: Path(video.name).stem,
        "faces": lambda video, _: f"{video.faces:.0f}",
        "frames/s": lambda video, _: f"{_fps(video):.1f}",
        "× real time": lambda video, _: f"{_fps(video) / video.frame_rate:.2f}",
        "share of the bound": lambda _, found: percent(found["bound ÷ export"]),
        "… of the time left by others": lambda _, found: percent(found["bound ÷ export, without others"]),
        "share of the ideal bound": lambda _, found: percent(found["ideal bound ÷ export"]),
        "… of the time left by others ": lambda _, found: percent(found["ideal bound ÷ export, without others"]),
        "processor time, stages ÷ loop": lambda _, found: times(found["processor time: stages ÷ loop"]),
        "loop ÷ export": lambda _, found: times(found["processor time: loop ÷ export"]),
        "memory": lambda video, _: _mib(video, "export"),
    }
    return table(list(columns), list(_rows(figures, columns)))


def published(figures: Figures) -> str:
    """The published way against an export."""
    columns: Columns = {
        "video": lambda video, _: Path(video.name).stem,
        "time, published ÷ export": lambda _, found: times(found["published ÷ export"]),
        "processor time, published ÷ export": lambda _, found: times(found["processor time: published ÷ export"]),
        "memory": lambda video, _: _mib(video, "published"),
        "file, published ÷ export": lambda video, _: f"{video.file_kib['published'] / video.file_kib['export']:.1f}",
        "largest difference of an angle, same pixels": lambda video, _: _degrees(
            video.angles.same_pixels if video.angles else None
        ),
        "median, own decoder and detection": lambda video, _: _degrees(
            video.angles.own_decoder if video.angles else None
        ),
    }
    if any(one.published is None for video in figures.videos for one in video.rounds):
        return "The published way was not measured."
    return table(list(columns), list(_rows(figures, columns)))


def stages(figures: Figures) -> str:
    """Processor milliseconds per frame of each stage, and of its bare counterpart in brackets."""
    rows = []
    for name in STAGES:
        cells = []
        for video in figures.videos:
            cost = spread(video, lambda one, name=name: one.stages[name].processor_ms)  # type: ignore[misc]
            share = spread(video, lambda one, name=name: one.stages[name].processor_ms / one.export.processor_ms)  # type: ignore[misc]
            cell = f"{cost.median:.2f}"
            if all(name in one.ideal for one in video.rounds):
                bare = spread(video, lambda one, name=name: one.ideal[name].processor_ms)  # type: ignore[misc]
                cell += f" (bare: {bare.median:.2f})"
            cells.append(f"{cell}, {100 * share.median:.0f} %")
        rows.append([name, *cells])
    whole = [spread(video, lambda one: one.export.processor_ms).median for video in figures.videos]
    loop = [spread(video, lambda one: one.loop.processor_ms).median for video in figures.videos]
    rows.append(["one loop", *(f"{processor_ms:.2f}" for processor_ms in loop)])
    rows.append(["export", *(f"{processor_ms:.2f}" for processor_ms in whole)])
    return table(["processor ms per frame", *(Path(video.name).stem for video in figures.videos)], rows)


def start(figures: Figures) -> str:
    """The start of the program, and a camera in the window."""
    if figures.start is None:
        return "The start was not measured."
    rows = [[name, f"{one.wall_s:.2f} s", f"{one.processor_s:.2f} s"] for name, one in figures.start.moments.items()]
    text = table(["from the start of the process until", "time", "processor time"], rows)
    if figures.start.live:
        live = ", ".join(f"{name} {value:.3g}" for name, value in figures.start.live.items())
        text += f"\n\nA simulated camera of {Path(figures.videos[0].name).stem} in the window: {live}."
    return text


def summary(figures: Figures) -> str:
    """The few figures for the project's README."""
    columns: Columns = {
        "video": lambda video, _: f"{Path(video.name).stem} ({video.size[0]}×{video.size[1]})",
        "faces": lambda video, _: f"{video.faces:.0f}",
        "export": lambda video, _: f"{_fps(video):.0f} frames/s",
        "× real time": lambda video, _: f"{_fps(video) / video.frame_rate:.1f}",
        "of what the cores allow": lambda _, found: f"{100 * found['bound ÷ export, without others'].median:.0f} %",
        "time of the published way": lambda _, found: (
            f"{found['published ÷ export'].median:.1f} ×" if "published ÷ export" in found else ""
        ),
        "memory": lambda video, _: _mib(video, "export"),
    }
    busy = " The machine was not idle, so exports and the published way took longer than they need."
    named = f"{figures.settings['detector']} and {figures.snapshot['name']}"
    where = f"Measured on {figures.date[:10]} on {figures.machine.cores} cores, with {named}."
    where += busy if any("other processes" in warning for warning in warnings_about(figures)) else ""
    return f"{where}\n\n{table(list(columns), list(_rows(figures, columns)))}"


def window_phases(figures: Mapping[str, Any]) -> str:
    """Every phase of the window at work, a column for each video."""
    videos = figures["videos"]
    phases = list(next(iter(videos.values())))
    rows = [[phase, *(_phase(of_video[phase]) for of_video in videos.values())] for phase in phases]
    return f"{_window_conditions(figures)}\n\n{table(['phase', *(Path(name).stem for name in videos)], rows)}"


def window_summary(figures: Mapping[str, Any]) -> str:
    """The few figures for the project's README."""
    heads = ["video", "playing", "during an export", "longest stall while playing", "during an export ", "live delay"]
    rows = []
    for name, phases in figures["videos"].items():
        playing, exporting, camera = (phases[phase] for phase in ("playing", "exporting", "watching as a camera"))
        rows.append(
            [
                Path(name).stem,
                *(f"{phase['frames per second']:.0f} frames/s" for phase in (playing, exporting)),
                *(f"{phase['longest stall, ms']:.0f} ms" for phase in (playing, exporting)),
                f"{camera['median delay, ms']:.0f} ms" if "median delay, ms" in camera else "",
            ]
        )
    return table(heads, rows)


def _window_conditions(figures: Mapping[str, Any]) -> str:
    machine = figures["machine"]
    return (
        f"Measured on {figures['date'][:10]} on {machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        "with MediaPipe and the bundled snapshot (`python -m benchmarks.window`)."
    )


def _phase(phase: Mapping[str, float]) -> str:
    cell = f"{phase['frames per second']:.1f} / {phase['skipped']:.0f} / {phase['longest stall, ms']:.0f} ms"
    if phase["long stalls"]:
        cell += f", {phase['long stalls']:.0f}"
    if "median delay, ms" in phase:
        cell += f" / {phase['median delay, ms']:.0f} and {phase['95 % of delays, ms']:.0f} ms"
    return cell


def _rows(figures: Figures, columns: Columns) -> Iterator[list[str]]:
    for video in figures.videos:
        found = ratios(video, figures.machine.cores)
        yield [cell(video, found) for cell in columns.values()]


def _fps(video: VideoFigures) -> float:
    return 1000 / spread(video, lambda one: one.export.wall_ms).median


def _mib(video: VideoFigures, part: str) -> str:
    return f"{video.memory_mib[part]:.0f} MiB" if part in video.memory_mib else ""


def _degrees(value: float | None) -> str:
    return "no face" if value is None else f"{value:.4f}°"


DOCUMENTS: Mapping[Path, Mapping[str, Callable[[Figures], str]]] = {
    HERE / "README.md": {
        "conditions": conditions,
        "exports": exports,
        "published way": published,
        "stages": stages,
        "start": start,
    },
    HERE.parent / "README.md": {"speed": summary},
}
"""Which parts each document has, and who writes them."""

WINDOW_DOCUMENTS: Mapping[Path, Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    HERE / "README.md": {"window": window_phases},
    HERE.parent / "README.md": {"window": window_summary},
}
