"""Passes values and calls from worker threads to the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.threads.workers import Monitor, synchronized

T = TypeVar("T")


class _Bell(QObject):
    rung = Signal()


class LatestValue(Monitor, Generic[T]):
    """Passes the newest value to the GUI thread. A slow receiver misses values, but never falls behind.

    Thread: `put` from any; everything else in the GUI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._value: T | None = None
        self._bell = _Bell()

    def on_value(self, take: Callable[[T], object]) -> None:
        """Calls `take(value)` in the GUI thread with the newest value, whenever the GUI thread has time for it."""

        def ring() -> None:
            value = self._take()
            if value is not None:
                take(value)

        self._bell.rung.connect(ring, Qt.ConnectionType.QueuedConnection)

    @synchronized
    def put(self, value: T) -> None:
        none_waiting, self._value = self._value is None, value
        if none_waiting:
            self._bell.rung.emit()

    @synchronized
    def _take(self) -> T | None:
        value, self._value = self._value, None
        return value


class GuiCalls(QObject):
    """Runs calls in the GUI thread, all of them and in order. For rare events, not for frames.

    Each has a turn of the event loop, because what several of them change together would take long to show.

    Thread: `post` from any.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._closed = False
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._run_next)
        self._posted.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], object]) -> None:
        """Runs `call()` in the GUI thread soon."""
        self._posted.emit(call)

    def close(self) -> None:
        """Discards the calls that wait, and all later ones. Thread: the GUI's."""
        self._closed = True
        self._waiting.clear()
        self._turns.stop()

    def _take(self, call: Callable[[], object]) -> None:
        if not self._closed:
            self._waiting.append(call)
            self._turns.start()

    def _run_next(self) -> None:
        call = self._waiting.popleft()
        if not self._waiting:
            self._turns.stop()
        call()
