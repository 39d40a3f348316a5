"""Samples for tests of live outputs."""

from __future__ import annotations

import time
from dataclasses import replace

from app.live_outputs.sample import HeadSample
from app.live_outputs.turn import TurnAngles
from hopenet import HeadPose

SAMPLE = HeadSample(
    captured_s=12.5,
    captured_unix_s=1_700_000_000.25,
    source_time_s=1.5,
    frame=45,
    track_id=3,
    kind="face",
    pose=HeadPose(20.0, -10.0, 5.0),
    turn=TurnAngles.from_pose(HeadPose(20.0, -10.0, 5.0)),
    position_cm=(1.5, -2.25, 60.0),
)


def sample_now(frame: int = 0) -> HeadSample:
    """One that was captured at this moment."""
    return replace(SAMPLE, captured_s=time.perf_counter(), captured_unix_s=time.time(), frame=frame)
