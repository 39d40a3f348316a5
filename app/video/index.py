"""The times of all frames of a video, read without decoding them, so that reading can start anywhere in the video.

Packets have times; sorted, these are the frames in the order in which they are shown. This is true for most videos but
not all: some have packets without a time, packets that are never shown (VP8's hidden frames), or frames made of two
packets (fields). `FrameIndex.of` returns None if it finds such a case, and callers compare an index with every frame
that they decode.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import NamedTuple

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from app.video.clock import BACK, FORWARD, Jump, SteadyClock
from app.video.facts import DEFAULT_FRAME_RATE, always
from app.video.opening import open_video
from app.video.packets import packets_of
from app.video.reading import (
    DecodingPass,
    ThreadsHideDamage,
    clock_restarts,
    is_end,
    packet_ticks,
    video_stream,
)

_CHECKED_FRAMES = 16
"""This many frames from the start are decoded and compared with the times of their packets."""

_HIDDEN_FRAME_CODECS = frozenset({"vp8"})
"""Codecs with separate packets for frames that are never shown."""

_KEYS_SUFFICE = frozenset(
    {
        *("av1", "dnxhd", "dvvideo", "ffv1", "ffvhuff", "flv1", "h263", "h264", "hevc", "huffyuv", "mjpeg"),
        *("mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v2", "msmpeg4v3", "prores", "rawvideo", "theora", "utvideo"),
        *("vc1", "vp9", "wmv1", "wmv2", "wmv3"),
    }
)
"""Codecs of which a picture marked as a keyframe is known to need nothing before it. Others, such as those of screen
recorders and animations, are read from the start: they may depend on a palette or picture that came earlier."""

_PALETTE = "pal8"


class Packets(NamedTuple):
    """The packets of a video track in the order of the file, read without decoding them.

    `times`: for each packet its time in ticks, whether it is a keyframe, and whether it is shown. `jumps`: where the
    clock jumps. `untimed`: the number of packets without a time before the first one that has any. `is_whole`: all
    packets have a time, and the container marks none as corrupt. `end`: where the last frame ends, in seconds on the
    steady clock.
    """

    times: tuple[tuple[int, bool, bool], ...]
    jumps: tuple[Jump, ...]
    untimed: int
    is_whole: bool
    end: Fraction | None


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """The times of all frames in ticks, increasing, and the keyframes among them.

    `keys` are the keyframes' positions in `ticks`, increasing; `key_packets` is the number of packets before each.
    """

    ticks: tuple[int, ...]
    keys: tuple[int, ...]
    key_packets: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, wanted: Callable[[], bool] = always) -> FrameIndex | None:
        """Reads the whole file once. None if the packets' times are not the frames', or `wanted` returns false."""
        with open_video(path) as container:
            stream = video_stream(container, path)
            codec = stream.codec_context.name
            if codec in _HIDDEN_FRAME_CODECS:
                return None
            keys_suffice = stream.codec_context.codec.canonical_name in _KEYS_SUFFICE and stream.pix_fmt != _PALETTE
            packets = read_packets(container, stream, wanted)
        if packets is None or not packets.times or not packets.is_whole or packets.jumps:
            return None
        ticks = sorted(tick for tick, _, shown in packets.times if shown)
        if len(set(ticks)) < len(ticks):
            return None
        number = {tick: index for index, tick in enumerate(ticks)}
        keys = [
            (number[tick], place)
            for place, (tick, key, shown) in enumerate(packets.times)
            if key and shown and (keys_suffice or not place)
        ]
        if any(later[0] <= earlier[0] for earlier, later in itertools.pairwise(keys)):
            return None
        if not _agrees(path, ticks):
            return None
        return cls(tuple(ticks), tuple(key for key, _ in keys), tuple(place for _, place in keys))

    def multiples(self, n: int) -> Callable[[int], bool]:
        """Says for the tick of a packet whether it is of a frame whose number is a multiple of `n`."""
        chosen = frozenset(self.ticks[::n])
        return chosen.__contains__

    def shown_at(self, tick: int) -> int:
        """The number of the frame shown at this time; before the first frame, the first."""
        return max(0, bisect_right(self.ticks, tick) - 1)

    def key_before(self, number: int) -> int | None:
        """The position in `keys` of the keyframe to start decoding from; None for the beginning of the video."""
        place = bisect_right(self.keys, number) - 1
        return place if place > 0 else None


def read_packets(container: InputContainer, stream: VideoStream, wanted: Callable[[], bool] = always) -> Packets | None:
    """The rest of the track's packets. None once `wanted` returns false."""
    times: list[tuple[int, bool, bool]] = []
    runs: list[list[tuple[int, int]]] = [[]]
    time_base = stream.time_base or Fraction(1)
    restarts = clock_restarts(container)
    is_whole, untimed = True, 0
    last: int | None = None
    back, forward = floor(BACK / time_base), floor(FORWARD / time_base)
    packets = packets_of(container, stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, OSError):
            break
        if packet is None or is_end(packet):
            break
        if not wanted():
            return None
        if packet.is_corrupt or packet.pts is None:
            is_whole = False
        if (tick := packet_ticks(packet)) is None:
            untimed += not times
            continue
        if packet.dts is not None:
            if last is not None and (packet.dts <= last - back or (restarts and packet.dts > last + forward)):
                runs.append([])
            last = packet.dts
        times.append((tick, packet.is_keyframe, not packet.is_discard))
        if not packet.is_discard:
            runs[-1].append((tick, packet.duration or 0))
    clock = SteadyClock(restarts=restarts)
    period = 1 / Fraction(stream.average_rate or stream.guessed_rate or DEFAULT_FRAME_RATE)
    end: Fraction | None = None
    for tick, length in (pair for run in runs for pair in sorted(run)):
        shown = clock.steady(tick * time_base, period)
        end = max(end or shown, shown + (length * time_base or period))
    return Packets(tuple(times), tuple(clock.jumps), untimed, is_whole, end)


def _agrees(path: Path, ticks: list[int]) -> bool:
    """Whether the first frames, when decoded, have these times."""
    with open_video(path) as container:
        stream = video_stream(container, path)
        stream.thread_type = "AUTO"
        number = -1
        try:
            for number, decoded in enumerate(DecodingPass(container, stream).frames()):
                if number == _CHECKED_FRAMES:
                    return True
                if number >= len(ticks) or decoded.ticks != ticks[number]:
                    return False
        except ThreadsHideDamage:
            return False
        return number + 1 == len(ticks)
