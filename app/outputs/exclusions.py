"""Ranges of a video that are excluded from statistics, and the file beside a table that keeps them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app import product
from app.atomic_files import replacing, writing
from app.errors import DataError

DECIMALS = 6
"""Of times in seconds, as in tables: with fewer, a range could lose or win a frame when it is saved."""


class Span(NamedTuple):
    """A range of the video in seconds, from `start_s` (inclusive) to `end_s` (exclusive)."""

    start_s: float
    end_s: float


Spans = tuple[Span, ...]


def merged(spans: Iterable[Span]) -> Spans:
    """The same ranges in order. Those that touch or overlap are joined, and empty ones are dropped."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.end_s > span.start_s):
        if joined and span.start_s <= joined[-1].end_s:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return tuple(joined)


def within(spans: Sequence[Span], time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which of the times, of shape (N,), are in any of the ranges."""
    inside = np.zeros(time_s.shape, bool)
    for span in spans:
        inside |= (time_s >= span.start_s) & (time_s < span.end_s)
    return inside


def exclusions_path(table: Path) -> Path:
    """The path of a table's exclusions: `talk-excluded.json` for `talk.csv`."""
    return table.with_name(f"{table.stem}-excluded.json")


def exclusions_text(table: Path, spans: Spans) -> str:
    """The content of the file of a table's exclusions: JSON with one range per line."""
    lines = ",\n".join(
        f'    {{"start_s": {round(span.start_s, DECIMALS)}, "end_s": {round(span.end_s, DECIMALS)}}}' for span in spans
    )
    listed = f"[\n{lines}\n  ]" if spans else "[]"
    return (
        f'{{\n  "product": "{product.NAME}",\n  "table": {json.dumps(table.name, ensure_ascii=False)},\n'
        f'  "meaning": "rows with start_s <= time_s < end_s are left out",\n  "excluded": {listed}\n}}\n'
    )


def exclusions_of(content: bytes, name: str) -> Spans:
    """The excluded ranges in a file's content. `name`: the file's, for messages.

    Raises DataError if it is not valid.
    """
    advice = "Fix or delete the file. Until then, no ranges are excluded, and changes of ranges are not saved."
    try:
        saved = json.loads(content.decode("utf-8-sig"))
        spans = [Span(float(entry["start_s"]), float(entry["end_s"])) for entry in saved["excluded"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise DataError(f"The excluded ranges in {name} cannot be read.", advice=advice) from error
    if not all(math.isfinite(edge) for span in spans for edge in span):
        raise DataError(f"The excluded ranges in {name} contain a value that is not a finite number.", advice=advice)
    return merged(spans)


def write_exclusions(table: Path, spans: Spans) -> Path:
    """Writes the excluded ranges beside their table, and returns the file's path.

    Raises OutputError if the file cannot be written.
    """
    path = exclusions_path(table)
    with replacing(path) as part, writing(path):
        part.write_text(exclusions_text(table, spans), encoding="utf-8", newline="\n")
    return path


def read_exclusions(table: Path) -> Spans:
    """The excluded ranges that were saved with the table; empty if there are none.

    Raises DataError if the file is not valid.
    """
    path = exclusions_path(table)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise DataError(
            f"The excluded ranges in {path.name} cannot be read: {error.strerror}.", advice="Check its permissions."
        ) from error
    return exclusions_of(content, path.name)
