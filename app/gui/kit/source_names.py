"""Short names of sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
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


def distinct_names(paths: Iterable[Path]) -> dict[Path, str]:
    """The name of each file; with as many of its folders as tell it from the other files of that name."""
    alike: dict[str, set[Path]] = defaultdict(set)
    for path in paths:
        alike[path.name].add(path)
    names: dict[Path, str] = {}
    for group in alike.values():
        count = 1
        while len({path.parts[-count:] for path in group}) < len(group):
            count += 1
        names |= {path: str(Path(*path.parts[-count:])) for path in group}
    return names
