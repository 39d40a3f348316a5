from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
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
GOOD = ["0", "0", "1", "0", "0", "9", "9", *["1"] * 10, "0", ""]


def csv_rows(*rows: dict[str, str]) -> bytes:
    """A header, and rows that are valid but for the fields named."""
    names = HEADER.split(",")
    lines = [",".join(row.get(name, good) for name, good in zip(names, GOOD, strict=True)) for row in rows]
    return "\n".join([HEADER, *lines, ""]).encode()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"a,b\n1,2\n", "the column frame is missing"),
        ("a.csv", b"", "the column frame is missing"),
        ("a.csv", HEADER.encode() + b"\n0,0.0,1\n", "row 2 has 3 fields instead of 19"),
        ("a.csv", csv_rows({}, {"yaw_deg": "x"}), "row 3 has “x” in the column yaw_deg, which is not a number"),
        ("a.csv", csv_rows({"frame": "0.5"}), "the column frame contains 0.5 in row 1, which is not an integer"),
        ("a.csv", csv_rows({}, {"frame": "-1"}), "the column frame contains -1 in row 2, which is not a frame"),
        ("a.csv", csv_rows({"frame": "1e300"}), "the column frame contains 1e+300 in row 1, which is not a frame"),
        ("a.csv", csv_rows({"frame": "9" * 400}), "the column frame contains inf in row 1, which is not a number"),
        ("a.csv", csv_rows({"frame": ""}), "the column frame contains nan in row 1, which is not a number"),
        ("a.csv", csv_rows({"face_id": "1.5"}), "the column face_id contains 1.5 in row 1, which is not an integer"),
        ("a.csv", csv_rows({"time_s": "inf"}), "the column time_s contains inf in row 1, which is not a number"),
        ("a.csv", csv_rows({"yaw_deg": "inf"}), "the column yaw_deg contains inf in row 1, which is not a finite"),
        ("a.csv", csv_rows({"yaw_deg": "3000"}), "the column yaw_deg contains 3000 in row 1, which is not an"),
        (
            "a.csv",
            csv_rows({"yaw_std_deg": "-1"}),
            "the column yaw_std_deg contains -1 in row 1, which is not an angle",
        ),
        ("a.csv", csv_rows({"x1": "1e300"}), "the column x1 contains 1e+300 in row 1, which is not an edge in pixels"),
        ("a.csv", csv_rows({}, {}), "face 1 is twice in frame 0"),
        (
            "a.csv",
            HEADER.encode() + b",note\n" + ",".join(GOOD).encode() + b',"a\n',
            "a quotation mark is never closed",
        ),
        ("a.csv", csv_rows({"x1": "1\0"}), "it is not text"),
        (
            "a.csv",
            csv_rows({}).replace(b"time_s", b"time_ms"),
            "the column time_s is missing (“time_ms” may",
        ),
        ("a.csv", csv_rows({}).replace(b"yaw_deg", b"yaw_rad"), "the column yaw_deg is missing (“yaw_rad” may have"),
        ("a.csv", csv_rows({}).replace(b"yaw_deg", b"yaw"), "the column yaw_deg is missing (“yaw” may have another"),
        ("a.csv", csv_rows({}).replace(b"score", b"frame"), "the column score is missing"),
        ("a.csv", csv_rows({}).replace(b"damaged", b"frame"), "the column frame is there twice"),
        ("a.csv", b"frame, face_id, timestamp, pose_Rx\n1,0,0,0.1\n", "OpenFace's format, whose angles are in radians"),
        ("a.csv", b"\xff\xfe\x00", "it is not a text in UTF-8 or UTF-16"),
        ("a.csv", csv_rows({}).decode().encode("utf-16") + b"\xd8", "it is not a text in UTF-8"),
        ("a.csv", b"a" * 3_000_000, "the column frame is missing"),
        ("a.jsonl", b"{\n", "line 1 is not valid JSON"),
        ("a.jsonl", b"[" * 100_000, "line 1 is not valid JSON"),
        ("a.jsonl", b"[1]\n", "line 1 is not a JSON object"),
        ("a.jsonl", b'{"frame": 1}\n', "the column time_s is missing"),
        ("a.jsonl", b'{"frame":' + b" " * 2_000_000 + b"1}", "line 1 is longer than"),
        ("a.parquet", b"PAR1", "a.parquet is not a pose table of this program"),
        ("a.parquet", b"", "a.parquet is not a pose table of this program"),
        ("a.xlsx", b"", "a.xlsx cannot be opened as a pose table."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_foreign_or_broken_file_is_reported_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_pose_table(tmp_path / name)
    assert message in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("9" * 400, "the column frame contains inf in row 1"),
        ("true", "the column frame is missing or not a number in line 1"),
        ('"0"', "the column frame is missing or not a number in line 1"),
        ("null", "the column frame contains nan in row 1"),
        ("NaN", "the column frame contains nan in row 1"),
        ("[" * 50_000, "line 1 is not valid JSON"),
    ],
    ids=["400 digits", "boolean", "text", "null", "undefined", "deep"],
)
def test_a_json_field_that_is_not_a_frame_is_reported(tmp_path: Path, field: str, message: str) -> None:
    path = table(tmp_path / "talk.jsonl")
    path.write_text(path.read_text(encoding="utf-8").replace('"frame":0,', f'"frame":{field},', 1), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(message)):
        read_pose_table(path)


