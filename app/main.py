"""The program's entry point: a command runs without Qt, everything else opens the window."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from app import product
from app.errors import Cancelled
from app.logs import native_messages_in_file
from app.parts import PARTS
from app.threads.garbage import all_kept
from app.threads.interrupts import GRACE_S, interrupts

EXIT_FAILED = 2
EXIT_BROKEN_PIPE = 141
"""What a shell expects after `hopenet-studio … | head`: 128 + SIGPIPE."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code. `arguments`: by default those of the process.

    Thread: the main one.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()  # Helper processes start here.
    # A name that the terminal cannot display must not make a successful run fail.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with native_messages_in_file():
        try:
            # Before signals are handled: an import may lose one that interrupts it, and there is nothing to clean yet.
            from app import cli

            is_command = cli.is_command(arguments)
            if is_command:
                cli.import_command(arguments)
        except KeyboardInterrupt:
            _say("Interrupted.")
            return 128 + signal.SIGINT
        return _run(cli.run if is_command else _open_window, arguments)


def _run(program: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    with interrupts(_end) as interrupted:
        # The window has its own way to end, and may still save something.
        interrupted.patient = program is _open_window
        try:
            code = program(arguments)
            if sys.stdout is not None:  # As in a program without a console.
                sys.stdout.flush()
            if not (code and interrupted.number is not None):
                return code
        except (KeyboardInterrupt, Cancelled):
            pass
        except OSError as error:
            if interrupted.number is None:
                return _exit_code_without_output(error)
        except Exception:
            if interrupted.number is None:
                raise
    _say("Interrupted. No incomplete files were left behind.")
    return interrupted.exit_code


def _end() -> None:
    """Prepares the end of a process that does not stop by itself."""
    PARTS.close()
    _say(f"Interrupted. It did not stop within {GRACE_S:.0f} s, or was asked again, so it was ended.")


def _say(text: str) -> None:
    with suppress(OSError, ValueError):  # The terminal may be closed.
        print(f"\n{product.NAME}: {text}", file=sys.stderr, flush=True)


def _exit_code_without_output(error: OSError) -> int:
    """The exit code if the standard output cannot be written. Raises any other error again."""
    full = error.errno == errno.ENOSPC and error.filename is None
    if not full and not isinstance(error, BrokenPipeError):
        raise error
    with suppress(OSError):
        # What is still buffered must not raise again while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not full:  # The reader of the output has gone: nobody needs a message.
        return EXIT_BROKEN_PIPE
    _say("The output cannot be written: the disk is full. Free some space.")
    return EXIT_FAILED


def _open_window(arguments: Sequence[str]) -> int:
    from app import cli

    window = cli.window_arguments(arguments)
    if window is None:
        return cli.EXIT_FAILED
    with all_kept():
        from app.gui.application import open_window

    return open_window(window.source, snapshot=window.snapshot, detector=window.detector, verbose=window.verbose)
