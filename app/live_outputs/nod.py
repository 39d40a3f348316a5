"""A nod that nobody made: the test of outputs."""

from __future__ import annotations

import math
import time

from app.live_outputs.sample import HeadSample
from app.live_outputs.sender import HeadSender
from app.live_outputs.turn import TurnAngles
from app.threads.signals import Stop
from hopenet import HeadPose

NOD_S = 3.0
NOD_DEG = 20.0
_NODS = 2
_RATE = 30
_DISTANCE_CM = 60.0


def nod_sample(time_s: float, frame: int, *, position: bool) -> HeadSample:
    """The sample at this time of the nod: pitch goes down and up again, twice; yaw and roll are 0."""
    now_s = time.perf_counter()
    pitch = -NOD_DEG * (1 - math.cos(2 * math.pi * _NODS * time_s / NOD_S)) / 2
    return HeadSample(
        captured_s=now_s,
        captured_unix_s=time.time(),
        source_time_s=time_s,
        frame=frame,
        track_id=None,
        kind="test",
        pose=HeadPose(0.0, pitch, 0.0),
        turn=TurnAngles(0.0, pitch, 0.0),
        position_cm=(0.0, 0.0, _DISTANCE_CM) if position else None,
    )


def send_nod(sender: HeadSender, stop: Stop) -> None:
    """Sends a nod to all outputs, after the mapping, for NOD_S seconds or until `stop`. Returns when it is over."""
    began_s = time.perf_counter()
    sender.hold_for_test(testing=True)
    try:
        for frame in range(round(NOD_S * _RATE) + 1):
            if stop.wait_until(began_s + frame / _RATE):
                return
            sample = nod_sample(frame / _RATE, frame, position=sender.settings.position)
            sender.put((sender.mapped(sample),))
    finally:
        sender.hold_for_test(testing=False)
