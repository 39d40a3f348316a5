"""The progress of a batch on the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TextIO

from app import product
from app.batch.job import Done, Failed, Job

_LINE_EVERY_S = 60.0
"""How often a line is written where nobody sees it move: into a file or a log."""


@dataclass(slots=True)
class Progress:
    """A line that is renewed on a terminal, and one a minute elsewhere. Implements `Reporter`.

    `jobs`: those of this run. The time left follows from the sizes of the files.
    """

    jobs: Iterable[Job]
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.perf_counter
    done: int = 0
    failed: int = 0
    _total: int = 0
    _bytes: int = 0
    _bytes_over: int = 0
    _video_s: float = 0.0
    _started_s: float = 0.0
    _written_s: float = 0.0
    _shown: bool = False

    def __post_init__(self) -> None:
        sizes = [job.size_bytes for job in self.jobs]
        self._total, self._bytes = len(sizes), sum(sizes)
        self._started_s = self._written_s = self.clock()

    def ended(self, job: Job, outcome: Done | Failed) -> None:
        self._bytes_over += job.size_bytes
        if isinstance(outcome, Done):
            self.done += 1
            self._video_s += outcome.video_s
            if outcome.damage is not None:
                self._say(f"{job.key}: {outcome.damage}")
        else:
            self.failed += 1
            self._say(f"{job.key}: {outcome.sentence}")

    def retried(self, job: Job, reason: str) -> None:
        self._say(f"{job.key}: {reason} It is tried again.")

    @property
    def spent_s(self) -> float:
        return self.clock() - self._started_s

    def tick(self, running: int) -> None:
        on_terminal = self.stream.isatty()
        if on_terminal or self.clock() - self._written_s >= _LINE_EVERY_S:
            self._written_s = self.clock()
            text = self.line(running)
            self.stream.write(f"\r\x1b[K{text}" if on_terminal else f"{product.NAME}: {text}\n")
            self.stream.flush()
            self._shown = on_terminal

    def close(self) -> None:
        """Removes the line."""
        if self._shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def line(self, running: int) -> str:
        """How far the batch is: videos, their rate, hours of video in an hour, and the time left."""
        over = self.done + self.failed
        spent_s = max(self.spent_s, 1e-9)
        parts = [f"{over} of {self._total} videos", f"{running} running"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        if over:
            parts += [
                _rate(over / spent_s),
                f"{self._video_s / spent_s:.3g} h of video per hour",
            ]
            if 0 < self._bytes_over <= self._bytes:
                left_s = spent_s * (self._bytes - self._bytes_over) / self._bytes_over
                parts.append(f"{duration(left_s)} left")
        return ", ".join(parts)

    def _say(self, text: str) -> None:
        self.close()
        self.stream.write(f"{product.NAME}: {text}\n")
        self.stream.flush()


def _rate(per_s: float) -> str:
    return f"{per_s:.2f} videos/s" if per_s >= 0.1 else f"{60 * per_s:.2f} videos/min"


def duration(seconds: float) -> str:
    """Such as 0.4 s, 45 s, 3 min, 2 h 05 min, 1,250 h."""
    if seconds < 90:
        return f"{seconds:.1f} s" if 0 < seconds < 9.95 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes < 6000 else f"{minutes / 60:,.0f} h"
