"""The records of published models."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.weights import read_manifest
from tests.weights.tiny_models import MANIFEST


def test_every_published_model_has_a_licence_and_a_hash_or_the_reason_why_not() -> None:
    manifest = read_manifest(MANIFEST)
    assert manifest.default == "compact"
    for model in manifest.records:
        assert model.licence, model.name
        assert model.training_data, model.name
        assert model.homepage.startswith("https://"), model.name
        bundled = (MANIFEST.parent / model.filename).is_file()
        got = model.sources or bundled
        assert (model.has_hash and got) or (model.no_hash and model.manual_address), model.name
        for value, digits in (
            (model.sha256, 64),
            (model.git_blob_sha1, 40),
            *((other, 64) for other in model.other_sha256),
        ):
            assert value is None or (len(value) == digits and int(value, 16) >= 0), model.name


def test_published_figures_are_the_mean_of_their_three_angles() -> None:
    figured = [model for model in read_manifest(MANIFEST).records if model.mae_deg is not None]
    assert len(figured) == 6
    for model in figured:
        angles = [model.figures[f"AFLW2000 {angle}"] for angle in ("yaw", "pitch", "roll")]
        assert sum(angles) / 3 == pytest.approx(model.mae_deg, abs=6e-4), model.name


@pytest.mark.parametrize(
    ("table", "said"),
    [
        pytest.param('filename = "a.bin"', "Model “a” .* missing 5 required", id="keys missing"),
        pytest.param('colour = "red"', "Model “a” .* 'colour'", id="unknown key"),
    ],
)
def test_an_invalid_record_is_named(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "manifest.toml").write_text(f'default = "a"\n[model.a]\n{table}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_manifest(tmp_path / "manifest.toml")
