"""Recipes: everything that decides what a training run gives but the data's place, as TOML files."""

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
from hopenet.records import MEASURED_PUBLISHED_CROPS, Decoding
from hopenet.training.augmentation import Augmentation, PublishedAugmentation
from hopenet.training.losses import PublishedLoss, SoftLoss

SUFFIX = ".toml"

_SHIPPED = resources.files("hopenet.training") / "recipes_shipped"
_STRICT = ConfigDict(extra="forbid")

AnyLoss = Annotated[PublishedLoss | SoftLoss, Field(discriminator="kind")]
AnyAugmentation = Annotated[PublishedAugmentation | Augmentation, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Optimiser:
    """Adam or AdamW, at a constant rate or one cycle up to it and down to nothing.

    `factors` multiplies the rate of parameters by the start of their name; the longest start that fits counts, and 0
    freezes. `frozen_norms`: patterns, with `*`, of the names of batch norms that keep their statistics. `warm_up`:
    share of the cycle on the way up. `clip`: largest norm of the gradient, 0 for none.
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

    `batch_size` counts over all devices and before `accumulate`. `sizes`: pairs of a share of the epochs and the side
    in pixels up to there; after the last comes `input_size`. `initialise`: what the backbone starts from.
    `validation_share` of the pictures is kept aside. `average_decay`: of a second set of weights that follows the
    trained ones slowly and is what is kept; 0 for none. `patience`: epochs without a better validation error before
    training stops, 0 for never. `largest_doubt_deg` and `largest_angle_deg` leave heads out. `label_error_deg`: the
    mean error that the labels themselves are known to have, which the calibration of the spread allows for.
    `half_file`: the snapshot's weights are stored in half precision, at half the size.
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
    largest_doubt_deg: NonNegativeFloat = 180.0
    largest_angle_deg: NonNegativeFloat = 180.0
    label_error_deg: NonNegativeFloat = 0.0
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "32-true"
    half_file: bool = False
    seed: int = 0
    crops: Mapping[str, CropRule] = field(default_factory=lambda: MEASURED_PUBLISHED_CROPS)

    def __post_init__(self) -> None:
        architecture(self.architecture)
        if DEFAULT not in self.crops:
            raise ValueError("the crops need one under “default”")
        if isinstance(self.augmentation, Augmentation) and LANDMARKS not in self.crops:
            raise ValueError(
                "the modern augmentation cuts the landmarks' square, so the crops need one under “landmarks”"
            )

    def side_at(self, epoch: int) -> int:
        """The side in pixels of what the network is fed in an epoch counted from 0."""
        return next((side for until, side in self.sizes if epoch < until * self.epochs), self.input_size)


_ADAPTER = TypeAdapter(Recipe)


def recipe_names() -> tuple[str, ...]:
    """The recipes that come with the library."""
    return tuple(sorted(entry.name.removesuffix(SUFFIX) for entry in _SHIPPED.iterdir() if entry.name.endswith(SUFFIX)))


def load_recipe(name: str, changes: Mapping[str, Any] | None = None) -> Recipe:
    """A recipe by its name, or by the path of a TOML file.

    `changes`: values that take the place of the file's, by dotted keys as in “optimiser.lr”.
    Raises ValueError in one sentence where there is none of that name, or a key or value does not fit.
    """
    if name in recipe_names():
        text = (_SHIPPED / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    elif Path(name).suffix == SUFFIX and Path(name).is_file():
        text = Path(name).read_text(encoding="utf-8")
    else:
        raise ValueError(f"There is no recipe “{name}”; there are {', '.join(recipe_names())}, or give a TOML file.")
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The recipe {name} is no TOML: {error}.") from error
    for key, value in (changes or {}).items():
        *tables, last = key.split(".")
        table = plain
        for step in tables:
            table = table.setdefault(step, {})
            if not isinstance(table, dict):
                raise ValueError(  # noqa: TRY004 (what is wrong is the user's key)
                    f"The recipe {name} does not fit: “{step}” has no keys of its own."
                )
        table[last] = value
    try:
        return recipe_from_plain(plain)
    except ValueError as error:
        raise ValueError(f"The recipe {name} does not fit: {error}") from error


def recipe_from_plain(plain: Mapping[str, Any]) -> Recipe:
    """A recipe from plain values, as TOML gives them. Raises ValueError, in one line, where something does not fit."""
    values = dict(plain)
    if isinstance(values.get("crops"), Mapping):
        values["crops"] = {detector: crop_from_plain(rule) for detector, rule in values["crops"].items()}
    try:
        return _ADAPTER.validate_python(values)
    except ValidationError as error:
        raise ValueError("; ".join(map(_told, error.errors())) + ".") from error


def recipe_to_plain(recipe: Recipe) -> dict[str, Any]:
    """The reverse, of values that JSON and TOML know."""
    plain: dict[str, Any] = _ADAPTER.dump_python(recipe, mode="json")
    plain["crops"] = {detector: crop_to_plain(rule) for detector, rule in recipe.crops.items()}
    return plain


def _told(mistake: Any) -> str:
    place = ".".join(map(str, mistake["loc"]))
    message = str(mistake["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{place}: {message}" if place else message
