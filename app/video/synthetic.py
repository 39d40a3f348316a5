"""A camera that needs no hardware: the sample video, or another, round and round, in real time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from app.frames import Frame
from app.product import SAMPLE
from app.threads.signals import Stop
from app.video.video_file import VideoFile

_LATE_S = 0.5


class Synthetic:
    """A video as a camera would give it. The sample's end is so like its beginning that the faces stay the same."""

    def __init__(self, video: Path = SAMPLE) -> None:
        self.title = "Synthetic camera" if video == SAMPLE else f"{video.name} as a camera"
        self._video = video
        self._closed = Stop()

    def frames(self) -> Iterator[Frame]:
        """The frames, as `LiveSource.frames`; they never end of themselves."""
        with VideoFile(self._video) as video:
            began_s = time.perf_counter()
            round_began, index = Fraction(0), 0
            period = 1 / video.facts.frame_rate
            while not self._closed.requested:
                last = Fraction(0)
                for frame in video.frames():
                    last = frame.time
                    due = round_began + frame.time
                    # After a pause of the whole machine nothing is made up for: a camera would not either.
                    began_s = max(began_s, time.perf_counter() - float(due) - _LATE_S)
                    if self._closed.wait_until(began_s + float(due)):
                        return
                    yield replace(frame, index=index, time=due, captured_s=time.perf_counter())
                    index += 1
                round_began += last + period

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._closed.request()
