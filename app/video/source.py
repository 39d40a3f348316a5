"""Opens a video, a picture, or a folder of pictures."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from app.errors import SourceError
from app.video.animations import Animation
from app.video.facts import Source
from app.video.live_addresses import is_live
from app.video.picture_files import PICTURE_SUFFIXES, check_supported, is_animated_png, is_animation
from app.video.pictures import Pictures
from app.video.video_file import VideoFile

_STANDARD_INPUT = "-"

_SAVE_FIRST = "Save it as a file first: videos are read more than once."

_SPECIAL = (
    (stat.S_ISFIFO, "a pipe", _SAVE_FIRST),
    (stat.S_ISSOCK, "a socket", _SAVE_FIRST),
    (stat.S_ISCHR, "a device", "Cameras are opened in the window, for example with camera:0."),
    (stat.S_ISBLK, "a device", "Choose a file on it."),
)
"""Kinds of files that might make the program wait for ever, what they are called, and what to do instead."""

_REASONS = {
    errno.ENOENT: "",
    errno.ENOTDIR: "",
    errno.ELOOP: "it is a link that leads back to itself",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.ENAMETOOLONG: "the name is too long",
}


def open_source(path: Path, *, keep_decoded: bool = False, by_card: bool = False) -> Source:
    """The source at `path`, with its facts already read.

    A folder means its pictures in natural order (2 before 10). A file with a picture's extension is one frame, or the
    frames of an animation; FFmpeg reads everything else. `keep_decoded`, `by_card`: as for `VideoFile`. Raises
    SourceError if the path cannot be read.
    """
    path = Path(path)
    if stat.S_ISDIR(_checked_mode(path)):
        return Pictures.of_folder(path)
    check_supported(path)
    if path.suffix.lower() not in PICTURE_SUFFIXES or is_animated_png(path):
        return VideoFile(path, keep_decoded=keep_decoded, by_card=by_card)
    return Animation(path) if is_animation(path) else Pictures.of_file(path)


def check_source(path: Path) -> None:
    """Raises SourceError if the path is missing, cannot be reached, or is neither a file nor a folder."""
    _checked_mode(path)


def source_path(text: str) -> Path:
    """The path that a user has typed for a source with an end.

    Raises SourceError for standard input and for the address of a live source, which are not paths.
    """
    if os.path.lexists(text):
        return Path(text)
    if text == _STANDARD_INPUT:
        raise SourceError("Videos cannot be read from standard input.", advice=_SAVE_FIRST)
    if is_live(text):
        raise SourceError(
            f"“{text}” is a live source, which has no end.",
            advice="Open it in the window and record it there, or give a video, a picture or a folder of pictures.",
        )
    if "://" in text:
        raise SourceError(f"“{text}” is an address, not a file.", advice="Download it first, and give its file.")
    return Path(text)


def _checked_mode(path: Path) -> int:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 — Path.exists hides why a path cannot be reached
    except ValueError as error:
        raise SourceError(f"There is no file {str(path)!r}.", advice="Check the name and the folder.") from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
        if reason:
            raise SourceError(f"{path} cannot be read: {reason}.") from error
        raise SourceError(f"There is no file {path}.", advice="Check the name and the folder.") from error
    for is_special, kind, advice in _SPECIAL:
        if is_special(mode):
            raise SourceError(f"{path} is {kind}, not a file.", advice=advice)
    return mode
