"""Opens whatever a user names: a video, a picture, or a folder of pictures."""

from __future__ import annotations

from pathlib import Path

from app.errors import SourceError
from app.video.facts import Source
from app.video.pictures import PICTURE_SUFFIXES, Pictures
from app.video.video_file import VideoFile


def open_source(path: Path) -> Source:
    """The source at `path`, its facts already read.

    A folder is its pictures in natural order (2 before 10); a file with a picture's suffix is one frame; anything else
    is given to FFmpeg. Raises SourceError where there is nothing to read.
    """
    path = Path(path)
    if path.is_dir():
        return Pictures.of_folder(path)
    if not path.exists():
        raise SourceError(f"There is no file {path}.", advice="Check the name and the folder.")
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return Pictures.of_file(path)
    return VideoFile(path)
