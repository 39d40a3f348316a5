"""What the window remembers from one day to the next, in a file that a person can read and change."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import platformdirs
import tomli_w

from app import product
from app.atomic_files import replacing, writing
from app.settings import AUTO, Signs, Style

LOG = logging.getLogger(__name__)

MOST_RECENT = 12
SETTINGS_VARIABLE = "HOPENET_SETTINGS"
"""An environment variable that names another settings file, as for a machine shared by several studies."""

_RANGES = {
    "detect_every": (1, 1000),
    "largest_faces": (1, 1000),
    "tiles": (1, 16),
    "threads": (1, 256),
    "smoothing": (0.0, 1.0),
    "chart_s": (1.0, 600.0),
}

Scheme = Literal["system", "light", "dark"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WindowLayout:
    """Where the window stood, in logical pixels; None where the system may choose."""

    position: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    maximised: bool = False
    side_width: int | None = None
    chart_height: int | None = None
    open_sections: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything that is kept. `snapshot` None is the manifest's default; `added_snapshots` are the user's own files.

    `folder` is where the user last opened or saved something.
    """

    snapshot: str | None = None
    added_snapshots: tuple[str, ...] = ()
    detector: str = AUTO
    detect_every: int = 1
    minimum_score: float | None = None
    largest_faces: int | None = None
    tiles: int = 1
    device: str = AUTO
    threads: int | None = None
    smoothing: float = 0.5
    signs: Signs = Signs()
    style: Style = Style()
    scheme: Scheme = "system"
    chart_s: float = 10.0
    camera: str | None = None
    recent: tuple[str, ...] = ()
    folder: str | None = None
    layout: WindowLayout = field(default_factory=WindowLayout)

    def with_recent(self, source: str) -> Preferences:
        """With this source as the most recent."""
        others = tuple(one for one in self.recent if one != source)
        return replace(self, recent=(source, *others)[:MOST_RECENT])


def preferences_path() -> Path:
    """The settings file: what HOPENET_SETTINGS names, else `settings.toml` in the user's folder for settings."""
    named = os.environ.get(SETTINGS_VARIABLE)
    return Path(named).expanduser() if named else platformdirs.user_config_path(product.NAME) / "settings.toml"


def read_preferences(path: Path) -> Preferences:
    """The preferences in a file; those by default where there is none.

    A value that does not fit is left at its default, and a file that is no TOML is set aside as `.unreadable`; both are
    logged, and neither keeps the program from starting.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError) as error:
        LOG.warning("The settings %s cannot be read (%s); those by default are used.", path, error)
        _set_aside(path)
        return Preferences()
    return _read(Preferences, document, str(path))


def write_preferences(preferences: Preferences, path: Path) -> None:
    """Writes the file whole or not at all. Raises OutputError where it cannot be written."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    text = f"# Settings of {product.TITLE}. May be changed while it is closed; what does not fit is ignored.\n\n"
    with replacing(path) as part, writing(path):
        part.write_text(text + tomli_w.dumps(_plain(preferences)), encoding="utf-8", newline="\n")


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_name(path.name + ".unreadable"))
    except OSError:
        LOG.warning("%s could not be set aside.", path)


def _plain(values: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for entry in fields(values):
        value = getattr(values, entry.name)
        if value is None:
            continue
        plain[entry.name] = _plain(value) if is_dataclass(value) else list(value) if isinstance(value, tuple) else value
    return plain


def _read(kind: Callable[..., T], document: Mapping[str, Any], where: str) -> T:
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        if name not in document:
            continue
        given = document[name]
        try:
            values[name] = (
                _read(hint, given, where)
                if isinstance(hint, type) and is_dataclass(hint)
                else _in_range(name, _fitting(given, hint))
            )
        except (TypeError, ValueError, AttributeError):
            LOG.warning("%s: “%s” cannot be %r and is ignored.", where, name, given)
    return _built(kind, values, where)


def _built(kind: Callable[..., T], values: dict[str, Any], where: str) -> T:
    try:
        return kind(**values)
    except ValueError as error:
        LOG.warning("%s: %s The values by default are used.", where, error)
        return kind()


def _in_range(name: str, value: Any) -> Any:
    low, high = _RANGES.get(name, (None, None))
    if low is not None and value is not None and not low <= value <= high:
        raise ValueError
    return value


def _fitting(given: Any, hint: Any) -> Any:
    """The value as the type of its field has it. Raises TypeError where it does not fit."""
    origin, choices = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _fitting(given, next(choice for choice in choices if choice is not NoneType))
    if origin is Literal:
        if given in choices:
            return given
    elif origin is tuple:
        if isinstance(given, list):
            kinds = (choices[0],) * len(given) if choices[-1] is Ellipsis else choices
            if len(kinds) == len(given):
                return tuple(map(_fitting, given, kinds))
    elif hint is float and isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    elif isinstance(given, hint) and not (hint is int and isinstance(given, bool)):
        return given
    raise TypeError
