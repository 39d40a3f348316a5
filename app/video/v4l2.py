"""Names and modes of cameras on Linux, queried from the devices themselves because FFmpeg does not list them.

Source: linux/videodev2.h of the Linux kernel, for the structures and the numbers of the ioctl calls.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CAPTURE = 0x1
_DEVICE_CAPS = 0x80000000
_VIDEO_CAPTURE = 1
_DISCRETE = 1

_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_FORMAT = struct.Struct("=III32sI16x")
_SIZE = struct.Struct("=IIIII24x")
_INTERVAL = struct.Struct("=IIIIIII24x")

_ENUM_LIMIT = 256
"""No camera has this many entries; the limit is for drivers that never report the end of a list."""


@dataclass(frozen=True, slots=True)
class DeviceMode:
    """One size in one pixel format, with its highest rate in frames per second, 0 if unknown."""

    fourcc: str
    width: int
    height: int
    rate: float


def capture_devices() -> list[tuple[Path, str, tuple[DeviceMode, ...]]]:
    """Every video capture device with its name and modes. Devices that cannot be opened are left out."""
    found = []
    devices = sorted(Path("/dev").glob("video*"), key=lambda path: (len(path.name), path.name))
    for path in devices:
        try:
            device = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            name, captures = _capability(device)
            if captures:
                found.append((path, _sysfs_name(path) or name, tuple(_modes(device))))
        except OSError:
            continue
        finally:
            os.close(device)
    return found


def _sysfs_name(path: Path) -> str | None:
    try:
        return (Path("/sys/class/video4linux") / path.name / "name").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _capability(device: int) -> tuple[str, bool]:
    answer = _CAPABILITY.unpack(_ioctl(device, 0, bytes(_CAPABILITY.size), writes=False))
    capabilities, of_this_node = answer[4], answer[5]
    if capabilities & _DEVICE_CAPS:
        capabilities = of_this_node
    return answer[1].split(b"\0")[0].decode(errors="replace"), bool(capabilities & _CAPTURE)


def _modes(device: int) -> Iterator[DeviceMode]:
    for _, _, _, _, pixels in _listed(device, 2, _FORMAT, (_VIDEO_CAPTURE, 0, b"", 0)):
        fourcc = struct.pack("=I", pixels).decode("latin-1").strip()
        for _, _, kind, width, height in _listed(device, 74, _SIZE, (pixels, 0, 0, 0)):
            if kind == _DISCRETE:
                yield DeviceMode(fourcc, width, height, _rate(device, pixels, width, height))


def _rate(device: int, pixels: int, width: int, height: int) -> float:
    intervals = _listed(device, 75, _INTERVAL, (pixels, width, height, 0, 0, 0))
    return max((entry[6] / entry[5] for entry in intervals if entry[4] == _DISCRETE and entry[5]), default=0.0)


def _listed(device: int, number: int, layout: struct.Struct, question: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for index in range(_ENUM_LIMIT):
        try:
            yield layout.unpack(_ioctl(device, number, layout.pack(index, *question), writes=True))
        except OSError:
            return


def _ioctl(device: int, number: int, content: bytes, *, writes: bool) -> bytes:
    """The answer to one ioctl call. Raises OSError, also at the end of a list."""
    if sys.platform == "win32":
        raise OSError("Windows does not have this call")
    import fcntl

    direction = 3 if writes else 2
    return fcntl.ioctl(device, direction << 30 | len(content) << 16 | ord("V") << 8 | number, content)
