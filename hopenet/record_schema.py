"""What a snapshot's record may contain: its fields, and the range of each.

A record comes with a file that anyone may have written. A field that is only nearly right (a text instead of a number,
a standard deviation of 0) would give wrong angles, or an error in the middle of a video.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]
"""Raises ValueError, as part of a sentence, if a value is not allowed. It takes the value and the name of its field."""

LONGEST_RECORD = 1_000_000
"""Characters of JSON; records have about two thousand."""

LONGEST_NAME = 200

INPUT_SIZES = (32, 1024)
BINS = (2, 1000)
LARGEST_ANGLE = 360.0

_SHOWN = 40
"""Characters of a wrong value that a message quotes."""


def whole_number(low: int, high: int) -> Check:
    allowed = f"a whole number from {low} to {high}" if low < high else f"the number {low}"

    def check(value: Any, field: str) -> None:
        if type(value) is not int or not low <= value <= high:
            raise _refused(value, field, allowed)

    return check


def number(low: float, high: float) -> Check:
    def check(value: Any, field: str) -> None:
        # NaN is in no range.
        if type(value) not in (int, float) or not low <= value <= high:
            raise _refused(value, field, f"a number from {low:g} to {high:g}")

    return check


def yes_or_no(value: Any, field: str) -> None:
    if type(value) is not bool:
        raise _refused(value, field, "true or false")


def text(longest: int, *, shortest: int = 0) -> Check:
    def check(value: Any, field: str) -> None:
        lines = value.splitlines() if isinstance(value, str) else ["\0"]
        if not all(line.isprintable() for line in lines) or not shortest <= len(value) <= longest:
            raise _refused(value, field, f"a text of {shortest} to {longest} printable characters")

    return check


def triple(of: Check) -> Check:
    """A list of three values, such as one for each colour or angle."""

    def check(value: Any, field: str) -> None:
        if not isinstance(value, list) or len(value) != 3:
            raise _refused(value, field, "a list of three numbers")
        for position, one in enumerate(value):
            of(one, f"{field}[{position}]")

    return check


def named_values(of: Check, *, most: int) -> Check:
    """Names of the writer's choice, each with a value."""

    def check(value: Any, field: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise _refused(value, field, f"a table of at most {most} entries")
        for name, one in value.items():
            text(LONGEST_NAME, shortest=1)(name, f"a name in {field}")
            of(one, f"{field}.{name}")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """A table with these fields and no others."""
    known = {**required, **optional}

    def check(value: Any, field: str) -> None:
        where = f" in {field}" if field else ""
        if not isinstance(value, dict):
            raise _refused(value, field or "the whole", "a table of fields")
        for name in value:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                meant = f"did you mean {close[0]}?" if close else f"allowed are {', '.join(known)}"
                raise ValueError(f"the field {shown(name)}{where} is unknown ({meant})")
        for name in required:
            if name not in value:
                raise ValueError(f"the field {name}{where} is missing")
        for name, one in value.items():
            known[name](one, f"{field}.{name}" if field else name)

    return check


def crop_rule(value: Any, field: str) -> None:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _CROP_KINDS:
        raise _refused(kind if isinstance(value, dict) else value, f"{field}.kind", "square or margins")
    _CROP_KINDS[kind](value, field)


def _any(value: Any, field: str) -> None:
    """Checked elsewhere."""


_MARGIN = number(-10, 10)
_MARGIN_PX = whole_number(-10_000, 10_000)
_SIDES = ("left", "top", "right", "bottom")
_CROP_KINDS: Mapping[str, Check] = {
    "square": fields({"kind": _any, "scale": number(0.1, 10)}, {"shift_down": number(-5, 5)}),
    "margins": fields(
        {"kind": _any}, {**dict.fromkeys(_SIDES, _MARGIN), **{f"{side}_px": _MARGIN_PX for side in _SIDES}}
    ),
}

_DECODING = fields(
    {"bins": whole_number(*BINS), "width_deg": number(0.01, 180), "first_deg": number(-LARGEST_ANGLE, LARGEST_ANGLE)},
    {"spread_factors": triple(number(1e-6, 1e6)), "circular": yes_or_no},
)

check_fields = fields(
    {
        "version": whole_number(1, 1),
        "architecture": text(LONGEST_NAME, shortest=1),
        "input_size": whole_number(*INPUT_SIZES),
        "mean": triple(number(0, 1)),
        "std": triple(number(0.001, 10)),
        "crops": named_values(crop_rule, most=100),
        "decoding": _DECODING,
    },
    {
        "name": text(LONGEST_NAME),
        "training_data": text(10_000),
        "licence": text(10_000),
        "source": text(10_000),
        "figures": named_values(number(-1e9, 1e9), most=1000),
    },
)
"""Checks all of a record."""


def parsed(record: str) -> Any:
    """The values in a JSON text.

    Raises ValueError, as part of a sentence, if it is not JSON, too long or deep, or has a field twice.
    """
    if len(record) > LONGEST_RECORD:
        raise ValueError(f"it has {len(record)} characters, but may have at most {LONGEST_RECORD}")
    try:
        return json.loads(record, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except _RepeatedFieldError:
        raise
    except ValueError as error:
        raise ValueError(f"it is not JSON ({str(error).partition(';')[0]})") from error


class _RepeatedFieldError(ValueError):
    """Nobody could tell which of the two values is right."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RepeatedFieldError(f"the field {shown(twice)} is there twice")
    return table


def shown(value: Any) -> str:
    """A value as JSON, cut off if it is long."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else f"a list of {len(value)}"
    whole = json.dumps(value)
    return whole if len(whole) <= _SHOWN else f"{whole[:_SHOWN]}…"


def _refused(value: Any, field: str, allowed: str) -> ValueError:
    return ValueError(f"{shown_name(field)} is {shown(value)}, but must be {allowed}")


def shown_name(name: str) -> str:
    """A name without line breaks, control characters, and bytes that are not text."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)
