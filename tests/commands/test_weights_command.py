"""The command `weights`, as a user types it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import ModelError, UsageError
from app.weights import Manifest, ModelRecord, ModelStore

Run = Callable[..., int]

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


@pytest.fixture
def weights(run: Run, models: ModelStore, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on the models above."""
    monkeypatch.setattr(ModelStore, "standard", lambda: models)
    return lambda *words: run("weights", *words)


def test_the_list_is_an_aligned_table(weights: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert weights("list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "name     architecture   MB  AFLW2000 MAE  location  licence",
        "tiny     ResNet18      2.3         5.25°  bundled   CC0-1.0",
        "absent   ResNet18      2.3         5.25°  –         CC0-1.0",
        "missing  ResNet18      2.3         5.25°  –         CC0-1.0",
    ]


def test_the_json_list_has_the_path_of_each_model(
    weights: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weights("list", "--json") == 0
    listed = {model["name"]: model for model in json.loads(capsys.readouterr().out)}
    assert listed["tiny"]["path"] == str(tmp_path / "bundled" / "tiny.pkl")
    assert (listed["absent"]["place"], listed["absent"]["path"]) == (None, None)


def test_fetching_reports_what_is_already_there_and_every_failure(
    weights: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weights("fetch", "tiny") == 0
    assert capsys.readouterr().out.startswith("tiny: already in ")
    with pytest.raises(ModelError, match=r"“absent” could not be downloaded.*“missing” could not be downloaded"):
        weights("fetch", "--all")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("fetch",), "Give either", id="nothing to fetch"),
        pytest.param(("fetch", "tiny", "--all"), "Give either", id="names and all"),
        pytest.param(("import", "a", "b", "--as", "tiny"), "exactly one file", id="one name for two files"),
    ],
)
def test_contradictory_options_are_refused(weights: Run, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        weights(*words)


def test_a_file_can_be_imported_and_a_damaged_one_makes_verify_fail(
    weights: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "download").write_bytes(b"nowhere")
    assert weights("import", str(tmp_path / "download")) == 0
    assert weights("verify") == 0
    (tmp_path / "cache" / "absent.pkl").write_bytes(b"nowhere near")
    capsys.readouterr()
    assert weights("verify") == 1
    states = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert states == [["ok", "tiny"], ["damaged", "absent"]]
