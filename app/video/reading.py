"""One pass over a video file: its packets, its decoded pictures, and an account of what is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.errors import SourceError
from app.video.facts import always

_TEXT_FORMATS = frozenset({"adf", "bin", "idf", "tty", "xbin"})
"""FFmpeg draws plain text as if it were a video; nobody who names a text file wants that."""

_DECLARES_END = frozenset({"asf", "avi", "flv", "matroska,webm"})
"""Containers whose header tells the duration; that of others is FFmpeg's guess."""

_MISSING_END_S = 0.5
"""Headers round and count sound that outlasts the picture: only a larger gap means that the end is missing."""


def open_video(path: Path) -> InputContainer:
    """The opened file. Raises SourceError where it is not a video."""
    try:
        container = av.open(str(path), "r", metadata_errors="replace")
    except (av.error.FFmpegError, OSError) as error:
        if isinstance(error, PermissionError):
            raise SourceError(f"The video {path} cannot be read: permission is denied.") from error
        if path.is_file() and not path.stat().st_size:
            raise SourceError(f"{path} is empty: the file holds nothing.") from error
        raise SourceError(
            f"{path} is not a video that can be read: it is of another kind, or its index is missing.",
            advice="A recording that was cut off may have lost the index at its end.",
        ) from error
    if container.format.name in _TEXT_FORMATS:
        container.close()
        raise SourceError(f"{path} is a text file, not a video.")
    return container


def picture_stream(container: InputContainer, name: object) -> VideoStream:
    """The stream that shows the video. Raises SourceError, which tells `name`, where there is none to decode."""
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    readable = [stream for stream in moving if stream.codec_context is not None]
    if not readable:
        what = "is in a form that cannot be decoded" if moving else "is missing: it holds only sound"
        raise SourceError(f"The picture of {name} {what if container.streams.audio or moving else 'is missing'}.")
    best = container.streams.best("video")
    return next((stream for stream in readable if best is not None and stream.index == best.index), readable[0])


def container_time(picture: VideoFrame, time_base: Fraction) -> Fraction | None:
    """When the picture is shown, in seconds on the container's own clock; None where it does not tell."""
    ticks = picture.pts if picture.pts is not None else picture.dts
    return None if ticks is None else ticks * (picture.time_base or time_base)


class Reading:
    """One pass over a video's packets, keeping account of what is broken.

    `skipped` packets were passed over by a seek that led to a key picture: what comes before one is not decoded.
    The pass ends early once `wanted` says no.
    """

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        *,
        skipped: int = 0,
        wanted: Callable[[], bool] = always,
    ) -> None:
        self._container = container
        self._stream = stream
        self._packets = skipped
        self._awaits_key = skipped > 0
        self._wanted = wanted
        self._broken = 0
        self._last_end_s = 0.0
        self._stopped = False
        """Whether reading failed, or the latest packet was incomplete."""

    def frames(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while self._wanted():
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self._stopped = True
                packet = None
            if packet is None or not packet.size:
                # The end, or a break: the decoder still holds frames that were read before it.
                yield from self._decoded(packet)
                return
            if self._awaits_key and not packet.is_keyframe:
                continue
            self._awaits_key = False
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
            return f"The video breaks off after {float(last):.2f} s; everything up to there was read."
        if self._broken:
            parts = "part" if self._broken == 1 else "parts"
            return f"{self._broken} {parts} of the video could not be decoded and are missing."
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
