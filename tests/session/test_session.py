from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linear_sum_assignment

from app.errors import UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.table_data import PoseTableData
from app.outputs.tables import open_pose_table, table_format
from app.session.edits import Edits
from app.session.matching import MIN_OVERLAP, partners_of
from app.session.saving import save_filtered
from app.session.session import Session, is_original, session_of, warnings_about
from app.session.statistics import face_statistics, write_statistics
from detectors import Box, overlaps
from hopenet import HeadPose, PoseSpread

LEFT, RIGHT, BELOW = Box(0, 0, 100, 100), Box(200, 0, 300, 100), Box(0, 200, 100, 300)


def table(
    path: Path, boxes: Mapping[int, Box], *, frames: range = range(20), yaw: float = 0.0, video: str | None = None
) -> PoseTableData:
    with open_pose_table(path) as rows:
        for index in frames:
            pose = HeadPose(yaw + index, -2, 179)
            faces = [Face(number, box, 1, pose, pose, PoseSpread(1, 1, 1)) for number, box in boxes.items()]
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 10)), tuple(faces)))
    if video is not None:
        write_record(
            record_path(path),
            tables=[(path.name, table_format(path))],
            source=SourceRecord(name=video, kind="video", size=(320, 240), frame_count=40),
            models={"snapshot": {"name": path.stem}},
            counts=Counts(40, 20, 20),
        )
    return read_pose_table(path)


def test_faces_correspond_if_their_boxes_overlap_whatever_their_ids(tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", {1: LEFT, 2: RIGHT, 3: BELOW})
    second = table(tmp_path / "b.csv", {7: RIGHT.moved(10, 5), 9: LEFT.moved(-8, 4)}, frames=range(5, 30))
    assert partners_of(first, second) == {1: 9, 2: 7}


def crowd(path: Path, random: np.random.Generator) -> PoseTableData:
    """Three frames of 400 boxes with numbers below 1000; the last one has them in a row, and some boxes are large."""
    with open_pose_table(path) as rows:
        for index in range(3):
            corners = random.uniform(0, 500, (400, 2)) * (1, 0.02 if index == 2 else 1)
            sides = random.uniform(5, 60, (400, 2)) * np.where(random.random((400, 1)) < 0.01, 20, 1)
            boxes = np.concatenate([corners, corners + sides], axis=1).tolist()
            numbers = random.permutation(1000)[:400].tolist()
            named = zip(numbers, boxes, strict=True)
            faces = tuple(Face(number, Box(*box), 1, None, None, None) for number, box in named)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index)), faces))
    return read_pose_table(path)


def all_overlaps(first: PoseTableData, second: PoseTableData) -> npt.NDArray[np.float64]:
    """The sum of overlaps of each pair of faces that may be the same head, each box compared with each."""
    total, shared = np.zeros((2, len(first.tracks), len(second.tracks)))
    for frame in range(3):
        own, other = (
            {place: track.box[row] for place, track in enumerate(table.tracks) if (row := track.at(frame)) is not None}
            for table in (first, second)
        )
        a, b = np.repeat(list(own.values()), len(other), axis=0), np.tile(list(other.values()), (len(own), 1))
        pairs = np.ix_(list(own), list(other))
        total[pairs] += overlaps(a, b).reshape(len(own), len(other))
        shared[pairs] += 1
    total[total < MIN_OVERLAP * np.maximum(shared, 1)] = 0
    return total


