"""Makes films that are odd or broken, each from a number: the same number gives the same film."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from app.product import SAMPLE

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of film: FFmpeg's names of the container, the codec, the pixel format and the sound; None: no sound."""

    suffix: str
    container: str
    codec: str
    pixels: str = "yuv420p"
    sound: str | None = None


KINDS = (
    Kind(".mp4", "mp4", "libx264", sound="aac"),
    Kind(".mp4", "mp4", "libx264", "yuv444p"),
    Kind(".mp4", "mp4", "libx264", "yuv420p10le"),
    Kind(".mp4", "mp4", "libx265"),
    Kind(".mp4", "mp4", "mpeg4", sound="libmp3lame"),
    Kind(".mov", "mov", "mjpeg", "yuvj422p", sound="pcm_s16le"),
    Kind(".mov", "mov", "prores_ks", "yuv422p10le"),
    Kind(".mov", "mov", "png", "rgba"),
    Kind(".mov", "mov", "qtrle", "argb"),
    Kind(".3gp", "3gp", "mpeg4"),
    Kind(".mkv", "matroska", "libx264", sound="libopus"),
    Kind(".mkv", "matroska", "ffv1", "gray"),
    Kind(".mkv", "matroska", "ffv1", "yuv422p10le", sound="flac"),
    Kind(".mkv", "matroska", "libx265", "yuv420p10le"),
    Kind(".webm", "webm", "libvpx", sound="libopus"),
    Kind(".webm", "webm", "libvpx-vp9", "yuva420p"),
    Kind(".webm", "webm", "libvpx-vp9", "yuv444p"),
    Kind(".avi", "avi", "mpeg4", sound="libmp3lame"),
    Kind(".avi", "avi", "mjpeg", "yuvj420p"),
    Kind(".avi", "avi", "rawvideo", "pal8"),
    Kind(".avi", "avi", "rawvideo", "bgr24"),
    Kind(".avi", "avi", "huffyuv", "yuv422p", sound="pcm_s16le"),
    Kind(".ts", "mpegts", "libx264", sound="aac"),
    Kind(".ts", "mpegts", "mpeg2video", sound="mp2"),
    Kind(".mpg", "mpeg", "mpeg1video", sound="mp2"),
    Kind(".vob", "vob", "mpeg2video", "yuv420p"),
    Kind(".flv", "flv", "flv", sound="libmp3lame"),
    Kind(".flv", "flv", "libx264"),
    Kind(".wmv", "asf", "wmv2"),
    Kind(".mxf", "mxf", "mpeg2video", "yuv422p"),
    Kind(".gif", "gif", "gif", "rgb8"),
    Kind(".h264", "h264", "libx264"),
    Kind(".hevc", "hevc", "libx265"),
    Kind(".mjpeg", "mjpeg", "mjpeg", "yuvj420p"),
    Kind(".m2v", "mpeg2video", "mpeg2video"),
    Kind(".y4m", "yuv4mpegpipe", "wrapped_avframe"),
    Kind(".nut", "nut", "ffv1", "bgr0"),
    Kind(".ivf", "ivf", "libvpx"),
)
SIZES = ((160, 160), (162, 122), (176, 144), (97, 131), (240, 160), (320, 64), (16, 16))
TIMINGS: dict[str, Callable[[int], int]] = {
    "even": lambda number: number,
    "variable": lambda number: number + (number * number) // 5,
    "gap": lambda number: number + (1000 if number > 5 else 0),
    "late": lambda number: number + 50_000,
    "pairs": lambda number: number // 2 * 5 + number % 2,
}
COPES_WITH_SIZE_CHANGES = frozenset({"mpegts", "webm", "ivf", "h264", "mpeg2video", "mjpeg"})


@dataclass(frozen=True, slots=True)
class Film:
    """One film. `story` says how it was made; `is_broken` whether its bytes were changed after it was written."""

    name: str
    contents: bytes
    story: str
    is_broken: bool


def film(number: int) -> Film:
    """The film with this number: every fourth is whole, the others are broken in one to three ways."""
    random = Random(number)
    kind, story, contents = _whole(random)
    suffix = kind.suffix
    broken = number % 4 != 0
    if broken:
        data = bytearray(contents)
        for name in random.choices(list(DAMAGES), k=random.choice((1, 1, 1, 2, 3))):
            story.append(name)
            DAMAGES[name](data, random)
        contents = bytes(data)
        if random.random() < 0.1:
            suffix = random.choice(KINDS).suffix
            story.append(f"named {suffix}")
    return Film(f"{number:05d}{suffix}", contents, ", ".join(story), broken)


