"""The trails of heads: where each nose pointed during the last second."""

from __future__ import annotations

from collections.abc import Container

from app.analysis.tracking import Track
from app.frames import TrailPoint
from hopenet import HeadPose
from hopenet.camera_geometry import ON_AXIS, Sight

TRAIL_S = 1.0
"""Maximum age of the points in a face's trail."""


class Trails:
    """The trail of every track.

    Thread: one at a time.
    """

    def __init__(self) -> None:
        self._trails: dict[int, tuple[tuple[float, TrailPoint], ...]] = {}

    def extended(self, track: Track, pose: HeadPose, time_s: float, sight: Sight = ON_AXIS) -> tuple[TrailPoint, ...]:
        """The track's trail, the oldest point first, with this pose as its newest point."""
        point = TrailPoint(track.box.centre, track.box.height, pose, sight)
        known = self._trails.get(track.track_id, ())
        kept = *((then_s, old) for then_s, old in known if 0 < time_s - then_s <= TRAIL_S), (time_s, point)
        self._trails[track.track_id] = kept
        return tuple(old for _, old in kept)

    def keep_only(self, track_ids: Container[int]) -> None:
        """Drops the trails of all other tracks."""
        self._trails = {track_id: trail for track_id, trail in self._trails.items() if track_id in track_ids}
