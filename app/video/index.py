"""When each picture of a video is shown, known without decoding it: what lets a video be entered in the middle.

The packets tell their times; sorted, these are the pictures in the order of showing. That holds for most videos, not
for all: some have packets without a time, or packets that show nothing (VP8's hidden frames), or pictures of two
packets (fields). `PictureIndex.of` says None where it is seen not to hold, and whoever uses an index compares it with
each picture that is decoded.
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
from app.video.reading import open_video, picture_stream

_CHECKED_PICTURES = 16
"""So many pictures from the start on are decoded and compared with what their packets tell."""

_HIDDEN_PICTURES = frozenset({"vp8"})
"""Codecs with packets of their own for pictures that are never shown."""


@dataclass(frozen=True, slots=True)
class PictureIndex:
    """The times of all pictures in ticks, rising, and the key pictures among them.

    `keys` are the numbers of the key pictures in `ticks`, rising, and `key_packets` how many packets precede each.
    """

    ticks: tuple[int, ...]
    keys: tuple[int, ...]
    key_packets: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, wanted: Callable[[], bool] = always) -> PictureIndex | None:
        """Reads the whole file once. None where the packets' times do not tell the pictures', or it is not wanted."""
        with open_video(path) as container:
            stream = picture_stream(container, path)
            if stream.codec_context.name in _HIDDEN_PICTURES:
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
        """The number of the picture that is shown then; the first one's before it."""
        return max(0, bisect_right(self.ticks, tick) - 1)

    def key_before(self, number: int) -> int | None:
        """Which of `keys` to decode from, to see this picture; None where that is the beginning of the video."""
        place = bisect_right(self.keys, number) - 1
        return place if place > 0 else None


def _packet_times(
    container: InputContainer, stream: VideoStream, wanted: Callable[[], bool]
) -> list[tuple[int, bool, bool]]:
    """Of each packet its time, whether it is a key picture's, and whether it is shown; empty where one cannot tell."""
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
    """Whether the first pictures come at these ticks when they are decoded."""
    with open_video(path) as container:
        stream = picture_stream(container, path)
        stream.thread_type = "AUTO"
        try:
            for number, picture in enumerate(container.decode(stream)):
                if number == _CHECKED_PICTURES:
                    return True
                if number >= len(ticks) or picture.pts != ticks[number]:
                    return False
        except (av.error.FFmpegError, OSError):
            return False
        return number + 1 == len(ticks)