def _whole(random: Random) -> tuple[Kind, list[str], bytes]:
    kind = random.choice(KINDS)
    size = random.choice(SIZES)
    if kind.codec in ("mpeg2video", "wmv2", "flv") and kind.container == "mxf":
        size = (176, 144)
    timing = random.choice(list(TIMINGS)) if kind.container in ("mp4", "mov", "matroska", "webm", "mpegts") else "even"
    aspect = random.choice((None, None, Fraction(2), Fraction(12, 11), Fraction(1, 3)))
    second = random.choice(SIZES) if kind.container in COPES_WITH_SIZE_CHANGES and random.random() < 0.4 else None
    # x265 gives no header with fewer frames.
    frames = 12 if kind.codec == "libx265" else random.choice((1, 2, 12, 12, 18))
    story = [f"{kind.container} {kind.codec} {kind.pixels}", f"{size[0]}×{size[1]}", timing, f"{frames} frames"]
    if kind.sound:
        story.append(kind.sound)
    if aspect:
        story.append(f"pixels {aspect}")
    if second:
        story.append(f"then {second[0]}×{second[1]}")
    contents = _encoded(kind, size, timing, aspect, second, frames)
    if kind.container in ("mp4", "mov", "3gp") and random.random() < 0.3:
        turned = random.choice(list(_MATRICES))
        story.append(turned)
        contents = contents.replace(_UPRIGHT, _MATRICES[turned])
    return kind, story, contents


@cache
def _encoded(
    kind: Kind,
    size: tuple[int, int],
    timing: str,
    aspect: Fraction | None,
    second: tuple[int, int] | None,
    frames: int,
) -> bytes:
    """The film as a file. A second size follows the first one in the same track."""
    file = BytesIO()
    file.name = f"film{kind.suffix}"
    ticks = [TIMINGS[timing](number) for number in range(frames)]
    with av.open(file, "w", format=kind.container) as container:
        stream = container.add_stream(kind.codec, rate=25)
        _set_up(stream, kind, size, aspect)
        sound = container.add_stream(kind.sound, rate=48_000, layout="stereo") if kind.sound else None
        for packet in _packets(stream, kind, size, ticks):
            container.mux(packet)
        if second is not None:
            with av.open(BytesIO(), "w", format=kind.container) as other:
                next_stream = other.add_stream(kind.codec, rate=25)
                _set_up(next_stream, kind, second, aspect)
                for packet in _packets(next_stream, kind, second, [ticks[-1] + 1 + number for number in range(frames)]):
                    packet.stream = stream
                    container.mux(packet)
        if sound is not None:
            for packet in _sound_packets(sound, seconds=frames / 25):
                container.mux(packet)
    return file.getvalue()


def _set_up(stream: Any, kind: Kind, size: tuple[int, int], aspect: Fraction | None) -> None:
    stream.width, stream.height, stream.pix_fmt = *_allowed(kind, size), kind.pixels
    stream.time_base = Fraction(1, 25)
    stream.codec_context.gop_size = 6
    if aspect is not None:
        stream.codec_context.sample_aspect_ratio = aspect
    if kind.codec in ("libx264", "libx265"):
        stream.options = {"preset": "ultrafast", "x265-params": "log-level=none:repeat-headers=1:pools=none"}
    if kind.codec in ("libvpx", "libvpx-vp9"):
        stream.options = {"cpu-used": "8", "deadline": "realtime"}


def _allowed(kind: Kind, size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if kind.codec == "libx265":
        width, height = max(width, 64), max(height, 64)
    if "420" in kind.pixels or "422" in kind.pixels:
        width, height = width // 2 * 2, height // 2 * 2
    return width, height


def _packets(stream: Any, kind: Kind, size: tuple[int, int], ticks: Sequence[int]) -> list[Any]:
    packets = []
    for number, tick in enumerate(ticks):
        frame = _frame(_picture(_allowed(kind, size), number), kind.pixels)
        frame.pts, frame.time_base = tick, Fraction(1, 25)
        packets += stream.encode(frame)
    return packets + list(stream.encode(None))


def _frame(picture: Picture, pixels: str) -> av.VideoFrame:
    if pixels != "pal8":
        return av.VideoFrame.from_ndarray(picture, format="bgr24")
    shades = np.arange(256, dtype=np.uint8)
    palette = np.stack([np.full_like(shades, 255), shades, shades[::-1], shades // 2], axis=1)
    indexed: Any = np.ascontiguousarray(picture[:, :, 1]), palette  # PyAV's types do not know of this form.
    return av.VideoFrame.from_ndarray(indexed, format="pal8")


def _sound_packets(stream: Any, *, seconds: float) -> list[Any]:
    packets = []
    samples = np.sin(np.arange(int(seconds * 48_000)) / 20).astype(np.float32) * 0.3
    layout, size = "fltp", stream.codec_context.frame_size or 1024
    for start in range(0, len(samples), size):
        part = np.stack([samples[start : start + size]] * 2)
        frame = av.AudioFrame.from_ndarray(part, format=layout, layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        packets += stream.encode(frame)
    return packets + list(stream.encode(None))


@cache
def _faces() -> tuple[Picture, ...]:
    with av.open(str(SAMPLE)) as container:
        pictures = (frame.to_ndarray(format="bgr24") for frame in islice(container.decode(video=0), 36))
        return tuple(picture.astype(np.uint8, copy=False) for picture in pictures)


@cache
def _picture(size: tuple[int, int], number: int) -> Picture:
    import cv2

    return np.ascontiguousarray(cv2.resize(_faces()[number % 36], size, interpolation=cv2.INTER_AREA))


# What happens to a film's bytes.


def _flip_bits(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 4, 16, 200))):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _flip_bits_of_the_header(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 3, 10))):
        if data:
            data[random.randrange(min(len(data), 600))] ^= 1 << random.randrange(8)


