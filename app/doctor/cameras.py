"""Which cameras are there, and may they be used?"""

from __future__ import annotations

from collections.abc import Iterator

from app.doctor.finding import Finding


def cameras() -> Iterator[Finding]:
    from app.video.cameras import cameras as listed

    found = listed()
    for camera in found:
        yield Finding("cameras.camera", "ok", {"name": camera.name, "modes": "?"})
    if not found:
        yield Finding("cameras.none", "note")
