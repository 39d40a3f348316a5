"""Where the program starts: no arguments open the window, a command runs without Qt."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a run. `arguments` are those of the process where none are given."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments:
        print("hopenet-studio: the window is not built yet; see --help for what there is.", file=sys.stderr)
        return 2

    # A name that the terminal has no letters for must not end a run that went well.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")

    from app.cli import run

    return run(arguments)
