"""The cameras of Windows and macOS, asked for through FFmpeg. What it answers is read in `app.video.device_lists`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import av
import av.error
import av.logging

from app.video.camera import Camera, CameraMode
from app.video.device_lists import (
    avfoundation_cameras,
    avfoundation_modes,
    dshow_cameras,
    dshow_modes,
    dshow_place,
    is_screen,
)

_IMPOSSIBLE = {"video_size": "1x1", "framerate": "1"}
"""No camera has this mode, so that avfoundation lists those that it has."""


def listed_cameras(device_format: str) -> Iterator[Camera]:
    """The cameras of dshow or avfoundation with their modes."""
    for identifier, name in _devices(device_format):
        if device_format == "dshow":
            yield Camera(identifier, name, _dshow_modes(identifier), dshow_place(identifier))
        elif not is_screen(name):
            yield Camera(identifier, name, _avfoundation_modes(identifier))


def _devices(device_format: str) -> list[tuple[str, str]]:
    """IDs and names. Not every FFmpeg can enumerate these devices, but each can print them."""
    with suppress(av.error.FFmpegError, ValueError, OSError):
        devices = av.enumerate_input_devices(device_format)
        found = [(one.name, one.description or one.name) for one in devices if "video" in one.media_types]
        if found:
            return found
    lines = _printed(device_format, "", {"list_devices": "true"})
    return dshow_cameras(lines) if device_format == "dshow" else avfoundation_cameras(lines)


def _dshow_modes(identifier: str) -> tuple[CameraMode, ...]:
    return dshow_modes(_printed("dshow", f"video={identifier}", {"list_options": "true"}))


def _avfoundation_modes(identifier: str) -> tuple[CameraMode, ...]:
    return avfoundation_modes(_printed("avfoundation", f"{identifier}:none", _IMPOSSIBLE))


def _printed(device_format: str, file: str, options: dict[str, str]) -> list[str]:
    """The lines that FFmpeg prints while it tries to open a device, and then gives up."""
    with _messages() as messages, suppress(av.error.FFmpegError, ValueError, OSError):
        av.open(file, "r", format=device_format, options=options).close()
    return "".join(messages).splitlines()


@contextmanager
def _messages() -> Iterator[list[str]]:
    level = av.logging.get_level()
    texts: list[str] = []
    av.logging.set_level(av.logging.INFO)
    try:
        with av.logging.Capture() as captured:
            yield texts
            texts += [message for _, _, message in captured]
    finally:
        av.logging.set_level(level)
