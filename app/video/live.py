"""Live sources: cameras, streams, and a camera that needs no hardware."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from app.errors import SourceError
from app.frames import Frame
from app.video.cameras import CameraChoice, CameraSource
from app.video.streams import PROTOCOLS, Stream
from app.video.synthetic import Synthetic

SYNTHETIC = "synthetic"
_VIDEO_AS_CAMERA = "synthetic:"
_CAMERA = "camera:"

_ASKED = {
    "size": re.compile(r"[1-9]\d{0,4}x[1-9]\d{0,4}"),
    "rate": re.compile(r"[1-9]\d{0,2}(\.\d+)?"),
    "format": re.compile(r"\w+"),
}
_NEVER = re.compile(r"(?!)")


class LiveSource(Protocol):
    """Something that gives frames as they come, until it is closed or lost.

    Convention:
        `Frame.captured_s` is when the frame came, on the clock of `time.perf_counter`; `Frame.time` counts from the
        first frame and rises strictly. `Frame.index` counts what came: gaps are frames that nobody took in time.

    Thread: `frames` is iterated in one, `close` called from any.
    """

    @property
    def title(self) -> str:
        """What a person calls it."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Opens it and gives its newest frame again and again; returns where it ends of itself or is closed.

        Raises SourceError where it cannot be opened, is lost, or falls silent.
        """
        ...

    def close(self) -> None:
        """Ends `frames` at once, whatever it waits for, and for good."""
        ...


def is_live(address: str) -> bool:
    """Whether `open_live` takes it: a camera, a stream's address, or `synthetic`; all else is a path."""
    lower = address.strip().lower()
    return lower == SYNTHETIC or lower.startswith((_VIDEO_AS_CAMERA, _CAMERA, *(f"{name}://" for name in PROTOCOLS)))


def open_live(address: str) -> LiveSource:
    """The live source of that address. Nothing is opened before its frames are asked for.

    `camera:0`, `camera:NAME`, with `?size=1280x720&rate=60&format=mjpeg` as one likes; `rtsp://`, `rtmp://`, `http://`,
    `https://`, `tcp://HOST:PORT`, `udp://`; `synthetic`, or `synthetic:VIDEO` for a video as a camera. Raises
    SourceError where it is none of these.
    """
    address = address.strip()
    if address.lower() == SYNTHETIC:
        return Synthetic()
    if address.lower().startswith(_VIDEO_AS_CAMERA):
        return Synthetic(Path(address[len(_VIDEO_AS_CAMERA) :]))
    if address.lower().startswith(_CAMERA):
        return CameraSource(_camera_choice(address))
    if not is_live(address):
        raise SourceError(
            f"'{address}' is no camera and no stream.",
            advice=f"Use camera:0, synthetic, or an address that begins with {', '.join(PROTOCOLS)}.",
        )
    parts = urlsplit(address)
    if not parts.netloc:
        raise SourceError(f"The address {address} names no host.", advice="Write it like tcp://192.168.1.20:5000.")
    return Stream(address)


def _camera_choice(address: str) -> CameraChoice:
    name, _, query = address[len(_CAMERA) :].partition("?")
    asked = parse_qs(query, keep_blank_values=True)
    if any(_ASKED.get(key, _NEVER).fullmatch(values[-1]) is None for key, values in asked.items()):
        raise SourceError(
            f"'{address}' asks for something that no camera knows.",
            advice="Write it like camera:0?size=1280x720&rate=30&format=mjpeg.",
        )
    size = [int(side) for side in asked["size"][-1].split("x")] if "size" in asked else None
    return CameraChoice(
        name or "0",
        size=(size[0], size[1]) if size else None,
        rate=float(asked["rate"][-1]) if "rate" in asked else None,
        format=asked["format"][-1] if "format" in asked else None,
    )
