from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from app.errors import DataError, UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.reading import read_pose_table, write_filtered
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.table_data import PoseTableData
from app.outputs.tables import FORMATS, READABLE_SUFFIXES, open_pose_table, table_format
from app.settings import Reference, Signs
from detectors import Box
from hopenet import HeadPose, PoseSpread

TURNED = Face(7, Box(1.5, 2, 30.5, 40), 0.75, HeadPose(10.5, -3.25, -5.5), HeadPose(9, 1, -5), PoseSpread(3, 4, 5))
TOO_SMALL = Face(8, Box(0, 0, 2, 2), 1.25, None, None, None)
FACES = {0: (TURNED, TOO_SMALL), 1: (), 2: (TURNED,), 3: (TURNED,)}


def table(path: Path, reference: Reference | None = None) -> Path:
    reference = Reference() if reference is None else reference
    with open_pose_table(path, reference=reference) as rows:
        for index, faces in FACES.items():
            rows.write(Analysis(Frame(np.zeros((4, 4, 3), np.uint8), index, Fraction(index, 10)), faces))
    return path


def record(path: Path, reference: Reference | None = None) -> None:
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="talk.mp4", kind="video", size=(320, 240), frame_count=12),
        models={"snapshot": {"name": "compact"}},
        counts=Counts(12, 3, 3),
        reference=Reference() if reference is None else reference,
    )


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_what_was_written_is_read_back_by_face(tmp_path: Path, suffix: str) -> None:
    read = read_pose_table(table(tmp_path / f"talk{suffix}"))
    assert [track.face_id for track in read.tracks] == [7, 8]
    turned = read.tracks[0]
    assert turned.frame.tolist() == [0, 2, 3]
    assert turned.time_s.tolist() == pytest.approx([0, 0.2, 0.3])
    np.testing.assert_allclose(turned.raw, [[10.5, -3.25, -5.5]] * 3)
    np.testing.assert_allclose(turned.spread, [[3, 4, 5]] * 3)
    assert np.isnan(read.tracks[1].smoothed).all()
    assert not turned.raw.flags.writeable
    assert (turned.at(2), turned.at(1), turned.at(9)) == (1, None, None)


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_frames_faces_are_those_that_were_analysed(tmp_path: Path, suffix: str) -> None:
    read = read_pose_table(table(tmp_path / f"talk{suffix}"))
    assert read.faces_at(0) == (TURNED, TOO_SMALL)
    assert read.faces_at(1) == ()


@pytest.mark.parametrize(
    "reference",
    [
        Reference(signs=Signs(yaw=-1, roll=-1)),
        Reference(HeadPose(20, -10, 5)),
        Reference(HeadPose(-15, 4, 9), Signs(-1)),
    ],
    ids=["signs", "neutral pose", "both"],
)
def test_faces_are_drawn_as_analysed_whatever_the_angles_are_relative_to(tmp_path: Path, reference: Reference) -> None:
    path = table(tmp_path / "talk.parquet", reference)
    record(path, reference)
    read = read_pose_table(path)
    assert read.reference == reference
    face = read.faces_at(0)[0]
    assert TURNED.smoothed is not None and face.smoothed is not None
    assert face.smoothed == pytest.approx(TURNED.smoothed, abs=1e-6)
    assert read.tracks[0].smoothed[0] == pytest.approx(reference.apply(TURNED.smoothed), abs=1e-6)


def test_the_record_beside_a_table_gives_video_snapshot_and_frame_count(tmp_path: Path) -> None:
    path = table(tmp_path / "talk.csv")
    bare = read_pose_table(path)
    assert (bare.title, bare.source_name, bare.frame_count) == ("talk.csv", None, 4)
    record(path)
    read = read_pose_table(path)
    assert (read.title, read.source_name, read.frame_count) == ("compact", "talk.mp4", 12)


@pytest.mark.parametrize(
    "text", ["{", '{"product": "another"}', "[]"], ids=["not JSON", "another program's", "not an object"]
)
def test_a_record_that_is_not_valid_is_ignored(tmp_path: Path, text: str) -> None:
    path = table(tmp_path / "talk.csv")
    record_path(path).write_text(text, encoding="utf-8")
    assert read_pose_table(path).record is None


