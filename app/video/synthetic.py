"""A synthetic camera that does not need hardware: plays the sample video, or another, in a loop and in real time."""

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

_MAXIMUM_DELAY_S = 0.5
"""Frames may be late by this much; after a longer pause, the clock is moved instead of catching up."""


class SyntheticCamera:
    """A video played like a camera. The sample's end matches its beginning, so that faces keep their track IDs."""

    def __init__(self, video: Path = SAMPLE) -> None:
        self.title = "Synthetic camera" if video == SAMPLE else f"{video.name} as a camera"
        self._video = video
        self._closed = Stop()

    def frames(self) -> Iterator[Frame]:
        """As `LiveSource.frames`; they never end on their own."""
        with VideoFile(self._video) as video:
            began_s = time.perf_counter()
            round_began, index = Fraction(0), 0
            period = 1 / video.facts.frame_rate
            while not self._closed.requested:
                last = Fraction(0)
                for frame in video.frames():
                    last = frame.time
                    due = round_began + frame.time
                    # Like a real camera, it does not catch up after the whole machine was suspended.
                    began_s = max(began_s, time.perf_counter() - float(due) - _MAXIMUM_DELAY_S)
                    if self._closed.wait_until(began_s + float(due)):
                        return
                    yield replace(frame, index=index, time=due, captured_s=time.perf_counter())
                    index += 1
                round_began += last + period

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._closed.request()
