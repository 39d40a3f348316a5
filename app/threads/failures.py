"""Exceptions that are kept after the code that raised them has ended."""

from __future__ import annotations

import traceback
from typing import TypeVar

ErrorT = TypeVar("ErrorT", bound=BaseException)


def release_locals(error: ErrorT) -> ErrorT:
    """Lets go of the local variables of every call that has ended with this exception or with one of its causes.

    An exception keeps the calls that it passed through, and they keep their variables: an open decoder with its threads
    and pictures lives as long as the exception, and where a variable refers to the exception itself, until the next
    full garbage collection. Line numbers remain for the log.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        traceback.clear_frames(one.__traceback__)
        waiting += [one.__cause__, one.__context__]
    return error


def without_traceback(error: ErrorT) -> ErrorT:
    """The exception as a value to keep and show: without its traceback and its causes."""
    release_locals(error)
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
