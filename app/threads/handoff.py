"""Hands values from one thread to another. All waiting of the application happens here."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")

_INTERRUPTIBLE_WAIT_S = 0.5
"""On Windows Ctrl-C does not wake a thread from a wait without end; a finite one lets it through. Nothing is polled:
every change notifies."""


class Stop:
    """A request to stop that wakes every hand-off that it was given to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._wakes: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        return self._requested

    def request(self) -> None:
        """Asks every hand-off to end. May be called from any thread, and again."""
        with self._lock:
            self._requested = True
            wakes = tuple(self._wakes)
        for wake in wakes:
            wake()

    def add(self, wake: Callable[[], None]) -> None:
        with self._lock:
            self._wakes.append(wake)
            requested = self._requested
        if requested:
            wake()

    def discard(self, wake: Callable[[], None]) -> None:
        with self._lock, _ignored(ValueError):
            self._wakes.remove(wake)


@contextmanager
def _ignored(error: type[Exception]) -> Iterator[None]:
    try:
        yield
    except error:
        return


class _Handoff(Generic[T]):
    """A bounded queue with an end, an error and a way to be abandoned."""

    def __init__(self, capacity: int, *, overwrite: bool) -> None:
        self._changed = threading.Condition()
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._overwrite = overwrite
        self._ended = False
        self._abandoned = False
        self._error: BaseException | None = None

    def put(self, item: T) -> bool:
        """Waits for room; False where nobody will take it any more."""
        with self._changed:
            if self._overwrite and len(self._items) >= self._capacity:
                self._items.popleft()
            while len(self._items) >= self._capacity and not self._abandoned:
                self._changed.wait(_INTERRUPTIBLE_WAIT_S)
            if self._abandoned:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def end(self, error: BaseException | None = None) -> None:
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def abandon(self) -> None:
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._changed:
                while not (self._items or self._ended or self._abandoned):
                    self._changed.wait(_INTERRUPTIBLE_WAIT_S)
                if self._abandoned:
                    return
                if not self._items:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item


class Newest(Generic[T]):
    """Holds the newest value for one thread that takes it; a value not taken in time is replaced.

    Thread: `put` and `end` from any; iterated in one, which waits for a value and stops after `end`.
    """

    def __init__(self) -> None:
        self._handoff: _Handoff[T] = _Handoff(1, overwrite=True)

    def put(self, value: T) -> None:
        self._handoff.put(value)

    def end(self) -> None:
        """Ends the iteration at once; what was not taken is dropped. May be called twice."""
        self._handoff.abandon()

    def __iter__(self) -> Iterator[T]:
        return iter(self._handoff)


class Alarm:
    """Wakes the one thread that waits for its moment: when that has come, or at once when it is rung.

    Thread: `ring` from any. A ring that comes before the waiting is not lost.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung = False

    def ring(self) -> None:
        with self._changed:
            self._rung = True
            self._changed.notify_all()

    def wait_until(self, moment_s: float | None) -> bool:
        """Whether it was rung before this moment of `time.perf_counter`; None waits for the ring alone."""
        with self._changed:
            while not self._rung:
                left_s = _INTERRUPTIBLE_WAIT_S if moment_s is None else moment_s - time.perf_counter()
                if left_s <= 0:
                    return False
                self._changed.wait(min(left_s, _INTERRUPTIBLE_WAIT_S))
            self._rung = False
            return True


@contextmanager
def ahead(
    source: Iterable[T], *, capacity: int, overwrite: bool = False, stop: Stop | None = None
) -> Iterator[Iterator[T]]:
    """Runs an iterable in a thread of its own, at most `capacity` items ahead, and gives an iterator over its items.

    The iterator gives every item in order, then raises what the source raised. With `overwrite` a full queue drops
    its oldest item, so that the newest is always at hand. `stop.request()` ends the iterator and the thread; leaving
    the block ends the thread too, and waits for it, so what the source holds is given back in the thread that took it.
    """
    handoff: _Handoff[T] = _Handoff(capacity, overwrite=overwrite)

    def produce() -> None:
        try:
            items = iter(source)
            try:
                for item in items:
                    if not handoff.put(item):
                        return
            finally:
                close = getattr(items, "close", None)
                if close is not None:
                    close()
        except BaseException as error:  # noqa: BLE001 — it is raised again in the thread that takes the items
            handoff.end(error)
        else:
            handoff.end()

    if stop is not None:
        stop.add(handoff.abandon)
    producer = threading.Thread(target=produce, name="ahead", daemon=True)
    producer.start()
    try:
        yield iter(handoff)
    finally:
        handoff.abandon()
        producer.join()
        if stop is not None:
            stop.discard(handoff.abandon)


class Inbox(Generic[T]):
    """Takes what is offered while there is room, for a thread that must not wait; another one iterates.

    Thread: `offer`, `end` and `abandon` from any; iterated in one, which has every item that was taken.
    """

    def __init__(self, capacity: int) -> None:
        self._handoff: _Handoff[T] = _Handoff(capacity, overwrite=False)

    def offer(self, item: T) -> bool:
        """Whether there was room for it."""
        handoff = self._handoff
        with handoff._changed:
            full = len(handoff._items) >= handoff._capacity
            if full or handoff._ended or handoff._abandoned:
                return False
            handoff._items.append(item)
            handoff._changed.notify_all()
            return True

    def end(self) -> None:
        """Ends the iteration after what was taken."""
        self._handoff.end()

    def abandon(self) -> None:
        """Ends the iteration at once; what was not taken is dropped, and nothing more is accepted."""
        self._handoff.abandon()

    def __iter__(self) -> Iterator[T]:
        return iter(self._handoff)


class Gate:
    """Lets work through while it is open.

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
                while not self._open and not (stop is not None and stop.requested):
                    self._changed.wait(_INTERRUPTIBLE_WAIT_S)
        finally:
            if stop is not None:
                stop.discard(self._wake)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
