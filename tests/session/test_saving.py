from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import UsageError
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import table_format
from app.session.events import Event, Label
from app.session.faces import merge_faces, name_face, reassign_face
from app.session.identities import Frames, Identities
from app.session.saving import save_filtered, save_table
from app.session.session import Session, session_of
from app.session.storage import read_edits
from app.session.targets import Target, Targets
from tests.session.test_faces import table


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Tracks 1 and 3 are Anna; half of track 2 is another person."""
    path = table(tmp_path / "a.csv", {1: range(10), 2: range(30), 3: range(15, 30)}).path
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="a.mp4", kind="video", size=(320, 240), frame_count=40),
        models={"snapshot": {"name": "s"}},
        counts=Counts(40, 55, 30),
    )
    session = session_of([read_pose_table(path)])
    session = session.edited(merge_faces(session, [1, 3]))
    session = session.edited(name_face(session, 1, "=Anna, “A”"))
    return session.edited(reassign_face(session, 2, None, Frames(20, 25)))


@pytest.mark.parametrize("with_record", [True, False], ids=["record", "no record"])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_with_identities_is_read_back_with_faces_names_and_original_ids(
    tmp_path: Path, session: Session, suffix: str, with_record: bool
) -> None:
    path = tmp_path / f"b{suffix}"
    assert save_table(session, path) == 55
    if not with_record:
        record_path(path).unlink()
    again = read_pose_table(path)
    assert session.first is not None
    assert {track.face_id: track.frame.tolist() for track in again.tracks} == {
        track.face_id: track.frame.tolist() for track in session.first.tracks
    }
    assert again.names == {1: "=Anna, “A”"}
    assert (again.columns["track_id"] == session.originals[0].columns["face_id"]).all()
    assert again.source_name == ("a.mp4" if with_record else None)
    corrected = session_of([again])
    corrected = corrected.edited(name_face(corrected, 2, "Ben"))
    save_table(corrected, tmp_path / f"c{suffix}")
    last = read_pose_table(tmp_path / f"c{suffix}")
    assert last.names == {1: "=Anna, “A”", 2: "Ben"}
    assert (last.columns["track_id"] == session.originals[0].columns["face_id"]).all()


def test_the_record_of_a_table_with_identities_says_what_was_corrected(tmp_path: Path, session: Session) -> None:
    save_table(session, tmp_path / "b.csv")
    record = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert record["identities"]["faces"] == [
        {"track_id": 2, "first_frame": 20, "last_frame": 25, "face_id": 4},
        {"track_id": 3, "first_frame": None, "last_frame": None, "face_id": 1},
    ]
    assert record["identities"]["names"] == {"1": "=Anna, “A”"}
    assert record["made_from"]["table"] == "a.csv" and record["source"]["name"] == "a.mp4"
    assert [column["name"] for column in record["table"]["columns"]][-2:] == ["track_id", "name"]
    with (tmp_path / "b.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["track_id"], row["face_id"], row["name"]) for row in rows} == {
        ("1", "1", "'=Anna, “A”"),
        ("3", "1", "'=Anna, “A”"),
        ("2", "2", ""),
        ("2", "4", ""),
    }


def test_openface_has_the_corrected_faces_and_the_published_text_its_lines(tmp_path: Path, session: Session) -> None:
    save_table(session, tmp_path / "openface.csv", format_name="openface")
    with (tmp_path / "openface.csv").open(encoding="utf-8", newline="") as file:
        assert sorted({row["face_id"] for row in csv.DictReader(file)}) == ["1", "2", "4"]
    assert save_table(session, tmp_path / "text.txt") == 55
    assert len((tmp_path / "text.txt").read_text(encoding="utf-8").splitlines()) == 55


def test_a_filtered_table_has_the_corrected_faces_and_says_what_is_left_out(tmp_path: Path, session: Session) -> None:
    session = session.excluding(Span(0, 1))
    assert save_filtered(session, tmp_path / "b.csv") == 35
    again = read_pose_table(tmp_path / "b.csv")
    assert {track.face_id: len(track) for track in again.tracks} == {1: 15, 2: 14, 4: 6}
    assert again.frame_count == 30
    record = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert record["excluded"]["ranges"] == [{"start_s": 0, "end_s": 1}]


def test_another_programs_file_is_not_replaced_by_the_record(tmp_path: Path, session: Session) -> None:
    (tmp_path / "b.json").write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"b\.json, which would be the record of b\.csv"):
        save_table(session, tmp_path / "b.csv")
    assert not (tmp_path / "b.csv").exists()
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8")) == {"mine": 1}


@pytest.mark.parametrize("filtered", [False, True])
def test_events_and_what_else_was_changed_follow_into_a_saved_table(
    tmp_path: Path, session: Session, filtered: bool
) -> None:
    talks = Label("talks", "#112233", "3")
    edits = session.edits.with_label(talks).adding(Event(0.5, 1.5, "talks", 1, "loud")).excluding(Span(0, 1))
    edits = replace(edits, targets=Targets((Target("screen", 20, 0, 10),)))
    session = session.edited(edits)
    (tmp_path / "b.events.csv").write_text("start_s,label\n1,older\n", encoding="utf-8")
    (save_filtered if filtered else save_table)(session, tmp_path / "b.csv")
    again = read_edits(read_pose_table(tmp_path / "b.csv"))
    assert not again.errors
    assert again.edits.events == edits.events and again.edits.labels == (talks,)
    assert again.edits.targets == edits.targets
    assert again.edits.excluded == (() if filtered else edits.excluded)
    assert again.edits.identities == Identities()
    assert "=Anna" in (tmp_path / "b.events.csv").read_text(encoding="utf-8")
    assert "older" in (tmp_path / "b.events.former.csv").read_text(encoding="utf-8")


def test_without_events_the_saved_table_has_no_files_of_them(tmp_path: Path, session: Session) -> None:
    save_table(session, tmp_path / "b.csv")
    assert sorted(path.name for path in tmp_path.glob("b*")) == ["b.csv", "b.json"]


def test_a_saved_table_never_takes_the_record_of_an_open_one(tmp_path: Path, session: Session) -> None:
    before = (tmp_path / "a.json").read_bytes()
    with pytest.raises(UsageError, match=r"a\.parquet would have the record and the changes of a\.csv"):
        save_table(session, tmp_path / "a.parquet")
    assert (tmp_path / "a.json").read_bytes() == before and not (tmp_path / "a.parquet").exists()
