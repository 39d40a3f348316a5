"""Keeps Python's garbage collector, during whose work every thread waits, from holding up the window."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_kept() -> Iterator[None]:
    """For large imports and whatever else lasts as long as the program.

    Collects nothing within the block, and leaves out of later collections everything that exists at its end. The import
    of pyqtgraph alone set off a collection of 55 ms.
    """
    before = gc.get_threshold()
    gc.set_threshold(0)  # Rather than `gc.disable`, which others use for a moment in their own threads.
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*before)
