"""A film in any container FFmpeg reads, as upright BGR frames with exact times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from app.errors import SourceError
from app.frames import Frame
from app.video.colour import RGB_MATRIX, UNSPECIFIED_MATRIX, usual_matrix
from app.video.facts import DEFAULT_FRAME_RATE, SourceFacts
from app.video.orientation import Orientation, orientation_of
from detectors import BgrImage

_TEXT_FORMATS = frozenset({"adf", "bin", "idf", "tty", "xbin"})
"""FFmpeg draws plain text as if it were a film; nobody who names a text file wants that."""

_CONVERSION_THREADS = 1
"""Slicing the conversion over threads gains a quarter of a millisecond at 720p and competes with the decoder's own."""

_DECLARES_END = frozenset({"asf", "avi", "flv", "matroska,webm"})
"""Containers whose header tells the duration; that of others is FFmpeg's guess."""

_MISSING_END_S = 0.5
"""Headers round and count sound that outlasts the picture: only a larger gap means that the end is missing."""


class Film:
    """A film file. Its facts, the first frame included, are read when it is made.

    Raises SourceError where the file is not a film, has no picture, or not one frame can be decoded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._damage: str | None = None
        self._reading: Iterator[Frame] | None = None
        with self._open() as container:
            stream = _picture_stream(container, path)
            stream.codec_context.thread_count = 1
            reading = _Reading(container, stream)
            first = next(reading.frames(), None)
            if first is None:
                raise SourceError(f"{path} holds no frame that can be decoded.", advice="The file may be damaged.")
            self._orientation = orientation_of(first)
            self._stored_size = (first.width, first.height)
            self.facts = _facts(path, container, stream, first, self._orientation)

    @property
    def damage(self) -> str | None:
        return self._damage

    def frames(self) -> Iterator[Frame]:
        """The frames, as `Source.frames`. A frame of another size than the first is scaled to the first one's."""
        self.close()
        self._damage = None
        reading = self._read()
        self._reading = reading
        return reading

    def close(self) -> None:
        """Ends the reading that `frames` began. May be called twice."""
        reading, self._reading = self._reading, None
        close = getattr(reading, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> Iterator[Frame]:
        with self._open() as container:
            stream = _picture_stream(container, self._path)
            stream.thread_type = "AUTO"
            reading = _Reading(container, stream)
            convert = _ToBgr(self._stored_size, self._orientation)
            clock = _Clock(self.facts)
            index = 0
            for picture in reading.frames():
                yield Frame(convert(picture), index, clock.time_of(picture))
                index += 1
            if not index:
                raise SourceError(f"{self._path} holds no frame that can be decoded.")
            self._damage = reading.damage(clock.last)

    def _open(self) -> InputContainer:
        try:
            container = av.open(str(self._path), "r", metadata_errors="replace")
        except (av.error.FFmpegError, OSError) as error:
            if isinstance(error, PermissionError):
                raise SourceError(f"The film {self._path} cannot be read: permission is denied.") from error
            raise SourceError(
                f"{self._path} is not a film that can be read: it is of another kind, or its index is missing.",
                advice="A recording that was cut off may have lost the index at its end.",
            ) from error
        if container.format.name in _TEXT_FORMATS:
            container.close()
            raise SourceError(f"{self._path} is a text file, not a film.")
        return container


class _Reading:
    """One pass over a film's packets, keeping account of what is broken."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container = container
        self._stream = stream
        self._packets = 0
        self._broken = 0
        self._last_end_s = 0.0
        self._stopped = False
        """Whether reading failed, or the latest packet was incomplete."""

    def frames(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self._stopped = True
                packet = None
            if packet is None or not packet.size:
                # The end, or a break: the decoder still holds frames that were read before it.
                yield from self._decoded(packet)
                return
            self._packets += 1
            self._stopped = packet.is_corrupt
            if packet.pts is not None:
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                self._last_end_s = max(self._last_end_s, float(end))
            if packet.is_corrupt:
                self._broken += 1
            else:
                yield from self._decoded(packet)

    def damage(self, last: Fraction) -> str | None:
        """One sentence, or None. `last` is the time of the last frame in seconds."""
        if self._stopped or self._end_is_missing():
            return f"The film breaks off after {float(last):.2f} s; everything up to there was read."
        if self._broken:
            parts = "part" if self._broken == 1 else "parts"
            return f"{self._broken} {parts} of the film could not be decoded and are missing."
        return None

    def _decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            return self._stream.decode(packet)
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self._broken += 1
            return []

    def _end_is_missing(self) -> bool:
        if "mp4" in self._container.format.name:
            return self._packets < len(self._stream.index_entries)
        declared = _declared_end_s(self._container, self._stream)
        return declared is not None and self._last_end_s + _MISSING_END_S < declared


class _Clock:
    """Gives each decoded frame its time on the source's timeline, strictly rising."""

    def __init__(self, facts: SourceFacts) -> None:
        self._origin = facts.origin
        self._tick = facts.time_base
        self._period = 1 / facts.frame_rate
        self._previous: Fraction | None = None

    @property
    def last(self) -> Fraction:
        return self._previous if self._previous is not None else Fraction(0)

    def time_of(self, picture: VideoFrame) -> Fraction:
        shown = _container_time(picture, self._tick)
        previous = self._previous
        guess = Fraction(0) if previous is None else previous + self._period
        time = guess if shown is None else shown - self._origin
        if previous is not None and time <= previous:
            time = previous + self._tick
        self._previous = time
        return time


class _ToBgr:
    """Turns decoded frames of any pixel format into upright, read-only BGR pictures of one size."""

    def __init__(self, stored_size: tuple[int, int], orientation: Orientation) -> None:
        self._width, self._height = stored_size
        self._orientation = orientation
        self._reformatter = VideoReformatter()

    def __call__(self, picture: VideoFrame) -> BgrImage:
        silent = picture.colorspace in (UNSPECIFIED_MATRIX, RGB_MATRIX)
        bgr = self._reformatter.reformat(
            picture,
            width=self._width,
            height=self._height,
            format="bgr24",
            src_colorspace=usual_matrix(self._width, self._height) if silent else None,
            threads=_CONVERSION_THREADS,
        )
        image = np.ascontiguousarray(self._orientation.upright(cast("BgrImage", bgr.to_ndarray())))
        image.flags.writeable = False
        return image


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    readable = [stream for stream in moving if stream.codec_context is not None]
    if not readable:
        what = "is in a form that cannot be decoded" if moving else "is missing: it holds only sound"
        raise SourceError(f"The picture of {path} {what if container.streams.audio or moving else 'is missing'}.")
    best = container.streams.best("video")
    return next((stream for stream in readable if best is not None and stream.index == best.index), readable[0])


def _declared_end_s(container: InputContainer, stream: VideoStream) -> float | None:
    if container.format.name not in _DECLARES_END:
        return None
    if stream.duration and stream.time_base:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
    tag = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if tag is not None:
        return int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3])
    if container.duration and not container.streams.audio:
        return ((container.start_time or 0) + container.duration) / av.time_base
    return None


