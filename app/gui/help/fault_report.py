"""What a report of a fault should tell, without telling who reports it; and what the program is made of."""

from __future__ import annotations

import getpass
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

from app import product
from app.logs import LogLine, recent

_NOT_ASKED_LONGER_S = 4
_SHORTEST_NAME = 3
"""A user's name of one or two letters would blank half the text."""
_LONGEST_LICENCE = 60
_NOT_PEOPLE = frozenset({"root", "user", "admin", "app", "python", "test", "home"})


@dataclass(frozen=True, slots=True)
class Part:
    """A library that the program uses, as installed."""

    name: str
    version: str
    licence: str


def parts() -> tuple[Part, ...]:
    """The libraries that the program declares, in alphabetical order, with those that are missing left out."""
    found: list[Part] = []
    for name in sorted(_declared(), key=str.lower):
        try:
            found.append(Part(name, metadata.version(name), _licence(cast("Message", metadata.metadata(name)))))
        except metadata.PackageNotFoundError:
            continue
    return tuple(found)


def fault_report(settings: Mapping[str, object] | None = None, *, lines: Sequence[LogLine] | None = None) -> str:
    """The text of a report: versions, machine, settings, the last lines of the log; the user's home is told as ~.

    Thread: a worker's; it asks other programs and reads files.
    """
    told = [
        f"{product.TITLE} {product.version() or '(version unknown)'}",
        f"System: {platform.platform()}, {platform.machine()}",
        f"Python: {platform.python_version()} ({platform.python_implementation()})",
        f"Qt: {_qt()}",
        f"Processor: {_processor()}, {os.cpu_count()} threads",
        f"Graphics: {_graphics()}",
        "",
        "Libraries: " + ", ".join(f"{part.name} {part.version}" for part in parts()),
    ]
    if settings is not None:
        told += ["", "Settings:", *(f"  {name} = {value}" for name, value in settings.items())]
    kept = recent() if lines is None else lines
    told += ["", "Log:", *(_log_line(line) for line in kept)]
    return anonymous("\n".join(told)) + "\n"


def anonymous(text: str) -> str:
    """The text with the home folder as ~ and the user's name blanked elsewhere."""
    home = Path.home()
    folders = {str(home), str(home.resolve())}
    for folder in sorted(folders, key=len, reverse=True):
        if len(folder) > 1:
            for written in (folder, folder.replace("\\", "/"), folder.replace("\\", "\\\\")):
                text = re.sub(re.escape(written) + r"(?![\w.-])", "~", text)
    for name in _user_names():
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "‹user›", text)
    return text


def _user_names() -> list[str]:
    names = {Path.home().name}
    with suppress(OSError, KeyError, ImportError):
        names.add(getpass.getuser())
    return [name for name in names if len(name) >= _SHORTEST_NAME and name.lower() not in _NOT_PEOPLE]


def _declared() -> set[str]:
    try:
        wanted = metadata.requires(product.NAME) or []
    except metadata.PackageNotFoundError:
        return set()
    return {match[0] for need in wanted if "extra ==" not in need and (match := re.match(r"[A-Za-z0-9._-]+", need))}


def _licence(about: Message) -> str:
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    classified = [
        str(line).rsplit("::", 1)[-1].strip()
        for line in about.get_all("Classifier") or []
        if str(line).startswith("License ::") and not str(line).endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(classified)
    lines = str(about.get("License") or "").strip().splitlines()
    return lines[0][:_LONGEST_LICENCE] if lines else "not stated"


def _qt() -> str:
    try:
        return f"PySide6 {metadata.version('PySide6')}"
    except metadata.PackageNotFoundError:
        return "absent"


def _processor() -> str:
    if sys.platform == "linux":
        try:
            with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
                named = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        except (OSError, IndexError):
            named = []
        if named:
            return named[0]
    if sys.platform == "darwin":
        return _asked("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()
    return platform.processor() or platform.machine()


def _graphics() -> str:
    return (
        _asked("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader") or "no NVIDIA driver found"
    ).replace("\n", "; ")


def _asked(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_NOT_ASKED_LONGER_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _log_line(line: LogLine) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(line.time_s))
    return f"  {clock} {line.level_name} {line.source}: " + line.text.replace("\n", "\n    ")
