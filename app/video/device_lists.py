"""Reads what FFmpeg prints about the cameras of Windows (dshow) and macOS (avfoundation).

FFmpeg has no other way to ask for their modes. These functions take text and return values, so they are tested with
recorded lists on every system. Source: libavdevice/dshow.c and libavdevice/avfoundation.m of FFmpeg.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from app.video.camera import CameraMode, sorted_modes

_DSHOW_MODE = re.compile(
    r"(?:vcodec|pixel_format)=(?P<format>\S+)\s+min s=\d+x\d+ fps=[\d.]+ max s=(?P<width>\d+)x(?P<height>\d+)"
    r" fps=(?P<rate>[\d.]+)"
)
_DSHOW_DEVICE = re.compile(r'"(?P<name>[^"]+)" \((?P<kinds>[\w, ]+)\)')
_DSHOW_ID = re.compile(r'Alternative name "(?P<id>[^"]+)"')

_AVFOUNDATION_MODE = re.compile(r"(?P<width>\d+)x(?P<height>\d+)@\[(?P<slowest>[\d.]+) (?P<rate>[\d.]+)\]fps")
_AVFOUNDATION_DEVICE = re.compile(r"\[(?P<index>\d+)\] (?P<name>.+)$")
_AVFOUNDATION_SCREEN = re.compile(r"Capture screen \d+")
_PREFIX = re.compile(r"^\[[^\]]* @ [^\]]*\] ?")
"""What FFmpeg's programs put before each line: the name and the address of what prints it."""


def dshow_cameras(lines: Iterable[str]) -> list[tuple[str, str]]:
    """IDs and names of the video devices, as FFmpeg 5 and later list them with `list_devices`."""
    found: list[tuple[str, str]] = []
    name = ""
    for line in lines:
        device, identifier = _DSHOW_DEVICE.search(line), _DSHOW_ID.search(line)
        if device:
            # “none”: a device that does not say what it is, such as a virtual camera that is not started.
            name = device["name"] if {"video", "none"} & set(device["kinds"].split(", ")) else ""
            if name:
                found.append((name, name))
        elif identifier and name:
            found[-1] = (identifier["id"], name)
            name = ""
    return found


def dshow_modes(lines: Iterable[str]) -> tuple[CameraMode, ...]:
    """The modes that FFmpeg lists with `list_options`: for each pin and each format, its largest size and rate."""
    modes = (match for line in lines if (match := _DSHOW_MODE.search(line)))
    return sorted_modes(
        (int(mode["width"]), int(mode["height"]), round(float(mode["rate"]), 2), mode["format"]) for mode in modes
    )


def dshow_place(identifier: str) -> str:
    """Four characters made from a device's path, which contains its port, and of some devices the serial number."""
    if not identifier.startswith("@"):
        return ""
    return hashlib.sha256(identifier.casefold().encode()).hexdigest()[:4]


def avfoundation_cameras(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Numbers and names of the video devices, without screens, as FFmpeg lists them with `list_devices`."""
    found = []
    for line in _section(lines, "AVFoundation video devices", "AVFoundation audio devices"):
        device = _AVFOUNDATION_DEVICE.search(line)
        if device and not _AVFOUNDATION_SCREEN.fullmatch(device["name"].strip()):
            found.append((device["index"], device["name"].strip()))
    return found


def avfoundation_modes(lines: Iterable[str]) -> tuple[CameraMode, ...]:
    """The modes that FFmpeg lists when it is asked for one that a camera does not have."""
    modes = (match for line in lines if (match := _AVFOUNDATION_MODE.search(line)))
    return sorted_modes((int(mode["width"]), int(mode["height"]), round(float(mode["rate"]), 2), "") for mode in modes)


def is_screen(name: str) -> bool:
    """Whether macOS lists a screen under this name, which can be captured as well."""
    return _AVFOUNDATION_SCREEN.fullmatch(name) is not None


def _section(lines: Iterable[str], first: str, last: str) -> Iterator[str]:
    inside = False
    for line in lines:
        if first in line:
            inside = True
        elif last in line:
            return
        elif inside:
            yield _PREFIX.sub("", line)
