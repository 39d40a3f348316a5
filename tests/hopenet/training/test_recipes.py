"""Recipes are read strictly, and the shipped ones have the right values."""

from __future__ import annotations

import json
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
    ],
)
def test_an_invalid_value_is_named(changes: dict[str, object], message: str) -> None:
    from hopenet.training.recipes import load_recipe

    with pytest.raises(ValueError, match="The recipe compact is not valid") as caught:
        load_recipe("compact", changes)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


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
