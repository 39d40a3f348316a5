"""Decodes a video file in one pass, and keeps track of what is damaged."""

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
"""FFmpeg can render plain text as a video, which nobody who opens a text file wants."""

_DECLARES_END = frozenset({"asf", "avi", "flv", "matroska,webm"})
"""Containers whose header states the duration; for others, FFmpeg estimates it."""

_MISSING_END_S = 0.5
"""Headers are rounded and include sound that is longer than the video: only a larger gap means a missing end."""


def open_video(path: Path) -> InputContainer:
    """The opened file. Raises SourceError if it is not a video."""
    try:
        container = av.open(str(path), "r", metadata_errors="replace")
    except (av.error.FFmpegError, OSError) as error:
        if isinstance(error, PermissionError):
            raise SourceError(f"The video {path} cannot be read: permission is denied.") from error
        if path.is_file() and not path.stat().st_size:
            raise SourceError(f"The file {path} is empty.") from error
        raise SourceError(
            f"{path} cannot be read as a video: it is a file of another type, or its index is missing.",
            advice="A recording that was interrupted may lack the index at its end.",
        ) from error
    if container.format.name in _TEXT_FORMATS:
        container.close()
        raise SourceError(f"{path} is a text file, not a video.")
    return container


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
    ticks = picture.pts if picture.pts is not None else picture.dts
    return None if ticks is None else ticks * (picture.time_base or time_base)


class DecodingPass:
    """Decodes a video's packets in one pass, and keeps track of what is damaged.

    `skipped`: number of packets before the keyframe at which reading starts after a seek; packets before the next
    keyframe are not decoded. The pass ends early once `wanted` returns false.
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
                # The end, or a read error: the decoder still has frames from earlier packets.
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
        """One sentence about the damage, or None. `last` is the time of the last frame in seconds."""
        if self._stopped or self._end_is_missing():
            return f"The video breaks off after {float(last):.2f} s. Everything before that was kept."
        if self._broken == 1:
            return "1 part of the video could not be decoded and is missing."
        if self._broken:
            return f"{self._broken} parts of the video could not be decoded and are missing."
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
