"""Recipes are read strictly, and the shipped ones have the right values."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from hopenet.crops import LANDMARKS

# hopenet.training.recipes imports torch, which takes a second, so tests import it where they use it.
SHIPPED = sorted(path.stem for path in (Path(__file__).parents[3] / "hopenet/training/recipes_shipped").glob("*.toml"))


def test_the_shipped_recipes_are_listed() -> None:
    from hopenet.training.recipes import recipe_names

    assert list(recipe_names()) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_recipe_survives_conversion_to_json_and_back(name: str) -> None:
    from hopenet.training.recipes import load_recipe, recipe_from_plain, recipe_to_plain

    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe_from_plain(json.loads(json.dumps(recipe_to_plain(recipe)))) == recipe


def test_the_published_recipe_has_the_published_values() -> None:
    from hopenet.training.losses import PublishedLoss
    from hopenet.training.recipes import load_recipe

    recipe = load_recipe("published")
    assert (recipe.architecture, recipe.epochs, recipe.batch_size, recipe.input_size) == ("ResNet50", 50, 64, 224)
    assert recipe.loss == PublishedLoss(alpha=1.0)
    assert (recipe.optimiser.kind, recipe.optimiser.lr, recipe.optimiser.schedule) == ("adam", 1e-6, "constant")
    assert recipe.optimiser.factors["conv1."] == 0 and recipe.optimiser.factors["fc_"] == 5
    assert LANDMARKS not in recipe.crops


def test_small_pictures_come_first() -> None:
    from hopenet.training.recipes import load_recipe

    recipe = load_recipe("compact", {"epochs": 10, "sizes": [[0.3, 80], [0.6, 96]], "input_size": 112})
    assert [recipe.side_at(epoch) for epoch in range(10)] == [80] * 3 + [96] * 3 + [112] * 4


def test_a_file_can_be_a_recipe(tmp_path: Path) -> None:
    from hopenet.training.losses import PublishedLoss
    from hopenet.training.recipes import load_recipe

    file = tmp_path / "own.toml"
    file.write_text('name = "own"\narchitecture = "ResNet18"\n[loss]\nkind = "published"\nalpha = 3.0\n')
    recipe = load_recipe(str(file), {"optimiser.lr": 0.5})
    assert (recipe.loss, recipe.optimiser.lr) == (PublishedLoss(alpha=3.0), 0.5)


def test_keys_of_older_recipes_still_work() -> None:
    from hopenet.training.losses import SoftLoss
    from hopenet.training.recipes import load_recipe

    older = {"largest_doubt_deg": 9.0, "loss.doubt_share": 0.7, "loss.doubt_half_deg": 8.0}
    recipe = load_recipe("compact", older)
    assert recipe.largest_disagreement_deg == 9.0
    assert isinstance(recipe.loss, SoftLoss)
    assert (recipe.loss.disagreement_share, recipe.loss.disagreement_half_deg) == (0.7, 8.0)


@pytest.mark.parametrize(("former", "current"), [(True, "half"), (False, "single")])
def test_half_file_of_older_recipes_is_a_precision(former: bool, current: str) -> None:
    from hopenet.training.recipes import recipe_from_plain, with_current_keys

    older = {"name": "own", "architecture": "ResNet18", "half_file": former}
    assert recipe_from_plain(older).file_precision == current
    assert with_current_keys(older)["file_precision"] == current


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"optimiser.speed": 1}, "optimiser.speed", id="unknown key"),
        pytest.param({"optimiser.lr": "fast"}, "optimiser.lr", id="wrong type"),
        pytest.param({"epochs": 0}, "epochs", id="no epochs"),
        pytest.param({"validation_share": 1.5}, "validation_share", id="share above one"),
        pytest.param({"loss.kind": "magic"}, "loss", id="unknown loss"),
        pytest.param({"architecture": "VGG"}, "Unknown architecture “VGG”", id="unknown network"),
        pytest.param({"crops": {"mediapipe": {"kind": "square", "scale": 1.0}}}, "“default”", id="no default crop"),
        pytest.param({"crops.default": 5}, "crops.default.kind is 5, but must be square or margins", id="crop number"),
        pytest.param({"crops": 5}, "crops is 5", id="crops number"),
        pytest.param({"crops.default": {"kind": "square", "scale": "wide"}}, "crops.default.scale", id="crop text"),
        pytest.param({"crops.default.scale": math.inf}, "crops.default.scale is Infinity", id="crop infinite"),
        pytest.param({"optimiser.lr": math.inf}, "optimiser.lr is Infinity, but must be a number", id="infinite rate"),
        pytest.param({"optimiser.lr": math.nan}, "optimiser.lr", id="undefined rate"),
        pytest.param({"optimiser.lr": -1.0}, "optimiser.lr", id="negative rate"),
        pytest.param({"optimiser.factors": {"fc_": math.inf}}, "optimiser.factors.fc_", id="infinite factor"),
        pytest.param({"optimiser.clip": math.inf}, "optimiser.clip", id="infinite clip"),
        pytest.param({"decoding.bins": 0}, "decoding.bins is 0, but must be a whole number from 2", id="no bins"),
        pytest.param({"decoding.width_deg": 0}, "decoding.width_deg", id="no width"),
        pytest.param({"decoding.first_deg": math.nan}, "decoding.first_deg", id="undefined first bin"),
        pytest.param({"decoding.spread_factors": [0, 1, 1]}, "decoding.spread_factors[0]", id="spread factor 0"),
        pytest.param({"batch_size": 9_999_999_999}, "batch_size is 9999999999, but must be", id="huge batch"),
        pytest.param({"epochs": 10**30}, "epochs", id="endless"),
        pytest.param({"input_size": 0}, "input_size", id="no pixels"),
        pytest.param({"input_size": 20_000}, "input_size is 20000, but must be", id="too many pixels"),
        pytest.param({"sizes": [[0.5, 8]]}, "sizes[0][1] is 8", id="small sizes"),
        pytest.param({"sizes": [[math.nan, 80]]}, "sizes[0][0]", id="undefined share"),
        pytest.param({"std": [0.5, 0, 0.5]}, "std[1]", id="std 0"),
        pytest.param({"mean": [math.nan, 0.5, 0.5]}, "mean[0]", id="undefined mean"),
        pytest.param({"seed": -1}, "seed is -1", id="negative seed"),
        pytest.param({"loss.alpha": math.inf}, "loss.alpha", id="infinite weight"),
        pytest.param({"loss.width_deg": 0.0}, "loss.width_deg", id="loss without width"),
        pytest.param({"augmentation.zoom": [1.2, 0.8]}, "augmentation.zoom goes from 1.2 to 0.8", id="zoom reversed"),
        pytest.param({"augmentation.zoom": [0.0, 1.0]}, "augmentation.zoom[0]", id="zoom 0"),
        pytest.param({"augmentation.mirror": 1.5}, "augmentation.mirror", id="probability above one"),
    ],
)
def test_an_invalid_value_is_named(changes: dict[str, object], message: str) -> None:
    from hopenet.training.recipes import load_recipe

    with pytest.raises(ValueError, match="The recipe compact is not valid") as caught:
        load_recipe("compact", changes)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".") and not str(caught.value).endswith("..")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_of_a_shipped_recipe_has_a_range(name: str) -> None:
    from hopenet.training.recipe_ranges import _RANGES
    from hopenet.training.recipes import load_recipe, recipe_to_plain

    def numbers(value: object, key: str) -> set[str]:
        if isinstance(value, dict) and key not in ("optimiser.factors", "crops"):
            return set().union(*(numbers(one, f"{key}.{step}".lstrip(".")) for step, one in value.items()))
        return {key} if not isinstance(value, str | bool) else set()

    by_type = {"crops", "validation_share", "average_decay", "optimiser.warm_up", "optimiser.frozen_norms"}
    assert numbers(recipe_to_plain(load_recipe(name)), "") <= set(_RANGES) | by_type


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"\xff\xfename", "is not a text in UTF-8", id="not UTF-8"),
        pytest.param(b"name = " + b"[" * 100_000, "is not valid TOML", id="deep"),
        pytest.param(b"[a" + b".a" * 20_000 + b"]", "it is nested too deeply", id="a deep name of a table"),
        pytest.param(b"#" * 2_000_000, "is not a recipe: it has 2,000,000 bytes", id="huge"),
        pytest.param(b"epochs = " + b"9" * 5000, "is not valid", id="5,000 digits"),
    ],
)
def test_a_file_that_is_not_a_recipe_is_refused_in_one_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    from hopenet.training.recipes import load_recipe

    file = tmp_path / "own.toml"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_recipe(str(file))


def test_a_recipe_may_start_with_a_byte_order_mark(tmp_path: Path) -> None:
    from hopenet.training.recipes import load_recipe

    file = tmp_path / "own.toml"
    file.write_text('\ufeffname = "own"\narchitecture = "ResNet18"\n', encoding="utf-8")
    assert load_recipe(str(file)).name == "own"


@pytest.mark.parametrize("name", ["nothing", "nothing.toml"])
def test_a_missing_recipe_is_refused_with_the_names_of_the_shipped_ones(name: str) -> None:
    from hopenet.training.recipes import load_recipe

    with pytest.raises(ValueError, match=", ".join(SHIPPED)):
        load_recipe(name)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    from hopenet.training.recipes import load_recipe

    file = tmp_path / "broken.toml"
    file.write_text("name = ")
    with pytest.raises(ValueError, match="is not valid TOML"):
        load_recipe(str(file))
