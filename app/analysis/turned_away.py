"""Heads that have turned away: detectors lose a face in profile, so its box is carried on by optical flow.

Which heads have turned away is known only after their poses are estimated, perhaps in another thread and some frames
later. So every head that the detector loses is carried on, and `TurnedAway` says which of them are shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis.optical_flow import GreyView, followed
from app.analysis.tracking import Track
from app.settings import KEEP_TURNED_S, AnalysisSettings
from detectors import Box, overlap, shared_area
from hopenet import HeadPose, SnapshotRecord

TURNED_FROM_DEG = 50.0
"""A face that the detector lost at a smaller yaw was covered, or has left; it has not turned away."""

FACING_UP_TO_DEG = 40.0
"""A head that is carried on and seems to face the camera more than this is not shown: the detector would find it."""

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


def still_lost(tracks: Iterable[Track], current: Iterable[Track], time_s: float, keep_s: float) -> tuple[Track, ...]:
    """The tracks that are not among those that the detector has found, nor in the same place as one of them, and have
    not been lost for longer than `keep_s`."""
    found = {track.track_id: track.box for track in current}
    return tuple(
        track
        for track in tracks
        if track.track_id not in found
        and (track.lost_s is None or time_s - track.lost_s <= keep_s)
        and not any(_same_head(track.box, box) for box in found.values())
    )


def _same_head(a: Box, b: Box) -> bool:
    return overlap(a, b) >= SAME_HEAD_OVERLAP or shared_area(a, b) >= 0.5 * min(a.area, b.area)


class TurnedAway:
    """Says which of the heads that are carried on have turned away. Thread: one at a time."""

    def __init__(self) -> None:
        self._found_at_deg: dict[int, float] = {}
        """How far each head was turned when the detector found it last."""

    def is_shown(self, track: Track, pose: HeadPose | None) -> bool:
        """Whether a head is shown with this pose. Called for every head of every frame, in order."""
        if track.lost_s is None:
            if pose is not None:
                self._found_at_deg[track.track_id] = abs(pose.yaw)
            return True
        if pose is None or self._found_at_deg.get(track.track_id, 0.0) < TURNED_FROM_DEG:
            return False
        return abs(pose.yaw) > FACING_UP_TO_DEG

    def keep_only(self, tracks: Iterable[Track]) -> None:
        """Forgets all other heads."""
        present = {track.track_id for track in tracks}
        self._found_at_deg = {one: angle for one, angle in self._found_at_deg.items() if one in present}
