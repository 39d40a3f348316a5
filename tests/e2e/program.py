"""Starts the program in its own process, and what came of a run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """Exit code, output and error output of a run."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]
"""Runs the program with the given arguments, which may be paths and numbers."""


def started(arguments: Sequence[object], folder: Path, *, program: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Starts the program in its own process, in a folder; `program` replaces main.py."""
    command = [sys.executable, *(program or [str(ROOT / "main.py")]), *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