def test_crowds_are_paired_as_if_each_box_were_compared_with_each(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    first, second = crowd(tmp_path / "a.csv", random), crowd(tmp_path / "b.csv", random)
    totals = all_overlaps(first, second)
    rows, columns = linear_sum_assignment(totals, maximize=True)
    partners = partners_of(first, second)
    places = [{track.face_id: place for place, track in enumerate(table.tracks)} for table in (first, second)]
    found = sum(totals[places[0][own], places[1][other]] for own, other in partners.items())
    assert found == pytest.approx(totals[rows, columns].sum())
    assert len(partners) == np.count_nonzero(totals[rows, columns])


@pytest.mark.parametrize("boxes", ["all on one place", "one huge"])
def test_boxes_of_any_form_are_compared_in_bounded_memory(tmp_path: Path, boxes: str) -> None:
    apart = 0 if boxes == "all on one place" else 9
    each = {number: Box(apart * number, 0, apart * number + 8, 8) for number in range(300)}
    first = table(tmp_path / "a.csv", each | {300: Box(-1e8, -1e8, 1e8, 1e8)}, frames=range(1))
    second = table(tmp_path / "b.csv", each, frames=range(1))
    assert len(partners_of(first, second)) == 300
    if boxes == "one huge":
        assert partners_of(first, second) == {number: number for number in range(300)}


def test_tables_with_too_many_overlaps_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.matching.MAXIMUM_PAIRS", 3)
    tables = [table(tmp_path / name, {1: LEFT, 2: LEFT}, frames=range(1)) for name in ("a.csv", "b.csv")]
    with pytest.raises(UsageError, match=r"a\.csv and b\.csv cannot be compared: too many of their boxes overlap"):
        session_of(tables)


def test_a_long_shared_track_counts_more_than_a_short_coincidence(tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", {1: LEFT})
    long = table(tmp_path / "long.csv", {4: LEFT.moved(20, 0)})
    with open_pose_table(tmp_path / "b.csv") as rows:
        for index in range(20):
            moved = Face(4, LEFT.moved(20, 0), 1, None, None, None)
            brief = Face(2, LEFT, 1, None, None, None)
            faces = (moved, brief) if index < 3 else (moved,)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 10)), faces))
    assert partners_of(first, long) == {1: 4}
    assert partners_of(first, read_pose_table(tmp_path / "b.csv")) == {1: 4}


@pytest.mark.parametrize("boxes", [{}, {1: RIGHT}], ids=["no face", "elsewhere"])
def test_a_face_that_no_other_overlaps_has_no_partner(tmp_path: Path, boxes: dict[int, Box]) -> None:
    session = session_of((table(tmp_path / "a.csv", {1: LEFT}), table(tmp_path / "b.csv", boxes)))
    assert session.partners == {}
    assert len(session.tracks(1)) == 1


def test_a_third_table_is_refused(tmp_path: Path) -> None:
    one = table(tmp_path / "a.csv", {1: LEFT})
    with pytest.raises(UsageError, match="At most two tables"):
        session_of((one, one, one))


def test_ranges_are_added_merged_included_again_and_undone() -> None:
    session = Session().excluding(Span(1, 2)).excluding(Span(5, 4)).excluding(Span(1.5, 3))
    assert session.excluded == (Span(1, 3), Span(4, 5))
    assert session.including(Span(1.5, 2)).excluded == (Span(1, 1.5), Span(2, 3), Span(4, 5))
    assert session.including(Span(1, 3)).excluded == (Span(4, 5),)
    assert session.undo().excluded == (Span(1, 2), Span(4, 5))
    assert session.undo().undo().undo().undo().excluded == ()
    assert session.excluding(Span(1, 2)) is session
    assert (session.excluded_at(2.9), session.excluded_at(3)) == (Span(1, 3), None)


def test_statistics_leave_out_excluded_ranges(tmp_path: Path) -> None:
    session = session_of((table(tmp_path / "a.csv", {1: LEFT}, video="talk.mp4"),))
    whole = face_statistics(session, 1).tables[0]
    assert (whole.frames, whole.share) == (20, 0.5)
    assert (whole.angles[0].mean, whole.angles[0].range) == pytest.approx((9.5, 19))
    half = face_statistics(session.excluding(Span(1.0, 9.0)), 1).tables[0]
    assert half.frames == 10
    assert half.angles[0].mean == pytest.approx(4.5)
    assert half.angles[0].std == pytest.approx(np.arange(10).std(ddof=1))
    assert half.share == 1


def test_differences_are_wrapped_and_taken_over_shared_frames(tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", {1: LEFT})
    second = table(tmp_path / "b.csv", {3: LEFT}, frames=range(10, 30), yaw=-4)
    face = face_statistics(session_of((first, second)), 1)
    assert face.shared_frames == 10
    assert (face.differences[0].mean, face.differences[0].mean_absolute) == pytest.approx((-4, 4))
    assert face.differences[2].mean == pytest.approx(0)


@pytest.mark.parametrize("excluded", [(), (Span(0, 100),)], ids=["faces without poses", "everything excluded"])
def test_statistics_without_angles_are_nan(tmp_path: Path, excluded: tuple[Span, ...]) -> None:
    with open_pose_table(tmp_path / "a.csv") as rows:
        for index in range(3):
            face = Face(1, LEFT, 1, None, None, None)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 10)), (face,)))
    session = session_of((read_pose_table(tmp_path / "a.csv"),), Edits(excluded=excluded))
    assert np.isnan(face_statistics(session, 1).tables[0].angles[0].mean)


