"""Batches from and to an object store: a real S3 server, with connections that are cut in the middle of a transfer."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.batch import places
from app.batch.manifest import MANIFEST
from app.batch.places import fetched, listed, put, state_at
from app.errors import OutputError, SourceError, UsageError
from tests.batch.cutting_proxy import CuttingProxy
from tests.batch.test_batch_command import Run, run
from tests.batch.videos import write_videos

__all__ = ["run"]  # A fixture.


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of an S3 server."""
    pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server")
    started = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    started.start()
    yield started.get_host_and_port()[1]
    started.stop()


@pytest.fixture
def bucket(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket named “films”, and its file system."""
    yield from _bucket(server, monkeypatch)


def _bucket(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    use(port, monkeypatch)
    import s3fs

    store = s3fs.S3FileSystem()
    store.mkdir("films")
    yield store
    store.invalidate_cache()
    store.rm("films", recursive=True)


def use(port: int, monkeypatch: pytest.MonkeyPatch, *, impatient: bool = False) -> None:
    """Has this process and those that it starts use the server at this port. `impatient`: boto tries nothing again."""
    import fsspec.config
    import s3fs

    known = {"endpoint_url": f"http://127.0.0.1:{port}", "key": "a", "secret": "b"}
    tries = {"config_kwargs": {"retries": {"max_attempts": 1}}} if impatient else {}
    monkeypatch.setitem(fsspec.config.conf, "s3", known | tries)
    if impatient:
        monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    for name, value in known.items():
        monkeypatch.setenv(f"FSSPEC_S3_{name.upper()}", value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.slow
def test_a_batch_from_a_store_to_a_store_writes_what_one_on_a_disk_does(bucket: Any, tmp_path: Path, run: Run) -> None:
    videos = write_videos(tmp_path / "films", 2)
    for path in videos.rglob("*.mp4"):
        bucket.put_file(str(path), f"films/in/{path.relative_to(videos).as_posix()}")
    words = ("batch", "s3://films/in", "-o", "s3://films/out", "--manifest", tmp_path / "m.jsonl", "--processes", 1)
    assert run(*words) == 0
    assert run("batch", videos, "-o", tmp_path / "out", "--processes", 1) == 0
    written = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    found = {one.removeprefix("films/out/"): bucket.cat_file(one) for one in bucket.find("films/out")}
    assert set(found) == set(written)
    assert all(found[name] == written[name] for name in found if not name.endswith(".json"))
    record = json.loads(found["videos/one/0.mp4.json"])
    assert record["source"]["path"] == "s3://films/in/one/0.mp4"
    assert record["source"]["name"] == "0.mp4"

    assert run(*words, "--resume") == 0
    done = [json.loads(line)["event"] for line in (tmp_path / "m.jsonl").read_text().splitlines()].count("done")
    assert done == 2
    bucket.pipe_file("films/out/videos/one/0.mp4.csv", b"x" * len(found["videos/one/0.mp4.csv"]))
    assert run(*words, "--resume") == 0
    bucket.invalidate_cache()
    assert bucket.cat_file("films/out/videos/one/0.mp4.csv") == found["videos/one/0.mp4.csv"]


def test_a_folder_a_pattern_and_a_file_of_a_store_are_inputs(bucket: Any) -> None:
    for name in ("a/1.mp4", "a/b/2.mov", "a/notes.txt", "c.mp4"):
        bucket.pipe_file(f"films/{name}", b"x")
    assert listed("s3://films/a") == ["s3://films/a/1.mp4", "s3://films/a/b/2.mov"]
    assert listed("s3://films/**/*.mp4") == ["s3://films/a/1.mp4", "s3://films/c.mp4"]
    assert listed("s3://films/c.mp4") == ["s3://films/c.mp4"]
    with pytest.raises(SourceError, match="no video at s3://films/d"):
        listed("s3://films/d")


def test_a_file_that_changes_has_another_state(bucket: Any) -> None:
    bucket.pipe_file("films/a.mp4", b"one")
    before = state_at("s3://films/a.mp4")
    bucket.pipe_file("films/a.mp4", b"two")
    bucket.invalidate_cache()
    assert before[0] == state_at("s3://films/a.mp4")[0] == 3
    assert before[1] != state_at("s3://films/a.mp4")[1]


@pytest.mark.slow
@pytest.mark.parametrize("cuts", [1, 3])
def test_a_transfer_that_is_cut_in_the_middle_is_completed(
    cuts: int, bucket: Any, server: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytes(range(256)) * 8000
    bucket.pipe_file("films/a.mp4", content)
    monkeypatch.setattr(places, "_PAUSE_S", 0.01)
    with CuttingProxy(server, cuts=cuts, after_bytes=500_000) as proxy:
        use(proxy.port, monkeypatch)
        with fetched("s3://films/a.mp4") as path:
            assert path.name == "a.mp4"
            assert path.read_bytes() == content
        assert proxy.cuts_left == 0
    (tmp_path / "b").write_bytes(content)
    with CuttingProxy(server, cuts=cuts, after_bytes=500_000) as proxy:
        use(proxy.port, monkeypatch)
        put(tmp_path / "b", "s3://films/b.mp4")
        assert proxy.cuts_left == 0
    use(server, monkeypatch)
    bucket.invalidate_cache()
    assert bucket.cat_file("films/b.mp4") == content


@pytest.mark.slow
def test_a_connection_that_is_always_cut_is_an_error_and_leaves_nothing(
    bucket: Any, server: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b").write_bytes(bytes(2_000_000))
    monkeypatch.setattr(places, "_PAUSE_S", 0.01)
    monkeypatch.setattr(places, "TRIES", 2)
    with CuttingProxy(server, cuts=1000, after_bytes=500_000) as proxy:
        use(proxy.port, monkeypatch, impatient=True)
        with pytest.raises(OutputError, match=r"s3://films/b\.mp4 cannot be written"):
            put(tmp_path / "b", "s3://films/b.mp4")
    use(server, monkeypatch)
    bucket.invalidate_cache()
    assert not bucket.exists("films/b.mp4")


def test_a_file_that_is_not_there_is_named(bucket: Any) -> None:
    with pytest.raises(SourceError, match=r"s3://films/gone\.mp4 cannot be read"), fetched("s3://films/gone.mp4"):
        pass


def test_a_disk_of_the_network_gets_whole_files_only(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    (tmp_path / "a").write_bytes(b"whole")
    put(tmp_path / "a", f"file://{tmp_path}/there/deep/b")
    assert [path.name for path in (tmp_path / "there" / "deep").iterdir()] == ["b"]
    with fetched(f"file://{tmp_path}/there/deep/b") as path:
        assert path.read_bytes() == b"whole"


def test_an_address_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without_it(name: str, *given: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "fsspec":
            raise ImportError(name)
        return usual(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without_it)
    with pytest.raises(UsageError, match=r"pip install 'hopenet-studio\[cloud\]'"):
        listed("s3://films/a.mp4")
    monkeypatch.undo()
    with pytest.raises(UsageError, match="unknown kind"):
        listed("nonsense://a.mp4")


def test_a_manifest_needs_a_disk(tmp_path: Path, run: Run) -> None:
    videos = write_videos(tmp_path / "films", 1)
    with pytest.raises(UsageError, match="Add --manifest FILE"):
        run("batch", videos, "-o", "s3://films/out")
