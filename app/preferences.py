"""What the window remembers between sessions, in a file that a person can read and edit."""

from __future__ import annotations

import logging
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import reduce
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import platformdirs
import tomli_w

from app import product
from app.atomic_files import replacing, writing
from app.settings import AUTO, LONGEST_KEPT_S, DetectorChoice, ModelChoice, Signs, Style
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

_DROPPED_KEYS = ("camera",)
"""Keys in files of earlier versions that mean nothing any more."""

_FARTHEST_PX = 100_000
"""Farther away than the corner of any desktop; Qt cannot take much larger numbers."""

_LARGEST = 1e12
"""Above any number that a setting may have."""

_SHOWN = 60
"""So many characters of a value are in a message."""

_RANGES = {
    "detect_every": (1, 1000),
    "largest_faces": (1, 1000),
    "tiles": (1, 16),
    "threads": (1, 256),
    "smoothing": (0.0, 1.0),
    "keep_turned_s": (0.0, LONGEST_KEPT_S),
    "chart_s": (1.0, 600.0),
    "volume": (0.0, 1.0),
    "position": (-_FARTHEST_PX, _FARTHEST_PX),
    "side_width": (0, _FARTHEST_PX),
    "chart_height": (0, _FARTHEST_PX),
}

Scheme = Literal["system", "light", "dark"]
Language = Literal["system", "en", "de"]
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
    paths of the user's own files. `language`: of the window, from its next start on. `recent`: addresses of sources,
    the latest first. `folder`: where the user last opened or saved something. `export_folder`, `recording_folder`,
    `picture_folder`: where exports, recordings and pictures go; None: beside the video, and where the user last saved
    something. `microphone`: the name of the one that recordings use; empty for the system's default.
    `ask_before_closing`: ask what becomes of unfinished exports; otherwise they continue at the next start.
    `hints_seen`: the hints of the first start need not be shown again. `cameras`: of sources whose camera is known, the
    address, the name of the camera file, and numbers as in `app.gui.state.known_cameras`, the latest first.
    `correct_perspective`: make angles relative to the camera's axis, in sources whose camera is known.
    `keep_turned_s`: as in `AnalysisSettings`.
    """

    choice: ModelChoice = ModelChoice()
    added_snapshots: tuple[str, ...] = ()
    smoothing: float = 0.5
    signs: Signs = Signs()
    style: Style = Style()
    scheme: Scheme = "system"
    language: Language = "system"
    volume: float = 1.0
    muted: bool = False
    chart_s: float = 10.0
    chart_spread: bool = True
    chart_mode: Literal["live", "whole"] = "live"
    recent: tuple[str, ...] = ()
    folder: str | None = None
    export_folder: str | None = None
    recording_folder: str | None = None
    picture_folder: str | None = None
    microphone: str = ""
    ask_before_closing: bool = True
    hints_seen: bool = False
    cameras: tuple[tuple[str, str, tuple[float, ...]], ...] = ()
    correct_perspective: bool = False
    keep_turned_s: float | None = None
    layout: WindowLayout = field(default_factory=WindowLayout)

    def with_recent(self, source: str) -> Preferences:
        """With this source as the latest."""
        others = tuple(one for one in self.recent if one != source)
        return replace(self, recent=(source, *others)[:MOST_RECENT])


def preferences_path() -> Path:
    """The settings file: the value of HOPENET_SETTINGS, or `settings.toml` in the user's settings folder."""
    named = os.environ.get(SETTINGS_VARIABLE)
    return _expanded(named) if named else platformdirs.user_config_path(product.NAME) / "settings.toml"


def _expanded(named: str) -> Path:
    try:
        return Path(named).expanduser()
    except RuntimeError:  # There is no such user, or this one has no home folder.
        return Path(named)


def read_preferences(path: Path) -> Preferences:
    """The preferences in a file; the defaults if there is no such file.

    An invalid value is replaced by its default, and a file that cannot be read by the defaults. Both are logged, and
    neither keeps the program from starting. Whatever was not used is kept in a file beside it, because the program will
    write the file again: `….unreadable` is a file that could not be read, `….bak` one with entries that were not used.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            LOG.warning("The settings file %s is not a file. The defaults are used.", path)
            return Preferences()
        # With or without the mark that some editors put at the beginning.
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        LOG.warning("The settings file %s cannot be read: %s. The defaults are used.", path, reason)
        _set_aside(path)
        return Preferences()
    reading = _Reading(str(path))
    read = replace(reading.values(Preferences(), document), choice=reading.choice(document))
    reading.warn_of_unknown_keys(document)
    if reading.unused:
        _copy_aside(path)
    return replace(read, recent=read.recent[:MOST_RECENT])


def write_preferences(preferences: Preferences, path: Path) -> None:
    """Writes the file completely or not at all. Raises OutputError if it cannot be written."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    plain = {**_plain_choice(preferences.choice), **_plain(preferences)}
    text = f"# Settings of {product.TITLE}. Edit this file while the program is closed; invalid values are ignored.\n\n"
    with replacing(path) as part, writing(path):
        # The addresses of recent streams may have passwords. A file that is there keeps its permissions.
        part.chmod(stat.S_IRUSR | stat.S_IWUSR)
        part.write_text(text + tomli_w.dumps(plain), encoding="utf-8", newline="\n")


