"""Gives each head an ID that it keeps throughout the video."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from app.analysis.assignment import cheapest_pairs
from app.analysis.optical_flow import GreyImage
from app.analysis.track_memory import TrackMemory
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
    """One head: where and when it was last seen.

    `lost_s`: when the detector lost it, if optical flow has carried its box since, because it may have turned away.
    """

    track_id: int
    box: Box
    score: float
    seen_s: float
    lost_s: float | None = None


class Tracker:
    """Matches detections to known heads by position and size, all at once (Hungarian method).

    With a `memory`, a head that is new to this tracker keeps the ID that it has there. `sparse`: frames may be far
    apart, so heads of the frame before are known however long ago that was.
    """

    def __init__(self, memory: TrackMemory | None = None, *, sparse: bool = False) -> None:
        self._sparse = sparse
        self._last_s = 0.0
        self._tracks: tuple[Track, ...] = ()
        self._memory = memory
        self._next_id = 1
        self.searches_everywhere = True
        """Whether new heads are sought in the whole memory: the first frame may be anywhere in the video. Otherwise
        only around the time of the frame."""

    def update(
        self, detections: tuple[Detection, ...], time_s: float, *, thumbnail: GreyImage | None = None
    ) -> tuple[Track, ...]:
        """The tracks of these detections, in the same order. Other heads are remembered for MEMORY_S.

        `thumbnail`: the frame's, by which a memory knows the scene.
        """
        longest_s = max(MEMORY_S, time_s - self._last_s) if self._sparse else MEMORY_S
        self._last_s = time_s
        known = tuple(track for track in self._tracks if 0 <= time_s - track.seen_s <= longest_s)
        matches = _assignment(known, detections, time_s)
        ids = {position: known[place].track_id for position, place in matches.items()}
        new = tuple(position for position in range(len(detections)) if position not in ids)
        if new and self._memory is not None and thumbnail is not None:
            taken = {track.track_id for track in known}
            remembered = self._memory.recall(time_s, thumbnail, anywhere=self.searches_everywhere)
            tracks = tuple(Track(one, box, 0.0, time_s) for one, box in remembered.items() if one not in taken)
            recalled = _assignment(tracks, tuple(detections[position] for position in new), time_s)
            ids |= {new[place]: tracks[other].track_id for place, other in recalled.items()}
        current = [
            Track(ids[position] if position in ids else self._new_id(), detection.box, detection.score, time_s)
            for position, detection in enumerate(detections)
        ]
        matched = set(matches.values())
        lost = tuple(track for position, track in enumerate(known) if position not in matched)
        self._tracks = (*current, *lost)
        return tuple(current)

    def carry(self, tracks: tuple[Track, ...], boxes: tuple[Box, ...], time_s: float) -> tuple[Track, ...]:
        """The same heads in another frame, in which optical flow has found these boxes."""
        self._last_s = time_s
        moved = tuple(replace(track, box=box, seen_s=time_s) for track, box in zip(tracks, boxes, strict=True))
        self.move(moved)
        return moved

    def move(self, tracks: tuple[Track, ...]) -> None:
        """Knows these heads where they are now, before or after the detections of the same frame."""
        ids = {track.track_id for track in tracks}
        self._tracks = (*tracks, *(track for track in self._tracks if track.track_id not in ids))

    def _new_id(self) -> int:
        if self._memory is not None:
            return self._memory.new_id()
        self._next_id += 1
        return self._next_id - 1

    def forget(self) -> None:
        """Forgets every head, for example after a cut. IDs are not reused."""
        self._tracks = ()


def _assignment(known: tuple[Track, ...], detections: tuple[Detection, ...], time_s: float) -> dict[int, int]:
    """The index of the matching track for each detection that has one."""
    if not known or not detections:
        return {}
    costs = np.array([[_cost(track, detection.box, time_s) for track in known] for detection in detections])
    return {row: column for row, column in cheapest_pairs(costs) if costs[row, column] < _IMPOSSIBLE}


def _cost(track: Track, box: Box, time_s: float) -> float:
    side = math.sqrt(math.sqrt(max(track.box.area, 1.0) * max(box.area, 1.0)))
    (x1, y1), (x2, y2) = track.box.centre, box.centre
    distance = math.hypot(x2 - x1, y2 - y1) / side
    growth = abs(math.log(max(box.area, 1.0) / max(track.box.area, 1.0))) / 2
    seen_s = track.seen_s if track.lost_s is None else track.lost_s
    reach = min(LARGEST_STEP + LARGEST_SPEED_PER_S * (time_s - seen_s), LARGEST_STEP_IN_ALL)
    if distance > reach or growth > LARGEST_GROWTH:
        return _IMPOSSIBLE
    return distance + growth