def _container_time(picture: VideoFrame, time_base: Fraction) -> Fraction | None:
    ticks = picture.pts if picture.pts is not None else picture.dts
    return None if ticks is None else ticks * (picture.time_base or time_base)


def _facts(
    path: Path, container: InputContainer, stream: VideoStream, first: VideoFrame, orientation: Orientation
) -> SourceFacts:
    width, height = first.width, first.height
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if orientation.transposed:
        width, height, aspect = height, width, 1 / aspect if aspect else aspect
    rate = stream.average_rate or stream.guessed_rate or DEFAULT_FRAME_RATE
    time_base = stream.time_base or 1 / rate
    origin = _origin(container, _container_time(first, time_base) or Fraction(0))
    duration: Fraction | None = None
    end: Fraction | None = None
    if stream.duration:
        duration = stream.duration * time_base
        end = (stream.start_time or 0) * time_base + duration - origin
    elif container.duration:
        duration = Fraction(container.duration, av.time_base)
    facts = SourceFacts(
        path=path,
        kind="film",
        width=width,
        height=height,
        frame_rate=Fraction(rate),
        time_base=Fraction(time_base),
        frame_count=_frame_count(stream) or (round(duration * rate) if duration else None),
        duration_s=float(duration) if duration else None,
        rotation_deg=orientation.clockwise_deg,
        has_sound=bool(container.streams.audio),
        pixel_aspect=aspect if aspect > 0 else Fraction(1),
        origin=origin,
    )
    return replace(facts, end=end)


def _frame_count(stream: VideoStream) -> int:
    """As the container tells it, less the frames that an edit list hides; 0 where it is silent."""
    entries = stream.index_entries
    if stream.frames and len(entries) == stream.frames:
        return sum(not entry.is_discard for entry in entries)
    return stream.frames


def _origin(container: InputContainer, first_time: Fraction) -> Fraction:
    """The container's time that becomes 0: its earliest track where the clock runs free, else its own 0."""
    if container.format.flags & cast("int", Flags.ts_discont.value):
        tracks = (*container.streams.video, *container.streams.audio)
        starts = [s.start_time * s.time_base for s in tracks if s.start_time is not None and s.time_base is not None]
        return min([first_time, *starts])
    return min(Fraction(0), first_time)
