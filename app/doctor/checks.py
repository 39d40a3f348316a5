"""The checks: which there are, and where each is. A check's module is imported in the process that does it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import NamedTuple

from app.doctor.finding import Finding


class Check(NamedTuple):
    """`name`: also that of its function. `topic`: where its failure is reported. `module`: in this package."""

    name: str
    topic: str
    module: str


CHECKS: tuple[Check, ...] = (
    Check("gpu", "gpu", "networks"),  # It takes longest, so it starts first.
    Check("window", "window", "window"),
    Check("networks", "networks", "networks"),
    Check("packages", "packages", "packages"),
    Check("video", "video", "video"),
    Check("models", "models", "models"),
    Check("sound", "sound", "window"),
    Check("cameras", "cameras", "cameras"),
    Check("system", "system", "system"),
    Check("folders", "folders", "system"),
    Check("extras", "extras", "packages"),
)
"""Each is done in a process of its own, so that one that crashes or hangs is only one line of the report."""


def findings_of(check: str) -> Iterator[Finding]:
    """Does one check in this process."""
    if check.startswith("network:"):
        from app.doctor.network import reached

        return reached(check.partition(":")[2])
    module = next(one.module for one in CHECKS if one.name == check)
    found: Iterator[Finding] = getattr(importlib.import_module(f"app.doctor.{module}"), check)()
    return found
