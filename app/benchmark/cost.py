"""What work costs: wall time, processor time, and what other processes took meanwhile."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_STAT = Path("/proc/stat")
_BUSY_FIELDS = (1, 2, 3, 6, 7, 8)
"""Of a line of /proc/stat: user, nice, system, interrupts (hard, soft), and what the host gave to other machines."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds per frame: by the clock, processor time of all threads, and of the thread that did the work."""

    wall_ms: float
    processor_ms: float
    thread_ms: float


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each kind that the same work costs in several ways."""
    return Cost(*(min(of_kind) for of_kind in zip(*map(astuple, costs), strict=True)))


class Stopwatch:
    """Adds up what its `with` blocks cost. Thread: one.

    The processor time is that of the whole process, so nothing else may run in it during a block.
    """

    def __init__(self) -> None:
        self._spent_s = (0.0, 0.0, 0.0)
        self._began_s = self._spent_s

    def __enter__(self) -> Self:
        self._began_s = _clocks_s()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wall, processor, thread = (now - began for now, began in zip(_clocks_s(), self._began_s, strict=True))
        self._spent_s = self._spent_s[0] + wall, self._spent_s[1] + processor, self._spent_s[2] + thread

    def cost(self, frames: int) -> Cost:
        return Cost(*(1000 * spent / frames for spent in self._spent_s))


def _clocks_s() -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), time.thread_time()


class Others:
    """How much of the cores' time other processes, and other machines of the same host, used during its `with` block.

    Only Linux tells. Work of this program in another process counts as that of others, so none may run meanwhile.
    """

    def __init__(self) -> None:
        self.share: float | None = None
        """After the block: from 0 to 1; None if unknown."""
        self._began_s = (0.0, 0.0)
        self._busy_s: float | None = None

    def __enter__(self) -> Self:
        self._busy_s = _busy_s()
        self._began_s = time.perf_counter(), time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        busy_s = _busy_s()
        wall, own = time.perf_counter() - self._began_s[0], time.process_time() - self._began_s[1]
        if busy_s is not None and self._busy_s is not None and wall > 0:
            self.share = min(max((busy_s - self._busy_s - own) / (usable_cores() * wall), 0.0), 1.0)


def _busy_s() -> float | None:
    """Seconds for which the cores that this process may use have been busy since the machine started."""
    if sys.platform != "linux":
        return None
    try:
        lines = _STAT.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    usable = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    cores = [fields for line in lines if (fields := line.split()) and fields[0] in usable]
    ticks = sum(int(fields[field]) for fields in cores for field in _BUSY_FIELDS)
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else None


def usable_cores() -> int:
    """The number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
