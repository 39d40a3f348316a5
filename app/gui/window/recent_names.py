"""The place of recent sources in menus and lists."""

from __future__ import annotations

from pathlib import Path

from app.gui.kit.source_names import live_name


def recent_place(source: str) -> str:
    """The folder of a file, with the user's home folder as ~; empty for a live source."""
    if live_name(source):
        return ""
    folder, home = Path(source).parent, Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
