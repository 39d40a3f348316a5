"""Head sets from tables, file lists and folders, and what is refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from hopenet.datasets import DATASETS, LabelledHead, TableSet, open_dataset, read_list
from hopenet.datasets.pictures import read_labelled_picture
from hopenet.pose import HeadPose

Text = Callable[[str, str], Path]
TABLE = "file,yaw_deg,pitch_deg,roll_deg,doubt\na.jpg,10,-20,30,1\nsub/b.jpg,0,0,100,50\n"


@pytest.fixture
def table(picture: Callable[[str], Path], text: Text) -> Path:
    picture("pictures/a.jpg")
    picture("pictures/sub/b.jpg")
    return text("labels.csv", TABLE)


def test_a_table_with_its_pictures_is_a_head_set(tmp_path: Path, table: Path) -> None:
    heads = open_dataset("csv", tmp_path / "pictures", table=table)
    assert heads.names == ("a.jpg", "sub/b.jpg")
    head = heads.read("sub/b.jpg")
    assert head == LabelledHead(tmp_path / "pictures" / "sub" / "b.jpg", HeadPose(0.0, 0.0, 100.0))
    assert head.cropped


def test_a_list_chooses_from_a_table_and_keeps_its_order(tmp_path: Path, table: Path, text: Text) -> None:
    listed = text("list.txt", "sub/b.jpg\nunknown.jpg\na.jpg\n")
    heads = open_dataset("csv", tmp_path / "pictures", table=table, list_file=listed)
    assert heads.names == ("sub/b.jpg", "unknown.jpg", "a.jpg")
    with pytest.raises(ValueError, match=r"labels\.csv has no picture “unknown\.jpg”"):
        heads.read("unknown.jpg")


def test_rows_whose_sources_disagree_are_left_out(tmp_path: Path, table: Path) -> None:
    heads = TableSet(table, pictures=tmp_path / "pictures", disagreement_column="doubt", largest_disagreement_deg=22)
    assert heads.names == ("a.jpg",)
    assert heads.read("a.jpg").disagreement_deg == 1


def test_the_default_table_is_labels_csv_in_the_folder(tmp_path: Path, picture: Callable[[str], Path]) -> None:
    picture("a.jpg")
    (tmp_path / "labels.csv").write_text(TABLE, encoding="utf-8")
    heads = open_dataset("csv", tmp_path, disagreement_column="doubt")
    assert heads.read("a.jpg").disagreement_deg == 1


def test_a_row_without_its_picture_is_named(tmp_path: Path, table: Path) -> None:
    (tmp_path / "pictures" / "a.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"There is no picture .*a\.jpg"):
        open_dataset("csv", tmp_path / "pictures", table=table).read("a.jpg")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("file,yaw_deg,pitch_deg\na.jpg,1,2\n", "lacks the column roll_deg", id="a column missing"),
        pytest.param("", "lacks the column file", id="empty"),
        pytest.param(TABLE + "c.jpg,1,2,three,0\n", "line 4: an angle is not a number", id="a word"),
        pytest.param(TABLE + "c.jpg,1,2\n", "line 4: there are 3 fields instead of 5", id="a short row"),
        pytest.param(TABLE + "c,d.jpg,1,2,3,0\n", "line 4: there are 6 fields instead of 5", id="a comma in a name"),
        pytest.param(TABLE + ",1,2,3,0\n", "line 4: the name of the picture is missing", id="no name"),
        pytest.param(TABLE + "c.jpg,1,2,,0\n", "line 4: an angle is not a number", id="an angle missing"),
        pytest.param(TABLE + "c.jpg,1,2,5731,0\n", "line 4: 5731 is beyond ±360°", id="not degrees"),
        pytest.param(TABLE + f"c.jpg,1,2,{'9' * 400},0\n", "line 4: an angle is not a finite number", id="400 digits"),
        pytest.param(TABLE + "a.jpg,1,2,3,0\n", "line 4: a.jpg is listed twice", id="a picture twice"),
        pytest.param(TABLE + 'c.jpg,1,2,"3,0\n', "cannot be read as a CSV table", id="a quotation mark open"),
        pytest.param(TABLE.replace("yaw_deg", "yaw"), "lacks the column yaw_deg \\(“yaw” may", id="no unit"),
        pytest.param(TABLE.replace("yaw_deg", "yaw_rad"), "“yaw_rad” may have another unit", id="radians"),
        pytest.param(TABLE.replace("pitch_deg", "yaw_deg"), "has the column yaw_deg twice", id="a column twice"),
        pytest.param("[" * 100_000, "lacks the column file", id="brackets"),
        pytest.param(TABLE + "c.jpg,1,2,inf,0\n", "line 4: an angle is not a finite number", id="infinite"),
        pytest.param("file,yaw_deg,pitch_deg,roll_deg\n", "No head of the dataset “csv”", id="no row"),
    ],
)
def test_a_table_with_other_content_is_refused(tmp_path: Path, text: Text, content: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        open_dataset("csv", tmp_path, table=text("labels.csv", content))


def test_a_table_that_is_not_text_is_refused(tmp_path: Path, table: Path) -> None:
    table.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    with pytest.raises(ValueError, match=r"labels\.csv is not a text file"):
        open_dataset("csv", tmp_path, table=table)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda text: text.replace(",", ";"), id="semicolons"),
        pytest.param(lambda text: text.replace(",", ";").replace("1.5", "1,5"), id="semicolons and decimal commas"),
        pytest.param(lambda text: text.replace(",", "\t"), id="tabs"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="carriage returns only"),
        pytest.param(lambda text: "\n" + text.replace("\n", "\n\n"), id="blank lines"),
        pytest.param(lambda text: text.replace("a.jpg", '"a.jpg"'), id="quotation marks"),
        pytest.param(lambda text: text.replace("\n", "," + "x," * 3000 + "\n"), id="thousands of columns"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_labels_that_went_through_other_programs_are_read(
    tmp_path: Path, changed: Callable[[str], str], encoding: str
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a picture")
    text = "file,yaw_deg,pitch_deg,roll_deg\na.jpg,1.5,2,-3\nb.jpg,4,5,6\n"
    (tmp_path / "labels.csv").write_bytes(changed(text).encode(encoding))
    heads = open_dataset("csv", tmp_path)
    assert heads.names == ("a.jpg", "b.jpg")
    assert heads.read("a.jpg").pose == HeadPose(1.5, 2, -3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_a_picture_name_may_have_commas_quotation_marks_and_line_ends(tmp_path: Path) -> None:
    name = 'a, "b"\nc.jpg'
    (tmp_path / name).write_bytes(b"a picture")
    (tmp_path / "labels.csv").write_text('file,yaw_deg,pitch_deg,roll_deg\n"a, ""b""\nc.jpg",1,2,3\n', encoding="utf-8")
    heads = open_dataset("csv", tmp_path)
    assert heads.names == (name,)
    assert heads.read(name).pose == HeadPose(1, 2, 3)


def test_a_name_that_no_file_can_have_is_a_missing_picture(tmp_path: Path, text: Text) -> None:
    heads = open_dataset("csv", tmp_path, table=text("labels.csv", TABLE + f"{'n' * 5000},1,2,3,0\n"))
    with pytest.raises(FileNotFoundError, match="There is no picture"):
        heads.read("n" * 5000)


def test_too_many_labels_are_refused(tmp_path: Path, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hopenet.datasets.table.MAXIMUM_ROWS", 1)
    with pytest.raises(ValueError, match=r"labels\.csv has more than 1 rows, which is the maximum"):
        open_dataset("csv", tmp_path, table=text("labels.csv", TABLE))


def test_labels_in_an_old_encoding_are_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes("file;yaw_deg;pitch_deg;roll_deg\nZo\xeb.jpg;1;2;3\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"labels\.csv is not in UTF-8 or UTF-16; save it as UTF-8"):
        open_dataset("csv", tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_label_without_permission_is_refused_for_that_reason(tmp_path: Path, table: Path) -> None:
    table.chmod(0)
    with pytest.raises(ValueError, match=r"labels\.csv cannot be read: Permission denied"):
        open_dataset("csv", tmp_path, table=table)


def test_a_list_has_one_name_per_line(text: Text, tmp_path: Path) -> None:
    assert read_list(text("list.txt", "\n AFW/a_1_0 \r\n\nHELEN/b.c_2\n")) == ("AFW/a_1_0", "HELEN/b.c_2")
    (tmp_path / "windows.txt").write_text("a\r\nb\r\n", encoding="utf-16")
    assert read_list(tmp_path / "windows.txt") == ("a", "b")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\n  \n", "is empty", id="blank"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "not a text file", id="a picture"),
    ],
)
def test_a_list_without_names_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_list(tmp_path / "list.txt")


def test_a_name_with_dots_finds_its_files(
    tmp_path: Path, picture: Callable[[str], Path], matlab: Callable[..., Path]
) -> None:
    picture("image.v2.jpg")
    matlab("image.v2.mat")
    heads = open_dataset("aflw2000", tmp_path)
    assert heads.names == ("image.v2",)
    assert heads.read("image.v2").file.name == "image.v2.jpg"


@pytest.mark.parametrize("dataset", [name for name, kind in DATASETS.items() if not kind.needs_table])
def test_a_folder_without_heads_is_refused_with_the_expected_files(tmp_path: Path, dataset: str) -> None:
    with pytest.raises(ValueError, match=rf"No head of the dataset “{dataset}” was found in .*\("):
        open_dataset(dataset, tmp_path)


@pytest.mark.parametrize(
    ("dataset", "root", "options", "error", "words"),
    [
        pytest.param(
            "aflw3000", ".", {}, ValueError, "Choose one of: aflw2000, aflw2000-ds, 300w-lp", id="unknown set"
        ),
        pytest.param("biwi", "nowhere", {}, FileNotFoundError, "There is no folder", id="no folder"),
        pytest.param("csv", ".", {}, FileNotFoundError, r"There is no table .*labels\.csv", id="no table"),
        pytest.param("csv", ".", {"table": "no.csv"}, FileNotFoundError, "There is no table", id="table not there"),
        pytest.param("afw", ".", {"table": "no.csv"}, ValueError, "does not use a table", id="a table too much"),
        pytest.param("afw", ".", {"list_file": "no"}, FileNotFoundError, "There is no file list", id="no list"),
    ],
)
def test_a_set_that_cannot_be_opened_is_reported(
    tmp_path: Path, dataset: str, root: str, options: dict[str, str], error: type[Exception], words: str
) -> None:
    files: dict[str, Any] = {name: tmp_path / file for name, file in options.items()}
    with pytest.raises(error, match=words):
        open_dataset(dataset, tmp_path / root, **files)


def test_a_picture_is_read_as_it_is_stored(tmp_path: Path) -> None:
    """A rotation in the EXIF tags would move the picture away from its label."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.zeros((20, 40, 3), np.uint8)).save(tmp_path / "turned.jpg", exif=exif)
    turned = cv2.imread(str(tmp_path / "turned.jpg"))
    assert turned is not None and turned.shape == (40, 20, 3)
    assert read_labelled_picture(LabelledHead(tmp_path / "turned.jpg", HeadPose(0, 0, 0))).shape == (20, 40, 3)