def _cut_off(data: bytearray, random: Random) -> None:
    del data[int(len(data) * random.random()) :]


def _cut_a_little(data: bytearray, random: Random) -> None:
    del data[max(0, len(data) - random.randrange(1, 400)) :]


def _range(data: bytearray, random: Random, longest: float = 0.2) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.randrange(1, max(2, int(len(data) * longest))))


def _drop(data: bytearray, random: Random) -> None:
    start, end = _range(data, random)
    del data[start:end]


def _zero(data: bytearray, random: Random) -> None:
    start, end = _range(data, random)
    data[start:end] = bytes(end - start)


def _noise(data: bytearray, random: Random) -> None:
    start, end = _range(data, random, 0.05)
    data[start:end] = random.randbytes(end - start)


def _repeat(data: bytearray, random: Random) -> None:
    start, end = _range(data, random)
    data[end:end] = data[start:end]


def _swap(data: bytearray, random: Random) -> None:
    start, end = _range(data, random)
    piece = bytes(data[start:end])
    del data[start:end]
    place = random.randrange(len(data) + 1)
    data[place:place] = piece


def _twice(data: bytearray, random: Random) -> None:
    data += bytes(data)


def _lose_ts_packets(data: bytearray, random: Random) -> None:
    pieces = [data[start : start + 188] for start in range(0, len(data), 188)]
    data[:] = b"".join(piece for number, piece in enumerate(pieces) if number < 5 or random.random() > 0.1)


_ABSURD = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000, 30_000, 0xFFFF0000)
_FIELDS: tuple[bytes, ...] = (
    b"tkhd",
    b"mvhd",
    b"mdhd",
    b"stts",
    b"stsz",
    b"stsc",
    b"stco",
    b"ctts",
    b"elst",
    b"pasp",
    b"avc1",
    b"trak",
)
_FIELDS += (b"mp4a", b"strh", b"strf", b"avih", b"idx1", b"movi", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75", b"\xb0\x82")


def _write_absurd_numbers(data: bytearray, random: Random) -> None:
    places = [place for field in _FIELDS if (place := data.find(field)) >= 0] or [0]
    for _ in range(random.choice((1, 2, 4))):
        place = random.choice(places) + random.randrange(-4, 80)
        if 0 <= place <= len(data) - 4:
            struct.pack_into(random.choice((">I", "<I")), data, place, random.choice(_ABSURD))


DAMAGES: dict[str, Callable[[bytearray, Random], None]] = {
    "bits flipped": _flip_bits,
    "bits of the header flipped": _flip_bits_of_the_header,
    "cut off": _cut_off,
    "cut off at the end": _cut_a_little,
    "a range lost": _drop,
    "a range zeroed": _zero,
    "a range of noise": _noise,
    "a range twice": _repeat,
    "a range moved": _swap,
    "the whole file twice": _twice,
    "packets of 188 bytes lost": _lose_ts_packets,
    "absurd numbers": _write_absurd_numbers,
}


def _matrix(*numbers: float) -> bytes:
    fixed = [int(number * (1 << 30 if place % 3 == 2 else 1 << 16)) for place, number in enumerate(numbers)]
    return struct.pack(">9i", *fixed)


_UPRIGHT = _matrix(1, 0, 0, 0, 1, 0, 0, 0, 1)
_MATRICES = {
    "turned right": _matrix(0, 1, 0, -1, 0, 0, 0, 0, 1),
    "upside down": _matrix(-1, 0, 0, 0, -1, 0, 0, 0, 1),
    "turned left": _matrix(0, -1, 0, 1, 0, 0, 0, 0, 1),
    "mirrored": _matrix(-1, 0, 0, 0, 1, 0, 0, 0, 1),
    "turned by 30°": _matrix(0.866, 0.5, 0, -0.5, 0.866, 0, 0, 0, 1),
    "without a direction": _matrix(0, 0, 0, 0, 0, 0, 0, 0, 0),
}
"""Display matrices of the MP4 family."""


def write(number: int, folder: Path) -> tuple[Path, Film]:
    made = film(number)
    path = folder / made.name
    path.write_bytes(made.contents)
    return path, made
