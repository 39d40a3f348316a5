"""Opens a video, a picture, or a folder of pictures."""

from __future__ import annotations

from pathlib import Path

from app.errors import SourceError
from app.video.facts import Source
from app.video.pictures import PICTURE_SUFFIXES, Pictures
from app.video.video_file import VideoFile


def open_source(path: Path) -> Source:
    """The source at `path`, with its facts already read.

    A folder means its pictures in natural order (2 before 10). A file with a picture's extension is one frame; FFmpeg
    reads everything else. Raises SourceError if the path cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        return Pictures.of_folder(path)
    if not path.exists():
        raise SourceError(f"There is no file {path}.", advice="Check the name and the folder.")
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return Pictures.of_file(path)
    return VideoFile(path)
