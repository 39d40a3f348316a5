"""Short names of sources."""

from __future__ import annotations

from pathlib import Path

from app.video.streams import without_password


def source_name(source: str) -> str:
    """A file's name, or the address of a live source without its password."""
    return live_name(source) or Path(source).name or source


def live_name(source: str) -> str:
    """The address of a camera or stream without its password; empty for anything else."""
    if "://" in source:
        return without_password(source)
    return source if source.startswith("camera:") else ""