def test_a_small_file_of_many_equal_rows_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.outputs.parquet.MAXIMUM_ROWS", 100_000)
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table(dict.fromkeys(HEADER.split(","), pa.array(np.zeros(100_001)))), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match=r"it has 100,001 rows, but 100,000 is the maximum"):
        read_pose_table(path)


def test_a_parquet_file_of_texts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "texts.parquet"
    pq.write_table(pa.table(dict.fromkeys(HEADER.split(","), pa.array(["0", "1"]))), path)
    with pytest.raises(DataError, match="the column frame does not contain numbers"):
        read_pose_table(path)


def test_too_many_faces_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.outputs.sorted_rows.MAXIMUM_FACES", 1)
    with pytest.raises(DataError, match="it has 2 faces, but 1 is the maximum"):
        read_pose_table(table(tmp_path / "talk.csv"))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text + "\n\n", id="blank lines at the end"),
        pytest.param(lambda text: "\n" + text, id="blank line at the beginning"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="carriage returns only"),
        pytest.param(lambda text: text.replace(",", ";"), id="semicolons"),
        pytest.param(lambda text: text.replace(",", ";").replace(".", ","), id="semicolons and decimal commas"),
        pytest.param(lambda text: "sep=;\n" + text.replace(",", ";"), id="Excel's hint"),
        pytest.param(lambda text: text.replace(",", "\t"), id="tabs"),
        pytest.param(lambda text: text.replace("\n", ",\n"), id="an empty column"),
        pytest.param(
            lambda text: text.replace("\n", ',"a ""b"",\nc"\n').replace('"a ""b"",\nc"', "picture", 1),
            id="texts with quotation marks, commas and line ends",
        ),
        pytest.param(
            lambda text: text.replace("\n", "," + ",".join(f"c{place}" for place in range(3000)) + "\n"),
            id="thousands of columns",
        ),
        pytest.param(lambda text: re.sub(r"[^,\n]+", r'"\g<0>"', text), id="all fields quoted"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_csv_table_that_went_through_other_programs_has_the_same_numbers(
    tmp_path: Path, changed: Callable[[str], str], encoding: str
) -> None:
    path = table(tmp_path / "talk.csv")
    before = read_pose_table(path)
    text = changed(path.read_text(encoding="utf-8"))
    path.write_bytes(text.encode(encoding))
    after = read_pose_table(path)
    for name, column in before.columns.items():
        np.testing.assert_array_equal(after.columns[name], column)


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_rows_in_any_order_give_the_same_tracks_and_keep_their_order(tmp_path: Path, suffix: str) -> None:
    sorted_table = read_pose_table(table(tmp_path / f"talk{suffix}"))
    shuffled = np.array([3, 0, 2, 1])
    path = tmp_path / f"shuffled{suffix}"
    columns = {name: column[shuffled] for name, column in sorted_table.columns.items()}
    if suffix == ".parquet":
        pq.write_table(pa.table({name: pa.array(column) for name, column in columns.items()}), path)
    else:
        lines = (tmp_path / f"talk{suffix}").read_text(encoding="utf-8").splitlines()
        header, lines = (lines[:1], lines[1:]) if suffix == ".csv" else ([], lines)
        path.write_text("\n".join([*header, *(lines[row] for row in shuffled)]), encoding="utf-8")
    read = read_pose_table(path)
    assert read.columns["frame"].tolist() == [3, 0, 2, 0]
    assert read.columns["face_id"].tolist() == [7, 7, 7, 8]
    for own, other in zip(read.tracks, sorted_table.tracks, strict=True):
        np.testing.assert_array_equal(own.frame, other.frame)
        np.testing.assert_array_equal(own.box, other.box)
        np.testing.assert_array_equal(own.smoothed, other.smoothed)
    assert read.frame_at(0.2) == 2


def test_the_rows_of_a_table_of_many_batches_are_all_read_back(tmp_path: Path) -> None:
    count = 150_000
    row = ",".join(GOOD).split(",", 2)[2]
    text = HEADER + "\n" + "".join(f"{frame},{frame / 100},{row}\n" for frame in range(count))
    path = tmp_path / "long.csv"
    path.write_text(text, encoding="utf-8")
    assert path.stat().st_size > 2 * 2**21
    read = read_pose_table(path)
    np.testing.assert_array_equal(read.tracks[0].frame, np.arange(count))
    np.testing.assert_array_equal(read.columns["time_s"], np.arange(count) / 100)


@pytest.mark.parametrize(
    "record_text",
    ["[" * 100_000, '{"product": "Hopenet Studio", "counts": {"frames": 1e400}, "source": {"since_s": 1e999}}'],
    ids=["deep", "infinite"],
)
def test_absurd_records_are_ignored(tmp_path: Path, record_text: str) -> None:
    path = table(tmp_path / "talk.csv")
    record_path(path).write_text(record_text, encoding="utf-8")
    read = read_pose_table(path)
    assert (read.frame_count, read.since_s, read.reference) == (4, 0.0, Reference())


@pytest.mark.parametrize("digits", [20, 400])
def test_a_count_of_frames_that_no_video_has_is_ignored(tmp_path: Path, digits: int) -> None:
    path = table(tmp_path / "talk.csv")
    record(path)
    text = record_path(path).read_text(encoding="utf-8")
    record_path(path).write_text(text.replace('"frames": 12', '"frames": ' + "9" * digits), encoding="utf-8")
    assert read_pose_table(path).frame_count == 4


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
def test_a_table_without_the_mark_for_damage_says_neither_yes_nor_no(tmp_path: Path, suffix: str) -> None:
    new = table(tmp_path / f"new{suffix}")
    old = tmp_path / f"old{suffix}"
    if suffix == ".parquet":
        pq.write_table(pq.read_table(new).drop_columns(["damaged"]), old)
    else:
        mark = r',damaged,file\n|,0,\n|,"damaged":0'
        old.write_text(re.sub(mark, lambda m: "\n" if "\n" in m[0] else "", new.read_text()))
    assert "damaged" not in (str(pq.read_schema(old)) if suffix == ".parquet" else old.read_text())
    read = read_pose_table(old)
    assert np.isnan(read.columns["damaged"]).tolist() == [True] * len(read.columns["frame"])
    assert np.isnan(filtered(read, tmp_path / f"kept{suffix}").columns["damaged"]).all()
    assert len(read.tracks) == len(read_pose_table(new).tracks)
