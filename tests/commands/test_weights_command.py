"""The command `weights`, as a person types it."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import pytest

from app.commands.weights import add_weights_command, run_weights
from app.errors import ModelError, UsageError
from app.weights import Manifest, ModelRecord, ModelStore

MODEL = b"weights of a tiny model"


@pytest.fixture
def models(tmp_path: Path) -> ModelStore:
    records = tuple(
        ModelRecord(
            name=name,
            title=name,
            kind="snapshot",
            architecture="ResNet18",
            filename=f"{name}.pkl",
            size_bytes=2_340_000,
            sha256=hashlib.sha256(content).hexdigest(),
            licence="CC0-1.0",
            training_data="none",
            homepage="https://example.org",
            figures={"AFLW2000 MAE": 5.25},
            sources=(),
        )
        for name, content in (("tiny", MODEL), ("absent", b"nowhere"), ("missing", b"nowhere either"))
    )
    (tmp_path / "bundled").mkdir()
    (tmp_path / "bundled" / "tiny.pkl").write_bytes(MODEL)
    manifest = Manifest(records=records, default="tiny")
    return ModelStore(manifest, bundled=tmp_path / "bundled", folders=(), cache=tmp_path / "cache")


def run(models: ModelStore, *words: str) -> int:
    parser = argparse.ArgumentParser()
    add_weights_command(parser.add_subparsers())
    return run_weights(parser.parse_args(["weights", *words]), models)


def test_the_list_is_an_aligned_table(models: ModelStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "name     architecture   MB  AFLW2000 MAE  lies in  licence",
        "tiny     ResNet18      2.3         5.25°  bundled  CC0-1.0",
        "absent   ResNet18      2.3         5.25°  –        CC0-1.0",
        "missing  ResNet18      2.3         5.25°  –        CC0-1.0",
    ]


def test_the_list_for_programs_says_where_each_model_lies(
    models: ModelStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(models, "list", "--json") == 0
    listed = {model["name"]: model for model in json.loads(capsys.readouterr().out)}
    assert listed["tiny"]["path"] == str(tmp_path / "bundled" / "tiny.pkl")
    assert (listed["absent"]["place"], listed["absent"]["path"]) == (None, None)


def test_fetching_what_is_there_says_so_and_every_failure_is_told(
    models: ModelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(models, "fetch", "tiny") == 0
    assert capsys.readouterr().out.startswith("tiny: already in ")
    with pytest.raises(ModelError, match=r"'absent' could not be fetched.*'missing' could not be fetched"):
        run(models, "fetch", "--all")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("fetch",), "Give either", id="nothing to fetch"),
        pytest.param(("fetch", "tiny", "--all"), "Give either", id="names and all"),
        pytest.param(("import", "a", "b", "--as", "tiny"), "give one file", id="one name for two files"),
    ],
)
def test_contradicting_options_are_refused(models: ModelStore, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run(models, *words)


def test_a_file_is_imported_and_a_damaged_one_makes_verify_fail(
    models: ModelStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "download").write_bytes(b"nowhere")
    assert run(models, "import", str(tmp_path / "download")) == 0
    assert run(models, "verify") == 0
    (tmp_path / "cache" / "absent.pkl").write_bytes(b"nowhere near")
    capsys.readouterr()
    assert run(models, "verify") == 1
    states = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert states == [["ok", "tiny"], ["damaged", "absent"]]
