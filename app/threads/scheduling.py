"""Keeps encoders from running before everything else on the machine."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")
"""The threads of this process, on Linux."""


@contextmanager
def usual_scheduling() -> Iterator[None]:
    """Afterwards, this thread and those that the block has started are scheduled as this thread was before.

    For administrators on Linux, SVT-AV1 puts itself and the thread that opens it before everything else (SCHED_FIFO,
    priority 99). While such threads have work, no other one runs on their cores: the window and the mouse stand still,
    and threads that wait for each other in a loop, as those of libvpx do, may wait forever.
    """
    if sys.platform != "linux" or not _TASKS.is_dir():
        yield
        return
    before = _scheduling()
    own = before[threading.get_native_id()]
    try:
        yield
    finally:
        for thread, (policy, priority) in _scheduling().items():
            usual = before.get(thread, own)
            if (policy, priority) != usual:
                with suppress(OSError):  # It has ended.
                    os.sched_setscheduler(thread, usual[0], os.sched_param(usual[1]))


if sys.platform == "linux":

    def _scheduling() -> dict[int, tuple[int, int]]:
        """Policy and priority of each thread of this process, by its number."""
        found = {}
        for task in _TASKS.iterdir():
            thread = int(task.name)
            with suppress(OSError):
                found[thread] = os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority
        return found
