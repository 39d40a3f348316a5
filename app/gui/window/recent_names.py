"""Names of recent sources in menus and lists."""

from __future__ import annotations

from pathlib import Path

from app.video.streams import without_password


def recent_name(source: str) -> str:
    """A file's name, or a stream's address without its password."""
    return _live_name(source) or Path(source).name or source


def recent_place(source: str) -> str:
    """The folder of a file, with the user's home folder as ~; empty for a live source."""
    if _live_name(source):
        return ""
    folder, home = Path(source).parent, Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)


def _live_name(source: str) -> str:
    if "://" in source:
        return without_password(source)
    return source if source.startswith("camera:") else ""
