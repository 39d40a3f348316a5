"""Hands values from one thread to another. All waiting of the application happens here."""

from __future__ import annotations

import threading
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
