"""Finds what outlives a test: threads and child processes."""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

PATIENCE_S = 5.0
"""How long threads and processes may take to end after the test; a busy machine needs some of it."""

ALLOWED_THREADS = {
    "fsspecIO": "fsspec talks to object stores in one thread, which it keeps for the whole program",
    "gcsfs-deferred-close": "gcsfs closes files in one thread, which it keeps for the whole program",
    "asyncio_": "in these, fsspec's thread looks up the names of hosts",
    "tqdm_monitor": "tqdm starts one for the whole program when the first bar is shown, and never ends it",
}
"""Threads that libraries keep for the whole program, by name without its number, each with the reason."""


@contextmanager
def nothing_left(patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Fails if a thread or a child process that the block started is still running `patience_s` after the block."""
    threads_before, processes_before = set(threading.enumerate()), set(multiprocessing.active_children())
    yield
    # Garbage in a cycle may hold a library's thread pool, whose threads end once it is collected.
    if set(threading.enumerate()) - threads_before:
        gc.collect()
    left: list[threading.Thread | BaseProcess] = [
        *(one for one in threading.enumerate() if one not in threads_before and _kind(one) not in ALLOWED_THREADS),
        *(one for one in multiprocessing.active_children() if one not in processes_before),
    ]
    for runner in left:
        runner.join(patience_s)
    left = [runner for runner in left if runner.is_alive()]
    assert not left, f"these outlive the test: {left}"


def _kind(thread: threading.Thread) -> str:
    return thread.name.rstrip("0123456789")
