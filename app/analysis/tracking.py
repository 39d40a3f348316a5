"""Gives each head an ID that it keeps throughout the video."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from detectors import Box, Detection

MEMORY_S = 2.0
"""How long a lost head keeps its ID: long enough for a hand in front of the face, not for leaving the room."""

LARGEST_STEP = 1.0
"""How far a head can move from one detection to the next, in box sides, if no time passes in between."""

LARGEST_SPEED_PER_S = 4.0
LARGEST_STEP_IN_ALL = 3.0
"""How much farther it can move, in box sides per second since it was last seen; and how far in all."""

LARGEST_GROWTH = math.log(2.0)

_IMPOSSIBLE = 1e6


@dataclass(frozen=True, slots=True)
class Track:
    """One head: where and when it was last seen."""

    track_id: int
    box: Box
    score: float
    seen_s: float


class Tracker:
    """Matches detections to known heads by position and size, all at once (Hungarian method)."""

    def __init__(self) -> None:
        self._tracks: tuple[Track, ...] = ()
        self._next_id = 1

    def update(self, detections: tuple[Detection, ...], time_s: float) -> tuple[Track, ...]:
        """The tracks of these detections, in the same order. Other heads are remembered for MEMORY_S."""
        known = tuple(track for track in self._tracks if 0 <= time_s - track.seen_s <= MEMORY_S)
        matches = _assignment(known, detections, time_s)
        current: list[Track] = []
        for position, detection in enumerate(detections):
            if position in matches:
                track_id = known[matches[position]].track_id
            else:
                track_id, self._next_id = self._next_id, self._next_id + 1
            current.append(Track(track_id, detection.box, detection.score, time_s))
        matched = set(matches.values())
        lost = tuple(track for position, track in enumerate(known) if position not in matched)
        self._tracks = (*current, *lost)
        return tuple(current)

    def carry(self, tracks: tuple[Track, ...], boxes: tuple[Box, ...], time_s: float) -> tuple[Track, ...]:
        """The same heads in another frame, in which optical flow has found these boxes."""
        moved = tuple(replace(track, box=box, seen_s=time_s) for track, box in zip(tracks, boxes, strict=True))
        moved_ids = {track.track_id for track in moved}
        self._tracks = (*moved, *(track for track in self._tracks if track.track_id not in moved_ids))
        return moved

    def forget(self) -> None:
        """Forgets every head, for example after a cut. IDs are not reused."""
        self._tracks = ()


def _assignment(known: tuple[Track, ...], detections: tuple[Detection, ...], time_s: float) -> dict[int, int]:
    """The index of the matching track for each detection that has one."""
    if not known or not detections:
        return {}
    from scipy.optimize import linear_sum_assignment

    costs = np.array([[_cost(track, detection.box, time_s) for track in known] for detection in detections])
    rows, columns = linear_sum_assignment(costs)
    return {
        int(row): int(column) for row, column in zip(rows, columns, strict=True) if costs[row, column] < _IMPOSSIBLE
    }


def _cost(track: Track, box: Box, time_s: float) -> float:
    side = math.sqrt(math.sqrt(max(track.box.area, 1.0) * max(box.area, 1.0)))
    (x1, y1), (x2, y2) = track.box.centre, box.centre
    distance = math.hypot(x2 - x1, y2 - y1) / side
    growth = abs(math.log(max(box.area, 1.0) / max(track.box.area, 1.0))) / 2
    reach = min(LARGEST_STEP + LARGEST_SPEED_PER_S * (time_s - track.seen_s), LARGEST_STEP_IN_ALL)
    if distance > reach or growth > LARGEST_GROWTH:
        return _IMPOSSIBLE
    return distance + growth
