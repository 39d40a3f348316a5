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
from pathlib import Path

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from app.video.facts import always
from app.video.reading import open_video, video_stream

_CHECKED_FRAMES = 16
"""This many frames from the start are decoded and compared with the times of their packets."""

_HIDDEN_FRAME_CODECS = frozenset({"vp8"})
"""Codecs with separate packets for frames that are never shown."""


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
            if stream.codec_context.name in _HIDDEN_FRAME_CODECS:
                return None
            packets = _packet_times(container, stream, wanted)
        if not packets:
            return None
        ticks = sorted(tick for tick, _, shown in packets if shown)
        if len(set(ticks)) < len(ticks):
            return None
        number = {tick: index for index, tick in enumerate(ticks)}
        keys = [(number[tick], place) for place, (tick, key, shown) in enumerate(packets) if key and shown]
        if any(later[0] <= earlier[0] for earlier, later in itertools.pairwise(keys)):
            return None
        if not _agrees(path, ticks):
            return None
        return cls(tuple(ticks), tuple(key for key, _ in keys), tuple(place for _, place in keys))

    def shown_at(self, tick: int) -> int:
        """The number of the frame shown at this time; before the first frame, the first."""
        return max(0, bisect_right(self.ticks, tick) - 1)

    def key_before(self, number: int) -> int | None:
        """The position in `keys` of the keyframe to start decoding from; None for the beginning of the video."""
        place = bisect_right(self.keys, number) - 1
        return place if place > 0 else None


def _packet_times(
    container: InputContainer, stream: VideoStream, wanted: Callable[[], bool]
) -> list[tuple[int, bool, bool]]:
    """For each packet: its time, whether it is a keyframe, and whether it is shown. Empty if a time is unknown."""
    times: list[tuple[int, bool, bool]] = []
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, OSError):
            return times
        if packet is None or not packet.size:
            return times
        if packet.pts is None or packet.is_corrupt or not wanted():
            return []
        times.append((packet.pts, packet.is_keyframe, not packet.is_discard))


def _agrees(path: Path, ticks: list[int]) -> bool:
    """Whether the first frames, when decoded, have these times."""
    with open_video(path) as container:
        stream = video_stream(container, path)
        stream.thread_type = "AUTO"
        try:
            for number, picture in enumerate(container.decode(stream)):
                if number == _CHECKED_FRAMES:
                    return True
                if number >= len(ticks) or picture.pts != ticks[number]:
                    return False
        except (av.error.FFmpegError, OSError):
            return False
        return number + 1 == len(ticks)
