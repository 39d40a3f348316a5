"""Hands values from one thread to another."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.threads.failures import release_locals
from app.threads.signals import Stop
from app.threads.waiting import wait_for
from app.threads.workers import Worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a source that may block forever, in seconds: for its first item, for each item after that,
    and for its thread to end. After `end_s` the thread is left behind, to end on its own."""

    first_s: float
    next_s: float
    end_s: float


class Silence(TimeoutError):
    """A source gave nothing for `waited_s` seconds. `began` says whether it had given an item before."""

    def __init__(self, waited_s: float, *, began: bool) -> None:
        super().__init__(f"nothing came for {waited_s:g} seconds")
        self.waited_s = waited_s
        self.began = began


class _Handoff(Generic[T]):
    """A bounded queue that can end, fail, or be abandoned by its reader."""

    def __init__(self, capacity: int, *, overwrite: bool) -> None:
        self._changed = threading.Condition()
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._overwrite = overwrite
        self._ended = False
        self._abandoned = False
        self._error: BaseException | None = None

    def put(self, item: T) -> bool:
        """Waits for room. Returns False once the queue is abandoned."""
        with self._changed:
            if self._overwrite and self._is_full:
                self._items.popleft()
            wait_for(self._changed, lambda: self._abandoned or not self._is_full)
            if self._abandoned:
                return False
            self._add(item)
            return True

    def offer(self, item: T) -> bool:
        """Returns whether there was room; does not wait."""
        with self._changed:
            if self._is_full or self._ended or self._abandoned:
                return False
            self._add(item)
            return True

    def end(self, error: BaseException | None = None) -> None:
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def abandon(self) -> None:
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()

    def items(self, patience: Patience | None = None) -> Iterator[T]:
        """Raises what `end` was given, after the items before it, or Silence when patience runs out."""
        limit_s = patience.first_s if patience is not None else None
        began = False
        while True:
            until_s = time.perf_counter() + limit_s if limit_s is not None else None
            with self._changed:
                if not wait_for(self._changed, self._is_answer, until_s=until_s):
                    raise Silence(limit_s or 0.0, began=began)
                if self._abandoned:
                    return
                if not self._items:
                    self._raise_error()
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
            began, limit_s = True, patience.next_s if patience is not None else None

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error  # Otherwise the exception and this call would keep each other.

    def _is_answer(self) -> bool:
        return bool(self._items) or self._ended or self._abandoned

    @property
    def _is_full(self) -> bool:
        return len(self._items) >= self._capacity

    def _add(self, item: T) -> None:
        self._items.append(item)
        self._changed.notify_all()


class Newest(Generic[T]):
    """Holds the newest value for one thread that takes it; a value not taken in time is replaced.

    Thread: `put` and `end` from any; iterated in one, which waits for a value and stops after `end`.
    """

    def __init__(self) -> None:
        self._handoff: _Handoff[T] = _Handoff(1, overwrite=True)

    def put(self, value: T) -> None:
        self._handoff.put(value)

    def end(self) -> None:
        """Ends the iteration at once and drops a value that was not taken. May be called twice."""
        self._handoff.abandon()

    def __iter__(self) -> Iterator[T]:
        return self._handoff.items()


class Inbox(Generic[T]):
    """Takes items while there is room, from a thread that must not wait; another thread iterates over them.

    Thread: `offer`, `end` and `abandon` from any; iterated in one, which gets every item that was accepted.
    """

    def __init__(self, capacity: int) -> None:
        self._handoff: _Handoff[T] = _Handoff(capacity, overwrite=False)

    def offer(self, item: T) -> bool:
        """Returns whether there was room for the item; it is dropped otherwise."""
        return self._handoff.offer(item)

    def end(self) -> None:
        """Ends the iteration after the items accepted so far."""
        self._handoff.end()

    def abandon(self) -> None:
        """Ends the iteration at once, drops what was not taken, and accepts nothing more."""
        self._handoff.abandon()

    def __iter__(self) -> Iterator[T]:
        return self._handoff.items()


@contextmanager
def ahead(
    source: Iterable[T],
    *,
    capacity: int,
    overwrite: bool = False,
    stop: Stop | None = None,
    patience: Patience | None = None,
    name: str = "ahead",
) -> Iterator[Iterator[T]]:
    """Runs an iterable in a thread of its own, at most `capacity` items ahead, and gives an iterator over its items.

    The iterator gives every item in order, then raises what the source raised. With `overwrite`, a full queue drops
    its oldest item, so that the newest is always available. `stop.request()` ends the iterator and the thread. Leaving
    the block also ends the thread and waits for it, so the source is opened and closed in the same thread.
    With `patience` the iterator raises Silence when the source gives nothing for too long, and a thread that does not
    end in time is left behind. `name` is the thread's.
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
            handoff.end(release_locals(error))
        else:
            handoff.end()

    if stop is not None:
        stop.add(handoff.abandon)
    producer = Worker(name, produce)
    try:
        yield handoff.items(patience)
    finally:
        handoff.abandon()
        producer.join(patience.end_s if patience is not None else None)
        if stop is not None:
            stop.discard(handoff.abandon)
