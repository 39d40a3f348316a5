"""A table smoothed again without delay."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.analysis.zero_lag import zero_lag_angles
from app.frames import Analysis, Face, Frame
from app.outputs.reading import read_pose_table, write_filtered
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.table_data import PoseTableData
from app.outputs.tables import open_pose_table, table_format
from app.session.attention_files import attention_of_faces, attention_text
from app.session.faces import swap_faces
from app.session.identities import Frames
from app.session.saving import save_table
from app.session.session import Kind, session_of
from app.session.smoothing import Smoother, recorded_strength, with_zero_lag
from app.session.statistics import write_statistics
from app.session.targets import Targets
from app.settings import Reference, Signs
from detectors import Box
from hopenet import HeadPose

POSES = np.random.default_rng(3).normal([30, 10, -20], 8, (2, 60, 3))


def table(path: Path, reference: Reference | None = None, *, record: bool = True) -> PoseTableData:
    """Faces 7 and 2, in this order in each frame; face 2 begins later."""
    reference = reference or Reference()
    with open_pose_table(path, reference=reference) as rows:
        for index in range(60):
            poses = {7: HeadPose(*POSES[0, index])} | ({2: HeadPose(*POSES[1, index])} if index > 9 else {})
            faces = (Face(face, Box(0, 0, 9, 9), 1, pose, HeadPose(0, 0, 0), None) for face, pose in poses.items())
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 30)), tuple(faces)))
    if record:
        write_record(
            record_path(path),
            tables=[(path.name, table_format(path))],
            source=SourceRecord(name="x.mp4", kind="video", size=(9, 9), frame_count=60),
            models={"settings": {"smoothing": 0.7, "filter": "one-euro"}},
            counts=Counts(60, 110, 60),
            reference=reference,
        )
    return read_pose_table(path)


def test_smoothed_angles_become_those_without_delay_and_nothing_else_changes(tmp_path: Path) -> None:
    own = table(tmp_path / "t.csv")
    smoothed = with_zero_lag(own, 0.5)
    expected = zero_lag_angles(POSES[0], np.arange(60) / 30, 0.5)
    assert np.allclose(smoothed.track(7).smoothed, expected, atol=1e-3)  # type: ignore[union-attr]
    for before, after in zip(own.tracks, smoothed.tracks, strict=True):
        assert np.array_equal(before.raw, after.raw)
    assert np.array_equal(own.tracks[0].smoothed, np.zeros((50, 3))), "the table itself was changed"


def test_a_neutral_pose_and_signs_do_not_change_what_is_smoothed(tmp_path: Path) -> None:
    reference = Reference(HeadPose(20, -10, 5), Signs(-1, 1, 1))
    plain = with_zero_lag(table(tmp_path / "a.csv"), 0.6)
    relative = with_zero_lag(table(tmp_path / "b.csv", reference), 0.6)
    expected = [reference.apply(HeadPose(*pose)) for pose in plain.tracks[1].smoothed.tolist()]
    assert np.allclose(relative.tracks[1].smoothed, expected, atol=1e-3)


def test_a_saved_part_of_the_table_has_the_new_angles_in_its_own_order(tmp_path: Path) -> None:
    smoothed = with_zero_lag(table(tmp_path / "t.csv"), 0.5)
    write_filtered(smoothed, tmp_path / "f.csv", np.ones(110, bool))
    saved = read_pose_table(tmp_path / "f.csv")
    for before, after in zip(smoothed.tracks, saved.tracks, strict=True):
        assert np.allclose(before.smoothed, after.smoothed, atol=1e-4)
    assert saved.columns["face_id"].tolist() == smoothed.columns["face_id"].tolist()


def test_a_saved_table_with_corrected_faces_has_the_angles_of_the_corrected_faces(tmp_path: Path) -> None:
    session = session_of([table(tmp_path / "t.csv")])
    session = session.edited(swap_faces(session, 2, 7, Frames(20, 40)), "swap")
    smoother = Smoother()
    prepared = smoother.prepared(session, "zero-lag", 0.5)
    assert smoother.prepared(session, "zero-lag", 0.5).tables[0] is prepared.tables[0], "it is computed only once"
    assert smoother.prepared(session, "smoothed", 0.5) is session
    save_table(prepared, tmp_path / "s.csv")
    saved = read_pose_table(tmp_path / "s.csv")
    for face_id in (2, 7):
        own, expected = saved.track(face_id), prepared.tables[0].track(face_id)
        assert own is not None
        assert expected is not None
        assert np.allclose(own.smoothed, expected.smoothed, atol=1e-4)
        assert np.allclose(own.smoothed, zero_lag_angles(own.raw, own.time_s, 0.5), atol=0.01)
    record = json.loads(record_path(tmp_path / "s.csv").read_text(encoding="utf-8"))
    assert record["settings"] == {"filter": "zero-lag", "smoothing": 0.5}


def test_the_record_says_which_filter_and_strength(tmp_path: Path) -> None:
    own = table(tmp_path / "t.csv")
    assert recorded_strength(own) == 0.7
    smoothed = with_zero_lag(own, 0.4)
    assert smoothed.record is not None
    assert smoothed.record["settings"] == {"smoothing": 0.4, "filter": "zero-lag"}
    assert smoothed.record["source"]["name"] == "x.mp4"
    assert own.record is not None
    assert own.record["settings"]["filter"] == "one-euro"


@pytest.mark.parametrize("settings", [{}, {"smoothing": "x"}, {"smoothing": 7}, {"smoothing": math.nan}, None, 3])
def test_without_a_valid_strength_in_the_record_the_default_is_taken(tmp_path: Path, settings: object) -> None:
    own = table(tmp_path / "t.csv", record=False)
    assert recorded_strength(own) == 0.5
    assert recorded_strength(replace(own, record={"settings": settings})) == 0.5


@pytest.mark.parametrize(
    ("kind", "strength", "known"), [("smoothed", None, "0.7"), ("zero-lag", 0.35, "0.35"), ("raw", None, "")]
)
def test_statistics_and_attention_say_how_strongly_angles_were_smoothed(
    tmp_path: Path, kind: Kind, strength: float | None, known: str
) -> None:
    session = Smoother().prepared(session_of([table(tmp_path / "t.csv")]), kind, strength)
    write_statistics(session, tmp_path / "s.csv", kind)
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        assert {(line["kind"], line["smoothing"]) for line in csv.DictReader(file)} == {(kind, known)}
    lines = csv.DictReader(attention_text([attention_of_faces(session, Targets(), kind)]).splitlines())
    values = {line["value"] for line in lines if line["measure"] == "smoothing"}
    assert values == {f"{float(known):.4f}" if known else ""}


def test_statistics_of_a_table_without_a_record_do_not_guess_how_strongly_it_was_smoothed(tmp_path: Path) -> None:
    write_statistics(session_of([table(tmp_path / "t.csv", record=False)]), tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        assert {line["smoothing"] for line in csv.DictReader(file)} == {""}
