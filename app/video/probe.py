"""Reads a written video back, without keeping its pictures, to check what it contains."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from app.video.opening import open_file
from app.video.packets import packets_of


@dataclass(frozen=True, slots=True)
class VideoContents:
    """What a video file contains, from its header and from decoding all of its frames.

    `times` are the frames' presentation times in seconds; `size` is the stored (width, height) in pixels. `matrix` and
    `pixel_format` are FFmpeg's values. `sound_times` are the times of the sound packets and `sound_digest` is the
    SHA-256 of their bytes: equal digests mean that the sound was copied unchanged. `duration_s` is the video track's.
    """

    times: tuple[Fraction, ...]
    frame_rate: Fraction | None
    size: tuple[int, int]
    codec: str
    codec_tag: str
    pixel_format: str | None
    matrix: int
    duration_s: float | None
    sound_codec: str | None
    sound_times: tuple[Fraction, ...]
    sound_digest: str | None


def read_back(path: Path) -> VideoContents:
    """The contents of a file with a video track. Raises av.error.FFmpegError if it cannot be read."""
    times: list[Fraction] = []
    sound_times: list[Fraction] = []
    digest = hashlib.sha256()
    with open_file(path) as container:
        video = container.streams.video[0]
        audio = container.streams.audio[0] if container.streams.audio else None
        for packet in packets_of(container, *(stream for stream in (video, audio) if stream is not None)):
            if packet.stream.type == "video":
                frames = video.decode(packet)
                times += [f.pts * f.time_base for f in frames if f.pts is not None and f.time_base is not None]
            elif packet.size and packet.pts is not None:
                sound_times.append(packet.pts * packet.time_base)
                digest.update(bytes(packet))
        duration = video.duration * video.time_base if video.duration and video.time_base else None
        return VideoContents(
            times=tuple(times),
            frame_rate=video.average_rate,
            size=(video.codec_context.width, video.codec_context.height),
            codec=video.codec_context.codec.canonical_name,
            codec_tag=video.codec_context.codec_tag,
            pixel_format=video.codec_context.pix_fmt,
            matrix=video.codec_context.colorspace,
            duration_s=float(duration) if duration is not None else None,
            sound_codec=audio.codec_context.codec.canonical_name if audio is not None else None,
            sound_times=tuple(sound_times),
            sound_digest=digest.hexdigest() if sound_times else None,
        )
