"""Places in a video as people type them: a time, or the number of a frame."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FRAME = re.compile(r"(?:#|f)\s*(\d{1,12})", re.IGNORECASE)
_TIME = re.compile(r"(?:(?:(\d{1,6}):)?(\d{1,6}):)?(\d{1,9}(?:[.,]\d*)?)\s*(s?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A time in seconds, or else a frame's number."""

    time_s: float | None = None
    frame: int | None = None


def read_place(text: str) -> Place | None:
    """Reads 62.5, 1:02.5, 0:01:02.5, f307 and #307; None for anything else."""
    found = _FRAME.fullmatch(text.strip())
    if found is not None:
        return Place(frame=int(found[1]))
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes = (int(part or 0) for part in found.groups()[:2])
    return Place(time_s=3600 * hours + 60 * minutes + float(found[3].replace(",", ".")))
