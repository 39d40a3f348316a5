"""Turns the packets of an open camera or stream into frames as they arrive: time, colours, orientation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction

import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.frames import Frame
from app.video.conversion import ToBgr
from app.video.newest_frame import Reading
from app.video.packets import packets_of
from app.video.reading import container_time
from app.video.shape import Shape, Shapes

TICK = Fraction(1, 1_000_000)

_MAXIMUM_DRIFT = Fraction(1, 2)
"""If the stream's own clock is further than this from the time of arrival (seconds), it has jumped or is wrong, and is
set again."""


_PLAUSIBLE_RATES = (1, 240)
"""Streams that do not say their rate get made-up ones from FFmpeg, such as 90000."""


class LiveClock:
    """Gives each frame its time, from 0 on: the stream's own time while it is plausible, else the time of arrival."""

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._origin: Fraction | None = None
        self._previous: Fraction | None = None

    def time_of(self, stream_time: Fraction | None, arrived_s: float, step: Fraction | None = None) -> Fraction:
        """The time of a frame in seconds, always later than the previous one.

        `stream_time` is the stream's own time in seconds, None if it has none; `arrived_s` is on the clock of
        `time.perf_counter`. `step` is the usual time between two frames, None if it is not known: RTSP gives the
        second frame a time, but not the first, and both may arrive at once.
        """
        if self._began_s is None:
            self._began_s = arrived_s
        elapsed = Fraction(round((arrived_s - self._began_s) * 1_000_000), 1_000_000)
        time = elapsed
        if stream_time is not None:
            if self._origin is None:
                expected = elapsed if step is None or self._previous is None else self._previous + step
                self._origin = stream_time - (expected if abs(expected - elapsed) <= _MAXIMUM_DRIFT else elapsed)
            time = stream_time - self._origin
            if abs(time - elapsed) > _MAXIMUM_DRIFT:
                self._origin, time = stream_time - elapsed, elapsed
        if self._previous is not None and time <= self._previous:
            time = self._previous + TICK
        self._previous = time
        return time


class LiveFrames:
    """Makes frames from decoded pictures. The size may change from picture to picture."""

    def __init__(self, step: Fraction | None = None) -> None:
        """`step`: as of `LiveClock.time_of`."""
        self._clock = LiveClock()
        self._step = step
        self._convert: tuple[Shape, ToBgr] | None = None
        self._count = 0

    def of(self, picture: VideoFrame, shape: Shape, stream_time: Fraction | None, arrived_s: float) -> Frame:
        if self._convert is None or self._convert[0] != shape:
            self._convert = shape, ToBgr(shape.square, shape.orientation)
        time = self._clock.time_of(stream_time, arrived_s, self._step)
        image = self._convert[1](picture)
        frame = Frame(image, self._count, time, captured_s=arrived_s, damaged=picture.is_corrupt)
        self._count += 1
        return frame


def captured_frames(
    container: InputContainer, stream: VideoStream, reading: Reading, *, has_clock: bool
) -> Iterator[Frame]:
    """The frames of an open container as they arrive, until it ends. Packets that cannot be decoded are skipped.

    `reading.alive` is called for each packet. `has_clock`: whether the stream's own times can be used. Raises
    av.error.FFmpegError if reading fails.
    """
    # Decoding several frames at once in threads would delay each frame by as many.
    stream.thread_type = "SLICE"
    make, shapes = LiveFrames(_usual_step(stream)), Shapes(container, stream)
    time_base = stream.time_base or TICK
    for packet in packets_of(container, stream):
        arrived_s = time.perf_counter()
        if not reading.wanted():
            return
        reading.alive()
        try:
            pictures = stream.decode(packet)
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            continue
        for picture in pictures:
            stream_time = container_time(picture, time_base) if has_clock else None
            yield make.of(picture, shapes.of(picture), stream_time, arrived_s)


def _usual_step(stream: VideoStream) -> Fraction | None:
    rate = stream.average_rate or stream.guessed_rate
    return 1 / Fraction(rate) if rate and _PLAUSIBLE_RATES[0] <= rate <= _PLAUSIBLE_RATES[1] else None
