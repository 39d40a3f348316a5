"""From an open stream or camera to frames as they come: the clock, the colours, the way up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction

import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.frames import Frame
from app.video.conversion import ToBgr
from app.video.orientation import Orientation, orientation_of
from app.video.reading import container_time

TICK = Fraction(1, 1_000_000)

_DRIFT = Fraction(1, 2)
"""A stream's own clock that is so many seconds off the time of arrival is set anew: it jumped, or runs wrong."""


class LiveClock:
    """Gives each frame its time from the first one on: by the stream's own clock while it is sane, else by arrival."""

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._origin: Fraction | None = None
        self._previous: Fraction | None = None

    def time_of(self, told: Fraction | None, arrived_s: float) -> Fraction:
        """`told` is the stream's own time in seconds, None where it has none."""
        if self._began_s is None:
            self._began_s = arrived_s
        elapsed = Fraction(round((arrived_s - self._began_s) * 1_000_000), 1_000_000)
        time = elapsed
        if told is not None:
            if self._origin is None:
                self._origin = told - elapsed
            time = told - self._origin
            if abs(time - elapsed) > _DRIFT:
                self._origin, time = told - elapsed, elapsed
        if self._previous is not None and time <= self._previous:
            time = self._previous + TICK
        self._previous = time
        return time


class LiveFrames:
    """Makes frames of decoded pictures. A picture of another size than the one before keeps its own."""

    def __init__(self) -> None:
        self._clock = LiveClock()
        self._convert: tuple[tuple[int, int], Orientation, ToBgr] | None = None
        self._count = 0

    def of(self, picture: VideoFrame, told: Fraction | None, arrived_s: float) -> Frame:
        size, orientation = (picture.width, picture.height), orientation_of(picture)
        if self._convert is None or self._convert[:2] != (size, orientation):
            self._convert = size, orientation, ToBgr(size, orientation)
        frame = Frame(
            self._convert[2](picture), self._count, self._clock.time_of(told, arrived_s), captured_s=arrived_s
        )
        self._count += 1
        return frame


def captured(
    container: InputContainer, stream: VideoStream, wanted: Callable[[], bool], *, has_clock: bool
) -> Iterator[Frame]:
    """The frames of an open container as they come, until its end. What the decoder cannot read is left out.

    Raises av.error.FFmpegError where reading fails.
    """
    # Threads that decode several pictures at once would hold each back by as many.
    stream.thread_type = "SLICE"
    make = LiveFrames()
    time_base = stream.time_base or TICK
    for packet in container.demux(stream):
        arrived_s = time.perf_counter()
        if not wanted():
            return
        try:
            pictures = stream.decode(packet)
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            continue
        for picture in pictures:
            yield make.of(picture, container_time(picture, time_base) if has_clock else None, arrived_s)
