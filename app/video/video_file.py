"""A video in any container that FFmpeg can read, as upright BGR frames with exact times."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import av
import av.error
from av.container import InputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from app.errors import SourceError
from app.frames import Frame, Note
from app.video import hardware
from app.video.clock import Jump, SteadyClock
from app.video.completeness import is_cut_off, is_joined
from app.video.conversion import interlaced_note
from app.video.facts import SourceFacts, always
from app.video.frame_maker import FrameMaker, aspect_note
from app.video.hdr import colour_note, white_nits
from app.video.index import FrameIndex, Packets, read_packets
from app.video.limits import decoder_threads
from app.video.opening import open_video
from app.video.reading import Decoded, DecodingPass, ThreadsHideDamage, clock_restarts, video_stream
from app.video.shape import Shape, Shapes
from app.video.video_facts import LATE_S, READ_WHOLE_BYTES, video_facts
from app.video.video_notes import clock_note, joined_note, late_note, left_out_note, tracks_note

_SEARCHED_S = Fraction(1)
"""Seeking aims this much earlier in containers whose clock may start anywhere."""

_SEEKING_FRAMES = 32
"""Seeking costs as much as decoding this many frames or so, among them those that the decoder has begun."""

_READS_ON = "matroska,webm"
"""The container of which FFmpeg reads all that were joined byte by byte."""


class VideoFile:
    """A video file. Its facts and its first frame are read when the object is created.

    `keep_decoded`: each frame also has its picture as it was decoded, if a video can be written from it, which takes
    half as much memory again. `by_card`: an NVIDIA card decodes, if there is one; a note says whether.
    Raises SourceError if the file is not a video, has no video track, or none of its frames can be decoded.
    """

    def __init__(self, path: Path, *, keep_decoded: bool = False, by_card: bool = False) -> None:
        self._path = path
        refused = hardware.refusal(path, self._opened_by_card) if by_card else None
        self._by_card = by_card and refused is None
        self._keep_decoded = keep_decoded
        self._damage: str | None = None
        self._left_out = 0
        self._reading: Iterator[Frame] | None = None
        self._known_index: FrameIndex | None = None
        self._index_is_known = False
        packets = _packets_of(path)
        self._is_hurt = packets is not None and not packets.is_whole
        """Whether something is known to be damaged, so that frames are decoded one at a time."""
        self._take_all = False
        with ExitStack() as stack:
            container, stream, decoded = self._first(stack)
            if decoded is None:
                # The decoder may still have pictures that it does not consider whole enough.
                self._take_all = True
                container, stream, decoded = self._first(stack)
            if decoded is None:
                raise SourceError(f"No frame of {path} can be decoded.", advice="The file may be damaged.")
            first = decoded.picture
            shapes = Shapes(container, stream)
            shape = shapes.of(first)
            self._white = white_nits(first)
            notes = (
                colour_note(first),
                interlaced_note(first),
                aspect_note(shape, is_nonsense=shapes.is_nonsense),
                tracks_note(container, stream),
            )
            of_card = hardware.BY_CARD if self._by_card else refused
            self._looks = tuple(note for note in (*notes, of_card) if note is not None)
            self._container_name = container.format.name
            self._restarts = clock_restarts(container)
            self.facts = video_facts(path, container, stream, first, shape, packets)
            timeless = clock_note(container, self.facts.frame_rate)
        if timeless is not None:
            self._looks += (timeless,)
        if self.facts.origin > LATE_S and not self._restarts:
            self._looks += (late_note(self.facts.origin),)
        if self._container_name != _READS_ON and is_joined(path, self._container_name):
            self._looks += (joined_note(),)
        self._maker = self._new_maker()
        self._clock = _Clock(self.facts, restarts=self._restarts)

    def _first(self, stack: ExitStack) -> tuple[InputContainer, VideoStream, Decoded | None]:
        container = stack.enter_context(open_video(self._path))
        stream = video_stream(container, self._path)
        stream.codec_context.thread_count = 1
        decoding = DecodingPass(container, stream, take_all=self._take_all)
        return container, stream, next(decoding.frames(), None)

    @property
    def damage(self) -> str | None:
        return self._damage

    @property
    def notes(self) -> tuple[Note, ...]:
        changes = self._maker.notes(self._clock.jumps, self._clock.moved)
        return (*self._looks, *changes, *left_out_note(self._left_out))

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """As `Source.frames`."""
        self.close()
        self._damage, self._left_out = None, 0
        self._maker = self._new_maker()
        reading = self._read(start, wanted)
        self._reading = reading
        return reading

    def every_nth(
        self, n: int, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always
    ) -> Iterator[Frame]:
        """As `frames`, but only the frames whose number is a multiple of `n`, which are the same.

        Others become no pictures, and are not even decoded if no other frame needs them. In a damaged video, what the
        decoder fills in may then look different.
        """
        self.close()
        self._damage, self._left_out = None, 0
        self._maker = FrameMaker(white=self._white, size=self.facts.size)
        reading = self._read(start, wanted, n)
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

    def key_frames(self, wanted: Callable[[], bool] = always) -> tuple[int, ...] | None:
        """The numbers of the frames from which on the video can be decoded; None as for `times`."""
        index = self._index(wanted)
        return None if index is None else index.keys

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

    def _new_maker(self) -> FrameMaker:
        return FrameMaker(white=self._white, size=self.facts.size, keep_decoded=self._keep_decoded)

    def _index(self, wanted: Callable[[], bool]) -> FrameIndex | None:
        if not self._index_is_known:
            index = FrameIndex.of(self._path, wanted)
            if not wanted():
                return None
            self._known_index, self._index_is_known = index, True
        return self._known_index

    def _read(self, start: Fraction, wanted: Callable[[], bool], every: int = 1) -> Iterator[Frame]:
        """Reads in the quickest way that is exact, and goes on in a slower one where that turns out not to be."""
        delivered = 0
        index = self._index(wanted) if start > 0 or every > 1 else None
        if self._is_hurt and every > 1:
            index = None  # Frames are counted as they come out of the decoder, and some may not.
        while True:
            if index is not None:
                number = max(index.shown_at(math.floor((start + self.facts.origin) / self.facts.time_base)), delivered)
                reading = self._from_key(index, number + -number % every, wanted, every)
            else:
                reading = self._from_beginning(start, delivered, wanted, every)
            try:
                for frame in reading:
                    delivered = frame.index + 1
                    yield frame
            except _IndexMismatch:
                index = self._known_index = None
            except ThreadsHideDamage:
                self._is_hurt = True
                # The frames before the damage need not be decoded again, unless some may have been left out.
                index = None if every > 1 else self._index(wanted) if delivered else index
            else:
                return
            if not wanted():
                return

    def _from_key(self, index: FrameIndex, number: int, wanted: Callable[[], bool], every: int) -> Iterator[Frame]:
        """The frames from this number on, or every n-th. Raises _IndexMismatch if a frame does not match the index."""
        lost: int | None = 0
        with self._open() as (container, stream):
            while lost is not None:
                place = index.key_before(number)
                if place is not None:
                    # Such containers have no list of their keyframes: FFmpeg searches, and may end up after the right
                    # one.
                    early = math.floor(_SEARCHED_S / self.facts.time_base) if self._restarts else 0
                    _seek(container, stream, index.ticks[index.keys[place]] - early)
                decoding = DecodingPass(
                    container,
                    stream,
                    skipped=index.key_packets[place] if place else 0,
                    wanted=wanted,
                    take_all=self._take_all,
                    needed=index.multiples(every) if every > 1 else None,
                    lost=lost,
                )
                awaited = None if place is None else index.ticks[index.keys[place]]
                number, lost = yield from self._matching(decoding, index, number, awaited, every)
            if wanted():
                if number < len(index.ticks):
                    raise _IndexMismatch
                self._end(decoding, index.ticks[-1] * self.facts.time_base - self.facts.origin)

    def _matching(
        self, decoding: DecodingPass, index: FrameIndex, number: int, awaited: int | None, every: int
    ) -> Generator[Frame, None, tuple[int, int | None]]:
        """The frames of one pass from this number on, or every n-th.

        `awaited`: the time of the keyframe that the pass began with. Returns the number of the next frame, and how many
        parts were lost if that is best decoded from another keyframe; None if the pass is over.
        """
        first = number
        for decoded in decoding.frames():
            shape = self._maker.see(decoded)
            if awaited is not None and decoded.ticks == awaited:
                if not _stands_alone(decoded):
                    raise _IndexMismatch
                awaited = None
            if decoded.ticks is not None and (every > 1 or number == first):
                awaited_tick = index.ticks[number] if number < len(index.ticks) else math.inf
                if decoded.ticks < awaited_tick:
                    continue
            if awaited is not None or number >= len(index.ticks) or decoded.ticks != index.ticks[number]:
                raise _IndexMismatch
            time = index.ticks[number] * self.facts.time_base - self.facts.origin
            yield self._maker.frame(decoded, shape, number, time)
            before, number = number, number + every
            if self._is_worth_seeking(index, before, number):
                return number, decoding.lost
        return number, None

    def _is_worth_seeking(self, index: FrameIndex, before: int, number: int) -> bool:
        """Whether a frame is quicker decoded from a keyframe of its own than by going on after the one before it."""
        place = index.key_before(number) if number < len(index.ticks) and not self._restarts else None
        return place is not None and index.keys[place] - before > _SEEKING_FRAMES

    def _from_beginning(
        self, start: Fraction, delivered: int, wanted: Callable[[], bool], every: int
    ) -> Iterator[Frame]:
        """The frames from the one shown at `start`, or every n-th, by decoding all frames before it as well.

        The first `delivered` frames are left out.
        """
        with self._open() as (container, stream):
            decoding = DecodingPass(container, stream, wanted=wanted, take_all=self._take_all)
            clock = self._clock = _Clock(self.facts, restarts=self._restarts)
            waiting: _Waiting | None = None
            for index, decoded in enumerate(decoding.frames()):
                shape = self._maker.see(decoded)
                time = clock.time_of(decoded.ticks)
                if waiting is not None and time > start:
                    yield self._maker.frame(*waiting)
                is_asked_for = index >= delivered and index % every == 0
                waiting = _Waiting(decoded, shape, index, time) if is_asked_for else None
                if waiting is not None and time >= start:
                    yield self._maker.frame(*waiting)
                    waiting = None
            if waiting is not None:
                yield self._maker.frame(*waiting)
            if not wanted():
                return
            if clock.last is None:
                raise SourceError(f"No frame of {self._path} can be decoded.")
            self._left_out = decoding.left_out_first
            self._end(decoding, clock.last)

    def _end(self, decoding: DecodingPass, last: Fraction) -> None:
        self._damage = decoding.damage(last, cut_off=is_cut_off(self._path, self._container_name))

    @staticmethod
    def _opened_by_card(path: Path) -> InputContainer:
        return open_video(path, hardware=hardware.by_card())

    @contextmanager
    def _open(self) -> Iterator[tuple[InputContainer, VideoStream]]:
        with self._opened_by_card(self._path) if self._by_card else open_video(self._path) as container:
            stream = video_stream(container, self._path)
            if self._is_hurt or self._by_card:
                stream.thread_type, stream.codec_context.thread_count = "NONE", 1
            else:
                stream.thread_type, stream.codec_context.thread_count = "AUTO", decoder_threads()
            self._maker.start(container, stream)
            try:
                yield container, stream
            finally:
                self._maker.stop()


class _Waiting(NamedTuple):
    """A picture of which a frame is made only if no later one is shown at the start: the arguments of `frame`."""

    decoded: Decoded
    shape: Shape
    number: int
    time: Fraction


class _IndexMismatch(Exception):
    """A video does not match its index."""


def _packets_of(path: Path) -> Packets | None:
    """All packets of a video whose clock may start anywhere or again: only they say how long it is. None for others."""
    with open_video(path) as container:
        stream = video_stream(container, path)
        name = container.format.name
        starts_again = clock_restarts(container) or (name == _READS_ON and is_joined(path, name))
        if not starts_again or not path.is_file() or path.stat().st_size > READ_WHOLE_BYTES:
            return None
        return read_packets(container, stream)


def _stands_alone(decoded: Decoded) -> bool:
    """Whether a picture that its container marks as a keyframe is one: others depend on what comes before them."""
    picture = decoded.picture
    return picture.key_frame and picture.pict_type == PictureType.I and not decoded.damaged


def _seek(container: InputContainer, stream: VideoStream, tick: int) -> None:
    try:
        container.seek(tick, stream=stream)
    except (av.error.FFmpegError, OSError) as error:
        raise _IndexMismatch from error


class _Clock:
    """Gives each decoded frame its time on the source's timeline, strictly increasing.

    `moved`: the number of frames that were not later than the one before and were moved to one tick after it.
    """

    def __init__(self, facts: SourceFacts, *, restarts: bool) -> None:
        self._origin = facts.origin
        self._tick = facts.time_base
        self._period = 1 / facts.frame_rate
        self._previous: Fraction | None = None
        self._steady = SteadyClock(restarts=restarts)
        self.moved = 0

    @property
    def last(self) -> Fraction | None:
        return self._previous

    @property
    def jumps(self) -> tuple[Jump, ...]:
        return tuple(jump._replace(time=jump.time - self._origin) for jump in self._steady.jumps)

    def time_of(self, ticks: int | None) -> Fraction:
        previous = self._previous
        if ticks is not None:
            time = self._steady.steady(ticks * self._tick, self._period) - self._origin
        else:
            time = Fraction(0) if previous is None else previous + self._period
        if previous is not None and time <= previous:
            time = previous + self._tick
            self.moved += 1
        self._previous = time
        return time
