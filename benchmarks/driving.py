"""Drives the real window step by step, as a user would, for measurements, screenshots and tests."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.gui.kit.widget_lists import windows
from app.gui.window.main_window import MainWindow

Step = Callable[[], object]
"""Called repeatedly; the story continues when it returns something true."""

_POLL_INTERVAL_MS = 15


class Driver(QObject):
    """Runs a story in the window. Create it before calling `app.main.main`; the story starts when the window is open.

    `story(window)` yields steps to wait for. When it ends, or a step does not become true in time, the window is
    closed. `error` is the exception that ended the story, None if there was none. Thread: the GUI thread.
    """

    def __init__(self, story: Callable[[MainWindow], Iterator[Step]], *, patience_s: float = 120.0) -> None:
        super().__init__()
        self.application = QApplication.instance() or QApplication(sys.argv[:1])
        self.error: BaseException | None = None
        self.closed_s = 0.0
        """When the window was closed, on the clock of `time.perf_counter`."""
        self._story = story
        self._running: Iterator[Step] | None = None
        self._window: MainWindow | None = None
        self._step: Step | None = None
        self._patience_s = patience_s
        self._since_s = time.monotonic()
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self._poll)
        self._timer.start()

    def _poll(self) -> None:
        try:
            self._advance()
        except StopIteration:
            self._end()
        except BaseException as error:  # noqa: BLE001 - reported after main has returned
            self.error = error
            self._end()

    def _advance(self) -> None:
        if self._running is None:
            shown = [one for one in windows() if isinstance(one, MainWindow) and one.isVisible()]
            if not shown:
                self._check_patience("the window to open")
                return
            self._window = shown[0]
            self._running = self._story(self._window)
        elif self._step is not None and not self._step():
            self._check_patience(_name(self._step))
            return
        self._since_s = time.monotonic()
        self._step = None  # A step that fails must not be called again.
        self._step = next(self._running)

    def _check_patience(self, what: str) -> None:
        if time.monotonic() - self._since_s > self._patience_s:
            raise TimeoutError(f"Waited {self._patience_s:.0f} s for {what}, which did not happen.")

    def _end(self) -> None:
        self._timer.stop()
        self.closed_s = time.perf_counter()
        if self._window is not None:
            self._window.close()
        else:
            QApplication.closeAllWindows()


def _name(step: Step) -> str:
    """The name of a step, and where it is in the story."""
    code = getattr(step, "__code__", None)
    place = "" if code is None else f" in line {code.co_firstlineno} of {Path(code.co_filename).name}"
    return f"{getattr(step, '__name__', 'a step')}{place}"


def after(seconds: float) -> Step:
    """A step that becomes true after this time."""
    ends_s = time.monotonic() + seconds
    return lambda: time.monotonic() >= ends_s
