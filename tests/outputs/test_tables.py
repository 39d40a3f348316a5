from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from app.errors import OutputError, UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.openface import openface_angles
from app.outputs.reading import read_pose_table
from app.outputs.tables import FORMATS, open_pose_table, table_format
from detectors import Box
from hopenet import HeadPose, PoseSpread

HEADER = (
    "frame,time_s,face_id,x1,y1,x2,y2,score,yaw_deg,pitch_deg,roll_deg,yaw_smooth_deg,pitch_smooth_deg,roll_smooth_deg,"
    "yaw_std_deg,pitch_std_deg,roll_std_deg,damaged,file"
)
TURNED = Face(
    7, Box(1.005, 2, 30.5, 40), 0.98765, HeadPose(10.123456, -0.00001, -5.5), HeadPose(9, 1, -5), PoseSpread(3, 4, 5)
)
TOO_SMALL = Face(8, Box(0, 0, 2, 2), 1.25, None, None, None)
ANALYSES = [(0, [TURNED, TOO_SMALL]), (1, []), (2, [TURNED])]
FORMAT_NAMES = [known.name for known in FORMATS]


def analysis(index: int, faces: Iterable[Face]) -> Analysis:
    image = np.zeros((4, 4, 3), np.uint8)
    return Analysis(Frame(image, index, Fraction(1001 * index, 30000)), tuple(faces))


def written(path: Path, table_format_name: str | None = None) -> Path:
    with open_pose_table(path, table_format_name=table_format_name) as table:
        for index, faces in ANALYSES:
            table.write(analysis(index, faces))
    assert (table.faces, table.frames_with_face) == (3, 2)
    return path


def test_a_csv_table_has_the_agreed_columns_and_fixed_decimals(tmp_path: Path) -> None:
    lines = written(tmp_path / "talk.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [
        HEADER,
        "0,0.000000,7,1.00,2.00,30.50,40.00,0.9877,10.1235,0.0000,-5.5000,9.0000,1.0000,-5.0000,3.0000,4.0000,5.0000,0,",
        "0,0.000000,8,0.00,0.00,2.00,2.00,1.2500,,,,,,,,,,0,",
        "2,0.066733,7,1.00,2.00,30.50,40.00,0.9877,10.1235,0.0000,-5.5000,9.0000,1.0000,-5.0000,3.0000,4.0000,5.0000,0,",
    ]


