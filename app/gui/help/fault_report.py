"""The text of a problem report, without the user's name, and the libraries that the program uses."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

from app import product
from app.anonymous import anonymous
from app.doctor.finding import Report
from app.doctor.report_text import text_lines
from app.doctor.running import examine
from app.logs import LogLine, recent
from app.video.streams import without_password

_TIMEOUT_S = 4
_CHECKS_S = 6.0
_LONGEST_LICENCE = 60
_ADDRESS = re.compile(r"\w+://[^\s“”'\"]+")


@dataclass(frozen=True, slots=True)
class Library:
    """An installed library that the program uses."""

    name: str
    version: str
    licence: str


def libraries() -> tuple[Library, ...]:
    """The installed libraries among those that the program declares, in alphabetical order."""
    found: list[Library] = []
    for name in sorted(_declared(), key=str.lower):
        try:
            found.append(Library(name, metadata.version(name), _licence(cast("Message", metadata.metadata(name)))))
        except metadata.PackageNotFoundError:
            continue
    return tuple(found)


def fault_report(
    settings: Mapping[str, object] | None = None,
    *,
    lines: Sequence[LogLine] | None = None,
    checks: Callable[[], Report] | None = None,
) -> str:
    """The text of a report: versions, machine, what works on it, settings, and the last lines of the log, made
    anonymous. `checks` examines this computer; by default, all checks that end soon.

    Thread: a worker's, because it takes seconds: it runs other programs and reads files.
    """
    report = [
        f"{product.TITLE} {product.version() or '(version unknown)'}",
        f"System: {platform.platform()}, {platform.machine()}",
        f"Python: {platform.python_version()} ({platform.python_implementation()})",
        f"Qt: {_qt()}",
        f"Processor: {_processor()}, {os.cpu_count()} threads",
        f"Graphics: {_graphics()}",
        "",
        "Libraries: " + ", ".join(f"{library.name} {library.version}" for library in libraries()),
    ]
    report += ["", "This computer:", *(f"  {line}" for line in text_lines((checks or check_soon)())[1:] if line)]
    if settings is not None:
        report += ["", "Settings:", *(f"  {name} = {_shown(value)}" for name, value in settings.items())]
    report += ["", "Log:", *(_log_line(line) for line in (recent() if lines is None else lines))]
    return anonymous(_ADDRESS.sub(lambda found: without_password(found[0]), "\n".join(report))) + "\n"


def check_soon() -> Report:
    """What works on this computer, as far as it is known after a few seconds: somebody waits to paste the report."""
    return examine(limit_s=_CHECKS_S)


def _shown(value: object) -> object:
    """A setting without the passwords of streams."""
    if isinstance(value, str):
        return without_password(value) if "://" in value else value
    return [_shown(one) for one in value] if isinstance(value, tuple | list) else value


def _declared() -> set[str]:
    try:
        required = metadata.requires(product.NAME) or []
    except metadata.PackageNotFoundError:
        return set()
    return {match[0] for line in required if "extra ==" not in line and (match := re.match(r"[A-Za-z0-9._-]+", line))}


def _licence(package: Message) -> str:
    expression = package.get("License-Expression")
    if expression:
        return str(expression)
    classified = [
        str(line).rsplit("::", 1)[-1].strip()
        for line in package.get_all("Classifier") or []
        if str(line).startswith("License ::") and not str(line).endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(classified)
    lines = str(package.get("License") or "").strip().splitlines()
    return lines[0][:_LONGEST_LICENCE] if lines else "not stated"


def _qt() -> str:
    try:
        return f"PySide6 {metadata.version('PySide6')}"
    except metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    if sys.platform == "linux":
        try:
            with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
                names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        except (OSError, IndexError):
            names = []
        if names:
            return names[0]
    if sys.platform == "darwin":
        return _output_of("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()
    return platform.processor() or platform.machine()


def _graphics() -> str:
    gpus = _output_of("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    return gpus.replace("\n", "; ") or "no NVIDIA driver found"


def _output_of(program: str, *arguments: str) -> str:
    """What a program prints; nothing if it is missing or fails."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _log_line(line: LogLine) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(line.time_s))
    return f"  {clock} {line.level_name} {line.source}: " + line.text.replace("\n", "\n    ")
