"""Where the faces of a video were, by the video's own time, so that a face keeps its track ID when the user seeks."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Mapping
from operator import attrgetter
from typing import NamedTuple

from app.analysis.optical_flow import GreyImage, is_same_scene
from detectors import Box, overlap

STEP_S = 0.1
"""Places are remembered at this distance at least: a face hardly moves in that time, and an hour takes about 30 MB."""

NEAR_S = 0.5
"""A remembered place at most this far away is the same moment for a face, unless there is a cut in between."""

MOST_PLACES = 100_000
SAME_FACE = 0.5
"""Boxes of one frame that overlap this much (intersection over union) are of the same face."""

_AT_ONCE_S = 0.005
_MOST_COMPARED = 1000


class _Place(NamedTuple):
    """What was in one frame: its thumbnail, and the boxes of the faces by their IDs."""

    time_s: float
    thumbnail: GreyImage
    boxes: dict[int, Box]


_TIME = attrgetter("time_s")


class TrackMemory:
    """Remembers tracks of one video, in whatever order its parts are watched. IDs are never used again.

    If a running track comes to a place where the same face has another ID from an earlier visit, the face keeps the ID
    of the running track from then on, in the whole memory: `present_id` translates the earlier one.

    Thread: one at a time; `present_id` from any.
    """

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._next_id = 1
        self._replaced: dict[int, int] = {}

    def new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def present_id(self, track_id: int) -> int:
        """The ID that a face has now, given one that it had once."""
        while track_id in self._replaced:
            track_id = self._replaced[track_id]
        return track_id

    def note(self, time_s: float, thumbnail: GreyImage, boxes: Mapping[int, Box]) -> None:
        """Remembers the faces of a frame."""
        place = bisect_left(self._places, time_s, key=_TIME)
        around = self._places[max(0, place - 1) : place + 1]
        nearest = min(around, key=lambda one: abs(one.time_s - time_s), default=None)
        if nearest is not None and abs(nearest.time_s - time_s) < _AT_ONCE_S:
            self._join(self._present(nearest.boxes), boxes)
            nearest.boxes.clear()
            nearest.boxes.update(boxes)
        elif (nearest is None or abs(nearest.time_s - time_s) >= STEP_S) and len(self._places) < MOST_PLACES:
            insort(self._places, _Place(time_s, thumbnail, dict(boxes)), key=_TIME)

    def recall(self, time_s: float, thumbnail: GreyImage, *, anywhere: bool = False) -> Mapping[int, Box]:
        """The faces that were seen at about this time in the same scene; empty if it was not seen.

        `anywhere`: if it was not seen at this time, the faces of the same scene at the nearest time: in a scene without
        a cut, a face that is in the same place is taken to be the same.
        """
        within_s = math.inf if anywhere else NEAR_S
        first = bisect_left(self._places, time_s - within_s, key=_TIME)
        last = bisect_left(self._places, time_s + within_s, key=_TIME)
        nearest = sorted(self._places[first:last], key=lambda one: abs(one.time_s - time_s))
        for place in nearest[:_MOST_COMPARED]:
            if is_same_scene(place.thumbnail, thumbnail):
                return self._present(place.boxes)
        return {}

    def _present(self, boxes: Mapping[int, Box]) -> dict[int, Box]:
        return {self.present_id(track_id): box for track_id, box in boxes.items()}

    def _join(self, before: Mapping[int, Box], now: Mapping[int, Box]) -> None:
        for track_id, box in now.items():
            if track_id in before:
                continue  # It is another face there: the IDs of two faces were mixed up once.
            for other, known in before.items():
                same = self.present_id(other) == self.present_id(track_id)
                if not same and other not in now and overlap(box, known) >= SAME_FACE:
                    self._replaced[other] = track_id
                    break
