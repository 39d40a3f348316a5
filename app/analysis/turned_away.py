"""Heads that have turned away: detectors lose a face in profile, so its box is carried on by optical flow.

Which heads have turned away is known only after their poses are estimated, perhaps in another thread and some frames
later. So every head that the detector loses is carried on with its shoulders, and `TurnedAway` says, frame by frame,
which of them have turned away, and where their faces are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from app.analysis.optical_flow import GreyView, followed
from app.analysis.tracking import Track
from app.settings import KEEP_TURNED_S, AnalysisSettings
from detectors import Box, overlap, shared_area
from hopenet import HeadPose, SnapshotRecord

TURNED_FROM_DEG = 40.0
"""A face that the detector lost at a smaller yaw was covered, or has left; it has not turned away."""

FACING_UP_TO_DEG = 30.0
"""A head that is carried on and seems to face the camera more than this is not shown: the detector would find it."""

FROM_NECK_SIDES = 0.75
"""How far the middle of a face is in front of the axis about which a head turns, in sides of its box: about 11 of 14
centimetres. So a face that turns from one profile to the other moves by one and a half sides."""

SAME_HEAD_OVERLAP = 0.3
_SMALLEST_VISIBLE_SHARE = 0.5


def keeps_turned_s(settings: AnalysisSettings, record: SnapshotRecord) -> float:
    """For how many seconds a head is carried on after the detector lost it; 0: not at all."""
    if settings.keep_turned_s is not None:
        return settings.keep_turned_s
    return KEEP_TURNED_S if record.decoding.circular else 0.0


def carried_on(
    tracks: Iterable[Track], before: GreyView, after: GreyView, time_s: float, *, size: tuple[int, int]
) -> tuple[Track, ...]:
    """The tracks, lost by the detector, where they are in the next frame of (width, height); without those that flow
    does not find any more, and those that are leaving the picture. Their score is 0."""
    found = []
    for track in tracks:
        box = followed(track.box, before, after)
        if box is not None and box.clipped(*size).area >= _SMALLEST_VISIBLE_SHARE * box.area:
            lost_s = time_s if track.lost_s is None else track.lost_s
            found.append(Track(track.track_id, box, 0.0, time_s, lost_s))
    return tuple(found)


def still_lost(tracks: Iterable[Track], current: Iterable[Track], keep_s: float) -> tuple[Track, ...]:
    """The tracks that are not among those that the detector has found, nor in the same place as one of them, and have
    not been lost for longer than `keep_s`."""
    found = {track.track_id: track.box for track in current}
    return tuple(
        track
        for track in tracks
        if track.track_id not in found
        and (track.lost_s is None or track.seen_s - track.lost_s <= keep_s)
        and not any(_same_head(track.box, box) for box in found.values())
    )


def _same_head(a: Box, b: Box) -> bool:
    return overlap(a, b) >= SAME_HEAD_OVERLAP or shared_area(a, b) >= 0.5 * min(a.area, b.area)


class _Turned(NamedTuple):
    """What is known of a head: its yaw when the detector found it last, its yaw now, and where it was taken to be at a
    time."""

    found_at_deg: float
    now_deg: float
    time_s: float = -math.inf
    box: Box | None = None


class TurnedAway:
    """Says which of the heads that are carried on have turned away, and where. Thread: one at a time."""

    def __init__(self) -> None:
        self._heads: dict[int, _Turned] = {}

    def found(self, track_id: int, pose: HeadPose | None) -> None:
        """The detector has found this head, in this pose."""
        if pose is not None:
            self._heads[track_id] = _Turned(pose.yaw, pose.yaw)

    def box_of(self, track: Track, time_s: float) -> Box | None:
        """Where the face is of a head that is carried on; None if it has not turned away.

        The track's box is where the face would be if only the shoulders had moved.
        """
        head = self._heads.get(track.track_id)
        if head is None or abs(head.found_at_deg) < TURNED_FROM_DEG:
            return None
        if head.box is not None and head.time_s == time_s:
            return head.box  # The same frame again, for example while a video is paused.
        before, now = (math.sin(math.radians(angle)) for angle in (head.found_at_deg, head.now_deg))
        box = track.box.moved(FROM_NECK_SIDES * track.box.width * (before - now), 0.0)
        self._heads[track.track_id] = head._replace(time_s=time_s, box=box)
        return box

    def is_shown(self, track_id: int, pose: HeadPose | None) -> bool:
        """Whether a head that has turned away is shown with this pose."""
        if pose is None:
            return False
        self._heads[track_id] = self._heads[track_id]._replace(now_deg=pose.yaw)
        return abs(pose.yaw) > FACING_UP_TO_DEG

    def keep_only(self, tracks: Iterable[Track]) -> None:
        """Forgets all other heads."""
        present = {track.track_id for track in tracks}
        self._heads = {one: head for one, head in self._heads.items() if one in present}
