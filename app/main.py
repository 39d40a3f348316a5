"""The program's entry point: a command runs without Qt, everything else opens the window."""

from __future__ import annotations

import io
import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from app import product
from app.errors import Cancelled
from app.logs import native_messages_in_file

EXIT_INTERRUPTED = 130
"""What a shell expects after Ctrl-C: 128 + SIGINT."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code. `arguments`: by default those of the process.

    Thread: the main one.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    multiprocessing.freeze_support()  # In a frozen program, helper processes start here.
    # A name that the terminal cannot display must not make a successful run fail.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with native_messages_in_file(), _interrupts() as interrupts:
        try:
            from app import cli

            run = cli.run if cli.is_command(arguments) else _open_window
            code = run(arguments)
            if not (code and interrupts):
                return code
        except (KeyboardInterrupt, Cancelled):
            pass
        except Exception:
            if not interrupts:
                raise
    print(f"\n{product.NAME}: Interrupted. No incomplete files were left behind.", file=sys.stderr)
    return EXIT_INTERRUPTED


def _open_window(arguments: Sequence[str]) -> int:
    from app import cli

    window = cli.window_arguments(arguments)
    if window is None:
        return cli.EXIT_FAILED
    from app.gui.application import open_window

    return open_window(window.source, snapshot=window.snapshot, detector=window.detector, verbose=window.verbose)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """A list that gets an entry for each Ctrl-C, which raises KeyboardInterrupt as usual.

    ONNX Runtime turns a KeyboardInterrupt during its import into an ImportError; the list still shows what happened.
    """
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # Ctrl-C is ignored, or handled elsewhere.
        yield noted
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
