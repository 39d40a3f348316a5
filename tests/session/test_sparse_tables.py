"""Tables of every k-th frame: a row is about the time until the next measurement, and no step between is a gap."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.frames import Analysis, Face, Frame
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.table_data import PoseTableData
from app.outputs.tables import open_pose_table, table_format
from app.session.attention import attention
from app.session.edits import Edits
from app.session.events import Event, Label
from app.session.label_statistics import analysed_span, label_statistics, range_end
from app.session.looks import frame_times
from app.session.session import Session, session_of
from app.session.statistics import face_statistics, frames_kept
from app.session.targets import Target, Targets
from app.session.video_curves import VideoCurves
from app.settings import Reference
from detectors import Box
from hopenet import HeadPose

K, RATE = 5, 25
SCREEN = Target("screen", 30, 0, 10)
THERE, AWAY = HeadPose(30, 0, 0), HeadPose(0, 0, 0)


def table(
    path: Path,
    measured: int,
    *,
    absent: Collection[int] = (),
    away: Collection[int] = (),
    record: bool = True,
    video_s: float | None = None,
    first: int = 0,
) -> PoseTableData:
    """A face in frames 0, 5, 10 … of a video with 25 frames per second, apart from the measurements in `absent`. It
    looks at the screen apart from those in `away`."""
    with open_pose_table(path) as rows:
        for place in range(first, first + measured):
            pose = AWAY if place in away else THERE
            face = Face(1, Box(0, 0, 9, 9), 1, pose, pose, None)
            frame = Frame(np.zeros((2, 2, 3), np.uint8), K * place, Fraction(K * place, RATE))
            rows.write(Analysis(frame, () if place in absent else (face,)))
    if record:
        source = SourceRecord(
            name="x.mp4", kind="video", size=(9, 9), frame_count=K * measured, duration_s=video_s, since_s=0.0
        )
        write_record(
            record_path(path),
            tables=[(path.name, table_format(path))],
            source=source,
            models={"settings": {"measure_every": K}},
            counts=Counts(measured, 0, 0),
        )
    return read_pose_table(path)


def test_the_step_is_that_of_the_record_and_else_follows_from_many_frames(tmp_path: Path) -> None:
    assert table(tmp_path / "a.csv", 3).step == K
    assert table(tmp_path / "b.csv", 20, absent=range(4, 8), record=False).step == K
    assert table(tmp_path / "c.csv", 9, record=False).step == 1, "Nine frames can be a coincidence."
    assert table(tmp_path / "b.csv", 20, record=False).frame_count == 20


def test_lines_are_joined_from_measurement_to_measurement_and_broken_where_one_has_no_face(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 12, absent=[6, 7])
    gaps = shown.tracks[0].with_gaps()
    assert np.isnan(gaps.raw[:, 0]).tolist() == [False] * 6 + [True] + [False] * 4
    (curve,) = VideoCurves.of(shown, Reference()).faces
    assert curve.gap_after.tolist() == [False] * 5 + [True] + [False] * 3 + [True]


def test_a_frame_between_shows_the_last_measurement_and_none_after_one_without_a_face(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 12, absent=[6])
    numbers = (0, 1, 4, 5, 29, 30, 34, 35, 59, 60)
    wanted = [0, 0, 0, 5, 25, None, None, 35, 55, None]
    assert [shown.frame_shown(number, number / RATE) for number in numbers] == wanted
    (curve,) = VideoCurves.of(shown, Reference()).faces
    rows = [curve.row_at(number / RATE) for number in numbers]
    assert [None if row is None else int(curve.frame[row]) for row in rows] == wanted


def test_a_measurement_counts_until_the_next_one(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20, absent=[6, 7], away=[10, 11, 12])
    result = attention(shown, shown.tracks[0], Targets((SCREEN,), bridge_s=0.0))
    assert result.counted_s == pytest.approx(20 * 0.2)
    assert result.visible_s == pytest.approx(18 * 0.2)
    assert result.targets[0].time_s == pytest.approx(15 * 0.2)
    assert result.elsewhere_s == pytest.approx(3 * 0.2)
    assert result.targets[0].looks.number == 3
    assert result.targets[0].looks.longest_s == pytest.approx(7 * 0.2)


def test_the_last_measurement_counts_no_longer_than_the_video(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20, video_s=3.84)  # One frame after the last measurement at 3.8 s.
    assert frame_times(shown).span == pytest.approx((0.0, 3.84))
    assert attention(shown, shown.tracks[0], Targets((SCREEN,))).visible_s == pytest.approx(3.84)
    assert analysed_span(shown) == pytest.approx((0.0, 3.84))


def test_measurements_without_a_face_before_the_first_and_after_the_last_one_count(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20, absent=[0, 1, 2, 18, 19])
    assert frame_times(shown).span == pytest.approx((0.0, 4.0))
    assert analysed_span(shown) == pytest.approx((0.0, 4.0))


def test_a_measurement_a_second_and_more_apart_is_no_gap_in_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = table(path, 12).path.read_text(encoding="utf-8")
    lines = [line.split(",") for line in text.splitlines()]
    for line in lines[1:]:
        line[1] = f"{int(line[0]) * 0.5:.6f}"  # A measurement every 2.5 s.
    path.write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    shown = read_pose_table(path)
    assert attention(shown, shown.tracks[0], Targets((SCREEN,))).visible_s == pytest.approx(12 * 2.5)


def test_shares_are_of_the_measured_frames_also_where_ranges_are_excluded(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20, absent=[6, 7, 15])
    session = session_of([shown])
    assert face_statistics(session, 1).tables[0].share == pytest.approx(17 / 20)
    without = session.excluding(Span(1.0, 2.0))
    assert frames_kept(without, shown) == 15
    assert face_statistics(without, 1).tables[0].share == pytest.approx(14 / 15)


def labelled(shown: PoseTableData, *events: Event) -> Session:
    return session_of([shown], Edits(events=events, labels=(Label("nod", "#ff0000", ""),)))


def test_a_moment_between_two_measurements_is_in_the_first_of_them(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20, away=[4])
    session = labelled(shown, Event(0.9, 0.9, "nod"))  # Frame 22; measured were 20 and 25.
    statistics = face_statistics(session, 1, "smoothed", "nod").tables[0]
    assert statistics.frames == 1
    assert statistics.angles[0].mean == pytest.approx(0.0)
    assert statistics.share == 1.0


def test_a_range_has_the_measurements_in_it_and_lasts_as_long_as_it_does(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20)
    session = labelled(shown, Event(0.9, 1.5, "nod"))
    assert face_statistics(session, 1, "smoothed", "nod").tables[0].frames == 3  # 1.0, 1.2 and 1.4 s
    (label,) = label_statistics(session)
    assert label.total_s == pytest.approx(0.6)
    assert label.share == pytest.approx(0.15)


def test_a_range_that_ends_in_the_last_measured_frame_contains_it(tmp_path: Path) -> None:
    session = session_of([table(tmp_path / "a.csv", 20)])
    assert range_end(session, 3.8) == pytest.approx(4.0)
    assert range_end(session, 3.96) == pytest.approx(4.0)
    assert [range_end(session, time_s) for time_s in (3.6, 3.88)] == [3.6, 3.88]


def test_a_part_begins_with_its_first_measurement(tmp_path: Path) -> None:
    shown = table(tmp_path / "a.csv", 20, first=10)
    assert (shown.first_frame, shown.end_frame) == (50, 150)
    assert frame_times(shown).span == pytest.approx((2.0, 6.0))
