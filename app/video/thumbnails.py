"""Thumbnails of a video for its seek bar: quick, at approximate times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path

import av.error
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.errors import SourceError
from app.video.clock import SteadyClock
from app.video.conversion import ToBgr
from app.video.facts import Source, SourceFacts
from app.video.fitting import fitted
from app.video.opening import open_video
from app.video.packets import packets_of
from app.video.reading import container_time, is_end, video_stream
from app.video.shape import Shape, Shapes
from detectors import BgrImage

CLOSE = Fraction(1, 2)
"""A thumbnail within this many seconds of the requested time is close enough."""

BUDGET_S = 0.15
"""Maximum decoding time per request: then the nearest thumbnail so far is returned, and the next request continues."""

KEPT = 400
"""Maximum number of thumbnails in memory, a few megabytes."""


class Thumbnails:
    """Thumbnails of a video, a folder or a picture. The file stays open between requests.

    Thread: use and close it in one thread.
    """

    def __init__(self, source: Source, width: int = 160) -> None:
        facts = source.facts
        self._source = source
        self._size = width, max(1, round(width * facts.height / facts.width))
        self._kept: dict[int, tuple[Fraction, BgrImage]] = {}
        self._decoder = _QuickDecoder(facts) if facts.kind == "video" else None

    def at(self, time_s: float) -> BgrImage | None:
        """A BGR picture of about this time, `width` pixels wide; None if there is none."""
        wanted = Fraction(max(0.0, time_s))
        kept = self._nearest(wanted)
        if kept is not None and abs(kept[0] - wanted) <= CLOSE:
            return kept[1]
        try:
            if self._decoder is None:
                return self._of_pictures(wanted)
            self._decode_towards(self._decoder, wanted)
        except (SourceError, av.error.FFmpegError, OSError):
            self._close_video()
        kept = self._nearest(wanted)
        return None if kept is None else kept[1]

    def close(self) -> None:
        self._kept.clear()
        self._close_video()

    def _close_video(self) -> None:
        if self._decoder is not None:
            self._decoder.close()

    def _nearest(self, wanted: Fraction) -> tuple[Fraction, BgrImage] | None:
        return min(self._kept.values(), key=lambda kept: abs(kept[0] - wanted), default=None)

    def _decode_towards(self, decoder: _QuickDecoder, wanted: Fraction) -> None:
        deadline_s = time.perf_counter() + BUDGET_S
        for shown, picture in decoder.towards(wanted):
            place = int(shown / CLOSE)
            if place not in self._kept or shown >= wanted - CLOSE:
                self._keep(place, shown, decoder.small(picture, self._size))
            if shown >= wanted - CLOSE / 2 or time.perf_counter() > deadline_s:
                return

    def _of_pictures(self, wanted: Fraction) -> BgrImage | None:
        for frame in self._source.frames(wanted):
            small = np.asarray(cv2.resize(frame.image, self._size, interpolation=cv2.INTER_AREA), np.uint8)
            self._keep(int(frame.time / CLOSE), frame.time, small)
            return small
        return None

    def _keep(self, place: int, shown: Fraction, small: BgrImage) -> None:
        if len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[place] = shown, small


class _QuickDecoder:
    """Decodes a video from the keyframe before a time, or onwards from where it is."""

    def __init__(self, facts: SourceFacts) -> None:
        self._facts = facts
        self._open = ExitStack()
        self._opened: tuple[InputContainer, VideoStream] | None = None
        self._coming: Iterator[VideoFrame] = iter(())
        self._passed: Fraction | None = None
        self._clock = SteadyClock(restarts=bool(facts.clock_jumps))
        self._shapes: Shapes | None = None
        self._convert: tuple[Shape, ToBgr] | None = None

    def towards(self, wanted: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        """The pictures up to this time and beyond, from the keyframe before it or from where the last call ended.

        Raises SourceError or av.error.FFmpegError if the file cannot be read.
        """
        if self._facts.clock_jumps and self._passed is not None and self._passed > wanted:
            self.close()
        container, stream = self._container()
        if self._passed is None or not self._passed <= wanted or self._key_lies_between(stream, wanted):
            # A clock that jumps shows a time twice: such a video is read from its start.
            if not self._facts.clock_jumps and (self._passed is not None or wanted > CLOSE):
                ticks = int((wanted + self._facts.origin) / self._facts.time_base)
                container.seek(ticks, stream=stream)
            if not self._facts.clock_jumps or self._passed is None:
                self._coming = _pictures(container, stream)
        for picture in self._coming:
            shown = container_time(picture, self._facts.time_base)
            if shown is not None:
                if self._facts.clock_jumps:
                    shown = self._clock.steady(shown, 1 / self._facts.frame_rate)
                self._passed = shown - self._facts.origin
                yield self._passed, picture

    def small(self, picture: VideoFrame, size: tuple[int, int]) -> BgrImage:
        """The picture in its own shape, fitted into this size."""
        if self._shapes is None:
            self._shapes = Shapes(*self._container())
        shape = self._shapes.of(picture)
        if self._convert is None or self._convert[0] != shape:
            scale = min(size[0] / shape.size[0], size[1] / shape.size[1])
            width, height = (max(1, round(side * scale)) for side in shape.square)
            self._convert = shape, ToBgr((width, height), shape.orientation)
        image = self._convert[1](picture)
        return image if image.shape[1::-1] == size else fitted(image, size)

    def close(self) -> None:
        self._opened, self._passed, self._shapes = None, None, None
        self._coming = iter(())
        self._clock = SteadyClock(restarts=bool(self._facts.clock_jumps))
        self._open.close()

    def _container(self) -> tuple[InputContainer, VideoStream]:
        if self._opened is None:
            container = self._open.enter_context(open_video(Path(self._facts.path)))
            stream = video_stream(container, self._facts.path)
            stream.thread_type = "AUTO"
            self._opened = container, stream
        return self._opened

    def _key_lies_between(self, stream: VideoStream, wanted: Fraction) -> bool:
        """Whether seeking gets closer than reading on from here; assumed if the container has no index."""
        if self._passed is None:
            return True
        base, origin = self._facts.time_base, self._facts.origin
        passed, ahead = int((self._passed + origin) / base), int((wanted + origin) / base)
        entries = stream.index_entries
        place = entries.search_timestamp(ahead)
        return place < 0 or entries[place].timestamp > passed


def _pictures(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """The pictures from here on. Damage does not matter to a thumbnail."""
    for packet in packets_of(container, stream):
        if packet.size or is_end(packet):
            with suppress(av.error.FFmpegError):
                yield from stream.decode(packet)
