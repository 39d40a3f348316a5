"""What is sent while the face is lost."""

from __future__ import annotations

from dataclasses import replace

from app.live_outputs.sample import HeadSample
from app.live_outputs.settings import LostChoice
from app.live_outputs.turn import TurnAngles
from hopenet import HeadPose


def sample_of_lost(
    last: HeadSample | None, empty: HeadSample, *, choice: LostChoice, return_s: float, position_is_relative: bool
) -> HeadSample | None:
    """What is sent for a frame without the face; None if nothing is.

    `last`: the last sample with the face, if there was one. `empty`: a sample of this frame, without a head.
    `position_is_relative`: positions count from where the head was in the neutral pose, and return there as well.
    """
    if choice == "nothing":
        return None
    if choice == "nan":
        return replace(empty, track_id=None if last is None else last.track_id, name="" if last is None else last.name)
    if last is None:
        return None
    if choice == "hold":
        return _at(empty, last, 1.0)
    passed = min(1.0, max(0.0, (empty.captured_s - last.captured_s) / return_s))
    share = 1 - passed * passed * (3 - 2 * passed)  # Without a sudden start or end.
    return _at(empty, last, share, position_share=share if position_is_relative else 1.0)


def _at(empty: HeadSample, last: HeadSample, share: float, position_share: float = 1.0) -> HeadSample:
    """The last values times these shares."""
    position = last.position_cm
    if position is not None:
        x, y, z = (position_share * value for value in position)
        position = x, y, z
    return replace(
        empty,
        track_id=last.track_id,
        name=last.name,
        kind="hold" if share == 1 else "neutral",
        pose=HeadPose(*(share * angle for angle in last.pose)),
        turn=TurnAngles(*(share * angle for angle in last.turn)),
        position_cm=position,
    )
