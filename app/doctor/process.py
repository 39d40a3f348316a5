"""One check in a process of its own. The findings are printed as lines of JSON, each as soon as it is known."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.doctor.finding import Finding

_LINES: list[int] = []
"""The file that the lines go to, while this process does a check."""


@contextmanager
def busy_with(what: str) -> Iterator[None]:
    """If the process crashes within, `what` is named."""
    _send({"doing": what})
    yield
    _send({"doing": ""})


def main(check: str) -> None:
    """Does the check. Whatever else is printed goes to the error stream."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    _LINES.append(os.dup(1))
    os.dup2(2, 1)
    from app.doctor.checks import findings_of

    try:
        for one in findings_of(check):
            _send({"key": one.key, "mark": one.mark, "values": dict(one.values), "topic": one.topic})
    except Exception as error:  # noqa: BLE001 — whatever it is, it is a line of the report
        one = _finding_of(error, check)
        _send({"key": one.key, "mark": one.mark, "values": dict(one.values), "topic": one.topic})
    _send({"done": True})
    # Without what libraries do at the end, which may take long, or crash.
    sys.stderr.flush()
    os._exit(0)


def _finding_of(error: Exception, check: str) -> Finding:
    from app.doctor.finding import Finding
    from app.doctor.packages import broken, is_broken_import
    from app.doctor.requirements import declared

    if is_broken_import(error):
        return broken(error, "", declared())
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return Finding("check.crashed", "failed", {"check": check, "reason": reason})


def _send(line: dict[str, Any]) -> None:
    if _LINES:
        os.write(_LINES[0], json.dumps(line).encode() + b"\n")
