"""The files that heads are rendered from: found by name, used only with the right hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app import product
from app.errors import ModelError, ModelNotDownloaded
from app.weights.head_assets import VARIABLE, WHEEL, AssetRecord, HeadAssetFiles, read_records
from app.weights.manifest import PackageSource, UrlSource

HAIR = b"v 0 0 0\n"
RECORDS = (
    AssetRecord(WHEEL, UrlSource(url="http://127.0.0.1:9/wheel"), (hashlib.sha256(b"wheel").hexdigest(),)),
    AssetRecord(
        "proxies/bob.obj", UrlSource(url="http://127.0.0.1:9/bob"), ("0" * 64, hashlib.sha256(HAIR).hexdigest())
    ),
)


def files(tmp_path: Path, records: tuple[AssetRecord, ...] = RECORDS) -> HeadAssetFiles:
    folder = tmp_path / "given"
    (folder / "proxies").mkdir(parents=True)
    (folder / WHEEL).write_bytes(b"wheel")
    (folder / "proxies" / "bob.obj").write_bytes(HAIR)
    return HeadAssetFiles(records, folders=(folder,), cache=tmp_path / "cache")


def test_files_of_the_folder_with_a_listed_hash_are_used(tmp_path: Path) -> None:
    found = files(tmp_path).paths(plain=False)
    assert found == {
        WHEEL: tmp_path / "given" / WHEEL,
        "proxies/bob.obj": tmp_path / "given" / "proxies" / "bob.obj",
    }


def test_plain_heads_need_the_package_alone(tmp_path: Path) -> None:
    assert set(files(tmp_path).paths(plain=True)) == {WHEEL}


def test_a_file_with_another_hash_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    given = files(tmp_path)
    (tmp_path / "given" / "proxies" / "bob.obj").write_bytes(b"v 1 1 1\n")
    with pytest.raises(
        ModelNotDownloaded, match=r"proxies/bob\.obj could not be downloaded: HOPENET_OFFLINE is set"
    ) as no:
        given.paths(plain=False)
    assert "--assets DIR" in no.value.advice
    assert "http://127.0.0.1:9/bob" in no.value.advice
    assert not (tmp_path / "cache").exists()


def test_a_source_that_cannot_be_reached_is_said_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOPENET_OFFLINE", raising=False)
    given = HeadAssetFiles(RECORDS, folders=(), cache=tmp_path / "cache")
    with pytest.raises(ModelNotDownloaded, match=rf"{WHEEL} and 1 more could not be downloaded: the server"):
        given.paths(plain=False)
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_folder_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="There is no folder"):
        HeadAssetFiles.standard(tmp_path / "missing")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match="There is no folder"):
        HeadAssetFiles.standard()


def test_the_manifest_pins_every_file_that_the_renderer_reads() -> None:
    from hopenet.rendering import assets

    records = read_records(product.BUNDLED_WEIGHTS / "head-assets.toml")
    package, *others = records
    assert isinstance(package.source, PackageSource)
    assert package.name == assets.WHEEL
    assert all(len(one) == 64 for record in records for one in record.sha256s)
    meshes = (*assets.HAIR, *assets.BROWS, *assets.LASHES, *assets.HATS)
    skins = [name for tone in assets.SKINS.values() for names in tone.values() for name in names]
    assert {record.name for record in others} == {
        *(f"proxies/{name}.{kind}" for name in meshes for kind in ("obj", "mhclo")),
        *(f"textures/{name}" for name in assets.HAIR.values()),
        *(f"textures/{name}.png" for name in (*assets.BROWS, *assets.LASHES, *skins)),
    }
