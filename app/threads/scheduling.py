"""How threads and processes share the processor: what comes first, and what waits."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NICENESS = 10
_BELOW_NORMAL = 0x4000
"""Windows’ BELOW_NORMAL_PRIORITY_CLASS."""

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


def lower_priority() -> None:
    """Lets other processes go first: this one gets what they leave of the processor."""
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
    else:
        os.nice(_NICENESS)


if sys.platform == "linux":

    def _scheduling() -> dict[int, tuple[int, int]]:
        """Policy and priority of each thread of this process, by its number."""
        found = {}
        for task in _TASKS.iterdir():
            thread = int(task.name)
            with suppress(OSError):
                found[thread] = os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority
        return found
