"""Where the program starts: no arguments open the window, a command runs without Qt."""

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
from app.logs import native_messages_apart

EXIT_INTERRUPTED = 130
"""What a shell expects after Ctrl-C: 128 + SIGINT."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a run. `arguments` are those of the process where none are given.

    Thread: the main one.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    multiprocessing.freeze_support()  # In a frozen program a helping process begins here.
    # A name that the terminal has no letters for must not end a run that went well.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with native_messages_apart(), _interrupts() as interrupts:
        try:
            from app import cli

            run = cli.run if cli.is_command(arguments) else _open_window
            outcome = run(arguments)
            if not (outcome and interrupts):
                return outcome
        except (KeyboardInterrupt, Cancelled):
            pass
        except Exception:
            if not interrupts:
                raise
    print(f"\n{product.NAME}: stopped; nothing half-made was left.", file=sys.stderr)
    return EXIT_INTERRUPTED


def _open_window(arguments: Sequence[str]) -> int:
    from app import cli

    request = cli.window_options(arguments)
    if request is None:
        return cli.EXIT_FAILED
    from app.gui.application import open_window

    return open_window(request.source, snapshot=request.snapshot, detector=request.detector, verbose=request.verbose)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Notes each Ctrl-C besides raising KeyboardInterrupt: ONNX Runtime, interrupted while it loads, makes of that an
    ImportError."""
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # Ctrl-C is ignored, or somebody else's.
        yield noted
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
