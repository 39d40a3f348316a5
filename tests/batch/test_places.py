"""Batches from and to stores of real servers, with connections that are cut in the middle of a transfer."""

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
from tests.batch.stores import KINDS, Bucket, Server, bucket_of, server_of
from tests.batch.test_batch_command import Run, run
from tests.batch.videos import write_videos

__all__ = ["run"]  # A fixture.


pytestmark = [
    pytest.mark.filterwarnings("ignore:Sending a large body"),  # aiohttp, of how gcsfs sends a file.
    pytest.mark.filterwarnings("ignore:unclosed SMB handle"),  # fsspec, where a connection is cut.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with server_of(request.param) as started:
        yield started


@pytest.fixture
def bucket(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty bucket named “films”, or a folder of that name on a network disk."""
    with bucket_of(server, monkeypatch) as made:
        yield made


@pytest.mark.slow
def test_a_batch_from_a_store_to_a_store_writes_what_one_on_a_disk_does(
    bucket: Bucket, tmp_path: Path, run: Run
) -> None:
    videos = write_videos(tmp_path / "films", 2)
    for path in videos.rglob("*.mp4"):
        bucket.write(f"in/{path.relative_to(videos).as_posix()}", path.read_bytes())
    root = bucket.address
    words = ("batch", f"{root}/in", "-o", f"{root}/out", "--manifest", tmp_path / "m.jsonl", "--processes", 1)
    assert run(*words) == 0
    assert run("batch", videos, "-o", tmp_path / "out", "--processes", 1) == 0
    written = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    found = {name: bucket.read(f"out/{name}") for name in bucket.names("out")}
    assert set(found) == set(written)
    assert all(found[name] == written[name] for name in found if not name.endswith(".json"))
    record = json.loads(found["videos/one/0.mp4.json"])
    assert record["source"]["path"] == f"{root}/in/one/0.mp4"
    assert record["source"]["name"] == "0.mp4"

    assert run(*words, "--resume") == 0
    done = [json.loads(line)["event"] for line in (tmp_path / "m.jsonl").read_text().splitlines()].count("done")
    assert done == 2
    bucket.write("out/videos/one/0.mp4.csv", b"x" * len(found["videos/one/0.mp4.csv"]))
    assert run(*words, "--resume") == 0
    assert bucket.read("out/videos/one/0.mp4.csv") == found["videos/one/0.mp4.csv"]


def test_a_folder_a_pattern_and_a_file_of_a_store_are_inputs(bucket: Bucket) -> None:
    for name in ("a/1.mp4", "a/b/2.mov", "a/notes.txt", "c.mp4"):
        bucket.write(name, b"x")
    root = bucket.address
    assert listed(f"{root}/a") == [f"{root}/a/1.mp4", f"{root}/a/b/2.mov"]
    assert listed(f"{root}/**/*.mp4") == [f"{root}/a/1.mp4", f"{root}/c.mp4"]
    assert listed(f"{root}/c.mp4") == [f"{root}/c.mp4"]
    with pytest.raises(SourceError, match=f"no video at {root}/d|{root}/d cannot be read"):
        listed(f"{root}/d")


def test_a_file_that_changes_has_another_state(bucket: Bucket) -> None:
    bucket.write("a.mp4", b"one")
    before = state_at(f"{bucket.address}/a.mp4")
    bucket.write("a.mp4", b"two")
    bucket.files.invalidate_cache()
    assert before[0] == state_at(f"{bucket.address}/a.mp4")[0] == 3
    assert before[1] != state_at(f"{bucket.address}/a.mp4")[1]


@pytest.mark.slow
@pytest.mark.parametrize("cuts", [1, 3])
def test_a_transfer_that_is_cut_in_the_middle_is_completed(
    cuts: int, bucket: Bucket, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytes(range(256)) * 8000
    bucket.write("a.mp4", content)
    monkeypatch.setattr(places, "_PAUSE_S", 0.01)
    with CuttingProxy(server.port, cuts=cuts, after_bytes=500_000) as proxy:
        with fetched(f"{bucket.use(proxy.port, monkeypatch)}/a.mp4") as path:
            assert path.name == "a.mp4"
            assert path.read_bytes() == content
        assert proxy.cuts_left == 0
    (tmp_path / "b").write_bytes(content)
    with CuttingProxy(server.port, cuts=cuts, after_bytes=500_000) as proxy:
        put(tmp_path / "b", f"{bucket.use(proxy.port, monkeypatch)}/b.mp4")
        assert proxy.cuts_left == 0
    bucket.use(server.port, monkeypatch)
    assert bucket.read("b.mp4") == content


@pytest.mark.slow
def test_a_connection_that_is_always_cut_is_an_error_and_leaves_nothing(
    bucket: Bucket, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bucket.address.startswith("gs:"):
        pytest.skip("The emulator keeps what has come of an upload that is cut off, which Google's store does not.")
    (tmp_path / "b").write_bytes(bytes(2_000_000))
    monkeypatch.setattr(places, "_PAUSE_S", 0.01)
    monkeypatch.setattr(places, "TRIES", 2)
    with CuttingProxy(server.port, cuts=1000, after_bytes=500_000) as proxy:
        root = bucket.use(proxy.port, monkeypatch, impatient=True)
        with pytest.raises(OutputError, match=r"b\.mp4 cannot be written"):
            put(tmp_path / "b", f"{root}/b.mp4")
    bucket.use(server.port, monkeypatch)
    assert "b.mp4" not in bucket.names()


def test_a_file_is_replaced(bucket: Bucket, tmp_path: Path) -> None:
    for content in (b"the first one", b"the second one"):
        (tmp_path / "a").write_bytes(content)
        put(tmp_path / "a", f"{bucket.address}/there/a")
        assert bucket.read("there/a") == content
    assert bucket.names() == ["there/a"]


def test_a_file_that_is_not_there_is_named(bucket: Bucket) -> None:
    with pytest.raises(SourceError, match=r"gone\.mp4 cannot be read"), fetched(f"{bucket.address}/gone.mp4"):
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