def test_json_lines_have_the_same_content_as_csv(tmp_path: Path) -> None:
    with written(tmp_path / "talk.csv").open(encoding="utf-8", newline="") as file:
        expected = [{name: float(text) if text else None for name, text in row.items()} for row in csv.DictReader(file)]
    lines = written(tmp_path / "talk.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [pytest.approx(row) for row in expected]
    assert list(json.loads(lines[0])) == HEADER.split(",")
    assert json.loads(lines[1])["yaw_deg"] is None


def test_a_parquet_table_keeps_the_numbers_unrounded(tmp_path: Path) -> None:
    table = pq.read_table(written(tmp_path / "talk.parquet"))
    assert table.column_names == HEADER.split(",")
    assert table["yaw_deg"].to_pylist() == [10.123456, None, 10.123456]
    assert table["frame"].to_pylist() == [0, 0, 2]
    assert table.schema.field("yaw_deg").metadata[b"unit"] == b"deg"
    assert b"picture's left" in table.schema.metadata[b"convention"]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_row_of_a_folder_has_the_name_of_its_file(suffix: str, tmp_path: Path) -> None:
    name = 'Zoë, "left"; 2.jpg'
    path = tmp_path / f"talk{suffix}"
    with open_pose_table(path) as table:
        table.write(
            replace(analysis(0, [TURNED]), frame=Frame(np.zeros((4, 4, 3), np.uint8), 0, Fraction(0), name=name))
        )
        table.write(analysis(1, [TURNED]))
    if suffix == ".parquet":
        names = pq.read_table(path)["file"].to_pylist()
    elif suffix == ".jsonl":
        names = [json.loads(line)["file"] for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        with path.open(encoding="utf-8", newline="") as file:
            names = [row["file"] or None for row in csv.DictReader(file)]
    assert names == [name, None]
    assert read_pose_table(path).columns["frame"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("name", "written_as"),
    [("caf\udce9.jpg", "caf\\udce9.jpg"), ("=1+1.jpg", "./=1+1.jpg"), ("-1.jpg", "./-1.jpg"), ("a=1.jpg", "a=1.jpg")],
)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_names_that_are_not_text_and_names_like_formulas_do_no_harm(
    suffix: str, name: str, written_as: str, tmp_path: Path
) -> None:
    path = tmp_path / f"talk{suffix}"
    with open_pose_table(path) as table:
        table.write(
            replace(analysis(0, [TURNED]), frame=Frame(np.zeros((4, 4, 3), np.uint8), 0, Fraction(0), name=name))
        )
    if suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.DictReader(file))["file"] == written_as
    elif suffix == ".parquet":
        assert pq.read_table(path)["file"].to_pylist() == [written_as.removeprefix("./")]
    else:
        assert json.loads(path.read_text(encoding="utf-8"))["file"] == written_as.removeprefix("./")
    assert len(read_pose_table(path).tracks) == 1


def test_a_long_parquet_table_is_written_in_groups(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    with open_pose_table(path) as table:
        for index in range(12_000):
            table.write(analysis(index, [TURNED]))
    groups = pq.ParquetFile(path)
    assert [groups.metadata.row_group(i).num_rows for i in range(groups.num_row_groups)] == [5000, 5000, 2000]
    assert groups.read(["frame"])["frame"].to_pylist() == list(range(12_000))


def test_the_published_text_counts_frames_from_1_and_has_six_decimals(tmp_path: Path) -> None:
    text = written(tmp_path / "talk.txt").read_text(encoding="utf-8")
    assert text == "1 10.123456 -0.000010 -5.500000\n3 10.123456 -0.000010 -5.500000\n"


def test_an_openface_table_is_in_radians_with_openfaces_columns(tmp_path: Path) -> None:
    lines = written(tmp_path / "talk.csv", "openface").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "frame,face_id,timestamp,confidence,success,pose_Tx,pose_Ty,pose_Tz,pose_Rx,pose_Ry,pose_Rz",
        "1,7,0.000,0.99,1,NaN,NaN,NaN,0.000000,0.176688,-0.095993",
        "1,8,0.000,1.00,0,NaN,NaN,NaN,0.000000,0.000000,0.000000",
        "3,7,0.067,0.99,1,NaN,NaN,NaN,0.000000,0.176688,-0.095993",
    ]


@pytest.mark.parametrize(
    "pose",
    [HeadPose(30, 0, 0), HeadPose(0, 20, 0), HeadPose(0, 0, 15), HeadPose(-40, 25, -12), HeadPose(70, -50, 33)],
    ids=["yaw", "pitch", "roll", "all three", "far"],
)
def test_openface_angles_are_the_same_rotation(pose: HeadPose) -> None:
    x, y, z = openface_angles(*pose)
    rx = [[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]]
    ry = [[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]]
    rz = [[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]]
    half_turn = np.diag([1, -1, -1])
    in_the_cameras_frame = half_turn @ pose.matrix() @ half_turn
    np.testing.assert_allclose(np.array(rx) @ ry @ rz, in_the_cameras_frame, atol=1e-12)


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_a_video_without_faces_gives_a_table_that_can_be_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / "empty"
    with open_pose_table(path, table_format_name=name) as table:
        table.write(analysis(0, []))
    if name == "parquet":
        assert pq.read_table(path).num_rows == 0
    else:
        assert len(path.read_text(encoding="utf-8").splitlines()) == (name not in ("jsonl", "txt"))


def write_many(path: Path, name: str, *, frames: int, failure: BaseException | None = None) -> None:
    with open_pose_table(path, table_format_name=name) as table:
        for index in range(frames):
            table.write(analysis(index, [TURNED]))
        if failure is not None:
            raise failure


@pytest.mark.parametrize("name", FORMAT_NAMES)
@pytest.mark.parametrize("failure", [OSError("the camera is gone"), KeyboardInterrupt()], ids=["error", "Ctrl-C"])
def test_a_failure_leaves_the_old_table_and_no_part(tmp_path: Path, name: str, failure: BaseException) -> None:
    path = tmp_path / "talk"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(type(failure)) as caught:
        write_many(path, name, frames=3, failure=failure)
    assert caught.value is failure
    assert [file.name for file in tmp_path.iterdir()] == ["talk"]
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_a_full_disk_is_reported(name: str, tmp_path: Path, full_disk: Callable[[Path], None]) -> None:
    full_disk(tmp_path / "talk")
    with pytest.raises(OutputError, match="the disk is full"):
        write_many(tmp_path / "talk", name, frames=6000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "name", "choices"),
    [
        ("talk.xlsx", None, [".csv", ".jsonl", ".parquet", ".txt"]),
        ("talk", None, [".csv", ".jsonl", ".parquet", ".txt"]),
        ("talk.csv", "excel", FORMAT_NAMES),
    ],
    ids=["unknown extension", "no extension", "unknown name"],
)
def test_an_unknown_format_is_answered_with_the_known_ones(path: str, name: str | None, choices: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        table_format(Path(path), name=name)
    assert all(choice in str(caught.value) for choice in choices)


def test_the_extension_picks_the_format_in_any_case() -> None:
    assert table_format(Path("TALK.CSV")).name == "csv"
