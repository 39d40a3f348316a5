"""From the workers' threads to the GUI thread: the newest value, and a wake-up only where none is on its way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class _Bell(QObject):
    rung = Signal()


class LatestValue(Generic[T]):
    """Holds the newest value for the GUI thread. A slow painter misses values, but never falls behind.

    Thread: `put` from any thread; everything else in the GUI thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None
        self._bell = _Bell()

    def on_value(self, take: Callable[[T], object]) -> None:
        """Calls `take(value)` in the GUI thread for the newest value, as often as the GUI thread comes round to it."""

        def ring() -> None:
            with self._lock:
                value, self._value = self._value, None
            if value is not None:
                take(value)

        self._bell.rung.connect(ring, Qt.ConnectionType.QueuedConnection)

    def put(self, value: T) -> None:
        with self._lock:
            none_waiting, self._value = self._value is None, value
        if none_waiting:
            self._bell.rung.emit()


class GuiCalls(QObject):
    """Carries calls into the GUI thread, each of them and in their order: for rare events, never for frames.

    Thread: `post` from any thread.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], object]) -> None:
        """Runs `call()` in the GUI thread soon."""
        self._posted.emit(call)

    def _run(self, call: Callable[[], object]) -> None:
        call()
