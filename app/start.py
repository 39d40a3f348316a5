"""The first thing that runs: it says what to do if Python or a package is not what the program needs.

It is written so that a Python that is too old can read it, and imports nothing before it has asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

NEEDED = (3, 11)
_NAME = "hopenet-studio"
_DOCTOR = "doctor"
_OURS = frozenset({"app", "hopenet", "detectors"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code. `arguments`: by default those of the process."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if sys.version_info < NEEDED:
        here, needed = (".".join(map(str, version)) for version in (sys.version_info[:3], NEEDED))
        _say(f"Python {here} is too old: Python {needed} or later is needed. Install it from python.org.")
        return 2
    try:
        from app.main import main as run

        return run(arguments)
    except ImportError as error:
        if (error.name or "").partition(".")[0] in _OURS:
            raise
        if _DOCTOR in arguments:
            from app.commands.doctor import run_alone

            return run_alone(arguments)
        doctor = f"{'python main.py' if sys.argv[0].endswith('main.py') else _NAME} {_DOCTOR}"
        _say(f"A package is missing or damaged ({error}). “{doctor}” shows what to do.")
        return 2


def _say(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{_NAME}: {text}\n")
