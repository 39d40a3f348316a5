"""Runs slow work in threads, and delivers its results in the GUI thread."""

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
    """A pool of threads that report to the GUI thread.

    `failed` is called in the GUI thread with the error of work that failed. After `close`, which requests `stop`,
    nothing is reported any more.
    Thread: the GUI's.
    """

    def __init__(self, name: str, failed: Callable[[StudioError], object], *, threads: int) -> None:
        self.stop = Stop()
        self.gui_calls = GuiCalls()  # Without a parent, because workers may post after the window is gone.
        self._failed = failed
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    def run(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Calls `work()` in a thread, and `then(result)` in the GUI thread."""

        def work_and_report() -> None:
            try:
                value = work()
            except StudioError as error:
                self.post(partial(self._failed, error))
            except Exception as error:
                LOG.exception("An action failed.")
                failure = StudioError(f"The action failed unexpectedly: {error}", advice="The log has the details.")
                self.post(partial(self._failed, failure))
            else:
                self.post(partial(then, value))

        if not self.stop.requested:
            self._threads.submit(work_and_report)

    def post(self, call: Callable[[], object]) -> None:
        """Runs `call()` in the GUI thread soon, unless `close` is called before. Thread: any."""
        self.gui_calls.post(lambda: None if self.stop.requested else call())

    def close(self, *, wait: bool) -> None:
        """Requests all work to stop. May be called twice."""
        self.stop.request()
        self.gui_calls.close()
        self._threads.shutdown(wait=wait, cancel_futures=True)
