"""Analyses frames in threads of their own, one by one, or several at once where that is faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, runtime_checkable

from app.frames import Analysis, Frame
from app.threads.handoff import ahead
from app.threads.signals import Stop

FRAMES_AHEAD = 4
"""How many frames each hand-off holds: enough to even out a slow frame, and not too much in 4K (25 MB each)."""


@runtime_checkable
class SeveralAtOnce(Protocol):
    """An analysis that may be given several frames that follow each other."""

    @property
    def frames_at_once(self) -> int: ...

    def several(self, frames: Sequence[Frame]) -> Sequence[Analysis]: ...


@runtime_checkable
class InTwoSteps(Protocol):
    """An analysis whose two halves may run in two threads: the second for one frame while the first is at the next.

    Each gets the frames in their order, and neither needs what the other finds out later.
    """

    @property
    def frames_at_once(self) -> int: ...

    def locate(self, frame: Frame) -> Any: ...

    def finish(self, located: Sequence[Any]) -> Sequence[Analysis]: ...


@contextmanager
def analysed_ahead(
    frames: Iterable[Frame], analyze: Callable[[Frame], Analysis], *, stop: Stop
) -> Iterator[Iterator[Analysis]]:
    """Runs the analysis ahead, in one thread or two, and gives an iterator over the analyses as `analysed` does."""
    if not isinstance(analyze, InTwoSteps):
        with ahead(analysed(frames, analyze), capacity=FRAMES_AHEAD, stop=stop) as analyses:
            yield analyses
        return
    with (
        ahead(map(analyze.locate, frames), capacity=FRAMES_AHEAD, stop=stop) as located,
        ahead(_finished(located, analyze), capacity=FRAMES_AHEAD, stop=stop) as analyses,
    ):
        yield analyses


def _finished(located: Iterator[Any], analyze: InTwoSteps) -> Iterator[Analysis]:
    while group := tuple(islice(located, analyze.frames_at_once)):
        yield from analyze.finish(group)


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
