"""Work that would hold up the whole program, done in a process of its own.

Some native code keeps Python's global lock for all of its time: dlib's network for every picture, torch while it is
imported. In the window's process that would freeze the window, threads or not. A process can also be ended at once.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from app.threads.signals import Stop
from detectors import BgrImage, Detection, open_detector

T = TypeVar("T")

_SPAWN = multiprocessing.get_context("spawn")
"""Never fork: the window's process has threads and a display connection."""


class HelperEnded(RuntimeError):
    """The process ended before it answered."""


class HelperProcess:
    """An object in a process of its own, whose methods are called through a pipe.

    `make(*arguments)` builds the object there; it and all that passes the pipe must be picklable. What the object
    raises is raised here again.
    Thread: one at a time; `close` from any, and it ends a call that waits, which then raises Gone.
    """

    def __init__(self, make: Callable[..., object], *arguments: object, stop: Stop | None = None) -> None:
        """Raises what `make` raises, and Gone where the process ended, or `stop` was requested, before it was made."""
        self._lock = threading.Lock()
        self._closed = False
        self._connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, make, arguments), daemon=True, name="apart")
        self._process.start()
        theirs.close()
        if stop is not None:
            stop.add(self.close)
        try:
            self._answer()
        except BaseException:
            self.close()
            raise
        finally:
            if stop is not None:
                stop.discard(self.close)

    def call(self, method: str, *arguments: object, **named: object) -> Any:
        """The value of `object.method(*arguments, **named)`."""
        try:
            self._connection.send((method, arguments, named))
        except OSError as error:
            raise HelperEnded("The helping process has ended.") from error
        return self._answer()

    def close(self) -> None:
        """Ends the process, whatever it is doing. May be called twice, and while a call waits."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._process.terminate()
        self._process.join()
        with suppress(OSError):
            self._connection.close()

    def _answer(self) -> Any:
        try:
            wait([self._connection, self._process.sentinel])
            if not self._connection.poll():
                raise HelperEnded("The helping process has ended.")
            value, error = self._connection.recv()
        except (EOFError, OSError) as lost:
            raise HelperEnded("The helping process has ended.") from lost
        if error is not None:
            raise error
        return value


class _Once:
    def run(self, function: Callable[..., Any], arguments: tuple[object, ...], named: dict[str, object]) -> Any:
        return function(*arguments, **named)


def run_in_process(function: Callable[..., T], *arguments: object, stop: Stop | None = None, **named: object) -> T:
    """The value of one call in a process of its own.

    Raises what the function raises, and Gone where the process ended or `stop` was requested before it answered.
    """
    helper = HelperProcess(_Once, stop=stop)
    if stop is not None:
        stop.add(helper.close)
    try:
        value: T = helper.call("run", function, arguments, named)
        return value
    finally:
        if stop is not None:
            stop.discard(helper.close)
        helper.close()


class DetectorProcess:
    """A face detector in a process of its own. Implements `FaceDetector`.

    Thread: as `FaceDetector`, but `close` may be called from any thread and ends a detection under way with Gone.
    """

    def __init__(self, name: str, *, stop: Stop | None = None, **given: Any) -> None:
        """Opens as `detectors.open_detector(name, **given)`, and raises the same, or as `HelperProcess`."""
        self.name = name
        self._apart = HelperProcess(partial(open_detector, name, **given), stop=stop)

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        found: tuple[Detection, ...] = self._apart.call("detect", image, index=index, time_s=time_s)
        return found

    def close(self) -> None:
        self._apart.close()


def _serve(connection: Connection, make: Callable[..., object], arguments: tuple[object, ...]) -> None:
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            served = make(*arguments)
        except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
            connection.send((None, error))
            return
        connection.send((None, None))
        while True:
            method, given, named = connection.recv()
            try:
                connection.send((getattr(served, method)(*given, **named), None))
            except Exception as error:  # noqa: BLE001 - likewise
                connection.send((None, error))
