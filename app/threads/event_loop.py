"""A thread with an event loop of asyncio, for connections to several other programs at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple

from app.threads.workers import Worker

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


async def let_others_run() -> None:
    """Waits for what is due now and what follows from it, such as that a connection is there that was just accepted."""
    for _ in range(4):
        await asyncio.sleep(0)


class EventLoop:
    """Runs coroutines and calls in one thread, from its construction until `close`.

    Thread: any but its own.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._worker = Worker(name, self._run)

    def run(self, coroutine: Coroutine[Any, Any, T], timeout_s: float | None = None) -> T:
        """Waits for the coroutine; returns or raises what it does. Raises TimeoutError if it takes longer."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout_s)

    def call(self, function: Callable[[*Arguments], object], *arguments: *Arguments) -> None:
        """Calls the function soon, and does not wait for it."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def close(self) -> None:
        """Cancels what is still running, and ends the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._worker.join()

    def _run(self) -> None:
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(let_others_run())  # A task that never began would leave its socket open.
            for task in (left := asyncio.all_tasks(self._loop)):
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.wait(left))
            self._loop.run_until_complete(let_others_run())  # What was cancelled closes its sockets a moment later.
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()
