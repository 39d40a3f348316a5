"""Decodes a video file in one pass, and keeps track of what is damaged."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple, cast

import av
import av.error
from av.codec.context import Flags as DecoderFlags
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.errors import SourceError
from app.video.facts import always
from app.video.packets import packets_of

_DECLARES_END = frozenset({"asf", "avi", "flv", "matroska,webm"})
"""Containers whose header states the duration; for others, FFmpeg estimates it."""

_GIVES_UP = frozenset({"hevc"})
"""Decoders that give nothing between damage and the next keyframe unless they are asked to."""

_ONE_FRAME_EACH = frozenset({"h264", "hevc", "mpeg1video", "mpeg2video"})
"""Codecs of which each packet gives the frame of its time. Their decoders may lose one without an error."""

_KNOWS_UNREFERENCED = frozenset({"h264"})
"""Codecs of which each packet says reliably whether other pictures need its own, and whose decoder can leave it out. In
HEVC, that is only said of the pictures in the same temporal layer."""

_DECODING_TIMES = frozenset({"avi"})
"""Containers that have only the times at which pictures are decoded. FFmpeg guesses from them when each is shown, which
is wrong where pictures are stored in another order. The decoder also gives each picture a decoding time that grows."""

_MISSING_END_S = 0.5
"""Headers are rounded and include sound that is longer than the video: only a larger gap means a missing end."""


def video_stream(container: InputContainer, name: object) -> VideoStream:
    """The video stream to decode. Raises SourceError, which includes `name`, if there is none."""
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    readable = [stream for stream in moving if stream.codec_context is not None]
    if not readable:
        if moving:
            raise SourceError(f"The video format of {name} cannot be decoded.")
        only_sound = ": it contains only sound" if container.streams.audio else ""
        raise SourceError(f"No video was found in {name}{only_sound}.")
    best = container.streams.best("video")
    return next((stream for stream in readable if best is not None and stream.index == best.index), readable[0])


def container_time(picture: VideoFrame, time_base: Fraction) -> Fraction | None:
    """The time at which the frame is shown, in seconds on the container's own clock; None if it has none."""
    ticks = picture_ticks(picture)
    return None if ticks is None else ticks * (picture.time_base or time_base)


def picture_ticks(picture: VideoFrame) -> int | None:
    return picture.pts if picture.pts is not None else picture.dts


def packet_ticks(packet: Packet[VideoStream]) -> int | None:
    return packet.pts if packet.pts is not None else packet.dts


def is_end(packet: Packet[VideoStream]) -> bool:
    """Whether it is the empty packet after the last one. One within the video has a time."""
    return not packet.size and packet_ticks(packet) is None


def clock_restarts(container: InputContainer) -> bool:
    """Whether the container's clock may start anywhere and again (MPEG-TS, MPEG-PS, Ogg)."""
    return bool(container.format.flags & cast("int", Flags.ts_discont.value))


class Decoded(NamedTuple):
    """A picture as it comes from the decoder. `ticks`: its time on the container's clock, None if it has none.

    `damaged`: the decoder has marked it as not restored completely.
    """

    picture: VideoFrame
    ticks: int | None
    damaged: bool


class ThreadsHideDamage(Exception):
    """Something is damaged, and the decoder runs several frames at once: it loses frames and marks at such places."""


