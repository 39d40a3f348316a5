"""What dropped files are, and what is done with them: two tables, one for kinds of files, one for what is dropped
together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP

from app.outputs.collisions import is_folder
from app.outputs.tables import READABLE_SUFFIXES
from hopenet.snapshots import SUFFIXES as SNAPSHOT_SUFFIXES

CONTEXT = "Dropped"
"""The translation context of the texts in this module."""

Kind = Literal["source", "table", "record", "boxes", "snapshot", "recipe", "angles"]
"""`source`: a video, a picture or a folder, and whatever else may be one. `angles`: the published text of angles."""

Use = Literal["open", "open with boxes", "boxes", "session", "snapshots", "nothing"]

_NUMBER = rb"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
_BOX_LINE = re.compile(rb"\s*\d+(?:\s+" + _NUMBER + rb"){4,5}\s*")
_ANGLES_LINE = re.compile(rb"\s*\d+(?:\s+" + _NUMBER + rb"){3}\s*")
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file or folder, and what it is."""

    path: Path
    kind: Kind


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is done with everything that was dropped together. `text`, untranslated: what is about to be done, or for
    “nothing” why not."""

    use: Use
    text: object


_OPEN = QT_TRANSLATE_NOOP("Dropped", "Open")
_EXPORT = QT_TRANSLATE_NOOP("Dropped", "Export all of them")
_SESSION = QT_TRANSLATE_NOOP("Dropped", "Open as a session")
_SESSIONS = QT_TRANSLATE_NOOP("Dropped", "Open as sessions. Two tables of one video are compared in one.")
_BOXES = QT_TRANSLATE_NOOP("Dropped", "Use as box file")
_WITH_BOXES = QT_TRANSLATE_NOOP("Dropped", "Open with this box file")
_SNAPSHOT = QT_TRANSLATE_NOOP("Dropped", "Use as snapshot")
ADDRESS = QT_TRANSLATE_NOOP("Dropped", "Open network stream")
_RECIPE = QT_TRANSLATE_NOOP(
    "Dropped", "A recipe cannot be opened here: training runs on the command line, with the command “train”."
)
_ANGLES = QT_TRANSLATE_NOOP(
    "Dropped",
    "A table in the published text format has neither times nor boxes, so it cannot be reviewed. Use the CSV, "
    "JSON Lines or Parquet table of the same export.",
)
_NO_VIDEO = QT_TRANSLATE_NOOP("Dropped", "A box file belongs to a video. Open the video first, or drop both together.")
_TWO_BOX_FILES = QT_TRANSLATE_NOOP("Dropped", "Drop one box file at a time.")
_MIXED = QT_TRANSLATE_NOOP(
    "Dropped",
    "These files do not belong together. Drop videos, or one video with its box file or its pose table, or snapshots.",
)


def kind_by_name(path: Path) -> Kind:
    """What a file is by its extension alone. Does not ask the disk."""
    suffix = path.suffix.lower()
    if suffix in SNAPSHOT_SUFFIXES:
        return "snapshot"
    if suffix in READABLE_SUFFIXES:
        return "table"
    kinds: dict[str, Kind] = {".json": "record", ".txt": "boxes", ".toml": "recipe"}
    return kinds.get(suffix, "source")


def looked_at(path: Path) -> Dropped:
    """What a file is, by its first lines where the extension leaves it open. Thread: any, as it asks the disk."""
    if is_folder(path):
        return Dropped(path, "source")
    kind = kind_by_name(path)
    if path.suffix.lower() in (".txt", ".csv"):
        line = _first_line(path)
        if _BOX_LINE.fullmatch(line):
            kind = "boxes"
        elif _ANGLES_LINE.fullmatch(line):
            kind = "angles"
    return Dropped(path, kind)


def meaning_of(dropped: Sequence[Dropped], *, video: bool) -> Meaning:
    """What is done with these. `video`: whether a video is open that a box file could belong to."""
    kinds = [one.kind for one in dropped]
    sources, boxes, reviewed = kinds.count("source"), kinds.count("boxes"), kinds.count("table") + kinds.count("record")
    snapshots = kinds.count("snapshot")
    session = _SESSION if kinds.count("table") <= 1 else _SESSIONS
    with_boxes = boxes == 1 and boxes + sources == len(kinds)
    meanings = (
        ("recipe" in kinds, Meaning("nothing", _RECIPE)),
        ("angles" in kinds, Meaning("nothing", _ANGLES)),
        (boxes > 1, Meaning("nothing", _TWO_BOX_FILES)),
        (snapshots == len(kinds), Meaning("snapshots", _SNAPSHOT)),
        (with_boxes and sources == 1, Meaning("open with boxes", _WITH_BOXES)),
        (with_boxes and not sources, Meaning("boxes", _BOXES) if video else Meaning("nothing", _NO_VIDEO)),
        (reviewed and reviewed + sources == len(kinds) and sources <= 1, Meaning("session", session)),
        (sources == len(kinds), Meaning("open", _OPEN if sources == 1 else _EXPORT)),
    )
    return next((meaning for holds, meaning in meanings if holds), Meaning("nothing", _MIXED))


def of_kind(dropped: Sequence[Dropped], kind: Kind) -> list[Path]:
    return [one.path for one in dropped if one.kind == kind]


def _first_line(path: Path) -> bytes:
    """The first line that is not blank, as UTF-8 without byte order mark; empty if there is none."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return b""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
    return next((line for line in lines if line.strip()), b"")
