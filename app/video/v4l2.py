"""Names and modes of cameras on Linux, queried from the devices themselves because FFmpeg does not list them.

Source: linux/videodev2.h of the Linux kernel, for the structures and the numbers of the ioctl calls.
"""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEVICES = Path("/dev")

_CAPTURE = 0x1
_DEVICE_CAPS = 0x80000000
_VIDEO_CAPTURE = 1
_DISCRETE = 1
_USUAL_SIZES = ((640, 480), (1280, 720), (1920, 1080))

_OPENING = os.O_RDWR | getattr(os, "O_NONBLOCK", 0)  # Windows does not have it, nor these devices.

_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_FORMAT = struct.Struct("=III32sI16x")
_SIZE = struct.Struct("=IIIIIIIII8x")
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


@dataclass(frozen=True, slots=True)
class CaptureDevice:
    """A device that captures video. `place`: where it is plugged in."""

    path: Path
    name: str
    place: str
    modes: tuple[DeviceMode, ...]


@dataclass(frozen=True, slots=True)
class DeniedDevice:
    """A device that this user may not open, and the group whose members may."""

    path: Path
    group: str


def capture_devices() -> list[CaptureDevice]:
    """Every video capture device. Devices that cannot be opened are left out."""
    found = []
    for path in _device_files():
        try:
            device = os.open(path, _OPENING)
        except OSError:
            continue
        try:
            name, place, captures = _capability(device)
            if captures:
                found.append(CaptureDevice(path, _sysfs_name(path) or name, place, tuple(_modes(device))))
        except OSError:
            continue
        finally:
            os.close(device)
    return found


def denied_devices() -> list[DeniedDevice]:
    """The devices that this user may not open."""
    denied = []
    for path in _device_files():
        try:
            os.close(os.open(path, _OPENING))
        except PermissionError:
            denied.append(DeniedDevice(path, _group_of(path)))
        except OSError:
            continue
    return denied


def place_of(bus: str) -> str:
    """A driver's bus information in short: “usb-0000:00:14.0-4” is port 4 of the USB controller at 00:14.0."""
    match = re.fullmatch(r"(usb|PCI|pci)[-:](?:[0-9a-f]{4}:)?(.+)", bus)
    if match:
        return f"{match[1].upper()} {match[2]}"
    return bus.removeprefix("platform:")


def _device_files() -> list[Path]:
    return sorted(DEVICES.glob("video*"), key=lambda path: (len(path.name), path.name))


def _group_of(path: Path) -> str:
    """The group that may open it; most systems call it video."""
    if sys.platform != "win32":
        try:
            return path.group()
        except (OSError, KeyError):
            pass  # The group has no name.
    return "video"


def _sysfs_name(path: Path) -> str | None:
    try:
        return (Path("/sys/class/video4linux") / path.name / "name").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _capability(device: int) -> tuple[str, str, bool]:
    """The device's name, its place, and whether it captures video."""
    answer = _CAPABILITY.unpack(_ioctl(device, 0, bytes(_CAPABILITY.size), writes=False))
    capabilities, of_this_node = answer[4], answer[5]
    if capabilities & _DEVICE_CAPS:
        capabilities = of_this_node
    name, bus = (text.split(b"\0")[0].decode(errors="replace") for text in answer[1:3])
    return name, place_of(bus), bool(capabilities & _CAPTURE)


def _modes(device: int) -> Iterator[DeviceMode]:
    for _, _, _, _, pixels in _listed(device, 2, _FORMAT, (_VIDEO_CAPTURE, 0, b"", 0)):
        fourcc = struct.pack("=I", pixels).decode("latin-1").strip()
        for entry in _listed(device, 74, _SIZE, (pixels, *[0] * 7)):
            for width, height in _sizes(entry):
                yield DeviceMode(fourcc, width, height, _rate(device, pixels, width, height))


def _sizes(entry: tuple[Any, ...]) -> Iterator[tuple[int, int]]:
    """The size of an entry; of one that is a range, as drivers of phones and small computers have: the usual sizes."""
    _, _, kind, *numbers = entry
    if kind == _DISCRETE:
        yield numbers[0], numbers[1]
        return
    narrowest, widest, step_x, lowest, highest, step_y = numbers
    for width, height in dict.fromkeys([*_USUAL_SIZES, (widest, highest)]):
        fits = narrowest <= width <= widest and lowest <= height <= highest
        if fits and (width - narrowest) % max(1, step_x) == 0 and (height - lowest) % max(1, step_y) == 0:
            yield width, height


def _rate(device: int, pixels: int, width: int, height: int) -> float:
    """The highest rate. Of a range of intervals, the first is the shortest."""
    intervals = _listed(device, 75, _INTERVAL, (pixels, width, height, 0, 0, 0))
    return max((round(entry[6] / entry[5], 2) for entry in intervals if entry[5]), default=0.0)


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