HEADER = ",".join(column.name for column in FORMATS[0].columns)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"a,b\n1,2\n", "the column frame is missing"),
        ("a.csv", b"", "the column frame is missing"),
        ("a.csv", HEADER.encode() + b"\n0,0.0,1\n", "line 2 has 3 fields instead of 18"),
        ("a.csv", HEADER.encode() + b"\n" + b"x," * 17 + b"x\n", "could not convert"),
        (
            "a.csv",
            HEADER.encode() + b"\n0.5,0,1" + b",1" * 15 + b"\n",
            "the column frame contains a value that is not an integer",
        ),
        (
            "a.csv",
            HEADER.encode() + b"\n0,inf,1" + b",1" * 15 + b"\n",
            "the column time_s contains a value that is not a number",
        ),
        ("a.csv", b"\xff\xfe\x00", "it is not text"),
        ("a.jsonl", b"{\n", "a line is not valid JSON"),
        ("a.jsonl", b"[1]\n", "line 1 is not a JSON object"),
        ("a.jsonl", b'{"frame": 1}\n', "the column time_s is missing"),
        ("a.parquet", b"PAR1", "a.parquet is not a pose table of this program"),
        ("a.xlsx", b"", "a.xlsx cannot be opened as a pose table."),
    ],
)
def test_a_foreign_or_broken_file_is_reported_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_pose_table(tmp_path / name)
    assert message in caught.value.message
    assert "\n" not in caught.value.message


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        read_pose_table(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_table_without_faces_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    with open_pose_table(path):
        pass
    assert read_pose_table(path).tracks == ()
    assert read_pose_table(path).faces_at(0) == ()


def test_a_track_has_a_gap_at_each_absence(tmp_path: Path) -> None:
    with_gaps = read_pose_table(table(tmp_path / "talk.csv")).tracks[0].with_gaps()
    assert np.isnan(with_gaps.raw[:, 0]).tolist() == [False, True, False, False]
    assert with_gaps.time_s.tolist() == pytest.approx([0, 0, 0.2, 0.3])


def filtered(read: PoseTableData, path: Path) -> PoseTableData:
    assert write_filtered(read, path, read.columns["time_s"] > 0.1) == 2
    return read_pose_table(path)


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_filtered_table_keeps_its_rows_unchanged(tmp_path: Path, suffix: str) -> None:
    path = table(tmp_path / f"talk{suffix}")
    kept = filtered(read_pose_table(path), tmp_path / f"kept{suffix}")
    assert kept.columns["frame"].tolist() == [2, 3]
    if suffix != ".parquet":
        before, after = (p.read_text(encoding="utf-8").splitlines() for p in (path, tmp_path / f"kept{suffix}"))
        assert set(after) < set(before)


def test_a_filtered_table_of_an_unknown_format_is_refused(tmp_path: Path) -> None:
    read = read_pose_table(table(tmp_path / "talk.csv"))
    with pytest.raises(UsageError):
        filtered(read, tmp_path / "kept.xlsx")


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = table(tmp_path / "talk.csv")
    record(path)
    assert read_pose_table(path).record == json.loads(record_path(path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_without_the_mark_for_damage_reads_as_undamaged(tmp_path: Path, suffix: str) -> None:
    new = table(tmp_path / f"new{suffix}")
    old = tmp_path / f"old{suffix}"
    if suffix == ".parquet":
        pq.write_table(pq.read_table(new).drop_columns(["damaged"]), old)
    else:
        old.write_text(re.sub(r',damaged\n|,0\n|,"damaged":0', lambda m: "\n" if "\n" in m[0] else "", new.read_text()))
    assert "damaged" not in (str(pq.read_schema(old)) if suffix == ".parquet" else old.read_text())
    read = read_pose_table(old)
    assert read.columns["damaged"].tolist() == [0.0] * len(read.columns["frame"])
    assert len(read.tracks) == len(read_pose_table(new).tracks)
