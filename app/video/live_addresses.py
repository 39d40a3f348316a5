"""Live sources: cameras, streams, and a synthetic camera that does not need hardware."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from app.errors import SourceError
from app.frames import Frame
from app.video.cameras import CameraChoice, CameraSource
from app.video.streams import PROTOCOLS, StreamSource, without_password
from app.video.synthetic import SyntheticCamera

SYNTHETIC = "synthetic"
_VIDEO_AS_CAMERA = "synthetic:"
_CAMERA = "camera:"

_CAMERA_OPTIONS = {
    "size": re.compile(r"[1-9]\d{0,4}x[1-9]\d{0,4}"),
    "rate": re.compile(r"[1-9]\d{0,2}(\.\d+)?"),
    "format": re.compile(r"\w+"),
}
_NEVER = re.compile(r"(?!)")
"""Matches nothing: the pattern of an unknown option."""


class LiveSource(Protocol):
    """A source that provides frames as they arrive, until it is closed or lost.

    Convention:
        `Frame.captured_s` is when the frame arrived, on the clock of `time.perf_counter`; `Frame.time` starts at the
        first frame and is strictly increasing. `Frame.index` counts the frames that arrived; gaps are frames that were
        replaced by a newer one before anyone took them.

    Thread: iterate `frames` in one thread; call `close` from any.
    """

    @property
    def title(self) -> str:
        """The name to show to the user."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Opens the source and yields its newest frame again and again, until it ends on its own or is closed.

        Raises SourceError if it cannot be opened, is lost, or stops sending frames.
        """
        ...

    def close(self) -> None:
        """Ends `frames` for good and at once, even while it is waiting."""
        ...


def is_live(address: str) -> bool:
    """Whether `open_live` opens this: a camera, a stream address, or `synthetic`. Anything else is a path.

    A file or folder that is called like a camera is a path: `camera:1.mp4`.
    """
    lower = address.strip().lower()
    if lower.startswith(tuple(f"{name}://" for name in PROTOCOLS)):
        return True
    is_camera = lower == SYNTHETIC or lower.startswith((_VIDEO_AS_CAMERA, _CAMERA))
    return is_camera and not os.path.lexists(address)


def is_stream_address(address: str) -> bool:
    """Whether it is the complete address of a network stream."""
    return address.lower().startswith(tuple(f"{name}://" for name in PROTOCOLS)) and bool(_host(address))


def open_live(address: str, on_waiting: Callable[[str], object] = lambda _sentence: None) -> LiveSource:
    """The live source at this address. It is opened only when its frames are requested.

    `on_waiting` is called with a sentence, in a thread of the source, if data comes but no picture for some seconds.

    `camera:0` or `camera:NAME`, optionally with `?size=1280x720&rate=60&format=mjpeg`; `rtsp://`, `rtmp://`, `http://`,
    `https://`, `tcp://HOST:PORT`, `udp://`; `synthetic`, or `synthetic:VIDEO` to play a video as a camera. An address
    of RTSP may end in `#transport=udp`. Raises SourceError for anything else.
    """
    address = address.strip()
    if address.lower() == SYNTHETIC:
        return SyntheticCamera()
    if address.lower().startswith(_VIDEO_AS_CAMERA):
        return SyntheticCamera(Path(address[len(_VIDEO_AS_CAMERA) :]))
    if address.lower().startswith(_CAMERA):
        return CameraSource(_camera_choice(address))
    if not is_live(address):
        raise SourceError(
            f"“{address}” is neither a camera nor a stream address.",
            advice=f"Use camera:0, synthetic, or an address that starts with {', '.join(PROTOCOLS)}.",
        )
    if not _host(address):
        raise SourceError(
            f"The address “{without_password(address)}” has no valid host.",
            advice="Write it as, for example, tcp://192.168.1.20:5000.",
        )
    return StreamSource(address, on_waiting)


def _host(address: str) -> str:
    """The address's host with its port; empty if it has none, or if it is not valid."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _camera_choice(address: str) -> CameraChoice:
    name, _, query = address[len(_CAMERA) :].partition("?")
    options = parse_qs(query, keep_blank_values=True)
    if any(_CAMERA_OPTIONS.get(key, _NEVER).fullmatch(values[-1]) is None for key, values in options.items()):
        raise SourceError(
            f"“{address}” has an option that cameras do not support.",
            advice="Write it as, for example, camera:0?size=1280x720&rate=30&format=mjpeg.",
        )
    size = [int(side) for side in options["size"][-1].split("x")] if "size" in options else None
    return CameraChoice(
        name or "0",
        size=(size[0], size[1]) if size else None,
        rate=float(options["rate"][-1]) if "rate" in options else None,
        format=options["format"][-1] if "format" in options else None,
    )
