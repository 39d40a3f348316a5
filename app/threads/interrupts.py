"""Ctrl-C and the signals that ask a process to end, for a command that runs in the main thread."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

GRACE_S = 10.0
"""How long an interrupted command may take to stop. Native code that never returns would keep it forever."""

AGAIN_AFTER_S = 1.0
"""A signal that follows sooner is part of the same request: a closed terminal or a shutdown sends two at once."""

END_SIGNALS: tuple[signal.Signals, ...] = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Ctrl-C, the request to end, a closed terminal, and Ctrl-Break on Windows."""


@dataclass(slots=True)
class Interrupts:
    """`number`: the first signal that came; None if none did. `patient`: set it to never end the process by force."""

    number: int | None = None
    patient: bool = False

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal ended: 128 + its number."""
        return 128 + (signal.SIGINT if self.number is None else self.number)


class Interrupted(KeyboardInterrupt):
    """Raised by the first signal, which `interrupts` tells. A command whose usual end it is takes the number out, and
    then gives its own exit code."""

    def __init__(self, interrupts: Interrupts) -> None:
        super().__init__(interrupts.number)
        self.interrupts = interrupts


@contextmanager
def interrupts(end: Callable[[], object]) -> Iterator[Interrupts]:
    """Within the block, the first of END_SIGNALS raises Interrupted, a KeyboardInterrupt, in the main thread, and
    later ones do not.

    A library may turn that exception into another one; `number` still shows what happened. If the block has not ended
    GRACE_S later, or at another signal, `end` is called and the process ends.
    A signal that is ignored, as after `nohup`, or handled elsewhere stays so.

    Thread: the main one; `end` is called in another.
    """
    noted = Interrupts()

    def note(number: int, _frame: FrameType | None) -> None:
        if noted.number is None:
            noted.number = number
            raise Interrupted(noted)

    before = {number: signal.getsignal(number) for number in END_SIGNALS}
    usual = {number: kind for number, kind in before.items() if kind in (signal.SIG_DFL, signal.default_int_handler)}
    watch = _Watch(noted, frozenset(usual), end) if usual else None
    for number in usual:
        signal.signal(number, note)
    try:
        yield noted
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        if watch is not None:
            watch.close()


@contextmanager
def own_handlers() -> Iterator[None]:
    """After the block, END_SIGNALS are handled as before it, whatever a library has set inside.

    Thread: the main one.
    """
    before = {number: signal.getsignal(number) for number in END_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            # Also where Python knows of no change: libraries in C++ do not tell it.
            if handler is not None:
                signal.signal(number, handler)


class _Watch:
    """A thread that sees signals even while the main thread runs native code, and ends the process if it has to."""

    def __init__(self, noted: Interrupts, signals: frozenset[int], end: Callable[[], object]) -> None:
        self._noted, self._signals, self._end = noted, signals, end
        self._seen, self._written = socket.socketpair()
        self._written.setblocking(False)
        self._before = signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)
        self._thread = threading.Thread(target=self._run, name="interrupts", daemon=True)
        self._thread.start()

    def close(self) -> None:
        signal.set_wakeup_fd(self._before)
        self._written.close()
        self._thread.join()
        self._seen.close()

    def _run(self) -> None:
        number = self._next(until_s=None)
        if number is None:
            return
        came_s = time.monotonic()
        with suppress(TimeoutError):
            while True:
                if self._next(until_s=came_s + GRACE_S) is None:
                    return
                if time.monotonic() - came_s >= AGAIN_AFTER_S:
                    break
        if not self._noted.patient:
            self._end_process(number)

    def _end_process(self, number: int) -> None:
        if self._noted.number is None:
            self._noted.number = number
        for helper in multiprocessing.active_children():
            helper.kill()
        with suppress(Exception):
            self._end()
        os._exit(self._noted.exit_code)

    def _next(self, *, until_s: float | None) -> int | None:
        """The next signal; None if the block has ended. Raises TimeoutError at the moment of `time.monotonic`."""
        while True:
            self._seen.settimeout(None if until_s is None else max(0.001, until_s - time.monotonic()))
            numbers = self._seen.recv(1)
            if not numbers:
                return None
            if numbers[0] in self._signals:
                return numbers[0]
