"""The annotated picture as a camera that other programs can choose, for example for a video call.

The system needs something that makes it one: v4l2loopback on Linux, OBS on Windows and macOS. docs/outputs.md has how.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import OutputError
from app.live_outputs.output import OutputAddress, OutputEnded
from app.video.fitting import fitted
from detectors import BgrImage

RATE_PER_S = 30.0
"""What the camera announces. Pictures are sent as they come."""

_ADVICE = {
    "linux": "Load the module v4l2loopback: sudo modprobe v4l2loopback exclusive_caps=1. Debian and Ubuntu have it in "
    "the package v4l2loopback-dkms.",
    "win32": "Install OBS Studio (https://obsproject.com); it brings the “OBS Virtual Camera”.",
    "darwin": "Install OBS Studio (https://obsproject.com), start its virtual camera once, and stop it again.",
}
_ELSEWHERE = "Virtual cameras work on Linux, Windows and macOS."


def open_output(address: OutputAddress) -> VirtualCamera:
    return VirtualCamera(address)


class VirtualCamera:
    """Has the size of its first picture; a picture of another size is fitted into it."""

    def __init__(self, address: OutputAddress) -> None:
        """Raises OutputError if there is no virtual camera, or not this one."""
        self._device = address.name or None
        self._library = _pyvirtualcam()
        self._camera: Any = None
        _check_device(self._device)

    def send_picture(self, picture: BgrImage) -> None:
        """Raises OutputEnded if the camera is in use by another program, or not available."""
        if self._camera is None:
            self._camera = self._open(picture)
        size = self._camera.width, self._camera.height
        if picture.shape[1::-1] != size:
            picture = picture[: size[1], : size[0]] if _is_one_larger(picture, size) else fitted(picture, size)
        self._camera.send(np.ascontiguousarray(picture))

    def close(self) -> None:
        if self._camera is not None:
            self._camera.close()

    def _open(self, picture: BgrImage) -> Any:
        # Formats of cameras halve the resolution of colours, so sizes are even.
        width, height = max(2, picture.shape[1] & ~1), max(2, picture.shape[0] & ~1)
        try:
            return self._library.Camera(
                width, height, RATE_PER_S, fmt=self._library.PixelFormat.BGR, device=self._device
            )
        except RuntimeError as error:
            raise OutputEnded(
                f"The virtual camera {self._device or ''} cannot be used: {_reason(error)}".replace("  ", " "),
                advice=_ADVICE.get(sys.platform, _ELSEWHERE),
            ) from error


def _is_one_larger(picture: BgrImage, size: tuple[int, int]) -> bool:
    """Whether it has the size of the first one, before that was made even."""
    return (picture.shape[1] & ~1, picture.shape[0] & ~1) == size


def _check_device(device: str | None) -> None:
    """On Linux, where the system says what there is, before there is a picture."""
    if sys.platform != "linux":
        return
    if device is not None and not Path(device).exists():
        raise OutputError(f"There is no virtual camera {device}.", advice=_ADVICE["linux"])
    if device is None and not any(Path("/sys/devices/virtual/video4linux").glob("video*")):
        raise OutputError("This machine has no virtual camera.", advice=_ADVICE["linux"])


def _reason(error: RuntimeError) -> str:
    """What the library says of its last backend, without the name of the backend."""
    text = str(error).splitlines()[-1].partition("backend: ")[2] or str(error) or "no reason is known."
    return text if text.endswith(".") else f"{text}."


def _pyvirtualcam() -> Any:
    try:
        import pyvirtualcam
    except ImportError as error:
        raise OutputError(
            "The virtual camera needs the package pyvirtualcam.",
            advice="Install it: pip install 'hopenet-studio[virtual-camera]'.",
        ) from error
    return pyvirtualcam