def test_statistics_are_written_for_each_table_face_and_angle(tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", {1: LEFT, 2: RIGHT})
    second = table(tmp_path / "b.csv", {5: LEFT}, yaw=1)
    write_statistics(session_of((first, second)), tmp_path / "statistics.csv")
    with (tmp_path / "statistics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["table"], row["face_id"], row["angle"]) for row in rows[:6:3]] == [
        ("a.csv", "1", "yaw"),
        ("b.csv", "5", "yaw"),
    ]
    assert len(rows) == 9
    assert rows[3]["difference_mean_deg"] == "1.0000"
    assert rows[0]["difference_mean_deg"] == ""


def test_a_filtered_table_is_saved_but_never_over_the_table_itself(tmp_path: Path) -> None:
    session = session_of((table(tmp_path / "a.csv", {1: LEFT}),)).excluding(Span(0.5, 1.5))
    assert save_filtered(session, tmp_path / "kept.jsonl") == 10
    assert read_pose_table(tmp_path / "kept.jsonl").columns["frame"].tolist() == [*range(5), *range(15, 20)]
    with pytest.raises(UsageError, match="the table itself"):
        save_filtered(session, tmp_path / "a.csv")


def test_warnings_say_what_does_not_belong_together(tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", {1: LEFT}, video="talk.mp4")
    second = table(tmp_path / "b.csv", {1: RIGHT}, video="walk.mp4")
    warnings = " ".join(warnings_about(session_of((first, second)), Path("other.mp4")))
    assert all(words in warnings for words in ("different videos", "nothing to compare", "not of other.mp4"))
    assert warnings_about(session_of((first,)), Path("talk-poses.mp4")) == ()


@pytest.mark.parametrize(
    ("end_s", "reason"),
    [
        (1.9, None),
        (1.0, None),
        (0.5, "ends at 0.5 s: it may be of another video"),
        (0.01, "its times may be in milliseconds"),
    ],
)
def test_a_table_that_is_longer_than_the_video_is_doubted(tmp_path: Path, end_s: float, reason: str | None) -> None:
    session = session_of((table(tmp_path / "a.csv", {1: LEFT}),))
    warnings = warnings_about(session, Path("talk.mp4"), end_s)
    assert len(warnings) == (reason is not None)
    assert reason is None or reason in warnings[0]


@pytest.mark.parametrize(
    ("rate", "steps", "doubted"),
    [
        (10.0, [0.1] * 20, False),
        (10.01, [0.1] * 20, False),
        (12.5, [0.1] * 20, True),
        (5.0, [0.1] * 20, True),
        (12.5, [0.1] * 10 + [0.2] * 10, False),
    ],
)
def test_a_video_of_another_frame_rate_is_doubted(
    tmp_path: Path, rate: float, steps: list[float], doubted: bool
) -> None:
    """A table of a variable rate is not: its average depends on where the faces are."""
    path = tmp_path / "a.csv"
    times = np.cumsum([0.0, *steps])
    with open_pose_table(path) as rows:
        for index, time in enumerate(times):
            face = Face(1, LEFT, 1, None, None, None)
            frame = Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(float(time)).limit_denominator(1000))
            rows.write(Analysis(frame, (face,)))
    warnings = warnings_about(session_of((read_pose_table(path),)), Path("talk.mp4"), None, rate)
    assert len(warnings) == doubted
    if doubted:
        assert f"has 10 frames per second, but talk.mp4 has {rate:.4g}." in warnings[0]


def test_a_table_named_like_a_formula_is_no_formula_in_the_statistics(tmp_path: Path) -> None:
    session = session_of((table(tmp_path / "=1+1.csv", {1: LEFT}),))
    write_statistics(session, tmp_path / "statistics.csv")
    with (tmp_path / "statistics.csv").open(encoding="utf-8", newline="") as file:
        assert {row["table"] for row in csv.DictReader(file)} == {"./=1+1.csv"}


def test_a_video_is_the_original_if_it_has_the_recorded_name(tmp_path: Path) -> None:
    recorded = table(tmp_path / "a.csv", {1: LEFT}, video="talk.mp4")
    assert is_original(Path("videos/talk.mp4"), recorded)
    assert not is_original(Path("videos/talk-poses.mp4"), recorded)
    assert is_original(Path("videos/any.mp4"), table(tmp_path / "b.csv", {1: LEFT}))
    watched = table(tmp_path / "c.csv", {1: LEFT})
    for kind in ("live", "video, as watched", "film, as watched"):
        recording = replace(watched, record={"source": {"kind": kind, "name": "c.mp4"}})
        assert not is_original(Path("videos/c.mp4"), recording)
        assert recording.source_name is None
