"""Frozen values as JSON and back: tasks and settings of exports are kept in files that a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: object) -> Any:
    """A dataclass, and whatever it contains, as JSON types. Paths become absolute, fractions text such as “3/2”."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def restored(kind: type[T], given: object) -> T:
    """The dataclass that `plain` was given. Fields that are missing get their defaults, unknown ones are refused.

    Raises TypeError or ValueError for anything that `plain` does not return.
    """
    value: T = _restored(kind, given)
    return value


def _restored(hint: Any, given: Any) -> Any:
    origin, choices = get_origin(hint), get_args(hint)
    value: Any
    if origin in (Union, UnionType):
        value = None if given is None else _restored(next(one for one in choices if one is not NoneType), given)
    elif origin is Literal:
        if given not in choices:
            raise ValueError(f"{given!r} is not one of {choices}")
        value = given
    elif origin is tuple:
        value = tuple(_restored(choices[0], item) for item in _typed(list, given))
    elif isinstance(hint, type) and issubclass(hint, tuple):  # A named tuple, of numbers.
        value = hint(*(_typed(float, number) for number in _typed(list, given)))
    elif is_dataclass(hint):
        value = _dataclass(hint, given)
    elif hint in (Path, Fraction):
        value = hint(_typed(str, given))
    else:
        value = _typed(hint, given)
    return value


def _dataclass(kind: Any, given: Any) -> Any:
    hints = _hints(kind)
    return kind(**{name: _restored(hints[name], item) for name, item in _known(given, hints)})


def _known(given: object, hints: Mapping[str, Any]) -> list[tuple[str, Any]]:
    items = list(_typed(dict, given).items())
    unknown = next((name for name, _ in items if name not in hints), None)
    if unknown is not None:
        raise ValueError(f"there is no field {unknown!r}")
    return items


def _typed(kind: type, given: Any) -> Any:
    number = kind is float and isinstance(given, int)
    if not (isinstance(given, kind) or number) or (isinstance(given, bool) and kind is not bool):
        raise TypeError(f"{given!r} has another type")
    return float(given) if number else given


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)
