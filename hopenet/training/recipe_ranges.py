"""The ranges of the numbers in a recipe: beyond them, a run fails hours later, or trains nothing useful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hopenet.record_schema import BINS, INPUT_SIZES, LARGEST_ANGLE, Check, crop_rule, named_values, number, whole_number

_SHARE = number(0, 1)
_ANGLE = number(0, LARGEST_ANGLE)
_SIDE = whole_number(*INPUT_SIZES)

_TINY = 1e-6
"""The smallest value of a width or a factor that must not be 0."""


def check_crops(crops: Any) -> None:
    """Raises ValueError, which names the rule and its field, unless these are crop rules by the name of a detector."""
    named_values(crop_rule, most=100)(crops, "crops")


def check_ranges(plain: Mapping[str, Any]) -> None:
    """Raises ValueError, which names the key, for the first number of a recipe that is out of range.

    `plain`: a recipe of valid types, as `recipe_to_plain` returns it.
    """
    for key, check in _RANGES.items():
        value: Any = plain
        for step in key.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None:
            check(value, key)


def _each(check: Check) -> Check:
    """A list of values that are all in this range."""

    def check_all(values: Any, key: str) -> None:
        for place, value in enumerate(values):
            check(value, f"{key}[{place}]")

    return check_all


def _one_or_each(check: Check) -> Check:
    """A value in this range, or a list of such values."""

    def check_either(value: Any, key: str) -> None:
        (_each(check) if isinstance(value, Sequence) else check)(value, key)

    return check_either


def _rising(check: Check) -> Check:
    """A pair of values in this range, the smaller one first."""

    def check_pair(values: Any, key: str) -> None:
        _each(check)(values, key)
        low, high = values
        if low > high:
            raise ValueError(f"{key} goes from {low:g} to {high:g}, but must have the smaller number first")

    return check_pair


def _sizes(values: Any, key: str) -> None:
    for place, (share, side) in enumerate(values):
        _SHARE(share, f"{key}[{place}][0]")
        _SIDE(side, f"{key}[{place}][1]")


_RANGES: Mapping[str, Check] = {
    "epochs": whole_number(1, 1_000_000),
    "batch_size": whole_number(1, 65_536),
    "accumulate": whole_number(1, 65_536),
    "input_size": _SIDE,
    "sizes": _sizes,
    "mean": _each(number(0, 1)),
    "std": _each(number(0.001, 10)),
    "patience": whole_number(0, 1_000_000),
    "largest_disagreement_deg": _ANGLE,
    "largest_angle_deg": _ANGLE,
    "label_error_deg": _one_or_each(_ANGLE),
    "teacher_share": _SHARE,
    "seed": whole_number(0, 2**32 - 1),
    "decoding.bins": whole_number(*BINS),
    "decoding.width_deg": number(0.01, 180),
    "decoding.first_deg": number(-LARGEST_ANGLE, LARGEST_ANGLE),
    "decoding.spread_factors": _each(number(_TINY, 1e6)),
    "optimiser.lr": number(0, 100),
    "optimiser.weight_decay": number(0, 100),
    "optimiser.factors": named_values(number(0, 1e6), most=1000),
    "optimiser.clip": number(0, 1e9),
    "loss.alpha": number(0, 1e6),
    "loss.width_deg": number(0.01, 180),
    "loss.disagreement_share": number(0, 1000),
    "loss.bend_deg": number(0.01, 180),
    "loss.disagreement_half_deg": number(0.01, 1e6),
    "loss.rotation": number(0, 1e6),
    **{f"augmentation.{name}": _SHARE for name in ("mirror", "turn_any", "coarse", "blur", "jpeg", "noise")},
    **{f"augmentation.{name}": _SHARE for name in ("light", "grey", "cover", "shift", "stretch", "colour", "dark")},
    "augmentation.longest_motion": number(3, 1000),
    "augmentation.darkest": number(0.001, 0.5),
    "augmentation.largest_cover": number(0.1, 1),
    "augmentation.turn_deg": number(0, 180),
    "augmentation.turn_any_deg": number(0, 180),
    "augmentation.profile_power": number(0, 100),
    "augmentation.zoom": _rising(number(0.1, 10)),
    "augmentation.smallest_side": whole_number(2, INPUT_SIZES[1]),
    "augmentation.margin": _rising(number(0, 5)),
    "augmentation.resize": whole_number(INPUT_SIZES[0], 4096),
    "augmentation.coarsen": _each(whole_number(1, 100)),
}
"""By dotted key. Those that a snapshot's record has as well have the same range there."""
