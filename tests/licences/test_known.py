"""What the list of licences says, against what is installed."""

from __future__ import annotations

import importlib.util
import sys
from importlib import metadata
from pathlib import Path

import pytest

from app.licences import Carried, Library, survey, write_texts
from app.licences.installed import closure, known, licence_of_file
from app.licences.texts import INDEX, STANDARD

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the list was made from the packages for Linux")


@pytest.fixture(scope="module")
def carried() -> tuple[Carried, ...]:
    return survey()


@linux_only
def test_every_installed_package_and_library_is_in_the_list(carried: tuple[Carried, ...]) -> None:
    unknown = {one.name: one.unknown for one in carried if one.unknown}
    assert not unknown, "Read their licence files, and add them to app/licences/known.toml."


def test_the_list_agrees_with_what_packages_declare(carried: tuple[Carried, ...]) -> None:
    installed = closure()
    declared = {one.name: metadata.metadata(installed[one.name].name)["License-Expression"] for one in carried}
    differing = {
        one.name: (one.licence, declared[one.name])
        for one in carried
        if one.licence and declared[one.name] and one.licence != declared[one.name]
    }
    assert not differing


def test_packages_of_extras_that_other_packages_ask_for_are_found() -> None:
    assert {"av", "numpy", "pillow", "pyside6-essentials"} <= set(closure())
    assert "pytest" not in closure()


@pytest.mark.parametrize("entry", known()["library"], ids=lambda entry: str(entry["name"]))
def test_the_texts_that_the_list_names_exist(entry: dict[str, str]) -> None:
    text = entry.get("text", "")
    assert not text or text in known()["distribution"] or (STANDARD / f"{text}.txt").is_file()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("libx264-d6533a8d.so.165", "x264"),
        ("libx264-165-0f3b.dll", "x264"),
        ("libavcodec.62.dylib", "FFmpeg"),
        ("avcodec-62.dll", "FFmpeg"),
        ("libQt5Core-9088e21b.so.5.15.19", "Qt 5"),
    ],
)
def test_a_library_is_recognised_by_the_name_that_each_system_gives_it(file: str, name: str) -> None:
    library = licence_of_file(file)
    assert library is not None and library.name == name


def test_a_library_that_nobody_listed_is_unknown() -> None:
    library = licence_of_file("libx264lookalike.so", own=["libtorch*"])
    assert library is not None and library.licence is None
    assert licence_of_file("libtorch_cpu.so", own=["libtorch*"]) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the packages of other systems contain other libraries")
def test_pyav_contains_x264_and_so_comes_under_the_gpl(carried: tuple[Carried, ...]) -> None:
    av = next(one for one in carried if one.name == "av")
    assert {"x264", "x265", "FFmpeg"} <= {library.name for library in av.libraries}
    assert av.whole == "GPL-3.0-or-later"


def test_texts_are_written_with_what_is_lacking(tmp_path: Path) -> None:
    licence = tmp_path / "LICENSE"
    licence.write_text("Do as you like.")
    inside = (
        Library("x264", "GPL-2.0-or-later", "https://example.org", "GPL-2.0"),
        Library("odd", "MIT", "https://example.org/odd", ""),
    )
    one = Carried("thing", "1.0", "MIT", "GPL-2.0-or-later", "", inside, (licence,), "")
    lacking = write_texts([one], tmp_path / "texts")
    assert [library.name for library in lacking] == ["odd"]
    assert (tmp_path / "texts" / "thing-1.0" / "LICENSE").read_text() == "Do as you like."
    assert "GENERAL PUBLIC LICENSE" in (tmp_path / "texts" / "standard" / "GPL-2.0.txt").read_text()
    index = (tmp_path / "texts" / INDEX).read_text()
    assert "contains x264: GPL-2.0-or-later; text: standard/GPL-2.0.txt" in index
    assert index.endswith("- odd: MIT; https://example.org/odd\n")


def test_texts_never_replace_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="exists already"):
        write_texts([], tmp_path)


def test_the_page_shows_the_list() -> None:
    docs = Path(__file__).parents[2] / "docs"
    spec = importlib.util.spec_from_file_location("make_licences", docs / "make_licences.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (docs / "licences.md").read_text(encoding="utf-8")
    assert text == module.page(text), "Run python docs/make_licences.py."
