"""Limits how often values are shown, so that they can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

T = TypeVar("T")

TEXT_EVERY_MS = 125
CHART_EVERY_MS = 67


class Paced(Generic[T]):
    """Calls `show` with the newest offered value, at most once per `every_ms`. The last value is always shown.

    It lives as long as `owner`.
    Thread: the GUI's.
    """

    def __init__(self, owner: QObject, every_ms: int, show: Callable[[T], None]) -> None:
        self._show = show
        self._pending: T | None = None
        self._since = QElapsedTimer()
        self._every_ms = every_ms
        self._timer = QTimer(owner, singleShot=True)
        self._timer.timeout.connect(self.flush)

    def offer(self, value: T) -> None:
        self._pending = value
        if self._timer.isActive():
            return
        elapsed_ms = self._since.elapsed() if self._since.isValid() else self._every_ms
        if elapsed_ms >= self._every_ms:
            self.flush()
        else:
            self._timer.start(self._every_ms - elapsed_ms)

    def flush(self) -> None:
        """Shows the pending value now."""
        self._timer.stop()
        value, self._pending = self._pending, None
        if value is not None:
            self._since.start()
            self._show(value)

    def forget(self) -> None:
        """Drops the pending value."""
        self._timer.stop()
        self._pending = None
