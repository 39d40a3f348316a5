"""Whether a file ends before its container says so, or goes on after it.

Most recordings that were cut off lack less than a second. Files go on where several were joined byte by byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

_Checks = tuple[tuple[str, Callable[[BinaryIO, int], bool]], ...]
"""Of files, by a part of FFmpeg's name of the container."""

_HEADER_BYTES = 1 << 16

_SCANNED_BYTES = 1 << 20

_FLV_HEADER = re.compile(rb"FLV\x01[\x01\x04\x05]\0\0\0\x09\0\0\0\0")
_FLV_HEADER_BYTES = 13

_BOX_HEADER_BYTES = 8


def is_cut_off(path: Path, container: str) -> bool:
    """Whether bytes are missing at the end. `container`: FFmpeg's name of the format.

    False where the container does not say how long it is (MPEG-TS, raw streams, live recordings).
    """
    return _answer(_CUT_OFF, path, container)


def is_joined(path: Path, container: str) -> bool:
    """Whether another video of the same kind follows the first one in the file. `container`: as for `is_cut_off`."""
    return _answer(_JOINED, path, container)


def _answer(checks: _Checks, path: Path, container: str) -> bool:
    check = next((check for name, check in checks if name in container), None)
    if check is None:
        return False
    try:
        with path.open("rb") as file:
            return check(file, os.fstat(file.fileno()).st_size)
    except (OSError, IndexError):
        return False


def _matroska(file: BinaryIO, size: int) -> bool:
    end = _segment_end(file)
    return end is not None and end > size


def _matroska_follows(file: BinaryIO, size: int) -> bool:
    end = _segment_end(file)
    if end is None or end >= size:
        return False
    file.seek(end)
    return file.read(4) == b"\x1a\x45\xdf\xa3"


def _segment_end(file: BinaryIO) -> int | None:
    """The segment states its length, unless all bits are 1. Source: RFC 8794, sections 4 to 6."""
    head = file.read(_HEADER_BYTES)
    place = 0
    for _ in range(8):
        id_length = 9 - head[place].bit_length()
        is_segment = head[place : place + id_length] == b"\x18\x53\x80\x67"
        place += id_length
        length = 9 - head[place].bit_length()
        value = int.from_bytes(head[place : place + length], "big") & ((1 << 7 * length) - 1)
        place += length
        if is_segment:
            is_known = value != (1 << 7 * length) - 1
            return place + value if is_known else None
        place += value
    return None


def _avi(file: BinaryIO, size: int) -> bool:
    """One RIFF chunk, or several one after the other in long files. Source: OpenDML AVI, version 1.02."""
    place = 0
    while place + 8 <= size:
        file.seek(place)
        head = file.read(8)
        if head[:4] != b"RIFF":
            return False
        place += 8 + int.from_bytes(head[4:], "little")
    return place > size


def _flv(file: BinaryIO, size: int) -> bool:
    """The last four bytes are the length of the tag before them. Source: FLV 10.1, annex E.3."""
    if size < 13:
        return True
    file.seek(size - 4)
    length = int.from_bytes(file.read(4), "big")
    start = size - 4 - length
    if length < 11 or start < 13:
        return True
    file.seek(start + 1)
    return int.from_bytes(file.read(3), "big") + 11 != length


def _asf(file: BinaryIO, size: int) -> bool:
    """The file's length is in its properties, 0 in broadcasts. Source: ASF 1.2, section 3.2."""
    head = file.read(_HEADER_BYTES)
    place = head.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))
    return place >= 0 and int.from_bytes(head[place + 40 : place + 48], "little") > size


def _ogg(file: BinaryIO, size: int) -> bool:
    """The last page states the lengths of its segments. Source: RFC 3533, section 6."""
    file.seek(max(0, size - _HEADER_BYTES - 512))
    tail = file.read()
    page = tail.rfind(b"OggS")
    if page < 0:
        return True
    if len(tail) < page + 27:
        return True
    table = tail[page + 27 : page + 27 + tail[page + 26]]
    return len(tail) < page + 27 + tail[page + 26] + sum(table)


def _flv_follows(file: BinaryIO, _size: int) -> bool:
    file.seek(_FLV_HEADER_BYTES)
    before = b""
    while piece := file.read(_SCANNED_BYTES):
        if _FLV_HEADER.search(before + piece):
            return True
        before = piece[-_FLV_HEADER_BYTES:]
    return False


def _mp4(file: BinaryIO, size: int) -> bool:
    place = 0
    for _, length in _boxes(file, size):
        if length < _BOX_HEADER_BYTES:
            return False
        place += length
    return place > size


def _mp4_follows(file: BinaryIO, size: int) -> bool:
    """A file begins with its type, and a fragmented one may repeat that before its parts, but has its movie once."""
    return sum(kind == b"moov" for kind, _ in _boxes(file, size)) > 1


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """The types of an MP4 file's boxes, and their lengths, up to the first one without a length.

    Source: ISO/IEC 14496-12, section 4.2.
    """
    place = 0
    while place + _BOX_HEADER_BYTES <= size:
        file.seek(place)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        yield head[4:8], length
        if length < _BOX_HEADER_BYTES:
            return
        place += length


_CUT_OFF: _Checks = (
    ("matroska", _matroska),
    ("mp4", _mp4),
    ("avi", _avi),
    ("flv", _flv),
    ("asf", _asf),
    ("ogg", _ogg),
)

_JOINED: _Checks = (
    ("matroska", _matroska_follows),
    ("mp4", _mp4_follows),
    ("flv", _flv_follows),
)