class DecodingPass:
    """Decodes a video's packets in one pass, and keeps track of what is damaged.

    `skipped`: number of packets before the keyframe at which reading starts after a seek; packets before the next
    keyframe are not decoded. The pass ends early once `wanted` returns false.

    Packets that their container marks as corrupt are decoded too: the decoder says whether their pictures are whole.
    An empty packet repeats the picture before it. `take_all`: the decoder gives pictures that it has to make up, too,
    for videos that have no whole ones. `needed`: says for the time of a packet whether its picture is needed: others
    are left out where the decoder can do without them. `lost`: parts that an earlier pass could not decode.
    """

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        *,
        skipped: int = 0,
        wanted: Callable[[], bool] = always,
        take_all: bool = False,
        needed: Callable[[int], bool] | None = None,
        lost: int = 0,
    ) -> None:
        codec = stream.codec_context.codec.canonical_name
        if take_all or codec in _GIVES_UP:
            stream.codec_context.flags |= DecoderFlags.output_corrupt
        self._counts_frames = codec in _ONE_FRAME_EACH
        self._needed = needed
        self._can_leave_out = needed is not None and codec in _KNOWS_UNREFERENCED
        self._has_decoding_times = container.format.name in _DECODING_TIMES
        self._awaited: set[int] = set()
        """The times of packets whose frames have not come out of the decoder."""
        self._first_shown: int | None = None
        self._container = container
        self._stream = stream
        self._packets = skipped
        self._awaits_key = skipped > 0
        self._wanted = wanted
        self._broken = lost
        self._last_end_s = 0.0
        self._stopped = False
        """Whether reading failed, or the latest packet was incomplete."""
        self._repeats: deque[int] = deque()
        """The times of empty packets whose picture has not come out of the decoder yet."""
        self._newest: int | None = None
        self._shown: Decoded | None = None

    def frames(self) -> Iterator[Decoded]:
        """The pictures in the order in which they are shown.

        Raises ThreadsHideDamage, before the first picture that is affected, if the decoder runs several frames at once.
        """
        packets = packets_of(self._container, self._stream, on_late=self._note_loss)
        while self._wanted():
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self._stopped = True
                packet = None
            if packet is None or is_end(packet):
                # The end, or a read error: the decoder still has frames from earlier packets.
                yield from self._shown_in_order(self._decoded(packet))
                yield from self._repeated(None)
                return
            if self._awaits_key and not packet.is_keyframe:
                continue
            self._awaits_key = False
            self._packets += 1
            self._note_times(packet)
            if self._can_leave_out:
                self._stream.codec_context.skip_frame = "DEFAULT" if self._is_needed(packet) else "NONREF"
            if packet.size:
                yield from self._shown_in_order(self._decoded(packet))
            elif (ticks := packet_ticks(packet)) is not None:
                self._repeats.append(ticks)

    def damage(self, last: Fraction, *, cut_off: bool = False) -> str | None:
        """One sentence about what is missing, or None. `last` is the time of the last frame in seconds.

        `cut_off`: the file is known to end too early.
        """
        if self._stopped or cut_off or self._end_is_missing():
            return f"The video breaks off after {float(last):.2f} s. Everything before that was kept."
        missing = max(self._broken, sum(self._is_missing(ticks) for ticks in self._awaited))
        if missing == 1:
            return "1 part of the video could not be decoded and is missing."
        if missing:
            return f"{missing} parts of the video could not be decoded and are missing."
        return None

    @property
    def lost(self) -> int:
        """How many parts could not be decoded so far."""
        return self._broken

    @property
    def left_out_first(self) -> int:
        """At the end: the number of pictures before the first one that was shown. They need what the file lacks."""
        return sum(not self._is_missing(ticks) for ticks in self._awaited)

    def _note_loss(self) -> None:
        self._broken += 1

    def _is_missing(self, ticks: int) -> bool:
        return self._first_shown is not None and ticks > self._first_shown

    def _is_needed(self, packet: Packet[VideoStream]) -> bool:
        ticks = packet_ticks(packet)
        return self._needed is None or ticks is None or self._needed(ticks)

    def _note_times(self, packet: Packet[VideoStream]) -> None:
        self._stopped = packet.is_corrupt
        ticks = packet_ticks(packet)
        if ticks is None:
            return
        if packet.size and not packet.is_discard and self._is_needed(packet):
            if self._newest is None or ticks > self._newest:
                self._newest = ticks
            if self._counts_frames and packet.pts is not None:
                self._awaited.add(ticks)
        end = (ticks + (packet.duration or 0)) * packet.time_base
        self._last_end_s = max(self._last_end_s, float(end))

    def _decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            pictures = self._stream.decode(packet)
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self._stop_if_threaded()
            self._broken += 1
            return []
        if packet is None or not packet.size:
            # At the end, the decoder gives what comes before a broken packet, but not what comes after it.
            last = max((ticks for picture in pictures if (ticks := picture_ticks(picture)) is not None), default=None)
            if last is not None and self._newest is not None and last < self._newest:
                self._stop_if_threaded()
        return pictures

    def _stop_if_threaded(self) -> None:
        if self._stream.codec_context.thread_count != 1:
            raise ThreadsHideDamage

    def _shown_in_order(self, pictures: list[VideoFrame]) -> Iterator[Decoded]:
        for picture in pictures:
            if damaged := picture.is_corrupt:
                self._stop_if_threaded()
            ticks = picture_ticks(picture)
            if ticks is not None:
                self._awaited.discard(ticks)
                self._first_shown = ticks if self._first_shown is None else self._first_shown
            yield from self._repeated(ticks)
            if self._has_decoding_times:
                ticks = self._decoding_ticks(picture, ticks)
            self._shown = Decoded(picture, ticks, damaged)
            yield self._shown

    def _decoding_ticks(self, picture: VideoFrame, ticks: int | None) -> int | None:
        """The decoding time, which grows from picture to picture; None where it does not, as at the end."""
        last = self._shown.ticks if self._shown is not None else None
        if picture.dts is None:
            return ticks if self._shown is None else None
        return picture.dts if last is None or picture.dts > last else None

    def _repeated(self, until: int | None) -> Iterator[Decoded]:
        """The repetitions of the picture shown before, up to this time; all that are left for None."""
        while self._repeats and (until is None or self._repeats[0] < until):
            ticks = self._repeats.popleft()
            if self._shown is not None:
                self._shown = self._shown._replace(ticks=ticks)
                yield self._shown

    def _end_is_missing(self) -> bool:
        if "mp4" in self._container.format.name:
            return self._packets < len(self._stream.index_entries)
        declared = _declared_end_s(self._container, self._stream)
        return declared is not None and self._last_end_s + _MISSING_END_S < declared


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
