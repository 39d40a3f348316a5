"""`cameras`: the cameras of this machine, how to open each, and what it can send."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from app.commands.command import Command

if TYPE_CHECKING:
    from app.video.camera import Camera, CameraMode


def run(*, as_json: bool) -> int:
    """Prints the cameras; 1 if there is none."""
    from app.video.cameras import cameras

    found = cameras()
    if as_json:
        print(json.dumps([_fields(camera) for camera in found], indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))
    return 0 if found else 1


def _lines(found: Sequence[Camera]) -> Iterator[str]:
    if not found:
        yield "No camera was found. “doctor” says more."
    for camera in found:
        yield camera.address
        for mode in camera.modes:
            yield f"    {_described(mode)}"


def _described(mode: CameraMode) -> str:
    rate = "" if mode.rate is None else f"{mode.rate:g} frames/s"
    return f"{mode.width} × {mode.height}".ljust(14) + rate.ljust(14) + ", ".join(mode.formats)


def _fields(camera: Camera) -> dict[str, Any]:
    return {
        "address": camera.address,
        "name": camera.name,
        "place": camera.place,
        "id": camera.id,
        "modes": [
            {"width": mode.width, "height": mode.height, "rate": mode.rate, "formats": list(mode.formats)}
            for mode in camera.modes
        ],
    }


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print every field of every camera as JSON")


COMMAND = Command(
    name="cameras",
    description="Lists the cameras of this machine: the address that opens each, its sizes, frame rates and formats.\n"
    "An address by name stays the same if cameras are plugged in in another order. To choose a mode, add for\n"
    "example ?size=1280x720&rate=30&format=mjpeg. The exit code is 1 if there is no camera.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(as_json=namespace.json),
)
