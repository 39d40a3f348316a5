"""Measures for how long the GUI thread of a running window is blocked."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 5


class StallWatch(QObject):
    """Runs a timer in the GUI thread; a late tick shows for how long the thread was busy with something else.

    `stalls_ms` are the durations of all stalls longer than a tick. Thread: the GUI thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stalls_ms: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Discards earlier stalls and starts measuring."""
        self.stalls_ms = []
        self._last_s = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Ends measuring; a stall that lasts until now counts."""
        if self._timer.isActive():
            self._tick()
            self._timer.stop()

    @property
    def longest_ms(self) -> float:
        return max(self.stalls_ms, default=0.0)

    def over(self, limit_ms: float) -> int:
        """How many stalls were longer than this."""
        return sum(stall > limit_ms for stall in self.stalls_ms)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        late_ms = 1000 * (now_s - self._last_s) - TICK_MS
        self._last_s = now_s
        if late_ms > TICK_MS:
            self.stalls_ms.append(late_ms)
