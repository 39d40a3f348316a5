"""Work that takes its time, done in threads of its own and told of in the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from app.errors import StudioError
from app.gui.kit.bridge import GuiCalls
from app.threads.signals import Stop

LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Workers:
    """Each does some work in a thread, and then something with what came of it in the GUI thread.

    `failed` is told there of work that failed. `stop` is asked for by `close`; nothing is told after it.
    Thread: the GUI's.
    """

    def __init__(self, name: str, failed: Callable[[StudioError], object], *, threads: int) -> None:
        self.stop = Stop()
        # Without a parent: workers may still post when the window is gone.
        self.gui_calls = GuiCalls()
        self._failed = failed
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    def run(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        def go() -> None:
            try:
                value = work()
            except StudioError as error:
                self.tell(partial(self._failed, error))
            except Exception as error:
                LOG.exception("An action failed.")
                told = StudioError(f"That failed for an unforeseen reason: {error}", advice="The log has the details.")
                self.tell(partial(self._failed, told))
            else:
                self.tell(partial(then, value))

        if not self.stop.requested:
            self._threads.submit(go)

    def tell(self, call: Callable[[], object]) -> None:
        """Runs `call()` in the GUI thread soon, unless all has ended by then. Thread: any."""
        self.gui_calls.post(lambda: None if self.stop.requested else call())

    def close(self, *, wait: bool) -> None:
        """Asks everything to end. May be called twice."""
        self.stop.request()
        self._threads.shutdown(wait=wait, cancel_futures=True)
