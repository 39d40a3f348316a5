"""How large a picture may be: a file of a few megabytes can describe one that fills the memory."""

from __future__ import annotations

import os
from math import ceil

from app.errors import SourceError, UsageError

DEFAULT_MEGAPIXELS = 128
"""Larger than the pictures of common cameras (up to 102) and of 8K videos (33). Reading and analysing a picture of this
size takes about 1.5 GB of memory."""

VARIABLE = "HOPENET_MAX_MEGAPIXELS"
"""The environment variable that sets another limit, also for the window."""

_HIGHEST_MEGAPIXELS = 2000
"""FFmpeg and OpenCV count the bytes of a picture in 32 bits."""

_MEGA = 1_000_000


def maximum_pixels() -> int:
    """The number of pixels that a picture may have. Raises UsageError if the environment variable is not a number."""
    text = os.environ.get(VARIABLE, "")
    if not text:
        return DEFAULT_MEGAPIXELS * _MEGA
    if not text.isdecimal() or not 1 <= int(text) <= _HIGHEST_MEGAPIXELS:
        raise UsageError(
            f"{VARIABLE} is “{text}”.", advice=f"Set it to a number of megapixels from 1 to {_HIGHEST_MEGAPIXELS}."
        )
    return int(text) * _MEGA


def set_maximum_megapixels(megapixels: int) -> None:
    """Sets the limit for this process and those that it starts. Raises UsageError if it is out of range."""
    if not 1 <= megapixels <= _HIGHEST_MEGAPIXELS:
        raise UsageError(f"--max-megapixels must be from 1 to {_HIGHEST_MEGAPIXELS}.")
    os.environ[VARIABLE] = str(megapixels)


_decoder_threads = 0


def decoder_threads() -> int:
    """In how many threads a video is decoded; 0: as many as FFmpeg chooses, about one for each core."""
    return _decoder_threads


def set_decoder_threads(number: int) -> None:
    """Sets the number for this process. Where a process for each core decodes, more threads only fill the memory."""
    global _decoder_threads  # noqa: PLW0603 - a process has one
    _decoder_threads = number


def check_pixels(name: object, width: int, height: int) -> None:
    """Raises SourceError, which includes `name`, if a picture of this size is not to be decoded."""
    if width * height <= maximum_pixels():
        return
    needed = ceil(width * height / _MEGA)
    advice = "Scale it down, or crop it."
    if needed <= _HIGHEST_MEGAPIXELS:
        advice = f"Scale it down, or allow it with --max-megapixels {needed} or {VARIABLE}={needed}."
    raise SourceError(
        f"{name} has pictures of {width}×{height} pixels: {needed} megapixels, and at most "
        f"{maximum_pixels() // _MEGA} are read, because larger ones can fill the memory.",
        advice=advice,
    )
