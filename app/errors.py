"""Every error that a user can act on.

    StudioError                what happened, why, and what to do about it
    ├── UsageError             (ValueError)         options that contradict each other or are not valid
    ├── SourceError            (OSError)            a video, picture or stream that cannot be read
    ├── OutputError            (OSError)            a file that cannot be written, or must not be overwritten
    ├── ModelError             (OSError)            a snapshot or detector that is not available or not valid
    │   └── ModelNotDownloaded                      a published one that has to be downloaded by hand
    ├── BoxFileError           (ValueError)         a box file that cannot be read, or belongs to another video
    ├── DataError              (ValueError)         a dataset, list or recipe that cannot be used
    └── Cancelled              (InterruptedError)   the user asked to stop

The libraries (`hopenet`, `detectors`) raise built-in errors with full messages; `app` converts them, in one place each.
"""

from __future__ import annotations

from typing import Any


class StudioError(Exception):
    """An error that a user can act on.

    `message` is one sentence: what failed, and why. `advice` says what to do; it may be empty.
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross from one process to another. By default, they would be made again from the message alone.
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[StudioError], arguments: tuple[Any, ...], state: dict[str, Any]) -> StudioError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


class UsageError(StudioError, ValueError):
    """Options that contradict each other, or that are not valid."""


class SourceError(StudioError, OSError):
    """A video, a picture or a stream that cannot be read."""


class OutputError(StudioError, OSError):
    """A file that cannot be written, or that must not be overwritten."""


class ModelError(StudioError, OSError):
    """A snapshot or a detector that is not available on this machine, or not valid."""


class ModelNotDownloaded(ModelError):
    """A published model that is not on this machine, and that the program could not download.

    `model` is its name in the manifest, `filename` the name of its file, and `address` where people can download it.
    """

    def __init__(self, message: str, *, advice: str, model: str, filename: str, address: str) -> None:
        super().__init__(message, advice=advice)
        self.model = model
        self.filename = filename
        self.address = address


class BoxFileError(StudioError, ValueError):
    """A box file that cannot be read, or that belongs to another video."""


class DataError(StudioError, ValueError):
    """A dataset, a file list or a training recipe that cannot be used."""


class Cancelled(StudioError, InterruptedError):
    """The user asked to stop. No incomplete files are left behind."""
