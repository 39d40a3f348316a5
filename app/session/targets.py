"""What a head may point at: named cones of directions, and the file beside a table that keeps them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import product
from app.atomic_files import replacing, writing
from app.errors import DataError
from app.outputs.reading import recorded_reference
from app.outputs.record import described_reference
from app.settings import Reference, Signs

COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#D55E00", "#0072B2", "#B8A800", "#7F7F7F")
"""Colours for targets, which colour-blind people can distinguish: those of Okabe and Ito."""

LONGEST_NAME = 60
MAXIMUM_TARGETS = 50
SMALLEST_RADIUS_DEG, LARGEST_RADIUS_DEG = 0.5, 120.0
LONGEST_BRIDGE_S = 5.0
LARGEST_ERROR_DEG = 45.0
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Target:
    """A cone of directions: all whose angle to the one of yaw and pitch is at most `radius_deg`.

    Yaw and pitch are in degrees and in the table's own convention: its neutral pose and its signs. `colour`: #rrggbb.

    Raises ValueError for a value that is not valid.
    """

    name: str
    yaw_deg: float
    pitch_deg: float
    radius_deg: float
    colour: str = COLOURS[0]

    def __post_init__(self) -> None:
        # Names that start with other characters may be formulas for a spreadsheet.
        if not (0 < len(self.name) <= LONGEST_NAME and self.name.isprintable() and self.name[0].isalnum()):
            raise ValueError(
                f"A target's name must begin with a letter or digit and have at most {LONGEST_NAME} characters, "
                f"not “{self.name[: LONGEST_NAME + 1]}”."
            )
        for what, angle, limit in (("yaw", self.yaw_deg, 180), ("pitch", self.pitch_deg, 180)):
            if not abs(angle) <= limit:  # NaN is not
                raise ValueError(f"The {what} of “{self.name}” must be between -{limit} and {limit}, not {angle:g}.")
        if not SMALLEST_RADIUS_DEG <= self.radius_deg <= LARGEST_RADIUS_DEG:
            raise ValueError(
                f"The radius of “{self.name}” must be between {SMALLEST_RADIUS_DEG:g} and {LARGEST_RADIUS_DEG:g} "
                f"degrees, not {self.radius_deg:g}."
            )
        if not _COLOUR.fullmatch(self.colour):
            raise ValueError(f"The colour of “{self.name}” must be like #E69F00, not “{self.colour[:20]}”.")


STRAIGHT_AHEAD = Target("Straight ahead", 0.0, 0.0, 15.0)
"""The cone around the neutral pose, or around facing the camera if there is no neutral pose."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a session, and how looks at them are counted.

    `bridge_s`: an interruption that is shorter, between two looks at the same target, is not counted; 0 counts all.
    The default is less than a head needs to turn away and back. `error_deg`: how far the measured direction may be
    from the true one, for the range of shares. The default is about the mean error of good snapshots on photographs.

    Raises ValueError for a value out of range, or two targets of one name.
    """

    targets: tuple[Target, ...] = field(default=(STRAIGHT_AHEAD,))
    bridge_s: float = 0.15
    error_deg: float = 5.0

    def __post_init__(self) -> None:
        names = [target.name.casefold() for target in self.targets]
        twice = next(
            (target.name for target, name in zip(self.targets, names, strict=True) if names.count(name) > 1), ""
        )
        if twice:
            raise ValueError(f"Two targets have the name “{twice}”.")
        if len(self.targets) > MAXIMUM_TARGETS:
            raise ValueError(f"{MAXIMUM_TARGETS} targets are the maximum, not {len(self.targets)}.")
        if not 0 <= self.bridge_s <= LONGEST_BRIDGE_S:
            raise ValueError(f"Interruptions of 0 to {LONGEST_BRIDGE_S:g} s can be bridged, not {self.bridge_s:g} s.")
        if not 0 <= self.error_deg <= LARGEST_ERROR_DEG:
            raise ValueError(f"The error must be between 0 and {LARGEST_ERROR_DEG:g} degrees, not {self.error_deg:g}.")

    def with_signs(self, own: Signs, table: Signs) -> Targets:
        """The same directions for a table with other signs than those of the targets."""
        yaw, pitch = own.yaw * table.yaw, own.pitch * table.pitch
        moved = (replace(each, yaw_deg=yaw * each.yaw_deg, pitch_deg=pitch * each.pitch_deg) for each in self.targets)
        return replace(self, targets=tuple(moved))

    def free_colour(self) -> str:
        """A colour that no target has, if there is one."""
        used = {target.colour.upper() for target in self.targets}
        return next((colour for colour in COLOURS if colour not in used), COLOURS[len(self.targets) % len(COLOURS)])

    def free_name(self, wanted: str) -> str:
        """A name that no target has: `wanted`, or with a number behind it."""
        used = {target.name.casefold() for target in self.targets}
        numbered = (f"{wanted[: LONGEST_NAME - 4]} {number}" for number in range(2, MAXIMUM_TARGETS + 2))
        return next(name for name in (wanted, *numbered) if name.casefold() not in used)


@dataclass(frozen=True, slots=True)
class SavedTargets:
    """Targets as they are in a file, and what the angles of the table were relative to beside which they were saved:
    None if the file does not say, as one that was written by hand. It holds for every table then."""

    targets: Targets
    reference: Reference | None = None

    def for_table(self, reference: Reference) -> Targets:
        """The targets in the signs of a table with this reference."""
        return (
            self.targets if self.reference is None else self.targets.with_signs(self.reference.signs, reference.signs)
        )

    def doubt_about(self, reference: Reference) -> str | None:
        """Why the directions may mean something else in a table with this reference; None if they do not."""
        if self.reference is None or (self.reference.neutral is None) == (reference.neutral is None):
            return None
        kinds = "the camera", "a neutral pose"
        saved, own = kinds if self.reference.neutral is None else kinds[::-1]
        return f"The targets' directions are relative to {saved}, but the table's angles to {own}."


def targets_path(table: Path) -> Path:
    """The path of a table's targets: `talk-targets.json` for `talk.csv`."""
    return table.with_name(f"{table.stem}-targets.json")


