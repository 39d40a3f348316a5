"""What the window remembers between sessions, in a file that a person can read and edit."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import reduce
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import platformdirs
import tomli_w

from app import product
from app.atomic_files import replacing, writing
from app.settings import AUTO, DetectorChoice, ModelChoice, Signs, Style
from detectors import DETECTORS

LOG = logging.getLogger(__name__)

MOST_RECENT = 12
SETTINGS_VARIABLE = "HOPENET_SETTINGS"
"""An environment variable for the path of another settings file, for example where several studies share a machine."""

_CHOICE_KEYS: Mapping[str, tuple[str, ...]] = {
    "snapshot": ("snapshot",),
    "detector": ("detector", "name"),
    "detect_every": ("detect_every",),
    "minimum_score": ("detector", "options", "minimum_score"),
    "largest_faces": ("detector", "options", "largest_faces"),
    "tiles": ("detector", "options", "tiles"),
    "device": ("engine", "device"),
    "threads": ("engine", "threads"),
}
"""What is remembered of a ModelChoice: for each key at the top level of the file, the path of its field."""

_FORMER_KEYS = {"id": "identity"}
"""Keys in files of earlier versions, which are still read, by their present name."""

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
    """The window's place in logical pixels, and the sizes of its parts; None leaves it to the system."""

    position: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    maximised: bool = False
    side_width: int | None = None
    chart_height: int | None = None
    open_sections: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything that the window remembers.

    `choice`: the models; a box file is not written to the file, because it belongs to one video. `added_snapshots`:
    paths of the user's own files. `recent`: addresses of sources, the latest first. `folder`: where the user last
    opened or saved something.
    """

    choice: ModelChoice = ModelChoice()
    added_snapshots: tuple[str, ...] = ()
    smoothing: float = 0.5
    signs: Signs = Signs()
    style: Style = Style()
    scheme: Scheme = "system"
    chart_s: float = 10.0
    recent: tuple[str, ...] = ()
    folder: str | None = None
    layout: WindowLayout = field(default_factory=WindowLayout)

    def with_recent(self, source: str) -> Preferences:
        """With this source as the latest."""
        others = tuple(one for one in self.recent if one != source)
        return replace(self, recent=(source, *others)[:MOST_RECENT])


def preferences_path() -> Path:
    """The settings file: the value of HOPENET_SETTINGS, or `settings.toml` in the user's settings folder."""
    named = os.environ.get(SETTINGS_VARIABLE)
    return Path(named).expanduser() if named else platformdirs.user_config_path(product.NAME) / "settings.toml"


def read_preferences(path: Path) -> Preferences:
    """The preferences in a file; the defaults if there is no such file.

    An invalid value is replaced by its default, and a file that is not TOML is renamed to `….unreadable`. Both are
    logged, and neither keeps the program from starting.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError) as error:
        LOG.warning("The settings file %s cannot be read: %s. The defaults are used.", path, error)
        _set_aside(path)
        return Preferences()
    return replace(_read(Preferences, document, str(path)), choice=_read_choice(document, str(path)))


def write_preferences(preferences: Preferences, path: Path) -> None:
    """Writes the file completely or not at all. Raises OutputError if it cannot be written."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    plain = {**_plain_choice(preferences.choice), **_plain(preferences)}
    text = f"# Settings of {product.TITLE}. Edit this file while the program is closed; invalid values are ignored.\n\n"
    with replacing(path) as part, writing(path):
        part.write_text(text + tomli_w.dumps(plain), encoding="utf-8", newline="\n")


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_name(path.name + ".unreadable"))
    except OSError:
        LOG.warning("%s could not be renamed.", path)


def _plain(values: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for entry in fields(values):
        value = getattr(values, entry.name)
        if value is None or isinstance(value, ModelChoice):
            continue
        plain[entry.name] = _plain(value) if is_dataclass(value) else list(value) if isinstance(value, tuple) else value
    return plain


def _plain_choice(choice: ModelChoice) -> dict[str, Any]:
    choice = _without_box_file(choice)
    values = {key: reduce(getattr, path, choice) for key, path in _CHOICE_KEYS.items()}
    return {key: value for key, value in values.items() if value is not None}


def _read_choice(document: Mapping[str, Any], where: str) -> ModelChoice:
    choice = ModelChoice()
    for key, path in _CHOICE_KEYS.items():
        if key in document:
            try:
                choice = _with_field(choice, path, key, document[key])
            except (TypeError, ValueError):
                _warn(where, key, document[key])
    return _without_box_file(choice)


def _with_field(values: Any, path: tuple[str, ...], key: str, given: Any) -> Any:
    """The values with the field at this path replaced. Raises TypeError or ValueError if `given` is not valid."""
    name, *rest = path
    value = (
        _with_field(getattr(values, name), tuple(rest), key, given)
        if rest
        else _in_range(key, _typed(given, get_type_hints(type(values))[name]))
    )
    return replace(values, **{name: value})


def _without_box_file(choice: ModelChoice) -> ModelChoice:
    needs_boxes = {kind.name for kind in DETECTORS if kind.needs_boxes}
    name = AUTO if choice.detector.name in needs_boxes else choice.detector.name
    return replace(choice, detector=DetectorChoice(name, choice.detector.options))


def _read(kind: Callable[..., T], document: Mapping[str, Any], where: str) -> T:
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        key = name if name in document else _FORMER_KEYS.get(name, name)
        if key not in document or hint is ModelChoice:
            continue
        given = document[key]
        try:
            values[name] = (
                _read(hint, given, where)
                if isinstance(hint, type) and is_dataclass(hint)
                else _in_range(name, _typed(given, hint))
            )
        except (TypeError, ValueError, AttributeError):
            _warn(where, key, given)
    return _built(kind, values, where)


def _warn(where: str, key: str, given: Any) -> None:
    LOG.warning("%s: “%s” cannot be “%s”. The default is used.", where, key, given)


def _built(kind: Callable[..., T], values: dict[str, Any], where: str) -> T:
    try:
        return kind(**values)
    except ValueError as error:
        LOG.warning("%s: %s The defaults are used.", where, error)
        return kind()


def _in_range(name: str, value: Any) -> Any:
    low, high = _RANGES.get(name, (None, None))
    if low is not None and value is not None and not low <= value <= high:
        raise ValueError
    return value


def _typed(given: Any, hint: Any) -> Any:
    """The value in the type of its field. Raises TypeError if it has another type."""
    origin, choices = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _typed(given, next(choice for choice in choices if choice is not NoneType))
    if origin is Literal:
        if given in choices:
            return given
    elif origin is tuple:
        if isinstance(given, list):
            kinds = (choices[0],) * len(given) if choices[-1] is Ellipsis else choices
            if len(kinds) == len(given):
                return tuple(map(_typed, given, kinds))
    elif hint is float and isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    elif isinstance(given, hint) and not (hint is int and isinstance(given, bool)):
        return given
    raise TypeError
