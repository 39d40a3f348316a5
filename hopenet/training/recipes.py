"""Recipes: all settings that determine the result of a training run, except where the data is, as TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import field
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, NonNegativeFloat, PositiveInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from hopenet.architectures import architecture
from hopenet.crops import DEFAULT, LANDMARKS, CropRule, crop_from_plain, crop_to_plain
from hopenet.onnx_storage import Precision
from hopenet.records import MEASURED_PUBLISHED_CROPS, Decoding
from hopenet.training.augmentation import Augmentation, PublishedAugmentation
from hopenet.training.losses import PublishedLoss, SoftLoss
from hopenet.training.recipe_ranges import check_crops, check_ranges

SUFFIX = ".toml"

_SHIPPED = resources.files("hopenet.training") / "recipes_shipped"
_STRICT = ConfigDict(extra="forbid")

_FORMER_KEYS = {
    "largest_doubt_deg": "largest_disagreement_deg",
    "doubt_share": "disagreement_share",
    "doubt_half_deg": "disagreement_half_deg",
    "half_file": "file_precision",
}
"""Keys of older recipes, by which they still load, and their current names."""

_FORMER_VALUES = {"half_file": {True: "half", False: "single"}}
"""Values of former keys that are written differently today."""

AnyLoss = Annotated[PublishedLoss | SoftLoss, Field(discriminator="kind")]
AnyAugmentation = Annotated[PublishedAugmentation | Augmentation, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Optimiser:
    """Adam or AdamW, with a constant learning rate or one cycle that rises to it and falls to almost zero.

    `factors` multiplies the learning rate of parameters by the prefix of their name; the longest matching prefix is
    used, and 0 freezes them. `frozen_norms`: patterns, with `*`, of the names of batch norms that keep their
    statistics. `warm_up`: the share of the cycle in which the rate rises. `clip`: maximum gradient norm, 0 for none.
    """

    kind: Literal["adam", "adamw"] = "adamw"
    lr: NonNegativeFloat = 1e-3
    weight_decay: NonNegativeFloat = 0.0
    schedule: Literal["constant", "one-cycle"] = "one-cycle"
    warm_up: Annotated[float, Field(gt=0, lt=1)] = 0.15
    factors: Mapping[str, NonNegativeFloat] = field(default_factory=dict)
    frozen_norms: tuple[str, ...] = ()
    clip: NonNegativeFloat = 0.0


@dataclass(frozen=True, slots=True, config=_STRICT)
class Recipe:
    """One training run.

    `batch_size` is the total over all devices, before `accumulate`. `sizes`: pairs of a share of the epochs and the
    side in pixels used up to that point; `input_size` is used after the last pair. `initialise`: the initial weights of
    the backbone. `validation_share`: the share of the heads that is held out for validation. `average_decay`: decay of
    the moving average of the weights, which is what the snapshot contains; 0 for no averaging. `patience`: epochs
    without a better validation error before training stops, 0 for never. `largest_disagreement_deg` and
    `largest_angle_deg`: heads beyond these limits are left out. `label_error_deg`: the known mean error of the labels
    themselves, for all angles or for each, which the calibration of the spread takes into account.
    `teacher_share`: if a teacher is given, its weight in the labels. `file_precision`: in which files store weights
    (see `hopenet.onnx_storage`); with 8-bit, the safetensors file has half precision.
    """

    name: str
    architecture: str
    loss: AnyLoss = PublishedLoss()
    optimiser: Optimiser = Optimiser()
    augmentation: AnyAugmentation = PublishedAugmentation()
    decoding: Decoding = Decoding()
    epochs: PositiveInt = 50
    batch_size: PositiveInt = 64
    accumulate: PositiveInt = 1
    input_size: PositiveInt = 224
    sizes: tuple[tuple[float, PositiveInt], ...] = ()
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    initialise: Literal["imagenet", "none"] = "imagenet"
    validation_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    average_decay: Annotated[float, Field(ge=0, lt=1)] = 0.0
    patience: Annotated[int, Field(ge=0)] = 0
    largest_disagreement_deg: NonNegativeFloat = 180.0
    largest_angle_deg: NonNegativeFloat = 180.0
    label_error_deg: NonNegativeFloat | tuple[NonNegativeFloat, NonNegativeFloat, NonNegativeFloat] = 0.0
    teacher_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "32-true"
    file_precision: Precision = "single"
    seed: int = 0
    crops: Mapping[str, CropRule] = field(default_factory=lambda: MEASURED_PUBLISHED_CROPS)

    def __post_init__(self) -> None:
        architecture(self.architecture)
        if DEFAULT not in self.crops:
            raise ValueError("the crops must include “default”")
        if isinstance(self.augmentation, Augmentation) and LANDMARKS not in self.crops:
            raise ValueError("the modern augmentation uses the landmark square, so the crops must include “landmarks”")

    def side_at(self, epoch: int) -> int:
        """The side in pixels of the network's input in an epoch, counted from 0."""
        return next((side for until, side in self.sizes if epoch < until * self.epochs), self.input_size)