def targets_text(targets: Targets, reference: Reference) -> str:
    """The text of a file of targets: JSON with one target per line. `reference`: what the table's angles are relative
    to."""
    lines = ",\n".join(f"    {json.dumps(_described(target), ensure_ascii=False)}" for target in targets.targets)
    entries = {
        "product": product.NAME,
        "meaning": "a target is every direction of the nose within radius_deg of the one of yaw_deg and pitch_deg",
        "reference": described_reference(reference),
        "bridge_s": targets.bridge_s,
        "error_deg": targets.error_deg,
    }
    head = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in entries.items())
    listed = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n{head}  "targets": {listed}\n}}\n'


def write_targets(path: Path, targets: Targets, reference: Reference) -> None:
    """Writes a file of targets. Raises OutputError if it cannot be written."""
    with replacing(path) as part, writing(path):
        part.write_text(targets_text(targets, reference), encoding="utf-8", newline="\n")


def _described(target: Target) -> dict[str, object]:
    return {
        "name": target.name,
        "yaw_deg": round(target.yaw_deg, _DECIMALS),
        "pitch_deg": round(target.pitch_deg, _DECIMALS),
        "radius_deg": round(target.radius_deg, _DECIMALS),
        "colour": target.colour,
    }


def read_targets(path: Path) -> SavedTargets:
    """The targets in a file. Raises DataError if there is none, or it is not valid."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.", advice="Check the name and the folder.") from error
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror}.", advice="Check its permissions.") from error
    return targets_in(content, path.name)


def targets_in(content: bytes, name: str) -> SavedTargets:
    """The targets in the content of a file of this name. Of a target, only the colour may be missing.

    Raises DataError if it is not valid.
    """
    try:
        saved = json.loads(content.decode("utf-8-sig"))
        listed = [_target(entry, place) for place, entry in enumerate(saved["targets"])]
        usual = Targets()
        targets = Targets(
            tuple(listed),
            float(saved.get("bridge_s", usual.bridge_s)),
            float(saved.get("error_deg", usual.error_deg)),
        )
        return SavedTargets(targets, recorded_reference(saved) if "reference" in saved else None)
    except KeyError as error:
        reason = f"“{error.args[0]}” is missing"
    except json.JSONDecodeError as error:
        reason = f"line {error.lineno} is not JSON"
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        known = str(error).rstrip(".") if type(error) is ValueError else ""
        reason = known or "it has another form"
    raise DataError(f"The targets in {name} cannot be read: {reason}.", advice="Fix or delete the file.")


def _target(entry: Mapping[str, Any], place: int) -> Target:
    return Target(
        str(entry["name"]),
        float(entry["yaw_deg"]),
        float(entry["pitch_deg"]),
        float(entry["radius_deg"]),
        str(entry.get("colour", COLOURS[place % len(COLOURS)])),
    )


def parsed_target(text: str, others: Sequence[Target] = ()) -> Target:
    """A target as it is typed: its name, yaw, pitch and radius, such as `screen,-20,5,15`.

    Raises ValueError with a reason.
    """
    name, *numbers = text.rsplit(",", 3)
    try:
        yaw, pitch, radius = (float(number) for number in numbers)
    except ValueError:
        yaw = math.nan
    if math.isnan(yaw):
        raise ValueError(f"A target is a name, yaw, pitch and radius, such as screen,-20,5,15, not “{text}”.")
    return Target(name.strip(), yaw, pitch, radius, Targets(tuple(others)).free_colour())
