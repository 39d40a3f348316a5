"""Model files downloaded over a real connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.errors import Cancelled, ModelError
from app.weights import UrlSource
from tests.weights.tiny_models import MODEL, MODEL_SHA256, blob_sha1, left_in_cache, record, weights


@pytest.mark.parametrize(
    ("source", "hashes"),
    [
        pytest.param({"url": "/model.bin"}, {}, id="sha256"),
        pytest.param({"url": "/model.bin"}, {"sha256": "0" * 64, "other_sha256": (MODEL_SHA256,)}, id="second sha256"),
        pytest.param({"url": "/model.bin"}, {"sha256": None, "git_blob_sha1": blob_sha1(MODEL)}, id="git blob sha1"),
        pytest.param({"url": "/model.bin.bz2", "compression": "bz2"}, {}, id="packed with bzip2"),
    ],
)
def test_a_downloaded_file_is_verified_and_found_from_then_on(
    tmp_path: Path, server: str, source: dict[str, Any], hashes: dict[str, Any]
) -> None:
    models = weights(tmp_path, record(sources=(UrlSource(**source | {"url": server + source["url"]}),), **hashes))
    assert models.find("tiny") is None
    assert models.path("tiny").read_bytes() == MODEL
    assert models.find("tiny") == tmp_path / "cache" / "tiny.bin"
    assert left_in_cache(tmp_path) == ["tiny.bin"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param({"url": "/other.bin"}, "do not have the published hash", id="wrong file"),
        pytest.param({"url": "/cut"}, "the transfer was interrupted", id="interrupted"),
        pytest.param({"url": "/unannounced-cut"}, "256000 bytes.*published hash", id="interrupted, length unknown"),
        pytest.param(
            {"url": "/half.bz2", "compression": "bz2"}, "the packed file is incomplete", id="packed, incomplete"
        ),
        pytest.param({"url": "/other.bin", "compression": "bz2"}, "the packed file is damaged", id="not packed at all"),
        pytest.param({"url": "/nothing"}, "the server answered 404 Not Found", id="not there"),
    ],
)
def test_a_failed_download_leaves_nothing_and_says_why(
    tmp_path: Path, server: str, source: dict[str, Any], said: str
) -> None:
    models = weights(tmp_path, record(sources=(UrlSource(**source | {"url": server + source["url"]}),)))
    with pytest.raises(ModelError, match=said) as failure:
        models.fetch("tiny")
    assert "hopenet-studio weights import FILE" in failure.value.advice
    assert "HOPENET_WEIGHTS" in failure.value.advice
    assert left_in_cache(tmp_path) == []


def test_sources_are_tried_in_order_and_every_reason_is_listed(tmp_path: Path, server: str) -> None:
    bad = (UrlSource(url="http://127.0.0.1:9/model.bin"), UrlSource(url=f"{server}/other.bin"))
    good = UrlSource(url=f"{server}/model.bin")
    with pytest.raises(
        ModelError, match=r"127\.0\.0\.1:9: the server cannot be reached; 127\.0\.0\.1:\d+: the downloaded"
    ):
        weights(tmp_path, record(sources=bad)).fetch("tiny")
    assert weights(tmp_path, record(sources=(*bad, good))).fetch("tiny").read_bytes() == MODEL


class StoppingBar:
    """A progress bar that is stopped at the first update."""

    def __init__(self, stop: BaseException) -> None:
        self.total = 1
        self._stop = stop

    def update(self, _n: int = 1, /) -> None:
        raise self._stop

    def reset(self) -> None: ...
    def close(self) -> None: ...


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Cancelled("Stopped.")], ids=["Ctrl-C", "cancelled"])
def test_a_stopped_download_raises_the_stop_and_leaves_nothing(
    tmp_path: Path, server: str, stop: BaseException
) -> None:
    models = weights(tmp_path, record(sources=(UrlSource(url=f"{server}/model.bin"),)))
    with pytest.raises(type(stop)):
        models.fetch("tiny", progress=StoppingBar(stop))
    assert left_in_cache(tmp_path) == []


def test_offline_nothing_is_downloaded_but_files_are_still_found(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = weights(tmp_path, record(sources=(UrlSource(url=f"{server}/model.bin"),)))
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    with pytest.raises(ModelError, match="HOPENET_OFFLINE is set"):
        models.path("tiny")
    monkeypatch.setenv("HOPENET_OFFLINE", "0")
    models.fetch("tiny")
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    assert models.path("tiny").read_bytes() == MODEL


def test_a_cache_folder_that_cannot_be_created_is_reported(tmp_path: Path, server: str) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    models = weights(tmp_path, record(sources=(UrlSource(url=f"{server}/model.bin"),)))
    with pytest.raises(ModelError, match="could not be written to"):
        models.fetch("tiny")
