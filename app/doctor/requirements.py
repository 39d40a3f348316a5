"""What the program needs, as pyproject.toml or the installed package's metadata declares it."""

from __future__ import annotations

import operator
import platform
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from app import product

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*\(?([^;()]*)\)?\s*(?:;\s*(.*))?")
_BOUND = re.compile(r"\s*(>=|<=|==|!=|~=|<|>)\s*([\w.*+!-]+)\s*")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
_MARKER = re.compile(r"\s*\(?\s*(\w+)\s*(>=|<=|==|!=|<|>)\s*['\"]([^'\"]*)['\"]\s*\)?\s*")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package with the versions that will do, such as `av`, `>=18,<19`. `extra`: empty for what is always needed."""

    name: str
    bounds: str
    extra: str = ""

    @property
    def shown(self) -> str:
        """As pip takes it."""
        return self.name + self.bounds

    def allows(self, version: str) -> bool:
        return allows(self.bounds, version)


@dataclass(frozen=True, slots=True)
class Declared:
    """The supported Pythons, such as `>=3.11,<3.14`, and the requirements; both empty if nothing declares them."""

    python: str
    requirements: tuple[Requirement, ...]

    def of(self, name: str) -> str:
        """The requirement of this package as pip takes it; only the name if it is not declared."""
        return next((one.shown for one in self.requirements if same_name(one.name, name)), name)


def declared() -> Declared:
    """What this program needs on this machine. A checkout's own file is newer than what was once installed from it."""
    file = Path(__file__).parents[2] / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        if project["name"] == product.NAME:
            lines = [(line, "") for line in project["dependencies"]]
            extras = project.get("optional-dependencies", {})
            lines += [(line, extra) for extra, those in extras.items() for line in those]
            return Declared(project.get("requires-python", ""), tuple(_requirements(lines)))
    except (OSError, ValueError, KeyError):
        pass  # It is not a checkout.
    try:
        python = dict(metadata.metadata(product.NAME).json).get("requires_python", "")
        lines = [(line, _extra_of(line)) for line in metadata.requires(product.NAME) or ()]
    except (metadata.PackageNotFoundError, OSError):
        return Declared("", ())
    return Declared(str(python), tuple(_requirements(lines)))


def installed_version(name: str) -> str | None:
    """The version of an installed package; None if there is none, or its metadata is damaged."""
    try:
        return metadata.version(name) or None
    except (metadata.PackageNotFoundError, KeyError, OSError, ValueError):
        return None


def allows(bounds: str, version: str) -> bool:
    """Whether a version is within bounds such as `>=6.8,<6.12`. Letters at its end (rc1, +cu130) are ignored."""
    return all(_holds(_numbers(version), sign, text) for sign, text in _BOUND.findall(bounds))


def same_name(one: str, other: str) -> bool:
    """Whether they name the same package: pip does not tell - from _ and ., nor capital letters."""
    return _plain(one) == _plain(other)


def shown_bounds(bounds: str) -> str:
    """`>=6.8,<6.12` as people write it: ≥ 6.8, < 6.12."""
    signs = {">=": "≥ ", "<=": "≤ ", "==": "", "!=": "≠ "}
    return ", ".join(signs.get(sign, f"{sign} ") + text for sign, text in _BOUND.findall(bounds))


def _requirements(lines: list[tuple[str, str]]) -> Iterator[Requirement]:
    for line, extra in lines:
        match = _REQUIREMENT.fullmatch(line)
        if match and not same_name(match[1], product.NAME) and _applies(match[4] or ""):
            yield Requirement(match[1], match[3].strip().replace(" ", ""), extra)


def _applies(marker: str) -> bool:
    """Whether a requirement's condition holds here. Conditions that are not known hold; `extra` is not looked at."""
    known = {"python_version": ".".join(platform.python_version_tuple()[:2])}
    for name, sign, text in _MARKER.findall(marker):
        if name in known and not _holds(_numbers(known[name]), sign, text):
            return False
    return True


def _extra_of(line: str) -> str:
    match = re.search(r"extra\s*==\s*['\"]([^'\"]*)['\"]", line)
    return match[1] if match else ""


def _holds(version: tuple[int, ...], sign: str, text: str) -> bool:
    if text.endswith(".*"):
        parts = _numbers(text[:-2])
        same = version[: len(parts)] == parts
        return same == (sign == "==")
    bound = _numbers(text)
    length = max(len(version), len(bound))
    here, there = (numbers + (0,) * (length - len(numbers)) for numbers in (version, bound))
    if sign == "~=":
        return here >= there and version[: len(bound) - 1] == bound[:-1]
    return _SIGNS[sign](here, there)


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\s*v?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, match[1].split("."))) if match else ()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
