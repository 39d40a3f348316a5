"""Writes HEIC pictures of tiles, as phones do, with PyAV's HEVC encoder. Source: ISO/IEC 14496-12 and 23008-12."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]


def write_heic(path: Path, image: Picture, tile: int, *, quarter_turns: int = 0, exif_orientation: int = 1) -> Path:
    """Writes a BGR picture, whose sides are multiples of `tile`, in tiles of that size.

    `quarter_turns`: how often viewers turn it anticlockwise (`irot`). `exif_orientation`: an orientation in EXIF, which
    viewers ignore in this format.
    """
    rows, columns = image.shape[0] // tile, image.shape[1] // tile
    parts = [image[y * tile : (y + 1) * tile, x * tile : (x + 1) * tile] for y in range(rows) for x in range(columns)]
    config, packets = _encoded(parts, tile)
    count = len(packets)
    grid, exif = count + 1, count + 2
    content = [
        *packets,
        struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, image.shape[1], image.shape[0]),
        _exif(exif_orientation),
    ]
    kinds = [b"hvc1"] * count + [b"grid", b"Exif"]
    entries = b"".join(_full(b"infe", 2, struct.pack(">HH4sB", item, 0, kind, 0)) for item, kind in enumerate(kinds, 1))
    references = _box(b"dimg", struct.pack(f">HH{count}H", grid, count, *range(1, count + 1)))
    references += _box(b"cdsc", struct.pack(">HHH", exif, 1, grid))
    properties = _box(b"hvcC", config) + _full(b"ispe", 0, struct.pack(">II", tile, tile))
    properties += _full(b"ispe", 0, struct.pack(">II", image.shape[1], image.shape[0])) + _box(
        b"irot", bytes([quarter_turns])
    )
    associations = b"".join(struct.pack(">HBBB", item, 2, 0x81, 2) for item in range(1, count + 1))
    associations += struct.pack(">HBBB", grid, 2, 3, 0x84)
    start = _box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(first: int) -> bytes:
        places, at = b"", first
        for item, data in enumerate(content, 1):
            places += struct.pack(">HHHII", item, 0, 1, at, len(data))
            at += len(data)
        return _full(
            b"meta",
            0,
            _full(b"hdlr", 0, struct.pack(">I4s12x", 0, b"pict") + b"\0")
            + _full(b"pitm", 0, struct.pack(">H", grid))
            + _full(b"iloc", 0, struct.pack(">BBH", 0x44, 0, len(content)) + places)
            + _full(b"iinf", 0, struct.pack(">H", len(kinds)) + entries)
            + _full(b"iref", 0, references)
            + _box(b"iprp", _box(b"ipco", properties) + _full(b"ipma", 0, struct.pack(">I", count + 1) + associations)),
        )

    first = len(start) + len(meta(0)) + 8
    path.write_bytes(start + meta(first) + _box(b"mdat", b"".join(content)))
    return path


def _encoded(parts: list[Picture], tile: int) -> tuple[bytes, list[bytes]]:
    """The decoder's configuration, and one key frame for each part."""
    file = io.BytesIO()
    options = {"x265-params": "keyint=1:log-level=error:info=0", "crf": "4", "preset": "ultrafast"}
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx265", rate=25, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = tile
        stream.pix_fmt = "yuv420p"
        stream.codec_context.codec_tag = "hvc1"
        for part in parts:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(part), format="bgr24")))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as written:
        read = written.streams.video[0]
        packets = [bytes(packet) for packet in written.demux(read) if packet.size]
        config = read.codec_context.extradata
    assert config is not None
    assert len(packets) == len(parts)
    return bytes(config), packets


def _exif(orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"\0\0\0\6Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _full(kind: bytes, version: int, content: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24) + content)
