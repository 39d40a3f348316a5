"""Analyses frames one by one, or several at once where that is faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol, runtime_checkable

from app.frames import Analysis, Frame


@runtime_checkable
class SeveralAtOnce(Protocol):
    """An analysis that may be given several frames that follow each other."""

    @property
    def frames_at_once(self) -> int: ...

    def several(self, frames: Sequence[Frame]) -> Sequence[Analysis]: ...


def analysed(frames: Iterable[Frame], analyze: Callable[[Frame], Analysis]) -> Iterator[Analysis]:
    """The analysis of each frame, in order.

    How frames are put together depends on their order alone and not on the time, so that a second export of the same
    frames gives the same numbers.
    """
    if not isinstance(analyze, SeveralAtOnce) or analyze.frames_at_once < 2:
        yield from map(analyze, frames)
        return
    remaining = iter(frames)
    while group := tuple(islice(remaining, analyze.frames_at_once)):
        yield from analyze.several(group)
