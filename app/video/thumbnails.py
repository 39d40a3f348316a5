"""Small pictures of a video for its seek bar, quickly and roughly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av.error
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.errors import SourceError
from app.video.conversion import ToBgr
from app.video.facts import Source, SourceFacts
from app.video.orientation import Orientation, orientation_of
from app.video.reading import container_time, open_video, picture_stream
from detectors import BgrImage

CLOSE = Fraction(1, 2)
"""A picture as near as this in seconds will do."""

BUDGET_S = 0.15
"""Longer is not decoded for one request: the nearest picture that was passed comes, a later request goes on."""

KEPT = 400
"""So many small pictures are kept, a few megabytes."""


class Thumbnails:
    """Small pictures of a video, a folder or a picture. The file stays open between requests.

    Thread: used and closed in one.
    """

    def __init__(self, source: Source, width: int = 160) -> None:
        facts = source.facts
        self._source = source
        self._size = width, max(1, round(width * facts.height / facts.width / float(facts.pixel_aspect)))
        self._kept: dict[int, tuple[Fraction, BgrImage]] = {}
        self._video = _Passing(facts) if facts.kind == "video" else None

    def at(self, time_s: float) -> BgrImage | None:
        """A BGR picture of about that time, `width` wide; None where there is none."""
        wanted = Fraction(max(0.0, time_s))
        kept = self._nearest(wanted)
        if kept is not None and abs(kept[0] - wanted) <= CLOSE:
            return kept[1]
        try:
            if self._video is None:
                return self._of_pictures(wanted)
            self._pass_by(self._video, wanted)
        except (SourceError, av.error.FFmpegError, OSError):
            self._forget_place()
        kept = self._nearest(wanted)
        return None if kept is None else kept[1]

    def close(self) -> None:
        self._kept.clear()
        self._forget_place()

    def _forget_place(self) -> None:
        if self._video is not None:
            self._video.close()

    def _nearest(self, wanted: Fraction) -> tuple[Fraction, BgrImage] | None:
        return min(self._kept.values(), key=lambda kept: abs(kept[0] - wanted), default=None)

    def _pass_by(self, video: _Passing, wanted: Fraction) -> None:
        deadline_s = time.perf_counter() + BUDGET_S
        for shown, picture in video.towards(wanted):
            place = int(shown / CLOSE)
            if place not in self._kept or shown >= wanted - CLOSE:
                self._keep(place, shown, video.small(picture, self._size))
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


class _Passing:
    """A video that is decoded from key picture to key picture, or on from where it is."""

    def __init__(self, facts: SourceFacts) -> None:
        self._facts = facts
        self._open = ExitStack()
        self._opened: tuple[InputContainer, VideoStream] | None = None
        self._coming: Iterator[VideoFrame] = iter(())
        self._passed: Fraction | None = None
        self._sought = Fraction(0)
        self._convert: tuple[Orientation, ToBgr] | None = None

    def towards(self, wanted: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        """The pictures on the way to this time: from the key picture before it, or from where the last call ended.

        Raises SourceError or av.error.FFmpegError where the file cannot be read.
        """
        container, stream = self._container()
        if self._passed is None or not self._passed <= wanted or self._key_lies_between(stream, wanted):
            ticks = int((wanted + self._facts.origin) / self._facts.time_base)
            container.seek(ticks, stream=stream)
            self._coming = container.decode(stream)
        for picture in self._coming:
            told = container_time(picture, self._facts.time_base)
            if told is not None:
                self._passed = told - self._facts.origin
                yield self._passed, picture

    def small(self, picture: VideoFrame, size: tuple[int, int]) -> BgrImage:
        if self._convert is None:
            orientation = orientation_of(picture)
            self._convert = orientation, ToBgr(size[::-1] if orientation.transposed else size, orientation)
        return self._convert[1](picture)

    def close(self) -> None:
        self._opened, self._passed = None, None
        self._coming = iter(())
        self._open.close()

    def _container(self) -> tuple[InputContainer, VideoStream]:
        if self._opened is None:
            container = self._open.enter_context(open_video(Path(self._facts.path)))
            stream = picture_stream(container, self._facts.path)
            stream.thread_type = "AUTO"
            self._opened = container, stream
        return self._opened

    def _key_lies_between(self, stream: VideoStream, wanted: Fraction) -> bool:
        """Whether seeking leads further than reading on; assumed where the container has no index of its own."""
        if self._passed is None:
            return True
        base, origin = self._facts.time_base, self._facts.origin
        passed, ahead = int((self._passed + origin) / base), int((wanted + origin) / base)
        entries = stream.index_entries
        place = entries.search_timestamp(ahead)
        return place < 0 or entries[place].timestamp > passed
