"""The figures in words: tables for a terminal, and plain values for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.robustness.measures import PARTS, Spread, Spreads
from benchmarks.robustness.video import VideoFigures, VideoReport


def as_text(report: VideoReport) -> str:
    """A video's figures, a line a snapshot in each table; one line where no face was found."""
    if not report.snapshots:
        return f"{report.video}: no face found in {report.frames} frames."
    first = next(iter(report.snapshots.values()))
    followed = f"{report.heads} followed through {report.frames_in_a_row} in a row"
    lines = [f"{report.video}: {report.faces} faces in {report.frames} frames; {followed}"]
    for title, columns, cells in _TABLES:
        lines.append(f"  {title:36s}" + "".join(f"{column:>14s}" for column in columns))
        lines += (
            f"    {name[-34:]:34s}" + "".join(f"{cell:>14s}" for cell in cells(figures, first))
            for name, figures in report.snapshots.items()
        )
    return "\n".join(lines)


def without_nan(value: Any) -> Any:
    """For JSON, which has no NaN: None for what could not be measured."""
    if isinstance(value, Mapping):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def ratio(spread: Spread, first: Spread) -> tuple[float, float]:
    """Of the medians and of the RMS; NaN where the first has none."""
    pairs = ((spread.median, first.median), (spread.rms, first.rms))
    median, rms = (own / base if base else math.nan for own, base in pairs)
    return median, rms


def _jitter(own: Spreads, first: Spreads) -> Iterator[str]:
    yield from (f"{own[part].median:.2f} ({own[part].rms:.2f})" for part in PARTS)
    yield "{:.2f} ({:.2f})".format(*ratio(own["whole"], first["whole"]))


def _rotation(it: VideoFigures, _first: VideoFigures) -> Iterator[str]:
    for rotation in (it.rotation, it.rotation_detected):
        yield from (f"{rotation.slope:.2f}", f"{rotation.correlation:.3f}", f"{rotation.mean_error:.2f}")
    yield f"{100 * it.rotation_detected.mean_found:.0f} %"


def _mirror(it: VideoFigures, _first: VideoFigures) -> Iterator[str]:
    yield from (f"{it.mirror[part].mean:.2f} ({it.mirror[part].bias:+.2f})" for part in PARTS[:3])
    yield f"{it.mirror['whole'].mean:.2f}"


def _box(it: VideoFigures, _first: VideoFigures) -> Sequence[str]:
    return [f"{it.box[kind][end]:.2f}" for kind in ("scale", "right", "down") for end in (0, -1)]


_TABLES: tuple[tuple[str, tuple[str, ...], Any], ...] = (
    (
        "jitter: change a frame, median (RMS)",
        (*PARTS, "× the first"),
        lambda it, first: _jitter(it.jitter.change, first.jitter.change),
    ),
    (
        "        change of that change",
        (*PARTS, "× the first"),
        lambda it, first: _jitter(it.jitter.second, first.jitter.second),
    ),
    (
        "rotation to 45°: box kept | detected",
        ("slope", "correlation", "error", "| slope", "correlation", "error", "found"),
        _rotation,
    ),
    ("mirror: mean size (with its sign)", PARTS, _mirror),
    ("box: mean change", ("20 % smaller", "20 % larger", "10 % left", "10 % right", "10 % up", "10 % down"), _box),
)
