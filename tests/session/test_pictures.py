"""Tables of pictures that stand alone: a face ID in two pictures can be two people, so nothing joins them."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.errors import UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.reading import read_pose_table, write_filtered
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.table_data import PoseTableData
from app.outputs.tables import open_pose_table, table_format
from app.session.attention_files import attention_of_faces
from app.session.faces import merge_faces, name_face, reassign_face, swap_faces
from app.session.session import Session, session_of, warnings_about
from app.session.smoothing import Smoother
from app.session.statistics import face_statistics, write_statistics
from app.session.targets import Targets
from detectors import Box
from hopenet import HeadPose

YAWS = ((10.0, -20.0), (60.0,), ())
"""Of the faces of three pictures."""


def pictures(path: Path) -> PoseTableData:
    with open_pose_table(path) as rows:
        for index, yaws in enumerate(YAWS):
            poses = [HeadPose(yaw, 0, 0) for yaw in yaws]
            faces = [
                Face(number, Box(0, 0, 50 * number, 50), 1, pose, pose, None)
                for number, pose in enumerate(poses, start=1)
            ]
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 25)), tuple(faces)))
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="photos", kind="folder", size=(320, 240), frame_count=3),
        models={"snapshot": {"name": path.stem}},
        counts=Counts(3, 3, 2),
        pictures=["ann.jpg", "bob.jpg", "dog.jpg"],
    )
    return read_pose_table(path)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_of([pictures(tmp_path / "photos.csv")])


def test_statistics_of_pictures_are_of_all_faces_not_of_those_with_the_same_number(session: Session) -> None:
    found = face_statistics(session, 1)
    (own,) = found.tables
    assert (found.face_id, own.face_id, own.faces, own.frames) == (None, None, 3, 2)
    assert own.share == pytest.approx(2 / 3)
    assert own.angles[0].mean == pytest.approx(50 / 3, abs=1e-4)
    assert (own.angles[0].minimum, own.angles[0].maximum) == pytest.approx((-20, 60), abs=1e-4)


def test_written_statistics_of_pictures_have_no_face(session: Session, tmp_path: Path) -> None:
    write_statistics(session, tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["angle"] for line in lines] == ["yaw", "pitch", "roll"]
    assert [(line["face_id"], line["frames"], line["faces"], line["mean_deg"]) for line in lines[:1]] == [
        ("", "2", "3", "16.6667")
    ]


def test_pictures_have_numbers_and_names_in_place_of_times(session: Session) -> None:
    table = session.tables[0]
    assert [table.picture_at(index / 25) for index in range(4)] == [
        (0, "ann.jpg"),
        (1, "bob.jpg"),
        (2, "dog.jpg"),
        (3, ""),
    ]
    assert table.picture_at(0.079)[0] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda session: name_face(session, 1, "Ann"),
        lambda session: merge_faces(session, [1, 2]),
        lambda session: swap_faces(session, 1, 2),
        lambda session: reassign_face(session, 1),
        lambda session: attention_of_faces(session, Targets(), "raw"),
    ],
)
def test_what_takes_a_number_for_one_person_is_refused_for_pictures(session: Session, change: object) -> None:
    with pytest.raises(UsageError, match="pictures"):
        change(session)  # type: ignore[operator]


def test_pictures_are_never_smoothed_from_one_to_the_next(session: Session) -> None:
    assert Smoother().prepared(session, "zero-lag", 0.5) is session


def test_two_tables_of_pictures_are_not_compared_face_by_face(tmp_path: Path) -> None:
    both = session_of([pictures(tmp_path / "a.csv"), pictures(tmp_path / "b.csv")])
    assert both.partners == {}
    found = face_statistics(both, 1)
    assert [own.faces for own in found.tables] == [3, 3]
    assert found.differences == ()
    assert any("numbered in each picture" in warning for warning in warnings_about(both, None))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_of_pictures_without_its_record_is_known_by_the_names_of_their_files(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"photos{suffix}"
    with open_pose_table(path) as rows:
        for index, name in ((0, "ann.jpg"), (2, "'bob'.jpg")):
            pose = HeadPose(10 * index, 0, 0)
            frame = Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 25), name=name)
            rows.write(Analysis(frame, (Face(1, Box(0, 0, 9, 9), 1, pose, pose, None),)))
    table = read_pose_table(path)
    assert table.stands_alone
    assert list(table.pictures) == ["ann.jpg", "", "'bob'.jpg"]
    (own,) = face_statistics(session_of([table]), 1).tables
    assert (own.face_id, own.faces) == (None, 2)
    assert own.angles[0].mean == pytest.approx(10)
    again = tmp_path / f"kept{suffix}"
    write_filtered(table, again, np.array([False, True]))
    assert list(read_pose_table(again).pictures) == ["", "", "'bob'.jpg"]


def test_one_name_in_every_row_makes_no_pictures_of_a_video(tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    with open_pose_table(path) as rows:
        for index in range(3):
            face = Face(1, Box(0, 0, 9, 9), 1, HeadPose(0, 0, 0), HeadPose(0, 0, 0), None)
            frame = Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 25), name="talk.mp4")
            rows.write(Analysis(frame, (face,)))
    assert not read_pose_table(path).stands_alone
