"""Attention on synthetic tables whose answers are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
from app.session.attention import FaceAttention, attention
from app.session.looks import Runs, bridged
from app.session.targets import Target, Targets
from detectors import Box
from hopenet import HeadPose, PoseSpread

SCREEN, ROAD = Target("screen", 30, 0, 10), Target("road", -30, 0, 10)
AT = {"s": HeadPose(30, 0, 12), "r": HeadPose(-30, 0, -50), "e": HeadPose(0, 0, 0), "?": None}
"""Where the letters of a look point: at the screen, at the road, elsewhere, and a face without a pose."""


def table(
    path: Path,
    faces: Mapping[int, Sequence[HeadPose | str | None]],
    times: Sequence[Fraction] | None = None,
    *,
    spread: float | None = 1.0,
    frame_count: int | None = None,
) -> PoseTableData:
    """A pose for each frame of each face; “-” where the face is not in the table. 10 frames per second."""
    count = max(map(len, faces.values()))
    times = times or [Fraction(index, 10) for index in range(count)]
    with open_pose_table(path) as rows:
        for index, time in enumerate(times):
            found = tuple(
                Face(
                    face, Box(0, 0, 9, 9), 1, pose, pose,
                    PoseSpread(spread, spread, spread) if spread is not None and pose is not None else None,
                )
                for face, poses in faces.items()
                if index < len(poses) and not isinstance(pose := poses[index], str)
            )  # fmt: skip
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, time), found))
    if frame_count is not None:
        write_record(
            record_path(path),
            tables=[(path.name, table_format(path))],
            source=SourceRecord(name="x.mp4", kind="video", size=(9, 9), frame_count=frame_count),
            models={},
            counts=Counts(frame_count, 0, 0),
        )
    return read_pose_table(path)


def looks(text: str) -> list[HeadPose | str | None]:
    return ["-" if letter == "-" else AT[letter] for letter in text.replace(" ", "")]


def measured(
    path: Path, text: str, times: Sequence[Fraction] | None = None, *, bridge_s: float = 0.0,
    excluded: Sequence[Span] = (), only: Sequence[Span] | None = None, frame_count: int | None = None,
) -> FaceAttention:  # fmt: skip
    written = table(path / "t.csv", {1: looks(text)}, times, frame_count=frame_count)
    targets = Targets((SCREEN, ROAD), bridge_s=bridge_s)
    only = tuple(only) if only is not None else None
    return attention(written, written.tracks[0], targets, excluded=tuple(excluded), only=only)


def test_shares_looks_and_dwell_times_are_those_of_the_frames(tmp_path: Path) -> None:
    found = measured(tmp_path, "sssss eee ss rrrr eeeeee")
    screen, road = found.targets
    assert found.counted_s == found.visible_s == pytest.approx(2.0)
    assert [screen.time_s, screen.share] == pytest.approx([0.7, 0.35])
    assert screen.looks == pytest.approx((2, 0.35, 0.35, 0.5))
    assert screen.away == pytest.approx((2, (0.3 + 1.0) / 2, (0.3 + 1.0) / 2, 1.0))
    assert [screen.first_look_s, road.first_look_s] == pytest.approx([0, 1.0])
    assert road.looks == pytest.approx((1, 0.4, 0.4, 0.4))
    assert found.elsewhere == pytest.approx((2, 0.45, 0.45, 0.6))
    assert found.elsewhere_share == pytest.approx(0.45)
    assert found.per_minute(screen.looks.number) == pytest.approx(60)


def test_each_frame_counts_as_long_as_it_lasts(tmp_path: Path) -> None:
    times = [Fraction(milliseconds, 1000) for milliseconds in (0, 100, 200, 900, 1000, 1100)]
    found = measured(tmp_path, "ssreee", times)
    assert [target.time_s for target in found.targets] == pytest.approx([0.2, 0.7])
    assert found.elsewhere_s == pytest.approx(0.3)


def test_a_jump_of_the_clock_is_a_gap_and_no_look(tmp_path: Path) -> None:
    times = [Fraction(index, 10) + (60 if index > 4 else 0) for index in range(10)]
    found = measured(tmp_path, "sssss sssss", times)
    assert found.visible_s == pytest.approx(1.0)
    assert found.counted_s == pytest.approx(61.0)
    assert found.targets[0].looks == pytest.approx((2, 0.5, 0.5, 0.5))


def test_a_video_of_one_picture_every_five_seconds_has_no_gaps(tmp_path: Path) -> None:
    found = measured(tmp_path, "sssre", [Fraction(5 * index) for index in range(5)])
    assert found.visible_s == pytest.approx(25)
    assert found.targets[0].looks == pytest.approx((1, 15, 15, 15))


def test_missing_faces_are_not_visible_rather_than_away(tmp_path: Path) -> None:
    found = measured(tmp_path, "-- sss ??? --- ss --", frame_count=17)
    screen = found.targets[0]
    assert found.counted_s == pytest.approx(1.7), "with the frames before the first and after the last face"
    assert found.visible_s == pytest.approx(0.5)
    assert found.visible_share == pytest.approx(0.5 / 1.7)
    assert screen.share == 1
    assert screen.looks.number == 2
    assert screen.away.number == found.elsewhere.number == 0


def test_excluded_ranges_are_left_out_and_end_looks(tmp_path: Path) -> None:
    found = measured(tmp_path, "ssss ssss rr --- -- ss", excluded=[Span(0.2, 0.5), Span(1.1, 1.4)], bridge_s=1.0)
    screen, road = found.targets
    assert found.counted_s == pytest.approx(1.7 - 0.3 - 0.3)
    assert found.visible_s == pytest.approx(0.9)
    assert screen.looks == pytest.approx((3, 0.7 / 3, 0.2, 0.3))
    assert road.time_s == pytest.approx(0.2)


def test_only_the_ranges_that_are_asked_for_count(tmp_path: Path) -> None:
    found = measured(tmp_path, "ssss rrrr eeee", only=[Span(0.2, 0.6), Span(1.0, 9.0)], excluded=[Span(1.1, 1.15)])
    assert found.counted_s == found.visible_s == pytest.approx(0.5)
    assert [target.time_s for target in found.targets] == pytest.approx([0.2, 0.2])
    nothing = measured(tmp_path, "ssss", only=[])
    assert nothing.counted_s == nothing.visible_s == 0
    assert math.isnan(nothing.targets[0].share)
    assert nothing.targets[0].looks.number == 0


@pytest.mark.parametrize(
    ("text", "bridge_s", "number", "in_looks_s"),
    [
        ("sssss e sssss", 0.15, 1, 1.1),
        ("sssss e sssss", 0.1, 2, 1.0),
        ("sssss ee sssss", 0.15, 2, 1.0),
        ("sssss r sssss", 0.15, 1, 1.1),
        ("sssss - sssss", 0.15, 1, 1.0),
        ("sssss - sssss", 0.0, 2, 1.0),
        ("sssss e r e sssss", 0.25, 2, 1.0),
        ("sssss e r e sssss", 0.35, 1, 1.3),
        ("eeeee s eeeee", 0.15, 0, 0.0),
        ("e sssss e", 0.15, 1, 0.5),
    ],
)
def test_short_interruptions_are_bridged_if_wanted(
    tmp_path: Path, text: str, bridge_s: float, number: int, in_looks_s: float
) -> None:
    screen = measured(tmp_path, text, bridge_s=bridge_s).targets[0]
    assert screen.looks.number == number
    if number:
        assert screen.looks.mean_s == pytest.approx(in_looks_s / number)
    assert screen.time_s == pytest.approx(text.count("s") / 10), "bridging changed how long the face looked"


def test_the_time_in_all_states_stays_the_same_when_interruptions_are_bridged() -> None:
    random = np.random.default_rng(0)
    lengths = random.uniform(0.01, 0.4, 500)
    states = random.integers(-3, 3, 500)
    keep = np.concatenate([[True], states[1:] != states[:-1]])
    ends = np.cumsum(lengths)
    raw = Runs(states[keep], (ends - lengths)[keep], ends[keep], lengths[keep])
    joined = bridged(raw, 0.2)
    visible = raw.counted_s[raw.state >= -1].sum()
    assert joined.counted_s[joined.state >= -1].sum() == pytest.approx(visible)
    assert (joined.state[1:] != joined.state[:-1]).all()
    assert joined.counted_s[joined.state == -3].sum() == pytest.approx(raw.counted_s[raw.state == -3].sum())


def test_transitions_pass_over_other_directions_but_not_over_absences(tmp_path: Path) -> None:
    found = measured(tmp_path, "ss e rr ss e ss ??? rr e ss")
    # screen → elsewhere → road → screen → elsewhere → screen, not visible, road → elsewhere → screen
    assert found.transitions == ((1, 1), (2, 0))


def test_the_cone_is_round_on_the_sphere_and_not_a_box_of_angles(tmp_path: Path) -> None:
    within = {(9, 0): True, (7, 7): True, (8, 8): False, (0, 10.1): False, (-9.9, 0): True}
    far = Target("far", 80, 0, 10)
    poses = [HeadPose(yaw, pitch, 77) for yaw, pitch in within] + [HeadPose(80, 50, 0), HeadPose(80, 70, 0)]
    written = table(tmp_path / "t.csv", {1: poses})
    found = attention(written, written.tracks[0], Targets((Target("ahead", 0, 0, 10), far), bridge_s=0))
    assert found.targets[0].time_s == pytest.approx(0.1 * sum(within.values()))
    # A pitch of 50° at a yaw of 80° turns the nose by 2·asin(cos 80° · sin 25°) = 8.4°, one of 70° by 11.4°.
    assert found.targets[1].time_s == pytest.approx(0.1)


def test_in_two_cones_the_face_points_at_the_one_it_is_deepest_in(tmp_path: Path) -> None:
    wide, narrow = Target("wide", 0, 0, 40), Target("narrow", 20, 0, 5)
    written = table(tmp_path / "t.csv", {1: [HeadPose(0, 0, 0), HeadPose(16, 0, 0), HeadPose(19, 0, 0)]})
    found = attention(written, written.tracks[0], Targets((wide, narrow), bridge_s=0))
    assert [target.time_s for target in found.targets] == pytest.approx([0.2, 0.1])


def test_shares_have_a_range_in_which_they_lie_if_directions_are_wrong_by_the_error(tmp_path: Path) -> None:
    written = table(tmp_path / "t.csv", {1: [HeadPose(yaw, 0, 0) for yaw in range(20)]})
    found = attention(written, written.tracks[0], Targets((Target("ahead", 0, 0, 9.5),), bridge_s=0, error_deg=4))
    ahead = found.targets[0]
    assert (ahead.share_low, ahead.share, ahead.share_high) == pytest.approx((6 / 20, 10 / 20, 14 / 20))


@pytest.mark.parametrize(("yaw", "pitch"), [(40.0, 0.0), (0.0, 40.0), (25.0, -30.0)])
def test_directions_nearer_to_the_edge_than_their_spread_are_undecided(
    tmp_path: Path, yaw: float, pitch: float
) -> None:
    centre = Target("there", yaw, pitch, 10)
    poses = [HeadPose(yaw + off, pitch, 0) for off in (0, 6.9, 7.1, 9, 11, 12.9, 13.1, 30)]
    written = table(tmp_path / "t.csv", {1: poses}, spread=3.0)
    assert attention(written, written.tracks[0], Targets((centre,))).targets[0].undecided == pytest.approx(
        4 / 8, abs=1e-6
    )
    written = table(tmp_path / "u.csv", {1: poses}, spread=None)
    assert math.isnan(attention(written, written.tracks[0], Targets((centre,))).targets[0].undecided)


def test_a_spread_along_the_edge_leaves_nothing_undecided(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table(path, {1: [HeadPose(9, 0, 0)] * 4})
    text = path.read_text(encoding="utf-8").replace("1.0000,1.0000,1.0000,0", "0.5000,20.0000,20.0000,0")
    path.write_text(text, encoding="utf-8")
    written = read_pose_table(path)
    assert written.tracks[0].spread[0].tolist() == [0.5, 20, 20]
    assert attention(written, written.tracks[0], Targets((Target("ahead", 0, 0, 10),))).targets[0].undecided == 0


def test_without_targets_everything_visible_is_elsewhere(tmp_path: Path) -> None:
    written = table(tmp_path / "t.csv", {1: looks("sre??")})
    found = attention(written, written.tracks[0], Targets(()))
    assert (found.targets, found.transitions) == ((), ())
    assert found.elsewhere_share == 1
    assert found.visible_share == pytest.approx(0.6)


def test_one_frame_has_no_duration_and_no_share(tmp_path: Path) -> None:
    found = measured(tmp_path, "s")
    assert found.visible_s == 0
    assert math.isnan(found.targets[0].share)


def test_the_frame_of_another_face_gives_the_times_of_an_absence(tmp_path: Path) -> None:
    written = table(tmp_path / "t.csv", {1: looks("ss----ss"), 2: looks("eeeeeeee")})
    found = attention(written, written.tracks[0], Targets((SCREEN,)))
    assert [found.counted_s, found.visible_s] == pytest.approx([0.8, 0.4])
    assert found.runs.state.tolist() == [0, -2, 0]
    assert found.runs.end_s.tolist() == pytest.approx([0.2, 0.6, 0.8])
