"""A video in any container that FFmpeg can read, as upright BGR frames with exact times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import av.error
from av.container import InputContainer
from av.format import Flags
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.errors import SourceError
from app.frames import Frame, Note
from app.video.conversion import ToBgr, interlaced_note
from app.video.facts import DEFAULT_FRAME_RATE, SourceFacts, always
from app.video.hdr import colour_note, white_nits
from app.video.index import FrameIndex
from app.video.orientation import Orientation, orientation_of
from app.video.reading import DecodingPass, container_time, open_video, video_stream


class VideoFile:
    """A video file. Its facts and its first frame are read when the object is created.

    Raises SourceError if the file is not a video, has no video track, or none of its frames can be decoded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._damage: str | None = None
        self._reading: Iterator[Frame] | None = None
        self._known_index: FrameIndex | None = None
        self._index_is_known = False
        with open_video(path) as container:
            stream = video_stream(container, path)
            stream.codec_context.thread_count = 1
            first = next(DecodingPass(container, stream).frames(), None)
            if first is None:
                raise SourceError(f"No frame of {path} can be decoded.", advice="The file may be damaged.")
            self._orientation = orientation_of(first)
            self._stored_size = (first.width, first.height)
            self._white = white_nits(first)
            self._looks = tuple(note for note in (colour_note(first), interlaced_note(first)) if note is not None)
            self.facts = _facts(path, container, stream, first, self._orientation)

    @property
    def damage(self) -> str | None:
        return self._damage

    @property
    def notes(self) -> tuple[Note, ...]:
        return self._looks

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """As `Source.frames`. Frames are scaled to the size of the first one."""
        self.close()
        self._damage = None
        reading = self._read(start, wanted)
        self._reading = reading
        return reading

    def times(self, wanted: Callable[[], bool] = always) -> tuple[Fraction, ...] | None:
        """The times of all frames, without decoding them; None if the file does not have reliable times.

        The first call reads the whole file.
        """
        index = self._index(wanted)
        if index is None:
            return None
        return tuple(tick * self.facts.time_base - self.facts.origin for tick in index.ticks)

    def close(self) -> None:
        """Ends the reading started by `frames`. May be called twice."""
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

    def _index(self, wanted: Callable[[], bool]) -> FrameIndex | None:
        if not self._index_is_known:
            index = FrameIndex.of(self._path, wanted)
            if not wanted():
                return None
            self._known_index, self._index_is_known = index, True
        return self._known_index

    def _read(self, start: Fraction, wanted: Callable[[], bool]) -> Iterator[Frame]:
        delivered = 0
        if start > 0 and (index := self._index(wanted)) is not None:
            number = index.shown_at(floor((start + self.facts.origin) / self.facts.time_base))
            try:
                for frame in self._from_key(index, number, wanted):
                    delivered = frame.index + 1
                    yield frame
            except _IndexMismatch:
                self._known_index = None
            else:
                return
        for frame in self._from_beginning(start, wanted):
            if frame.index >= delivered:
                yield frame

    def _from_key(self, index: FrameIndex, number: int, wanted: Callable[[], bool]) -> Iterator[Frame]:
        """The frames from this number on. Raises _IndexMismatch if a frame does not match the index."""
        place = index.key_before(number)
        with self._open() as (container, stream):
            if place is not None:
                _seek(container, stream, index.ticks[index.keys[place]])
            skipped = index.key_packets[place] if place else 0
            decoding = DecodingPass(container, stream, skipped=skipped, wanted=wanted)
            convert = ToBgr(self._stored_size, self._orientation, white=self._white)
            first = number
            for picture in decoding.frames():
                if number == first and picture.pts is not None and picture.pts < index.ticks[first]:
                    continue
                if number >= len(index.ticks) or picture.pts != index.ticks[number]:
                    raise _IndexMismatch
                if number == first and place is not None and picture.is_corrupt:
                    raise _IndexMismatch
                yield Frame(convert(picture), number, picture.pts * self.facts.time_base - self.facts.origin)
                number += 1
            if wanted():
                if number < len(index.ticks):
                    raise _IndexMismatch
                self._damage = decoding.damage(index.ticks[-1] * self.facts.time_base - self.facts.origin)

    def _from_beginning(self, start: Fraction, wanted: Callable[[], bool]) -> Iterator[Frame]:
        """The frames from the one shown at `start`, by decoding all frames before it as well."""
        with self._open() as (container, stream):
            decoding = DecodingPass(container, stream, wanted=wanted)
            convert = ToBgr(self._stored_size, self._orientation, white=self._white)
            clock = _Clock(self.facts)
            waiting: tuple[VideoFrame, int, Fraction] | None = None
            for index, picture in enumerate(decoding.frames()):
                time = clock.time_of(picture)
                if waiting is not None and time > start:
                    yield Frame(convert(waiting[0]), waiting[1], waiting[2])
                waiting = picture, index, time
                if time >= start:
                    yield Frame(convert(picture), index, time)
                    waiting = None
            if waiting is not None:
                yield Frame(convert(waiting[0]), waiting[1], waiting[2])
            if not wanted():
                return
            if clock.last is None:
                raise SourceError(f"No frame of {self._path} can be decoded.")
            self._damage = decoding.damage(clock.last)

    @contextmanager
    def _open(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        with open_video(self._path) as container:
            stream = video_stream(container, self._path)
            stream.thread_type = "AUTO"
            yield container, stream


class _IndexMismatch(Exception):
    """A video does not match its index."""


def _seek(container: InputContainer, stream: VideoStream, tick: int) -> None:
    try:
        container.seek(tick, stream=stream)
    except (av.error.FFmpegError, OSError) as error:
        raise _IndexMismatch from error


class _Clock:
    """Gives each decoded frame its time on the source's timeline, strictly increasing."""

    def __init__(self, facts: SourceFacts) -> None:
        self._origin = facts.origin
        self._tick = facts.time_base
        self._period = 1 / facts.frame_rate
        self._previous: Fraction | None = None

    @property
    def last(self) -> Fraction | None:
        return self._previous

    def time_of(self, picture: VideoFrame) -> Fraction:
        shown = container_time(picture, self._tick)
        previous = self._previous
        guess = Fraction(0) if previous is None else previous + self._period
        time = guess if shown is None else shown - self._origin
        if previous is not None and time <= previous:
            time = previous + self._tick
        self._previous = time
        return time


def _facts(
    path: Path, container: InputContainer, stream: VideoStream, first: VideoFrame, orientation: Orientation
) -> SourceFacts:
    width, height = first.width, first.height
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if orientation.transposed:
        width, height, aspect = height, width, 1 / aspect if aspect else aspect
    rate = stream.average_rate or stream.guessed_rate or DEFAULT_FRAME_RATE
    time_base = stream.time_base or 1 / rate
    origin = _origin(container, container_time(first, time_base) or Fraction(0))
    duration: Fraction | None = None
    end: Fraction | None = None
    if stream.duration:
        duration = stream.duration * time_base
        end = (stream.start_time or 0) * time_base + duration - origin
    elif container.duration:
        duration = Fraction(container.duration, av.time_base)
    facts = SourceFacts(
        path=path,
        kind="video",
        width=width,
        height=height,
        frame_rate=Fraction(rate),
        time_base=Fraction(time_base),
        frame_count=_frame_count(stream) or (round(duration * rate) if duration else None),
        duration_s=float(duration) if duration else None,
        rotation_deg=orientation.clockwise_deg,
        has_sound=bool(container.streams.audio),
        stored_size=(first.width, first.height),
        stored_pixel_aspect=aspect if aspect > 0 else Fraction(1),
        origin=origin,
    )
    return replace(facts, end=end)


def _frame_count(stream: VideoStream) -> int:
    """The number of frames according to the container, without those that an edit list hides; 0 if unknown."""
    entries = stream.index_entries
    if stream.frames and len(entries) == stream.frames:
        return sum(not entry.is_discard for entry in entries)
    return stream.frames


def _origin(container: InputContainer, first_time: Fraction) -> Fraction:
    """The container's time that becomes 0: the start of the earliest track if the clock starts at any value, else 0."""
    if container.format.flags & cast("int", Flags.ts_discont.value):
        tracks = (*container.streams.video, *container.streams.audio)
        starts = [s.start_time * s.time_base for s in tracks if s.start_time is not None and s.time_base is not None]
        return min([first_time, *starts])
    return min(Fraction(0), first_time)