def _set_aside(path: Path) -> None:
    """Renames a file that cannot be read. If that fails, it cannot be replaced either."""
    try:
        path.rename(_free_name(path, "unreadable"))
    except OSError:
        LOG.warning("%s could not be renamed.", path)


def _copy_aside(path: Path) -> None:
    try:
        copy = _free_name(path, "bak")
        with replacing(copy) as part:
            part.write_bytes(path.read_bytes())
    except OSError as error:
        LOG.warning("%s could not be copied: %s", path, error)
    else:
        LOG.warning("A copy of the settings file as it was is in %s.", copy)


def _free_name(path: Path, kind: str) -> Path:
    """A name beside the file that nothing has yet, so that an earlier file is not lost."""
    names = (path.with_name(f"{path.name}.{kind}{number}") for number in ("", *(f"-{n}" for n in range(2, 100))))
    return next((name for name in names if not name.exists()), path.with_name(f"{path.name}.{kind}"))


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


class _Reading:
    """Reads a settings file entry by entry. `unused`: the keys of the entries that cannot be used, each logged."""

    def __init__(self, where: str) -> None:
        self.unused: list[str] = []
        self._where = where

    def choice(self, document: Mapping[str, Any]) -> ModelChoice:
        choice = ModelChoice()
        for key, path in _CHOICE_KEYS.items():
            if key in document:
                try:
                    choice = _with_field(choice, path, key, document[key])
                except (TypeError, ValueError):
                    self._refuse(key, document[key])
        return _without_box_file(choice)

    def values(self, values: T, document: Mapping[str, Any]) -> T:
        """The values with the entries of the document that are valid."""
        for name, hint in get_type_hints(type(values)).items():
            key = name if name in document else _FORMER_KEYS.get(name, name)
            if key not in document or hint is ModelChoice:
                continue
            given = document[key]
            try:
                read = (
                    self.values(getattr(values, name), _typed(given, dict))
                    if is_dataclass(hint)
                    else _in_range(name, _typed(given, hint))
                )
                values = replace(values, **{name: read})  # type: ignore[type-var]
            except (TypeError, ValueError):
                self._refuse(key, given)
        return values

    def warn_of_unknown_keys(self, document: Mapping[str, Any], kind: type = Preferences) -> None:
        hints = get_type_hints(kind)
        extra = (*_CHOICE_KEYS, *_DROPPED_KEYS) if kind is Preferences else ()
        for key, given in document.items():
            if key not in (*hints, *_FORMER_KEYS.values(), *extra):
                LOG.warning("%s: “%s” is not a setting of this version, and is not used.", self._where, _short(key))
                self.unused.append(key)
            elif isinstance(given, dict) and is_dataclass(hints.get(key)):
                self.warn_of_unknown_keys(given, hints[key])

    def _refuse(self, key: str, given: object) -> None:
        LOG.warning("%s: “%s” cannot be “%s”. The default is used.", self._where, key, _short(given))
        self.unused.append(key)


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


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


def _in_range(name: str, value: Any) -> Any:
    low, high = _RANGES.get(name, (None, None))
    if low is not None and value is not None:
        for one in value if isinstance(value, tuple) else (value,):
            if not low <= one <= high:
                raise ValueError
    return value


def _typed(given: Any, hint: Any) -> Any:
    """The value in the type of its field. Raises TypeError if it has another type, ValueError for NaN and infinity."""
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
        if not -_LARGEST < given < _LARGEST:  # So that NaN and infinity are refused, and integers that are no float.
            raise ValueError
        return float(given)
    elif isinstance(given, str) and "\0" in given:
        raise ValueError  # Neither a path nor an address can have it.
    elif isinstance(given, hint) and not (hint is int and isinstance(given, bool)):
        return given
    raise TypeError
