"""Gives each head an id that stays with it through the video."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from detectors import Box, Detection

KEPT_S = 2.0
"""How long a lost head is remembered under its id: a hand before the face, not a walk out of the room."""

FARTHEST = 1.0
"""Farthest step from one detection to the next, in box sides; more where frames lie far apart or a head was lost."""

FASTEST_PER_S = 4.0
FARTHEST_LOST = 3.0
"""How far a head may have gone since it was last seen, in box sides a second, and in all."""

LARGEST_GROWTH = math.log(2.0)

_IMPOSSIBLE = 1e6


@dataclass(frozen=True, slots=True)
class Track:
    """One head: where it was seen last, and when."""

    track_id: int
    box: Box
    score: float
    seen_s: float


class Tracker:
    """Assigns detections to known heads, the nearest in place and size first, all at once (Hungarian method)."""

    def __init__(self) -> None:
        self._tracks: tuple[Track, ...] = ()
        self._next_id = 1

    def seen(self, detections: tuple[Detection, ...], time_s: float) -> tuple[Track, ...]:
        """The tracks of these detections, in their order; heads not seen are kept in mind for KEPT_S."""
        known = tuple(track for track in self._tracks if 0 <= time_s - track.seen_s <= KEPT_S)
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

    def moved(self, tracks: tuple[Track, ...], boxes: tuple[Box, ...], time_s: float) -> tuple[Track, ...]:
        """The same heads in boxes carried to another frame."""
        moved = tuple(replace(track, box=box, seen_s=time_s) for track, box in zip(tracks, boxes, strict=True))
        others = {track.track_id for track in moved}
        self._tracks = (*moved, *(track for track in self._tracks if track.track_id not in others))
        return moved

    def forget(self) -> None:
        """Drops every head, as after a cut; ids are not used again."""
        self._tracks = ()


def _assignment(known: tuple[Track, ...], detections: tuple[Detection, ...], time_s: float) -> dict[int, int]:
    """Position of the detection → position of the track."""
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
    reach = min(FARTHEST + FASTEST_PER_S * (time_s - track.seen_s), FARTHEST_LOST)
    if distance > reach or growth > LARGEST_GROWTH:
        return _IMPOSSIBLE
    return distance + growth
