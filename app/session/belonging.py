"""Finds the other files of a session: video, pose table and record, when one of them is known.

Records are asked first: a record names its source. Without one, files of one name in one folder belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.export.finding import VIDEO_SUFFIXES
from app.outputs.collisions import is_there, output_key
from app.outputs.record import record_path
from app.outputs.record_reading import is_of_recording, read_record, source_in
from app.outputs.tables import FORMATS, READABLE_SUFFIXES

RECORD_SUFFIX = ".json"
_MOST_RECORDS = 500
"""So many records are read to find those of a video whose name they do not begin with."""

_READABLE_FORMATS = frozenset(known.name for known in FORMATS if known.read is not None)


@dataclass(frozen=True, slots=True)
class SessionPaths:
    """The files of a session; None for those that were not found."""

    video: Path | None = None
    table: Path | None = None
    record: Path | None = None


def session_paths(path: Path) -> SessionPaths:
    """The session that a video, an annotated copy of it, a pose table or a record belongs to.

    The file itself is in it, unless it is a record without a table. Of several tables of a video, it is the newest.
    Thread: any; it asks the disk.
    """
    suffix = path.suffix.lower()
    if suffix == RECORD_SUFFIX:
        record = read_record(path)
        return SessionPaths() if record is None else _of_record(path, record, _table_of(path, record))
    if suffix in READABLE_SUFFIXES:
        record = read_record(record_path(path))
        if record is None:
            return SessionPaths(_video_named(path), path)
        return _of_record(record_path(path), record, path)
    return _of_video(path)


def _of_record(path: Path, record: Mapping[str, Any], table: Path | None) -> SessionPaths:
    return SessionPaths(_video_of(path, record), table, path)


def _of_video(video: Path) -> SessionPaths:
    own = record_path(video)
    record = read_record(own)
    if record is not None and (table := _table_of(own, record)) is not None:
        return SessionPaths(video, table, own)
    found = [
        (str(record.get("created", "")), path, table)
        for path, record in _records_of(video)
        if (table := _table_of(path, record)) is not None
    ]
    if found:
        _, path, table = max(found)
        return SessionPaths(video, table, path)
    return SessionPaths(video, next(_tables_named(video), None))


def _records_of(video: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The records in the video's folder that name it as their source; rather those whose name begins like its."""
    try:
        paths = sorted(path for path in video.parent.iterdir() if path.suffix.lower() == RECORD_SUFFIX)
    except OSError:
        return
    alike = [path for path in paths if path.stem.startswith(video.stem)]
    others = [path for path in paths if not path.stem.startswith(video.stem)]
    for group in (alike, others[:_MOST_RECORDS]):
        found = [(path, record) for path in group if (record := read_record(path)) and _is_source(video, record)]
        yield from found
        if found:
            return


def _is_source(video: Path, record: Mapping[str, Any]) -> bool:
    source = source_in(record)
    if is_of_recording(record) or source.get("name") != video.name:
        return False
    known = source.get("path")
    if not isinstance(known, str):
        return True
    # The recorded path may be of another machine, or from before the folder was moved.
    return output_key(Path(known)) == output_key(video) or not is_there(Path(known))


def _table_of(record: Path, content: Mapping[str, Any]) -> Path | None:
    """The table that can be read again. The record has its name; of several tables it has those of the others."""
    others = content.get("other_tables")
    names = [other.get("name") for other in others if isinstance(other, Mapping)] if isinstance(others, list) else []
    first = content.get("table")
    if isinstance(first, Mapping) and first.get("format") in _READABLE_FORMATS:
        suffix = next(known.suffix for known in FORMATS if known.name == first["format"])
        candidates = [record.with_suffix(suffix or "")]
    else:
        candidates = []
    candidates += [record.with_name(name) for name in names if isinstance(name, str) and _is_readable(name)]
    if not isinstance(first, Mapping):
        candidates += list(_tables_named(record))
    return next((path for path in candidates if is_there(path)), None)


def _is_readable(name: str) -> bool:
    return Path(name).name == name and Path(name).suffix.lower() in READABLE_SUFFIXES


def _video_of(record: Path, content: Mapping[str, Any]) -> Path | None:
    """The video that was analysed, where it was or beside the record; otherwise the annotated copy."""
    if is_of_recording(content):
        return _video_named(record)
    source = source_in(content)
    name, known = source.get("name"), source.get("path")
    candidates = [Path(known)] if isinstance(known, str) else []
    if isinstance(name, str) and name and Path(name).name == name:
        candidates += [record.with_name(name), record.parent.parent / name]
    return next((path for path in candidates if is_there(path)), None) or _video_named(record)


def _video_named(other: Path) -> Path | None:
    """The video beside a file, with its name."""
    return next(_named(other, VIDEO_SUFFIXES), None)


def _tables_named(other: Path) -> Iterator[Path]:
    return _named(other, READABLE_SUFFIXES)


def _named(other: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    return (path for suffix in sorted(suffixes) if is_there(path := other.with_suffix(suffix)))
