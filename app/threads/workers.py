"""Threads with a name, and objects that several threads use."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Concatenate, Generic, ParamSpec, TypeVar

from app.threads.waiting import wait_for

T = TypeVar("T")
P = ParamSpec("P")
MonitorT = TypeVar("MonitorT", bound="Monitor")


class Worker:
    """Runs one function in a thread of that name, which starts at once and does not keep the program from exiting.

    Thread: any.
    """

    def __init__(self, name: str, run: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=run, name=name, daemon=True)
        self._thread.start()

    def join(self, timeout_s: float | None = None) -> bool:
        """Waits for the function to return; returns False if it has not after this many seconds."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()


class SerialWorker:
    """Runs calls one after another, in the order in which they were submitted, in a thread of that name.

    A call that raises is reported like any uncaught exception, and the next one runs. If `on_idle` is given, it is
    called whenever nothing was submitted for `idle_after_s()` seconds, which is asked before each wait; None waits for
    the next call.
    Thread: any, but `close` not from a submitted call.
    """

    def __init__(
        self,
        name: str,
        *,
        on_idle: Callable[[], object] | None = None,
        idle_after_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._on_idle = on_idle
        self._idle_after_s = idle_after_s
        self._calls: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._closed = False
        self._dropping = False
        self._worker = Worker(name, self._run)

    def submit(self, call: Callable[[], object]) -> bool:
        """Returns False, and does nothing, after `close`."""
        if self._closed:
            return False
        self._calls.put(call)
        return True

    def close(self, *, drop: bool = False, wait: bool = True) -> None:
        """Ends the thread after the calls submitted so far; with `drop`, after the one that is running.

        With `wait`, returns when the thread has ended. May be called twice.
        """
        self._closed = True
        self._dropping = self._dropping or drop
        self._calls.put(None)
        if wait:
            self._worker.join()

    def _run(self) -> None:
        while True:
            try:
                call = self._calls.get(timeout=self._idle_after_s() if self._on_idle is not None else None)
            except queue.Empty:
                call = self._on_idle
            if call is None or self._dropping:
                return
            try:
                call()
            except Exception:  # noqa: BLE001 — the hook logs it
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))


class DeferredCall(Generic[T]):
    """A call that one thread makes, and whose result another one takes.

    Thread: called once, for example by a SerialWorker; everything else from any.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._changed = threading.Condition()
        self._done = False
        self._value: T | None = None
        self._error: BaseException | None = None
        self._listeners: list[Callable[[], object]] = []

    def __call__(self) -> None:
        value, failure = None, None
        try:
            value = self._call()
        except BaseException as error:  # noqa: BLE001 — it is raised again where the result is taken
            failure = error
        with self._changed:
            self._value, self._error, self._done = value, failure, True
            listeners = tuple(self._listeners)
            self._changed.notify_all()
        for listener in listeners:
            listener()

    @property
    def is_done(self) -> bool:
        return self._done

    def result(self, timeout_s: float | None = None) -> T:
        """What the call returned. Raises what it raised, or TimeoutError if it is not done after this many seconds."""
        until_s = time.perf_counter() + timeout_s if timeout_s is not None else None
        with self._changed:
            if not wait_for(self._changed, lambda: self._done, until_s=until_s):
                raise TimeoutError("The call is not done yet.")
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # It is done, so this is what the call returned.

    def when_done(self, listener: Callable[[], object]) -> None:
        """Calls `listener` once the call is done, in the thread that made it; at once if it is done already."""
        with self._changed:
            done = self._done
            if not done:
                self._listeners.append(listener)
        if done:
            listener()


class Monitor:
    """Base of objects whose state several threads use: of their `synchronized` methods, one runs at a time.

    A part of a method can be synchronized by `with self._monitor:`. Synchronized code may call synchronized methods of
    the same object. It must not wait for a thread that needs one, nor call a function that might.
    """

    def __init__(self) -> None:
        self._monitor = threading.RLock()


def synchronized(method: Callable[Concatenate[MonitorT, P], T]) -> Callable[Concatenate[MonitorT, P], T]:
    """Marks a method of a Monitor that must not run while another such method of the same object does."""

    @wraps(method)
    def alone(self: MonitorT, /, *arguments: P.args, **named: P.kwargs) -> T:
        with self._monitor:
            return method(self, *arguments, **named)

    return alone


def report_uncaught(
    report: Callable[[type[BaseException], BaseException, TracebackType | None], object],
) -> Callable[[], None]:
    """Passes exceptions that a thread does not handle to `report`, in that thread. Returns an undo function."""
    before = threading.excepthook

    def hook(uncaught: threading.ExceptHookArgs) -> None:
        if uncaught.exc_type is not SystemExit:
            error = uncaught.exc_value if uncaught.exc_value is not None else uncaught.exc_type()
            report(uncaught.exc_type, error, uncaught.exc_traceback)

    def restore() -> None:
        threading.excepthook = before

    threading.excepthook = hook
    return restore
