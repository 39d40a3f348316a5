"""Opens the sound tracks of a file, and judges whether they can be copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard

from app.video.opening import open_file
from app.video.packets import packets_of
from app.video.reading import clock_restarts
from app.video.video_facts import READ_WHOLE_BYTES

_AAC_DESCRIPTION_BYTES = 2
"""The shortest AudioSpecificConfig. Source: ISO/IEC 14496-3, 1.6.2.1."""


def is_large(path: Path) -> bool:
    """Whether the file is too large to be read once more only to know it better."""
    return path.stat().st_size > READ_WHOLE_BYTES


def track_count(path: Path) -> int:
    """The number of sound tracks; 1 if the file cannot be read, so that opening it says why."""
    try:
        with open_file(path) as container:
            return len(container.streams.audio)
    except (av.error.FFmpegError, OSError):
        return 1


def opened_sound(path: Path, place: int) -> tuple[InputContainer, AudioStream]:
    """The file and its sound track, with all other tracks left out of reading."""
    container = open_file(path)
    source = container.streams.audio[place]
    for stream in container.streams:
        if stream.index != source.index:
            stream.discard = Discard.all
    return container, source


def can_be_copied(path: Path, place: int) -> bool:
    """Whether the sound is whole and keeps its form throughout.

    A container without a header (MPEG-TS, MPEG-PS) is read once more to find out, unless it is too large for that.
    Others describe their sound once for all of it: AAC without that description cannot be written, which Matroska
    notices only at the very end.
    """
    with open_file(path) as container:
        if not clock_restarts(container):
            context = container.streams.audio[place].codec_context
            return context.codec.canonical_name != "aac" or len(context.extradata or b"") >= _AAC_DESCRIPTION_BYTES
    if is_large(path):
        return False
    container, source = opened_sound(path, place)
    with container:
        form_of = _FORMS.get(source.codec_context.codec.canonical_name)
        first: tuple[int, ...] | None = None
        for packet in packets_of(container, source):
            if not packet.size:
                continue
            form = form_of(packet) if form_of is not None else ()
            first = form if first is None else first
            if packet.is_corrupt or form is None or form != first:
                return False
    return True


def _adts_form(packet: Packet[AudioStream]) -> tuple[int, ...] | None:
    """Profile and sample rate, and channels, by the header of an AAC packet; None if it has no such header.

    Source: ISO/IEC 13818-7, table 8.
    """
    head = bytes(memoryview(packet)[:4])
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    return head[2] >> 2, (head[2] & 1) << 2 | head[3] >> 6


def _mpeg_form(packet: Packet[AudioStream]) -> tuple[int, ...] | None:
    """Version, layer and sample rate, and whether it is mono, by the header of an MP2 or MP3 packet.

    Source: ISO/IEC 11172-3, 2.4.1.3.
    """
    head = bytes(memoryview(packet)[:4])
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    return head[1] >> 1 & 0xF, head[2] >> 2 & 3, int(head[3] >> 6 == 3)


def _ac3_form(packet: Packet[AudioStream]) -> tuple[int, ...] | None:
    """Sample rate and channels by the header of an AC-3 packet. Source: ETSI TS 102 366, 4.3."""
    head = bytes(memoryview(packet)[:7])
    if len(head) < 7 or head[:2] != b"\x0b\x77":
        return None
    return head[4] >> 6, head[6] >> 5


_FORMS: dict[str, Callable[[Packet[AudioStream]], tuple[int, ...] | None]] = {
    "aac": _adts_form,
    "ac3": _ac3_form,
    "mp2": _mpeg_form,
    "mp3": _mpeg_form,
}
"""Sound whose packets each say what form they have."""