_ADAPTER = TypeAdapter(Recipe)

_LONGEST_FILE_BYTES = 1_000_000
"""A recipe has about two thousand."""


def recipe_names() -> tuple[str, ...]:
    """The names of the recipes that come with the library."""
    return tuple(sorted(entry.name.removesuffix(SUFFIX) for entry in _SHIPPED.iterdir() if entry.name.endswith(SUFFIX)))


def load_recipe(name: str, changes: Mapping[str, Any] | None = None) -> Recipe:
    """A recipe by name, or by the path of a TOML file.

    `changes`: values that replace those of the file, by dotted keys such as “optimiser.lr”.
    Raises ValueError with a one-sentence message if there is no such recipe, or a key or value is invalid.
    """
    if name in recipe_names():
        text = (_SHIPPED / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    elif Path(name).suffix == SUFFIX and Path(name).is_file():
        text = _text_of(Path(name))
    else:
        raise ValueError(f"Unknown recipe “{name}”. Choose one of: {', '.join(recipe_names())}; or give a TOML file.")
    try:
        plain = tomllib.loads(text)
    except ValueError as error:  # not only TOML's own: numbers of thousands of digits are refused by int()
        raise ValueError(f"The recipe {name} is not valid TOML: {str(error).partition(';')[0]}.") from error
    except RecursionError as error:
        raise ValueError(f"The recipe {name} is not valid TOML: it is nested too deeply.") from error
    for key, value in (changes or {}).items():
        *tables, last = key.split(".")
        table = plain
        for step in tables:
            table = table.setdefault(step, {})
            if not isinstance(table, dict):
                raise ValueError(  # noqa: TRY004 (the user's key is wrong, not a type in the code)
                    f"The recipe {name} is not valid: “{step}” does not have keys of its own."
                )
        table[last] = value
    try:
        return recipe_from_plain(plain)
    except ValueError as error:
        raise ValueError(f"The recipe {name} is not valid: {str(error).rstrip('.')}.") from error
    except RecursionError as error:  # A table's name with thousands of dots is read, and then cannot be walked.
        raise ValueError(f"The recipe {name} is not valid: it is nested too deeply.") from error


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _LONGEST_FILE_BYTES:
            raise ValueError(f"{path} is not a recipe: it has {size:,} bytes.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"The recipe {path} is not a text in UTF-8.") from error


def recipe_from_plain(plain: Mapping[str, Any]) -> Recipe:
    """A recipe from plain values, as read from TOML. Raises ValueError with a one-line message if one is invalid."""
    values = with_current_keys(plain)
    if "crops" in values:
        check_crops(values["crops"])
        values["crops"] = {detector: crop_from_plain(rule) for detector, rule in values["crops"].items()}
    try:
        recipe = _ADAPTER.validate_python(values)
    except ValidationError as error:
        raise ValueError("; ".join(map(_message, error.errors()))) from error
    check_ranges(recipe_to_plain(recipe))
    return recipe


def recipe_to_plain(recipe: Recipe) -> dict[str, Any]:
    """The inverse of `recipe_from_plain`, with values that JSON and TOML support."""
    plain: dict[str, Any] = _ADAPTER.dump_python(recipe, mode="json")
    plain["crops"] = {detector: crop_to_plain(rule) for detector, rule in recipe.crops.items()}
    return plain


def with_current_keys(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, with the keys of older recipes replaced by their current names."""
    return {_FORMER_KEYS.get(key, key): _current_value(key, value) for key, value in plain.items()}


def _current_value(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return with_current_keys(value)
    return _FORMER_VALUES[key].get(value, value) if key in _FORMER_VALUES and isinstance(value, bool) else value


def _message(mistake: Any) -> str:
    key = ".".join(map(str, mistake["loc"]))
    message = str(mistake["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{key}: {message}" if key else message
