"""Everything that can go wrong and be told to a person.

    StudioError                what happened and what to do about it
    ├── UsageError             (ValueError)         options that contradict each other or name nothing
    ├── SourceError            (OSError)            a video, picture or stream that cannot be read
    ├── OutputError            (OSError)            a place that cannot be written, or must not be overwritten
    ├── ModelError             (OSError)            a snapshot or detector model that cannot be had or does not fit
    ├── BoxFileError           (ValueError)         a box file that cannot be read, or belongs to another video
    ├── DataError              (ValueError)         a data set, list or recipe that cannot be used
    └── Cancelled              (InterruptedError)   the user asked to stop

The libraries (`hopenet`, `detectors`) raise built-ins with full messages; `app` translates them once, at its edge.
"""

from __future__ import annotations


class StudioError(Exception):
    """A failure that a user can act on.

    `message` is one clear sentence: what failed and why. `advice` says what to do; it may be empty.
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class UsageError(StudioError, ValueError):
    """Options that contradict each other, or name something that does not exist."""


class SourceError(StudioError, OSError):
    """A video, a picture or a stream that cannot be read."""


class OutputError(StudioError, OSError):
    """A place that cannot be written, or that must not be overwritten."""


class ModelError(StudioError, OSError):
    """A snapshot or a detector's model that cannot be had, or that does not fit."""


class BoxFileError(StudioError, ValueError):
    """A box file that cannot be read, or that belongs to another video."""


class DataError(StudioError, ValueError):
    """A data set, a file list or a training recipe that cannot be used."""


class Cancelled(StudioError, InterruptedError):
    """The user asked to stop; nothing half-made is left behind."""
