"""Signals between threads: stop for good, pause, wake up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from app.threads.waiting import wait_for


class Stop:
    """A request to stop, which wakes everything that waits on it.

    Thread: any. A registered function is called in the thread that requests the stop.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requested = False
        self._wakes: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        return self._requested

    def request(self) -> None:
        """Ends every wait that depends on this stop. May be called more than once."""
        with self._changed:
            self._requested = True
            wakes = tuple(self._wakes)
            self._changed.notify_all()
        for wake in wakes:
            wake()

    def wait_until(self, moment_s: float) -> bool:
        """Waits for the request, at the latest until this moment of `time.perf_counter`; returns whether it came."""
        with self._changed:
            return wait_for(self._changed, lambda: self._requested, until_s=moment_s)

    def add(self, wake: Callable[[], None]) -> None:
        """Calls `wake` when a stop is requested; at once if it already has been."""
        with self._changed:
            self._wakes.append(wake)
            requested = self._requested
        if requested:
            wake()

    def discard(self, wake: Callable[[], None]) -> None:
        """Undoes `add`."""
        with self._changed, suppress(ValueError):
            self._wakes.remove(wake)


class Gate:
    """Lets work pass while it is open.

    Thread: any.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open = True

    @property
    def is_open(self) -> bool:
        return self._open

    def open(self) -> None:
        with self._changed:
            self._open = True
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._open = False

    def pass_through(self, stop: Stop | None = None) -> None:
        """Waits while the gate is closed, but no longer than until `stop` is requested."""
        if self._open:
            return
        if stop is not None:
            stop.add(self._wake)
        try:
            with self._changed:
                wait_for(self._changed, lambda: self._open or (stop is not None and stop.requested))
        finally:
            if stop is not None:
                stop.discard(self._wake)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class Alarm:
    """Wakes the one thread that waits for a moment: when that moment has come, or as soon as the alarm is rung.

    Thread: `ring` from any. A ring that comes before the wait is not lost.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung = False

    def ring(self) -> None:
        with self._changed:
            self._rung = True
            self._changed.notify_all()

    def wait_until(self, moment_s: float | None) -> bool:
        """Returns whether it was rung before this moment of `time.perf_counter`; None waits for the ring alone."""
        with self._changed:
            rung = wait_for(self._changed, lambda: self._rung, until_s=moment_s)
            self._rung = False
            return rung
