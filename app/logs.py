"""What the program says beside its results: warnings in one line each, on the error stream."""

from __future__ import annotations

import logging


def start(*, verbose: bool) -> None:
    """Sends the application's warnings, and with `verbose` its news, to the error stream."""
    logging.basicConfig(format="hopenet-studio: %(message)s", level=logging.WARNING, force=True)
    logging.getLogger("app").setLevel(logging.INFO if verbose else logging.WARNING)
