"""Analyses frames in threads of their own, one by one, or several at once where that is faster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, TypeVar, runtime_checkable

from app.frames import Analysis, Frame
from app.threads.handoff import ahead
from app.threads.signals import Stop

FRAMES_AHEAD = 4
"""How many frames each hand-off holds: enough to even out a slow frame."""

BYTES_AHEAD = 32 * 2**20
"""With this much, a hand-off holds enough: one frame in 4K, which is as fast as two."""

_DECODED = 1.5
"""The size of a frame that also has its picture as it was decoded, compared with its pixels alone."""


class _OfFrame(Protocol):
    @property
    def frame(self) -> Frame: ...


OfFrameT = TypeVar("OfFrameT", bound=_OfFrame)


@contextmanager
def decoded_ahead(frames: Iterable[Frame], *, stop: Stop) -> Iterator[Iterator[Frame]]:
    """Reads frames ahead in a thread of its own."""
    with ahead(frames, capacity=FRAMES_AHEAD, is_enough=_fill_memory, stop=stop) as decoded:
        yield decoded


@contextmanager
def _worked_ahead(items: Iterable[OfFrameT], *, stop: Stop) -> Iterator[Iterator[OfFrameT]]:
    def is_enough(waiting: Collection[OfFrameT]) -> bool:
        return _fill_memory(item.frame for item in waiting)

    with ahead(items, capacity=FRAMES_AHEAD, is_enough=is_enough, stop=stop) as made:
        yield made


def _fill_memory(frames: Iterable[Frame]) -> bool:
    sizes = (frame.image.nbytes * (1 if frame.decoded is None else _DECODED) for frame in frames)
    return sum(sizes) >= BYTES_AHEAD


@runtime_checkable
class SeveralAtOnce(Protocol):
    """An analysis that may be given several frames that follow each other."""

    @property
    def frames_at_once(self) -> int: ...

    def several(self, frames: Sequence[Frame]) -> Sequence[Analysis]: ...


@runtime_checkable
class InTwoSteps(Protocol):
    """An analysis whose two halves may run in two threads: the second for one frame while the first is at the next.

    Each gets the frames in their order, and neither needs what the other finds out later. What the first gives has its
    `frame`.
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
        with _worked_ahead(analysed(frames, analyze), stop=stop) as analyses:
            yield analyses
        return
    with (
        _worked_ahead(map(analyze.locate, frames), stop=stop) as located,
        _worked_ahead(_finished(located, analyze), stop=stop) as analyses,
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
