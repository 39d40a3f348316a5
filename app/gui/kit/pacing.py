"""Shows values no oftener than the eye can read, and the last one always."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

T = TypeVar("T")

TEXT_EVERY_MS = 125
CHART_EVERY_MS = 67


class Paced(Generic[T]):
    """Calls `show` with the newest value offered, at most once in `every_ms`.

    Thread: the GUI's. `owner` is the object whose end is its end.
    """

    def __init__(self, owner: QObject, every_ms: int, show: Callable[[T], None]) -> None:
        self._show = show
        self._waiting: T | None = None
        self._since = QElapsedTimer()
        self._every_ms = every_ms
        self._timer = QTimer(owner, singleShot=True)
        self._timer.timeout.connect(self.flush)

    def offer(self, value: T) -> None:
        self._waiting = value
        if self._timer.isActive():
            return
        spent_ms = self._since.elapsed() if self._since.isValid() else self._every_ms
        if spent_ms >= self._every_ms:
            self.flush()
        else:
            self._timer.start(self._every_ms - spent_ms)

    def flush(self) -> None:
        """Shows at once what is waiting."""
        self._timer.stop()
        value, self._waiting = self._waiting, None
        if value is not None:
            self._since.start()
            self._show(value)

    def forget(self) -> None:
        """Lets go of what is waiting."""
        self._timer.stop()
        self._waiting = None
