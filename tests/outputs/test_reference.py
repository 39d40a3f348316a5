from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from app.frames import Analysis, Face, Frame
from app.outputs.openface import openface_angles
from app.outputs.record import Counts, SourceRecord, write_record
from app.outputs.rows import convention, rows
from app.outputs.tables import FORMATS, open_pose_table, table_format
from app.settings import Reference, Signs
from detectors import Box
from hopenet import HeadPose, PoseSpread

POSE = HeadPose(20, 10, -5)
SMOOTHED = HeadPose(18, 9, -4)
FLIPPED = Reference(signs=Signs(yaw=-1, roll=-1))
FROM_ITSELF = Reference(neutral=POSE)
EVERYTHING = Reference(HeadPose(3, -8, 2), Signs(pitch=-1))


@pytest.fixture
def analysis() -> Analysis:
    faces = (
        Face(1, Box(0, 0, 10, 10), 0.9, POSE, SMOOTHED, PoseSpread(1, 2, 3)),
        Face(2, Box(0, 0, 1, 1), 0.9, None, None, None),
    )
    return Analysis(Frame(np.zeros((12, 12, 3), np.uint8), 0, Fraction(0)), faces)


def test_flipped_angles_change_their_signs_and_the_spread_has_none(analysis: Analysis) -> None:
    row, empty = rows(analysis, FLIPPED)
    assert (row.yaw_deg, row.pitch_deg, row.roll_deg) == (-20, 10, 5)
    assert (row.yaw_smooth_deg, row.pitch_smooth_deg, row.roll_smooth_deg) == (-18, 9, 4)
    assert (row.yaw_std_deg, row.pitch_std_deg, row.roll_std_deg) == (1, 2, 3)
    assert (empty.yaw_deg, empty.yaw_smooth_deg, empty.yaw_std_deg) == (None, None, None)


def test_the_neutral_pose_itself_is_straight_ahead(analysis: Analysis) -> None:
    row, _ = rows(analysis, FROM_ITSELF)
    assert (row.yaw_deg, row.pitch_deg, row.roll_deg) == pytest.approx((0, 0, 0), abs=1e-9)


def test_without_a_reference_a_row_has_the_networks_own_angles(analysis: Analysis) -> None:
    assert list(rows(analysis, Reference())) == list(rows(analysis))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (Reference(), ["Angles in degrees as in 300W-LP", "picture's left", "> 0, up", "> 0, clockwise"]),
        (FLIPPED, ["signs of the user's choice", "picture's right", "> 0, up", "counter-clockwise"]),
        (FLIPPED, ["R = Rx(pitch) Ry(-yaw) Rz(-roll)"]),
        (EVERYTHING, ["pitch > 0, down", "neutral pose N of yaw 3.00, pitch -8.00, roll 2.00", "N transposed"]),
    ],
    ids=["as published", "flipped", "flipped matrix", "neutral and flipped"],
)
def test_the_convention_says_what_the_numbers_mean(reference: Reference, words: list[str]) -> None:
    assert all(word in convention(reference) for word in words)


def test_the_convention_without_a_reference_mentions_none() -> None:
    assert "neutral" not in convention()
    assert "user's choice" not in convention()


@pytest.mark.parametrize("reference", [Reference(), FLIPPED, EVERYTHING], ids=["published", "flipped", "everything"])
def test_the_matrix_of_the_convention_restores_the_pose(analysis: Analysis, reference: Reference) -> None:
    row, _ = rows(analysis, reference)
    assert row.yaw_deg is not None and row.pitch_deg is not None and row.roll_deg is not None
    signs, neutral = reference.signs, reference.neutral or HeadPose(0, 0, 0)
    turned = HeadPose(row.yaw_deg * signs.yaw, row.pitch_deg * signs.pitch, row.roll_deg * signs.roll)
    np.testing.assert_allclose(neutral.matrix() @ turned.matrix(), POSE.matrix(), atol=1e-9)


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet", "txt"])
def test_every_table_of_degrees_follows_the_reference(name: str, analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "poses"
    with open_pose_table(path, table_format_name=name, reference=FLIPPED) as table:
        table.write(analysis)
    assert next(yaws(path, name)) == pytest.approx(-20)


def yaws(path: Path, name: str) -> Iterator[float]:
    if name == "parquet":
        table = pq.read_table(path)
        assert b"picture's right" in table.schema.metadata[b"convention"]
        yield table["yaw_deg"][0].as_py()
        return
    text = path.read_text(encoding="utf-8")
    if name == "csv":
        yield float(next(csv.DictReader(text.splitlines()))["yaw_deg"])
    else:
        yield json.loads(text.splitlines()[0])["yaw_deg"] if name == "jsonl" else float(text.split()[1])


def test_openface_keeps_its_signs_and_follows_the_neutral_pose(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "poses.csv"
    reference = Reference(HeadPose(5, 0, 0), Signs(-1, -1, -1))
    with open_pose_table(path, table_format_name="openface", reference=reference) as table:
        table.write(analysis)
    row = next(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    relative = Reference(HeadPose(5, 0, 0)).apply(POSE)
    expected = openface_angles(*relative)
    measured = (float(row["pose_Rx"]), float(row["pose_Ry"]), float(row["pose_Rz"]))
    assert measured == pytest.approx(expected, abs=1e-5)
    assert measured[1] == pytest.approx(math.radians(relative.yaw), abs=1e-5)
    text = table_format(path, name="openface").convention(reference)
    assert "neutral pose N of yaw 5.00" in text
    assert "do not apply to this format" in text


def test_one_frame_may_be_relative_to_another_reference(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "poses.csv"
    with open_pose_table(path) as table:
        table.write(analysis)
        table.write(analysis, FLIPPED)
    lines = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert [float(line["yaw_deg"]) for line in lines if line["face_id"] == "1"] == [20, -20]


def test_the_record_has_the_reference_other_tables_and_changes(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    write_record(
        path,
        tables=[("talk.csv", FORMATS[0]), ("talk.txt", table_format(Path("talk.txt")))],
        source=SourceRecord(name="talk.mp4", kind="video", size=(640, 360), frame_count=4),
        models={},
        counts=Counts(4, 4, 4),
        reference=EVERYTHING,
        changes=[{"frame": 3, "snapshot": "resnet18"}],
    )
    read = json.loads(path.read_text(encoding="utf-8"))
    assert read["reference"] == {
        "neutral": {"yaw": 3, "pitch": -8, "roll": 2},
        "neutral_source": "",
        "signs": {"yaw": 1, "pitch": -1, "roll": 1},
    }
    assert read["table"]["convention"] == convention(EVERYTHING)
    assert (read["other_tables"][0]["name"], read["other_tables"][0]["format"]) == ("talk.txt", "txt")
    assert read["changes"] == [{"frame": 3, "snapshot": "resnet18"}]
