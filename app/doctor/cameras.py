"""Which cameras are there, and may they be used?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.doctor.finding import Finding

if TYPE_CHECKING:
    from app.video.camera import Camera


def cameras() -> Iterator[Finding]:
    from app.video.cameras import cameras as listed
    from app.video.v4l2 import denied_devices

    found = listed()
    for camera in found:
        yield _described(camera)
    denied = denied_devices() if sys.platform == "linux" else []
    for device in denied:
        yield Finding("cameras.denied", "warning", {"device": str(device.path), "group": device.group})
    if not found and not denied:
        yield Finding("cameras.none" if sys.platform == "linux" else "cameras.allow", "note")


def _described(camera: Camera) -> Finding:
    """Without its place, which a serial number may be part of."""
    if not camera.modes:
        return Finding("cameras.without-modes", "ok", {"name": camera.name})
    largest = camera.modes[0]
    formats = dict.fromkeys(name for mode in camera.modes for name in mode.formats)
    values = {
        "name": camera.name,
        "size": f"{largest.width} × {largest.height}",
        "rate": "?" if largest.rate is None else f"{largest.rate:g}",
        "formats": ", ".join(formats) or "?",
    }
    return Finding("cameras.camera", "ok", values)
