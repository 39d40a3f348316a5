"""Recipes are read strictly, and those that ship say what they should."""

import json

import pytest

from hopenet.crops import LANDMARKS
from hopenet.training.losses import PublishedLoss
from hopenet.training.recipes import load_recipe, recipe_from_plain, recipe_names, recipe_to_plain


@pytest.mark.parametrize("name", recipe_names())
def test_a_shipped_recipe_survives_the_way_to_json_and_back(name):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe_from_plain(json.loads(json.dumps(recipe_to_plain(recipe)))) == recipe


def test_the_published_recipe_has_the_published_values():
    recipe = load_recipe("published")
    assert (recipe.architecture, recipe.epochs, recipe.batch_size, recipe.input_size) == ("ResNet50", 50, 64, 224)
    assert recipe.loss == PublishedLoss(alpha=1.0)
    assert (recipe.optimiser.kind, recipe.optimiser.lr, recipe.optimiser.schedule) == ("adam", 1e-6, "constant")
    assert recipe.optimiser.factors["conv1."] == 0 and recipe.optimiser.factors["fc_"] == 5
    assert LANDMARKS not in recipe.crops


def test_small_pictures_come_first():
    recipe = load_recipe("compact", {"epochs": 10, "sizes": [[0.3, 80], [0.6, 96]], "input_size": 112})
    assert [recipe.side_at(epoch) for epoch in range(10)] == [80] * 3 + [96] * 3 + [112] * 4


def test_a_file_is_a_recipe_too(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text('name = "own"\narchitecture = "ResNet18"\n[loss]\nkind = "published"\nalpha = 3.0\n')
    recipe = load_recipe(str(file), {"optimiser.lr": 0.5})
    assert (recipe.loss, recipe.optimiser.lr) == (PublishedLoss(alpha=3.0), 0.5)


def test_keys_of_older_recipes_still_work():
    older = {"largest_doubt_deg": 9.0, "loss.doubt_share": 0.7, "loss.doubt_half_deg": 8.0}
    recipe = load_recipe("compact", older)
    assert recipe.largest_disagreement_deg == 9.0
    assert (recipe.loss.disagreement_share, recipe.loss.disagreement_half_deg) == (0.7, 8.0)


@pytest.mark.parametrize(
    ("changes", "told"),
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
def test_what_does_not_fit_is_named(changes, told):
    with pytest.raises(ValueError, match="The recipe compact is not valid") as caught:
        load_recipe("compact", changes)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nothing", "nothing.toml"])
def test_a_missing_recipe_lists_those_there_are(name):
    with pytest.raises(ValueError, match=", ".join(recipe_names())):
        load_recipe(name)


def test_a_broken_file_is_no_recipe(tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text("name = ")
    with pytest.raises(ValueError, match="is not valid TOML"):
        load_recipe(str(file))
