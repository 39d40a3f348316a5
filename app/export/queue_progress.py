"""Progress of one export in the queue: its speed and time left, and downloads that end when it is cancelled."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.errors import Cancelled
from app.export.queue_rows import QueueRow
from app.threads.signals import Stop

SPEED_WINDOW_S = 20.0
"""The speed is the average over this many seconds."""

SPEED_AFTER_S = 1.0
"""The speed is unknown until this much has been measured."""


class Progress:
    """Turns the number of frames done into a row with speed and time left."""

    def __init__(self, row: QueueRow, *, put: Callable[[QueueRow], object], pauses: Callable[[], int]) -> None:
        self._row = row
        self._put = put
        self._pauses = pauses
        self._known_pauses = pauses()
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, done: int, total: int | None) -> None:
        now_s, pauses = time.monotonic(), self._pauses()
        if pauses != self._known_pauses:
            self._known_pauses = pauses
            self._seen.clear()
        self._seen.append((now_s, done))
        while now_s - self._seen[0][0] > SPEED_WINDOW_S:
            self._seen.popleft()
        start_s, before = self._seen[0]
        speed = self._row.frames_per_s
        if now_s - start_s >= SPEED_AFTER_S:
            speed = (done - before) / (now_s - start_s)
        left_s = None if not speed or total is None else max(0, total - done) / speed
        self._row = replace(self._row, done=done, total=total, frames_per_s=speed, left_s=left_s)
        self._put(self._row)


class Download:
    """Ends a download when its export is cancelled. Implements `ProgressBar`."""

    total: Any = None

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def update(self, n: int = 1, /) -> None:  # noqa: ARG002
        if self._stop.requested:
            raise Cancelled("The download was cancelled.")

    def reset(self) -> None:
        """Nothing is counted."""

    def close(self) -> None:
        """Nothing is open."""
