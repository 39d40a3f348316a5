"""The packets of an open file or stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar, cast

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

_Track = TypeVar("_Track", bound=Stream)


def packets_of(
    container: InputContainer, *tracks: _Track, on_late: Callable[[], object] = lambda: None
) -> Iterator[Packet[_Track]]:
    """The packets of these tracks in the order of the file, and an empty one for each track at the end.

    Where the tracks of an MPEG-TS get other numbers, FFmpeg gives the last packet from before that after all others:
    it is left out, and `on_late` is called. Raises av.error.FFmpegError or OSError if reading fails.
    """
    is_mpegts = container.format.name == "mpegts"
    places: dict[int, int] = {}
    # Containers without a list of their tracks (MPEG-TS, FLV) may bring new ones midway. At the end, PyAV looks for
    # these in a list that was made when the file was opened, and does not find them. What was asked for is over then.
    with suppress(IndexError):
        for packet in cast("Iterator[Packet[_Track]]", container.demux(tracks)):
            if is_mpegts and packet.size and packet.pos is not None:
                if packet.pos < places.get(packet.stream_index, 0):
                    on_late()
                    continue
                places[packet.stream_index] = packet.pos
            yield packet
