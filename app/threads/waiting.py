"""The one loop in which a thread waits for a condition."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_LONGEST_WAIT_S = 0.5
"""On Windows, Ctrl-C does not wake a thread from an endless wait, but it gets through between two finite ones. This is
not polling: every change notifies the condition."""


def wait_for(changed: threading.Condition, ready: Callable[[], bool], *, until_s: float | None = None) -> bool:
    """Waits until `ready()`, at the latest until this moment of `time.perf_counter`; returns whether it is ready.

    Thread: called inside `with changed`; the thread that makes it ready must notify the condition.
    """
    while not ready():
        step_s = _LONGEST_WAIT_S if until_s is None else min(_LONGEST_WAIT_S, until_s - time.perf_counter())
        if step_s <= 0:
            return False
        changed.wait(step_s)
    return True
