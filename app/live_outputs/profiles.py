"""Profiles: settings of live outputs under names that the user chose, in a file beside the window's settings."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli_w

from app import product
from app.atomic_files import replacing, writing
from app.errors import UsageError
from app.export.plain_values import plain, restored
from app.live_outputs.settings import Profile
from app.threads.workers import Monitor, synchronized

LOG = logging.getLogger(__name__)

DEFAULT_NAME = "Default"
MOST_PROFILES = 100
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles by name, at least one, and the name of the one in use."""

    current: str = DEFAULT_NAME
    all: Mapping[str, Profile] = field(default_factory=lambda: {DEFAULT_NAME: Profile()})

    @property
    def profile(self) -> Profile:
        """The one in use."""
        return self.all[self.current]

    def with_profile(self, name: str, profile: Profile) -> Profiles:
        """With this profile, in use, under this name."""
        return replace(self, current=name, all={**self.all, name: profile})

    def without(self, name: str) -> Profiles:
        """Without this profile; another one is in use if it was."""
        others = {known: profile for known, profile in self.all.items() if known != name} or {DEFAULT_NAME: Profile()}
        return Profiles(self.current if self.current in others else next(iter(others)), others)


def read_profiles(path: Path) -> Profiles:
    """The profiles in a file; an empty one if there is no file. One that cannot be used is left out, and logged."""
    try:
        usable, others, current = _sorted(_read(path))
    except (OSError, ValueError) as error:
        LOG.warning("The profiles of live outputs in %s cannot be read: %s", path, error)
        return Profiles()
    for name, reason in others.items():
        LOG.warning("The profile “%s” of live outputs in %s cannot be used: %s", name, path, reason)
    if not usable:
        return Profiles()
    return Profiles(current if current in usable else next(iter(usable)), usable)


def profile_named(name: str, path: Path) -> Profile:
    """Raises UsageError if there is no usable profile of this name."""
    known = read_profiles(path).all
    if name not in known:
        raise UsageError(f"There is no profile “{name}” of live outputs.", advice=f"Choose one of: {', '.join(known)}.")
    return known[name]


def write_profiles(profiles: Profiles, path: Path) -> None:
    """Writes the file completely or not at all. Raises OutputError if it cannot be written.

    What cannot be used in the file that is replaced, such as the profiles of a newer version, stays in it. A file that
    cannot be read at all is kept under another name.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            document = _read(path)
            _, others, _ = _sorted(document)
            kept = {name: document["profiles"][name] for name in others}
        except ValueError:
            kept = {}
            path.replace(path.with_name(f"{path.stem}-unreadable{path.suffix}"))
    entries = kept | {name: _without_none(plain(profile)) for name, profile in profiles.all.items()}
    text = f"# Profiles of the live outputs of {product.TITLE}. Edit this file while the program is closed.\n\n"
    with replacing(path) as part, writing(path):
        part.write_text(
            text + tomli_w.dumps({"current": profiles.current, "profiles": entries}), encoding="utf-8", newline="\n"
        )


class ProfileFile(Monitor):
    """The file of profiles, changed by several windows and threads. Thread: any."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @synchronized
    def read(self) -> Profiles:
        return read_profiles(self._path)

    @synchronized
    def change(self, change: Callable[[Profiles], Profiles]) -> None:
        """Changes what is in the file now. Raises OutputError if it cannot be written."""
        write_profiles(change(read_profiles(self._path)), self._path)


def _read(path: Path) -> dict[str, Any]:
    """Raises OSError or ValueError if there is a file that cannot be read."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(document.get("profiles", {}), dict):
        raise ValueError("it has no profiles")  # noqa: TRY004 — a file, not an argument, has the wrong type
    return document


def _sorted(document: Mapping[str, Any]) -> tuple[dict[str, Profile], dict[str, str], str]:
    """The profiles that can be used, why the others cannot, and the name of the one in use."""
    usable: dict[str, Profile] = {}
    others: dict[str, str] = {}
    for name, given in document.get("profiles", {}).items():
        try:
            usable[name] = restored(Profile, given)
        except (TypeError, ValueError) as error:
            others[name] = str(error)
    return usable, others, str(document.get("current", ""))


def _without_none(value: Any) -> Any:
    """TOML has no null: what is None is left out."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value
