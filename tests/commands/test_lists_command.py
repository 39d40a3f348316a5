"""The command `lists`, as a user types it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.errors import DataError, OutputError, UsageError

Run = Callable[..., int]


@pytest.fixture
def afw(tmp_path: Path) -> Path:
    """Two good heads, one with two angles beyond ±99° and one with one, one without a picture, two unreadable ones."""
    root = tmp_path / "afw"
    root.mkdir()
    for name in ("1", "2"):
        assert cv2.imwrite(str(root / f"{name}.jpg"), np.zeros((20, 20, 3), np.uint8))
    (root / "4.jpg").write_bytes(b"no picture")
    for name, angles in {
        "1_a": "10 20 30",
        "1_b": "99 -99 0",
        "2_a": "120 0 -100",
        "2_b": "0 0 99.5",
        "3_a": "0 0 0",
        "4_a": "0 0 0",
        "2_c": "0 up 0",
    }.items():
        (root / f"{name}.txt").write_text(f"{name} {angles} 5 5 15 15\n", encoding="utf-8")
    return root


@pytest.fixture
def lists(run: Run) -> Run:
    return lambda *words: run("lists", *words)


def test_a_list_has_the_usable_heads_and_the_others_are_counted_and_named(
    lists: Run, afw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "list.txt"
    assert lists("--dataset", "afw", "--root", afw, "--angles", "within-99", "--out", out) == 0
    assert out.read_bytes() == b"1_a\n1_b\n"
    assert capsys.readouterr().out.splitlines() == [
        f"afw in {afw}: 7 found, 2 kept",
        "beyond ±99°: 2 (yaw 1, pitch 0, roll 2), left out",
        "  2_a (yaw, roll)",
        "  2_b (roll)",
        "missing: 1",
        f"  3_a: There is no picture {afw / '3.jpg'}.",
        "unreadable: 2",
        "  2_c: 2_c.txt: “0 up 0 5 5 15 15” must contain only finite numbers.",
        f"  4_a: {afw / '4.jpg'} cannot be read as a picture.",
        f"written to {out}",
    ]


def test_heads_with_large_angles_can_be_kept(
    lists: Run, afw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists("--dataset", "afw", "--root", afw, "--angles", "all", "--out", tmp_path / "list.txt")
    assert (tmp_path / "list.txt").read_text(encoding="utf-8").split() == ["1_a", "1_b", "2_a", "2_b"]
    assert "beyond ±99°: 2 (yaw 1, pitch 0, roll 2), kept" in capsys.readouterr().out


def test_the_rule_for_angles_is_required(lists: Run, afw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        lists("--dataset", "afw", "--root", afw)
    assert "--angles" in capsys.readouterr().err


def test_without_an_output_no_file_is_written(lists: Run, afw: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert lists("--dataset", "afw", "--root", afw, "--angles", "all") == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_many_faults_are_counted_and_the_first_few_named(
    lists: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(8):
        assert cv2.imwrite(str(tmp_path / f"{number}.jpg"), np.zeros((9, 9, 3), np.uint8))
    with pytest.raises(DataError, match=r"No head in .* can be used"):
        lists("--dataset", "aflw2000", "--root", tmp_path, "--angles", "all", "--out", tmp_path / "list.txt")
    printed = capsys.readouterr().out
    assert "missing: 8\n" in printed and "  … and 3 more\n" in printed and printed.count("There is no annotation") == 5
    assert not list(tmp_path.glob("list*"))


def test_a_good_list_is_confirmed(lists: Run, afw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("1_b\n", encoding="utf-8")
    assert lists("--dataset", "afw", "--root", afw, "--angles", "within-99", "--check", listed) == 0
    printed = capsys.readouterr().out
    assert f"{listed}: 1 names; 6 heads in {afw} are not listed" in printed
    assert printed.endswith("No problems found.\n")


@pytest.mark.parametrize(
    ("names", "angles", "faults"),
    [
        pytest.param("1_a 1_b 1_a 1_a", "within-99", "1 duplicate", id="duplicate"),
        pytest.param("1_a 3_a 9_a", "within-99", "2 missing", id="missing"),
        pytest.param("1_a 2_c 4_a", "within-99", "2 unreadable", id="unreadable"),
        pytest.param("1_a 2_a", "within-99", "1 beyond ±99°", id="beyond"),
        pytest.param("2_a 2_a 9_a 4_a", "all", "1 missing, 1 unreadable, 1 duplicate", id="several, angles allowed"),
    ],
)
def test_a_wrong_list_is_refused_with_its_faults(
    lists: Run, afw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], names: str, angles: str, faults: str
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(names.replace(" ", "\n"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        lists("--dataset", "afw", "--root", afw, "--angles", angles, "--check", listed)
    assert caught.value.message == f"{listed} does not match {afw}: {faults}."
    assert ("1_a (3 times)" in capsys.readouterr().out) == (names.count("1_a") == 3)


def test_an_existing_list_is_replaced_only_with_force(lists: Run, afw: Path, tmp_path: Path) -> None:
    out = tmp_path / "list.txt"
    out.write_text("old", encoding="utf-8")
    words = ("--dataset", "afw", "--root", afw, "--angles", "within-99", "--out", out)
    with pytest.raises(OutputError, match="already exists"):
        lists(*words)
    assert out.read_text(encoding="utf-8") == "old"
    lists(*words, "--force")
    assert out.read_text(encoding="utf-8") == "1_a\n1_b\n"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        pytest.param(("--root", "nowhere"), DataError, "There is no folder nowhere", id="no folder"),
        pytest.param(("--root", ".", "--check", "nowhere"), DataError, "There is no file list", id="no list"),
        pytest.param(("--root", ".", "--check", "x", "--force"), UsageError, "--force cannot be combined", id="force"),
        pytest.param(("--root", ".", "--table", "x"), DataError, "does not use a table", id="an unwanted table"),
        pytest.param(("--root", "afw", "--out", "no/list"), OutputError, "does not exist", id="no output folder"),
    ],
)
def test_an_impossible_request_is_refused_with_the_reason(
    lists: Run,
    afw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    error: type[Exception],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        lists("--dataset", "afw", "--angles", "all", *options)


def test_all_heads_of_the_real_development_set_are_within_99(
    lists: Run, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lists("--dataset", "aflw2000", "--root", shared_data / "aflw2000_dev", "--angles", "within-99") == 0
    assert "400 found, 400 kept" in capsys.readouterr().out
