"""What the program says beside its results: warnings in one line each, on the error stream."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


def start(*, verbose: bool) -> None:
    """Sends the application's warnings, and with `verbose` its news, to the error stream."""
    logging.basicConfig(format="hopenet-studio: %(message)s", level=logging.WARNING, force=True)
    logging.getLogger("app").setLevel(logging.INFO if verbose else logging.WARNING)


@contextmanager
def native_messages_apart() -> Iterator[None]:
    """Within the block native code's error stream is a file, `native.log` in the user's log folder, made anew.

    MediaPipe and ONNX Runtime write there whatever they notice, now and then and past Python; nobody who annotates a
    film can act on it. What Python itself writes to `sys.stderr` goes where it went before. Where `sys.stderr` is not
    the process's own (a test, a windowed program), nothing is changed.

    Thread: the main one, before others start.
    """
    usual = sys.stderr
    if not isinstance(usual, io.TextIOWrapper) or usual is not sys.__stderr__:
        yield
        return
    try:
        log = _native_log().open("wb")
    except OSError:  # A missing log is no reason not to work.
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
    folder = platformdirs.user_log_path("hopenet-studio")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "native.log"
