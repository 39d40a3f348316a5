"""Does all checks, each in a process of its own, and makes the report of what they found.

Thread: any but the GUI's: it takes some seconds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app import product
from app.doctor.checks import CHECKS
from app.doctor.finding import Finding, Mark, Report
from app.threads.signals import Stop

_NOT_NEEDED = frozenset({"cameras", "sound", "extras", "network"})
"""Topics that everything else works without."""

LIMIT_S = 30.0
"""A check that takes longer is stopped. Loading PyTorch for the first time takes ten seconds from a slow disk."""

_ROOT = Path(__file__).parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from app.doctor.process import main; main(sys.argv[2])"


@dataclass(slots=True)
class _Running:
    check: str
    topic: str
    process: subprocess.Popen[bytes]
    lines: IO[bytes]
    messages: IO[bytes]
    """Files rather than pipes: a process that prints much never waits for its reader."""


def examine(*, online: bool = False, limit_s: float = LIMIT_S, stop: Stop | None = None) -> Report:
    """The report. `online`: also tries whether the addresses answer that models are downloaded from.

    If `stop` is requested, the checks are ended, and the report is worth nothing.
    """
    from app.doctor.network import hosts, network

    checks = [(check.name, check.topic) for check in CHECKS]
    if online:
        checks += [(f"network:{host}", "network") for host in hosts()]
    program = f"{product.TITLE} {product.version()}".strip()
    return Report.of(program, [*_found_by(checks, limit_s, stop or Stop()), *network(online=online)])


def _found_by(checks: Iterable[tuple[str, str]], limit_s: float, stop: Stop) -> Iterator[Finding]:
    running: list[_Running] = []

    def end() -> None:
        for one in tuple(running):
            one.process.kill()

    for check, topic in checks:
        if not stop.requested:
            running.append(_start(check, topic))
    stop.add(end)
    until_s = time.monotonic() + limit_s
    try:
        for one in running:
            slow = False
            try:
                one.process.wait(max(0.1, until_s - time.monotonic()))
            except subprocess.TimeoutExpired:
                slow = True
                one.process.kill()
                one.process.wait()
            yield from _findings(one, limit_s if slow else None)
    finally:
        stop.discard(end)
        for one in running:
            one.process.kill()
            one.process.wait()
            one.lines.close()
            one.messages.close()


def _start(check: str, topic: str) -> _Running:
    lines, messages = _file(), _file()
    process = subprocess.Popen(
        [sys.executable, "-c", _START, str(_ROOT), check],
        stdin=subprocess.DEVNULL,
        stdout=lines,
        stderr=messages,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        env=os.environ | {"PYTHONFAULTHANDLER": "", "PYTHONWARNINGS": "ignore"},
    )
    return _Running(check, topic, process, lines, messages)


def _file() -> IO[bytes]:
    """In memory where the system has such files: the folder of temporary files may be what does not work."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("doctor"), "w+b")
    return tempfile.TemporaryFile()


def _findings(one: _Running, limit_s: float | None) -> Iterator[Finding]:
    doing, done = "", False
    one.lines.seek(0)
    for text in one.lines.read().splitlines():
        line = json.loads(text)
        if "key" in line:
            yield Finding(line["key"], line["mark"], line["values"], line["topic"] or one.topic)
        else:
            doing, done = line.get("doing", doing), line.get("done", False)
    if done:
        return
    check = doing or one.check
    if limit_s is not None:
        yield Finding("check.slow", "warning", {"check": check, "seconds": f"{limit_s:g}"}, one.topic)
    else:
        mark: Mark = "warning" if one.topic in _NOT_NEEDED else "failed"
        yield Finding("check.crashed", mark, {"check": check, "reason": _end_of(one)}, one.topic)


def _end_of(one: _Running) -> str:
    """How a process ended: by which signal, or with which last message."""
    one.messages.seek(0)
    messages = [line.strip() for line in one.messages.read().decode(errors="replace").splitlines() if line.strip()]
    code = one.process.returncode
    name = f"exit code {code}"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
    return f"{name}: {messages[-1]}" if messages else name
