"""Keeps Python's garbage collector, during whose work every thread waits, from holding up the window."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from app.threads.workers import Monitor, synchronized


@contextmanager
def all_kept() -> Iterator[None]:
    """For large imports and whatever else lasts as long as the program.

    Collects nothing within the block, and leaves out of later collections everything that exists at its end. The import
    of pyqtgraph alone set off a collection of 55 ms.
    """
    _KEPT.begin()
    try:
        yield
    finally:
        gc.freeze()
        _KEPT.end()


class _Kept(Monitor):
    """Counts the blocks that have begun: those of two threads may overlap. Thread: any."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks = 0
        self._usual = gc.get_threshold()

    @synchronized
    def begin(self) -> None:
        if not self._blocks:
            self._usual = gc.get_threshold()
            gc.set_threshold(0)  # Rather than `gc.disable`, which others use for a moment in their own threads.
        self._blocks += 1

    @synchronized
    def end(self) -> None:
        self._blocks -= 1
        if not self._blocks:
            gc.set_threshold(*self._usual)


_KEPT = _Kept()
