"""Finds the videos in files and folders that a user named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import SourceError, StudioError
from app.export.export_settings import ADDED, ToExport
from app.outputs.collisions import is_folder, output_key
from app.outputs.record import record_path
from app.outputs.record_reading import is_of_recording, read_record, source_in
from app.video import open_source
from app.video.picture_files import PICTURE_SUFFIXES
from app.video.pictures import natural_key

VIDEO_SUFFIXES = frozenset(
    (
        *(".3g2", ".3gp", ".apng", ".avi", ".dv", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg"),
        *(".mpg", ".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv"),
    )
)
"""Extensions of videos. FFmpeg reads more, but in a folder other files are not tried."""


@dataclass(frozen=True, slots=True)
class FolderContent:
    """What is in a folder: its own videos, those of its subfolders, and whether it has pictures of its own.

    Hidden files are left out, and so are annotated copies that an export wrote; `copies` says how many.
    """

    folder: Path
    videos: tuple[Path, ...]
    deeper: tuple[Path, ...] = ()
    has_pictures: bool = False
    copies: int = 0

    @property
    def everything(self) -> tuple[Path, ...]:
        return (*self.videos, *self.deeper)


def content_of(folder: Path, *, wanted: Callable[[], bool] = lambda: True) -> FolderContent:
    """Looks through a folder, and the folders in it, in natural order. Links to folders are not followed.

    Raises SourceError if the folder itself cannot be read.
    """
    try:
        own = _visible(folder, [path.name for path in folder.iterdir()])
    except OSError as error:
        raise SourceError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
    videos, copies = _originals(own)
    deeper: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            (name for name in folders if not name.startswith(".")), key=lambda name: natural_key(Path(name))
        )
        if not wanted():
            break
        if Path(place) != folder:
            found, others = _originals(_visible(Path(place), names))
            deeper += found
            copies += others
    pictures = any(path.suffix.lower() in PICTURE_SUFFIXES for path in own)
    return FolderContent(folder, tuple(videos), tuple(deeper), pictures, copies)


def is_annotated_copy(video: Path) -> bool:
    """Whether an export or a recording wrote this video, by the record beside it or by the original's name."""
    record = read_record(record_path(video))
    if record is not None:
        return is_of_recording(record) or source_in(record).get("name") != video.name
    stem = video.stem.removesuffix(ADDED)
    return stem != video.stem and any(video.with_name(stem + suffix).exists() for suffix in VIDEO_SUFFIXES)


def without_repetition(paths: Iterable[Path], queued: Iterable[Path] = ()) -> tuple[tuple[Path, ...], int]:
    """The files without those that are there twice or queued already, whatever their names; and how many those are."""
    known = {output_key(path) for path in queued}
    kept: list[Path] = []
    repeated = 0
    for path in paths:
        key = output_key(path)
        repeated += key in known
        if key not in known:
            kept.append(path)
        known.add(key)
    return tuple(kept), repeated


def probed(
    paths: Sequence[Path], *, progress: Callable[[int], object], wanted: Callable[[], bool] = lambda: True
) -> Iterator[ToExport]:
    """Each file with its facts; without them if it cannot be opened: the queue shows the reason in its row.

    `progress` is called with the number of files so far. Once `wanted` returns false, no more follow.
    """
    for number, path in enumerate(paths):
        if not wanted():
            return
        progress(number)
        yield probe(path)


def probe(path: Path) -> ToExport:
    try:
        with open_source(path) as source:
            return ToExport(path, source.facts)
    except StudioError:
        return ToExport(path)


def _visible(folder: Path, names: Iterable[str]) -> list[Path]:
    return sorted((folder / name for name in names if not name.startswith(".")), key=natural_key)


def _originals(paths: Iterable[Path]) -> tuple[list[Path], int]:
    videos = [path for path in paths if path.suffix.lower() in VIDEO_SUFFIXES and not is_folder(path)]
    originals = [path for path in videos if not is_annotated_copy(path)]
    return originals, len(videos) - len(originals)
