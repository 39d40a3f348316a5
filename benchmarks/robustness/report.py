"""Formats the figures: tables for a terminal, and plain values for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.robustness.measures import PARTS, Deviations, DeviationsByPart
from benchmarks.robustness.video import VideoFigures, VideoReport


def without_nan(value: Any) -> Any:
    """For JSON, which does not have NaN: None for values that could not be measured."""
    if isinstance(value, Mapping):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def ratio(own: Deviations, first: Deviations) -> tuple[float, float]:
    """The ratios of the medians and of the RMS; NaN if the first one's is 0."""
    pairs = ((own.median, first.median), (own.rms, first.rms))
    median, rms = (value / base if base else math.nan for value, base in pairs)
    return median, rms


def _jitter(own: DeviationsByPart, first: DeviationsByPart) -> Iterator[str]:
    yield from (f"{own[part].median:.2f} ({own[part].rms:.2f})" for part in PARTS)
    yield "{:.2f} ({:.2f})".format(*ratio(own["whole"], first["whole"]))


def _rotation(own: VideoFigures, _first: VideoFigures) -> Iterator[str]:
    for rotation in (own.rotation, own.rotation_detected):
        yield from (f"{rotation.slope:.2f}", f"{rotation.correlation:.3f}", f"{rotation.mean_error:.2f}")
    yield f"{100 * own.rotation_detected.mean_found:.0f} %"


def _mirror(own: VideoFigures, _first: VideoFigures) -> Iterator[str]:
    yield from (f"{own.mirror[part].mean:.2f} ({own.mirror[part].bias:+.2f})" for part in PARTS[:3])
    yield f"{own.mirror['whole'].mean:.2f}"


def _box(own: VideoFigures, _first: VideoFigures) -> Sequence[str]:
    return [f"{own.box[kind][end]:.2f}" for kind in ("scale", "right", "down") for end in (0, -1)]


_TABLES: tuple[tuple[str, tuple[str, ...], Any], ...] = (
    (
        "jitter: change per frame, med. (RMS)",
        (*PARTS, "× the first"),
        lambda own, first: _jitter(own.jitter.change, first.jitter.change),
    ),
    (
        "        change of that change",
        (*PARTS, "× the first"),
        lambda own, first: _jitter(own.jitter.second, first.jitter.second),
    ),
    (
        "rotation to 45°: same box | detected",
        ("slope", "correlation", "error", "| slope", "correlation", "error", "found"),
        _rotation,
    ),
    ("mirror: mean absolute (signed)", PARTS, _mirror),
    ("box: mean change", ("20 % smaller", "20 % larger", "10 % left", "10 % right", "10 % up", "10 % down"), _box),
)


def as_text(report: VideoReport) -> str:
    """A video's figures: several tables with a line per snapshot; a single line if no face was found."""
    if not report.snapshots:
        return f"{report.video}: no face found in {report.frames} frames."
    first = next(iter(report.snapshots.values()))
    followed = f"{report.heads} followed through {report.frames_in_a_row} consecutive frames"
    lines = [f"{report.video}: {report.faces} faces in {report.frames} frames; {followed}"]
    for title, columns, cells in _TABLES:
        lines.append(f"  {title:36s}" + "".join(f"{column:>14s}" for column in columns))
        lines += (
            f"    {name[-34:]:34s}" + "".join(f"{cell:>14s}" for cell in cells(figures, first))
            for name, figures in report.snapshots.items()
        )
    return "\n".join(lines)
