"""Work that would block every thread of this process, done in a process of its own.

Some native code holds Python's global lock all the time it runs: dlib's network for each picture, torch while it is
being imported. In the window's process that would freeze the window, whatever thread it runs in. A process can also be
ended at any moment.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
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

    def call(self, method: str, *arguments: object, **named: object) -> Any:
        """The value of `object.method(*arguments, **named)`."""
        with self._in_use:
            try:
                self._connection.send((method, arguments, named))
            except OSError as error:
                raise HelperEnded from error
            return self._answer()

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
        while True:
            method, given, named = connection.recv()
            try:
                connection.send((getattr(served, method)(*given, **named), None))
            except Exception as error:  # noqa: BLE001 - likewise
                connection.send((None, error))
