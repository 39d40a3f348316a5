"""Work that would block every thread of this process, done in a process of its own.

Some native code holds Python's global lock all the time it runs: dlib's network for each picture, torch while it is
being imported. In the window's process that would freeze the window, whatever thread it runs in. A process can also be
ended at any moment.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from app.threads.signals import Stop

T = TypeVar("T")

_SPAWN = multiprocessing.get_context("spawn")
"""Never fork: the window's process has threads and a connection to the display."""


_ENDING_S = 5.0
"""How long a process may take to end when it is asked to."""


class HelperEnded(RuntimeError):
    """The helper process ended before it answered."""

    def __init__(self) -> None:
        super().__init__("The helper process has ended.")


class HelperTimedOut(HelperEnded):
    """The helper process was ended because it did not answer in time."""


class HelperProcess:
    """An object that lives in a process of its own. Its methods are called through a pipe.

    `make(*arguments)` builds the object there. It must be picklable, and so must everything that passes through the
    pipe. What the object raises is raised again here.
    Thread: one at a time; `close` from any. It ends a call that waits, which then raises HelperEnded.
    """

    def __init__(
        self,
        make: Callable[..., object],
        *arguments: object,
        stop: Stop | None = None,
        limit_s: float | None = None,
    ) -> None:
        """`limit_s`: how long each answer may take; if one takes longer, the process is ended.

        Raises what `make` raises, and HelperEnded if the process ended, or `stop` was requested, before that.
        """
        self._limit_s = limit_s
        self._closing = threading.Lock()
        self._in_use = threading.Lock()
        self._closed = False
        self._connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, make, arguments), daemon=True, name="helper")
        self._process.start()
        theirs.close()
        if stop is not None:
            stop.add(self.close)
        try:
            with self._in_use:
                self._answer()
        except BaseException:
            self.close()
            raise
        finally:
            if stop is not None:
                stop.discard(self.close)

    @property
    def number(self) -> int:
        """The process's number in the system."""
        return self._process.pid or 0

    @property
    def was_asked_to_end(self) -> bool:
        """Whether the process has ended because this object was closed, or because another program asked it to."""
        if self._closed:
            return True
        self._process.join(_ENDING_S)
        return self._process.exitcode in (0, -signal.SIGTERM)

    def call(self, method: str, *arguments: object, **named: object) -> Any:
        """The value of `object.method(*arguments, **named)`."""
        with self._in_use:
            try:
                self._connection.send((method, arguments, named))
            except OSError as error:
                raise HelperEnded from error
            return self._answer()

    def ask_to_end(self) -> None:
        """Does not wait for it; a call that waits raises HelperEnded then."""
        self._process.terminate()

    def close(self) -> None:
        """Ends the process, whatever it is doing. May be called more than once, and while a call waits."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self._process.terminate()
        self._process.join(_ENDING_S)
        self._process.kill()  # native code may have taken the signal
        self._process.join()
        # A call that waits has noticed the end of the process by itself. The connection must not be closed under it.
        with self._in_use, suppress(OSError):
            self._connection.close()

    def _answer(self) -> Any:
        try:
            if not wait([self._connection, self._process.sentinel], self._limit_s):
                raise HelperTimedOut
            if not self._connection.poll():
                raise HelperEnded
            value, error = self._connection.recv()
        except (EOFError, OSError) as lost:
            raise HelperEnded from lost
        if error is not None:
            raise error
        return value


class _Caller:
    def run(self, function: Callable[..., Any], arguments: tuple[object, ...], named: dict[str, object]) -> Any:
        return function(*arguments, **named)


def run_in_process(
    function: Callable[..., T],
    *arguments: object,
    stop: Stop | None = None,
    limit_s: float | None = None,
    **named: object,
) -> T:
    """The value of one call, made in a process of its own.

    Raises what the function raises, HelperEnded if the process ended, or `stop` was requested, before it answered, and
    HelperTimedOut if it did not answer within `limit_s`.
    """
    helper = HelperProcess(_Caller, stop=stop, limit_s=limit_s)
    if stop is not None:
        stop.add(helper.close)
    try:
        value: T = helper.call("run", function, arguments, named)
        return value
    finally:
        if stop is not None:
            stop.discard(helper.close)
        helper.close()


def _serve(connection: Connection, make: Callable[..., object], arguments: tuple[object, ...]) -> None:
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            served = make(*arguments)
        except Exception as error:  # noqa: BLE001 - it is raised again by the caller
            connection.send((None, error))
            return
        connection.send((None, None))
        with _closed_at_the_end(served):
            while True:
                method, given, named = connection.recv()
                try:
                    connection.send((getattr(served, method)(*given, **named), None))
                except Exception as error:  # noqa: BLE001 - likewise
                    connection.send((None, error))


@contextmanager
def _closed_at_the_end(served: object) -> Iterator[None]:
    try:
        yield
    finally:
        close = getattr(served, "close", None)
        if close is not None:
            close()


def end_with_parent() -> None:
    """Ends this process in an orderly way when the one that started it asks for it, or has ended without asking.

    The request raises KeyboardInterrupt in the main thread, so that files are cleaned up. Ctrl-C, which a terminal
    sends to all processes of a program, is left to the parent. If native code does not return, the process ends anyway.

    Thread: the main one.
    """

    def ended(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, ended)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), name="follow the parent", daemon=True).start()


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    signal.raise_signal(signal.SIGTERM)
    time.sleep(_ENDING_S)
    os._exit(1)
