"""Where model files are looked for, how they are verified, and how they are imported."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import pytest

from app.errors import ModelError
from app.weights import ModelStore, read_manifest
from app.weights.cache import Cache
from app.weights.hashing import forget_digests
from tests.file_access import files_opened
from tests.weights.tiny_models import (
    MANIFEST,
    MODEL,
    MODEL_SHA256,
    PACKED,
    blob_sha1,
    left_in_cache,
    record,
    unhashed,
    weights,
)


def test_what_killed_downloads_of_earlier_versions_left_is_removed_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / ".part-old", tmp_path / ".part-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "model.onnx.part").write_bytes(MODEL)
    os.utime(old, (0, 0))
    with Cache(tmp_path).workshop() as workshop:
        assert workshop.parent == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == [".part-new"]


def test_bundled_files_come_first_and_a_file_with_another_hash_is_skipped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    models = weights(tmp_path, record(), folders=(first, second))
    for folder, content in ((first, b"damaged"), (second, MODEL), (tmp_path / "cache", MODEL)):
        folder.mkdir()
        (folder / "tiny.bin").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert models.find("tiny") == second / "tiny.bin"
        assert models.status()[0].place == "folder"
    assert [entry.getMessage() for entry in caplog.records] == [
        f"{first / 'tiny.bin'} is not used: its hash is not the published one of model “tiny”."
    ]
    assert [check.state for check in models.verify()] == ["damaged", "ok", "ok"]
    (tmp_path / "bundled").mkdir()
    (tmp_path / "bundled" / "tiny.bin").write_bytes(MODEL)
    assert models.status()[0].place == "bundled"


def test_a_file_that_changes_is_hashed_again(tmp_path: Path) -> None:
    models = weights(tmp_path, record())
    (tmp_path / "bundled").mkdir()
    path = tmp_path / "bundled" / "tiny.bin"
    path.write_bytes(MODEL)
    assert models.find("tiny") == path
    path.write_bytes(MODEL[:-1])
    assert models.find("tiny") is None


@pytest.mark.parametrize(
    "hashes",
    [
        pytest.param({}, id="sha256"),
        pytest.param({"sha256": None, "git_blob_sha1": blob_sha1(MODEL)}, id="git blob sha1"),
    ],
)
def test_a_file_is_read_once_to_verify_it_and_to_know_its_sha256(
    tmp_path: Path, hashes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = weights(tmp_path, record(**hashes))
    (tmp_path / "bundled").mkdir()
    path = tmp_path / "bundled" / "tiny.bin"
    path.write_bytes(MODEL)
    opened = files_opened(monkeypatch)
    forget_digests()
    for _ in range(2):
        assert models.file("tiny") == (path, MODEL_SHA256)
    assert opened == [path]


def test_the_standard_places_are_the_bundled_folder_the_variable_and_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    missing = tmp_path / "missing"
    monkeypatch.setenv("HOPENET_WEIGHTS", os.pathsep.join((str(tmp_path), str(missing))))
    tiny = read_manifest(MANIFEST).records[0]
    (tmp_path / tiny.filename).write_bytes(b"not the model")
    models = ModelStore.standard()
    assert models.default.name == "compact"
    assert tmp_path / tiny.filename in [check.path for check in models.verify()]
    assert f"HOPENET_WEIGHTS lists {missing}, which is not a folder." in caplog.text


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        pytest.param("squeezenet-1", "Did you mean squeezenet-1.1 or squeezenet-1.0", id="close"),
        pytest.param("zzz", "Choose one of: compact", id="far"),
    ],
)
def test_an_unknown_name_is_refused_with_similar_ones(tmp_path: Path, name: str, advice: str) -> None:
    models = weights(tmp_path, *read_manifest(MANIFEST).records)
    with pytest.raises(ModelError, match=f"Unknown model “{name}”") as failure:
        models.find(name)
    assert failure.value.advice.startswith(advice)


@pytest.mark.parametrize(
    ("filename", "content"),
    [pytest.param("download (1).bin", MODEL, id="any name"), pytest.param("x.dat.bz2", PACKED, id="packed")],
)
def test_an_imported_file_is_recognised_by_its_hash(tmp_path: Path, filename: str, content: bytes) -> None:
    models = weights(tmp_path, record("other", sha256="0" * 64), record())
    (tmp_path / filename).write_bytes(content)
    assert models.import_file(tmp_path / filename).name == "tiny"
    assert left_in_cache(tmp_path) == ["tiny.bin"]
    assert models.path("tiny").read_bytes() == MODEL


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        pytest.param(b"unknown", None, "not a known model.*tiny, other", id="unknown hash"),
        pytest.param(b"unknown", "tiny", "is not model “tiny”: its hash", id="named, wrong hash"),
        pytest.param(MODEL, "other", "is model “tiny”, not “other”", id="another model"),
        pytest.param(MODEL, "nohash", "is model “tiny”, not “nohash”", id="a known file for an unhashed model"),
        pytest.param(None, None, "is not a file", id="no file"),
    ],
)
def test_an_import_of_the_wrong_file_is_refused(
    tmp_path: Path, content: bytes | None, name: str | None, said: str
) -> None:
    models = weights(tmp_path, record(), record("other", sha256="0" * 64), unhashed())
    if content is not None:
        (tmp_path / "file.bin").write_bytes(content)
    with pytest.raises(ModelError, match=said):
        models.import_file(tmp_path / "file.bin", name=name)
    assert left_in_cache(tmp_path) == []


def test_a_model_without_a_published_hash_is_imported_by_name_and_must_keep_its_hash(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    models = weights(tmp_path, unhashed(), folders=(tmp_path,))
    with pytest.raises(ModelError, match="its authors published no hash") as failure:
        models.fetch("nohash")
    assert "https://example.org/drive" in failure.value.advice
    (tmp_path / "nohash.bin").write_bytes(b"weights")
    assert models.find("nohash") is None, "a file in a folder cannot be verified yet"
    assert models.import_file(tmp_path / "nohash.bin", name="nohash").name == "nohash"
    assert "was not verified" in caplog.text
    (tmp_path / "nohash.bin").unlink()
    kept = tmp_path / "cache" / "nohash.bin"
    assert models.find("nohash") == kept
    kept.write_bytes(b"weights, damaged")
    assert models.find("nohash") is None
