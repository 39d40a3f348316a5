"""Messages of the program: on the error stream, and for the window also in a log that the user can read.

This module is below `app.threads`: the thread that writes the file belongs to `logging` itself.
"""

from __future__ import annotations

import io
import logging
import logging.handlers
import os
import queue
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app import product

LINES_KEPT = 2000
"""How many lines the window keeps; the file has more."""

_FILE_BYTES, _OLDER_FILES = 1_000_000, 3
_LINE = logging.Formatter("{asctime} {levelname} {name}: {message}", style="{")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message. `number` counts from 1 and never restarts; the `text` of an error ends with its traceback."""

    number: int
    time_s: float
    level: int
    source: str
    text: str

    @property
    def level_name(self) -> str:
        return logging.getLevelName(self.level).lower()


class Ring(logging.Handler):
    """Keeps the last lines in memory.

    Thread: any.
    """

    def __init__(self, capacity: int = LINES_KEPT) -> None:
        super().__init__()
        self._lines: deque[LogLine] = deque(maxlen=capacity)
        self._count = 0
        self._listeners: list[Callable[[], None]] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
            if record.exc_info:
                text += "\n" + (record.exc_text or _LINE.formatException(record.exc_info))
        except Exception:  # noqa: BLE001 - a message that does not match its arguments, which logging reports in its own way
            self.handleError(record)
            return
        self._count += 1
        self._lines.append(LogLine(self._count, record.created, record.levelno, record.name, text))
        for listener in tuple(self._listeners):
            listener()

    def lines(self, *, after: int = 0) -> tuple[LogLine, ...]:
        """The lines in memory whose number is above `after`, oldest first."""
        self.acquire()
        try:
            return tuple(line for line in self._lines if line.number > after)
        finally:
            self.release()

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` after each new line, in the thread that logged it. Returns a function that ends this."""
        self._listeners.append(listener)

        def leave() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return leave


class WindowLog:
    """The window's log: the last lines in memory, and all of them in a file, of which a few older ones are kept.

    The file is written by a thread of its own, so that logging never waits for a disk. `path` is None if the user's log
    folder cannot be written.
    """

    def __init__(self) -> None:
        self.ring = Ring()
        self.path = _log_file()
        self._root = logging.getLogger()
        self._handlers: list[logging.Handler] = [self.ring]
        self._listener: logging.handlers.QueueListener | None = None
        if self.path is not None:
            lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
            file = logging.handlers.RotatingFileHandler(
                self.path, maxBytes=_FILE_BYTES, backupCount=_OLDER_FILES, encoding="utf-8", delay=True
            )
            file.setFormatter(_LINE)
            self._file = file
            self._listener = logging.handlers.QueueListener(lines, file)
            self._handlers.append(logging.handlers.QueueHandler(lines))
            self._listener.start()
        for handler in self._handlers:
            self._root.addHandler(handler)
        self._level_before = logging.getLogger("app").level
        logging.getLogger("app").setLevel(logging.INFO)
        logging.captureWarnings(capture=True)

    def close(self) -> None:
        """Writes the remaining lines and ends the log. May be called twice."""
        global _window_log  # noqa: PLW0603 - there is one log as there is one process
        for handler in self._handlers:
            self._root.removeHandler(handler)
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
            self._file.close()
        if _window_log is self:
            _window_log = None
            logging.getLogger("app").setLevel(self._level_before)
            logging.captureWarnings(capture=False)


_window_log: WindowLog | None = None


def start_window_log() -> WindowLog:
    """Starts the window's log: the application's messages and all warnings. Returns the one that is already running."""
    global _window_log  # noqa: PLW0603
    if _window_log is None:
        _window_log = WindowLog()
    return _window_log


def window_log() -> WindowLog | None:
    """The log that `start_window_log` started; None if none runs."""
    return _window_log


def recent(count: int = 200) -> tuple[LogLine, ...]:
    """The last lines of the window's log, oldest first; none if no log runs."""
    return _window_log.ring.lines()[-count:] if _window_log is not None else ()


def log_folder() -> Path:
    """The user's folder for logs; it may not exist yet."""
    return platformdirs.user_log_path(product.NAME)


def _log_file() -> Path | None:
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return log_folder() / "window.log" if os.access(log_folder(), os.W_OK) else None


def start(*, verbose: bool) -> None:
    """Sends the application's warnings, and with `verbose` all its messages, to the error stream."""
    logging.basicConfig(format=f"{product.NAME}: %(message)s", level=logging.WARNING, force=True)
    for handler in logging.getLogger().handlers:  # Not the logger: the window's log sets its level lower.
        handler.setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("app").setLevel(logging.INFO if verbose else logging.WARNING)


@contextmanager
def native_messages_in_file() -> Iterator[None]:
    """Within the block, the error stream of native code is a new file, `native.log` in the user's log folder.

    FFmpeg, OpenCV and ONNX Runtime write messages there, past Python, and no user can act on them. What Python itself
    writes to `sys.stderr` goes where it went before. Nothing is changed if `sys.stderr` is not the process's own, as in
    a test or a program without a console.

    Thread: the main one, before others start.
    """
    usual = sys.stderr
    if not isinstance(usual, io.TextIOWrapper) or usual is not sys.__stderr__:
        yield
        return
    try:
        log = _native_log().open("wb")
    except OSError:  # The program works without this log.
        yield
        return
    with log:
        usual.flush()
        kept = os.dup(2)
        os.dup2(log.fileno(), 2)
        sys.stderr = os.fdopen(
            os.dup(kept), "w", buffering=1, encoding=usual.encoding, errors="backslashreplace", closefd=False
        )
        try:
            yield
        finally:
            sys.stderr.flush()
            sys.stderr = usual
            os.dup2(kept, 2)
            os.close(kept)


def _native_log() -> Path:
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "native.log"
