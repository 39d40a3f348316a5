"""Can videos be read and written? Each encoder encodes three frames, because having one is not being able to use it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from app import product
from app.doctor.finding import Finding
from app.doctor.packages import broken, one_line
from app.doctor.process import busy_with
from app.doctor.requirements import declared

_READ = {
    "h264": "H.264",
    "hevc": "H.265",
    "av1": "AV1",
    "vp9": "VP9",
    "mjpeg": "MJPEG",
    "mpeg4": "MPEG-4",
    "prores": "ProRes",
    "aac": "AAC",
}
"""What cameras, phones and editing programs write, by FFmpeg's names."""

_SIDE = 256


def video() -> Iterator[Finding]:
    needs = declared()
    try:
        with busy_with("av"):
            import av
    except Exception as error:  # noqa: BLE001 — a damaged package may raise anything
        yield broken(error, "av", needs)
        return
    requirement = {"requirement": needs.of("av")}
    yield Finding("video.ffmpeg", "ok", {"version": av.__version__, "ffmpeg": _ffmpeg(av)})
    yield from _decoders(requirement)
    yield from _sample()
    yield from _encoders(requirement)
    with busy_with("AAC"):
        reason = _reason_against_aac()
    if reason:
        yield Finding("video.sound-encoder", "warning", {"reason": reason, **requirement})


def _ffmpeg(av: Any) -> str:
    version = str(getattr(av, "ffmpeg_version_info", "") or "")
    return version or ".".join(map(str, av.library_versions.get("libavcodec", ())))


def _decoders(requirement: dict[str, str]) -> Iterator[Finding]:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    reads, lacks = [], []
    for name, title in _READ.items():
        try:
            Codec(name, "r")
        except UnknownCodecError:
            lacks.append(title)
        else:
            reads.append(title)
    if reads:
        yield Finding("video.reads", "ok", {"codecs": ", ".join(reads)})
    if lacks:
        yield Finding("video.reads-not", "warning", {"codecs": ", ".join(lacks), **requirement})


def _sample() -> Iterator[Finding]:
    import av

    try:
        with busy_with(product.SAMPLE.name), av.open(str(product.SAMPLE)) as container:
            next(container.decode(video=0))
    except (av.error.FFmpegError, OSError, StopIteration) as error:
        yield Finding("video.sample-broken", "failed", {"reason": one_line(error)})
    else:
        yield Finding("video.sample", "ok")


def _encoders(requirement: dict[str, str]) -> Iterator[Finding]:
    """Of each encoder that a user can choose."""
    from app.errors import UsageError
    from app.video.encoders import ENCODERS, VideoOptions, choose_encoder

    works = []
    for number, encoder in enumerate(ENCODERS):
        with busy_with(encoder.name):
            try:
                chosen = choose_encoder(VideoOptions(encoder.name))
                reason = "" if chosen.in_place_of else _reason_against(chosen.codec, chosen.options)
            except UsageError:
                reason, chosen = "this FFmpeg does not have it.", None
        if chosen is not None and chosen.in_place_of:
            values = {"encoder": encoder.name, "instead": chosen.name}
            yield Finding("video.no-hardware", "note", values)
        elif not reason:
            works.append(encoder.name)
        elif number == 0:
            yield Finding("video.default-encoder", "failed", {"reason": reason.rstrip("."), **requirement})
        else:
            yield Finding("video.encoder-fails", "warning", {"encoder": encoder.name, "reason": reason})
    if works:
        yield Finding("video.encodes", "ok", {"encoders": ", ".join(works)})


def _reason_against(codec: str, options: dict[str, str]) -> str:
    """Encodes three frames into memory and reads them back; why that fails, or nothing."""
    import av
    import numpy as np

    file = io.BytesIO()
    try:
        with av.open(file, "w", format="matroska") as container:
            stream: Any = container.add_stream(codec, rate=25, options=options)
            stream.width = stream.height = _SIDE
            stream.pix_fmt = "yuv420p"
            for number in range(3):
                frame = av.VideoFrame.from_ndarray(np.full((_SIDE, _SIDE, 3), 80 * number, np.uint8), format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        file.seek(0)
        with av.open(file, "r") as written:
            count = sum(packet.size > 0 for packet in written.demux(video=0))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        return one_line(error)
    return "" if count == 3 else f"{count} of 3 frames were written."


def _reason_against_aac() -> str:
    import av
    import numpy as np

    try:
        with av.open(io.BytesIO(), "w", format="matroska") as container:
            stream: Any = container.add_stream("aac", rate=48_000)
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, 0
            stream.layout = "mono"
            container.mux(stream.encode(frame))
            container.mux(stream.encode())
    except (av.error.FFmpegError, OSError, ValueError) as error:
        return one_line(error)
    return ""
