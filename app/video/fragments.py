"""Reads back encoded pictures from files that may never have been finished."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import av.error
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.video.stream import VideoStream

from app.video.opening import open_file
from app.video.packets import packets_of

_AS_ENCODED = {
    "h264": "h264_mp4toannexb,filter_units=remove_types=7-8",
    "hevc": "hevc_mp4toannexb,filter_units=remove_types=32-34",
}
"""FFmpeg's filters that turn packets from MP4 into those that the encoder gave: without parameter sets."""


def encoded_packets(path: Path) -> Iterator[Packet[VideoStream]]:
    """The complete packets of the video track of an MP4 file, in decoding order, as `VideoWriter.copy` takes them.

    Nothing if no part of the file can be read. Raises OSError if there is no such file.
    """
    try:
        with open_file(path) as container:
            stream = container.streams.video[0]
            known = _AS_ENCODED.get(stream.codec_context.codec.canonical_name)
            to_encoded = BitStreamFilterContext(known, stream) if known is not None else None
            for packet in packets_of(container, stream):
                if packet.is_corrupt:
                    return
                if packet.size:
                    filtered = [packet] if to_encoded is None else to_encoded.filter(packet)
                    yield from cast("list[Packet[VideoStream]]", filtered)
    except (av.error.InvalidDataError, av.error.EOFError, IndexError):
        return
