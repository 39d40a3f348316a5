"""Hands values from one thread to another."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
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
    and for its thread to end. After `end_s` the thread is left behind, to end on its own.

    A source that gives signs of life (`Pulse`) is waited for in another way: up to `first_s` for the first sign; then
    for several times its usual pause between signs, but at least `next_s`; and up to `alive_s` for an item.
    """

    first_s: float
    next_s: float
    end_s: float
    alive_s: float = 60.0


class Pulse:
    """The signs of life of a source, such as data that is not an item yet.

    Thread: `beat` in the one that reads the source; everything else from any.
    """

    def __init__(self) -> None:
        self.last_s: float | None = None
        self._first_s = 0.0
        self._pauses: deque[float] = deque(maxlen=_PAUSES_KEPT)

    def beat(self) -> None:
        now_s = time.perf_counter()
        if self.last_s is None:
            self._first_s = now_s
        else:
            self._pauses.append(now_s - self.last_s)
        self.last_s = now_s

    def longest_pause_s(self, patience: Patience) -> float:
        """How long the next sign of life may take, in seconds."""
        if self.last_s is None or self.last_s - self._first_s < _SETTLING_S:
            return patience.first_s  # What was buffered comes at once, and says nothing about the pauses.
        return max(patience.next_s, _USUAL_PAUSES * max(self._pauses, default=0.0))


_PAUSES_KEPT = 100
_USUAL_PAUSES = 4
_SETTLING_S = 10.0
"""A source whose signs of life have come for this long is known well enough to judge a longer pause."""


class Silence(TimeoutError):
    """A source gave no item for `waited_s` seconds.

    `began`: whether it had given an item before. `alive`: whether it gave signs of life meanwhile.
    """

    def __init__(self, waited_s: float, *, began: bool, alive: bool = False) -> None:
        super().__init__(f"nothing came for {waited_s:.3g} seconds")
        self.waited_s = waited_s
        self.began = began
        self.alive = alive


class _Handoff(Generic[T]):
    """A bounded queue that can end, fail, or be abandoned by its reader."""

    def __init__(
        self, capacity: int, *, overwrite: bool, is_enough: Callable[[Collection[T]], bool] = lambda _items: False
    ) -> None:
        self._is_enough = is_enough
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

    def take(self, timeout_s: float | None) -> T | None:
        """The next item; None if none comes in time, or none will."""
        until_s = None if timeout_s is None else time.perf_counter() + timeout_s
        with self._changed:
            wait_for(self._changed, self._is_answer, until_s=until_s)
            if self._abandoned or not self._items:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def items(self, patience: Patience | None = None, pulse: Pulse | None = None) -> Iterator[T]:
        """Raises what `end` was given, after the items before it, or Silence when patience runs out."""
        began = False
        while True:
            with self._changed:
                self._await_answer(patience, pulse, began=began)
                if self._abandoned:
                    return
                if not self._items:
                    self._raise_error()
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
            began = True

    def _await_answer(self, patience: Patience | None, pulse: Pulse | None, *, began: bool) -> None:
        if patience is None:
            wait_for(self._changed, self._is_answer)
            return
        start_s = time.perf_counter()
        while True:
            sign_s = pulse.last_s if pulse is not None else None
            if pulse is None or sign_s is None:
                until_s = start_s + (patience.next_s if began else patience.first_s)
            else:
                pause_s = pulse.longest_pause_s(patience)
                until_s = min(max(start_s, sign_s) + pause_s, start_s + max(pause_s, patience.alive_s))
            if wait_for(self._changed, self._is_answer, until_s=until_s):
                return
            waited_s = round(until_s - start_s, 3)
            if pulse is None or pulse.last_s == sign_s or waited_s >= patience.alive_s:
                raise Silence(waited_s, began=began, alive=sign_s is not None and sign_s > start_s)

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
        return len(self._items) >= self._capacity or self._is_enough(self._items)

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

    def finish(self) -> None:
        """Ends the iteration after a value that was not taken yet; nothing may be put any more."""
        self._handoff.end()

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

    def take(self, timeout_s: float | None) -> T | None:
        """The next item, if one comes within this time (None: whenever that is); None otherwise, and after the end."""
        return self._handoff.take(timeout_s)

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
    is_enough: Callable[[Collection[T]], bool] = lambda _items: False,
    stop: Stop | None = None,
    patience: Patience | None = None,
    pulse: Pulse | None = None,
    name: str = "ahead",
) -> Iterator[Iterator[T]]:
    """Runs an iterable in a thread of its own, at most `capacity` items ahead, and gives an iterator over its items.

    The iterator gives every item in order, then raises what the source raised. With `overwrite`, a full queue drops
    its oldest item, so that the newest is always available. `is_enough`: says that the queue shall not hold more
    than these items, although there is room. `stop.request()` ends the iterator and the thread. Leaving the block also
    ends the thread and waits for it, so the source is opened and closed in the same thread.
    With `patience` the iterator raises Silence when the source gives nothing for too long, and a thread that does not
    end in time is left behind; `pulse` has the source's signs of life. `name` is the thread's.
    """
    handoff: _Handoff[T] = _Handoff(capacity, overwrite=overwrite, is_enough=is_enough)

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
        yield handoff.items(patience, pulse)
    finally:
        handoff.abandon()
        producer.join(patience.end_s if patience is not None else None)
        if stop is not None:
            stop.discard(handoff.abandon)
