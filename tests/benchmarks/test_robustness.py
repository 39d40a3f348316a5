"""The benchmark of robustness: its measures, variants and reports."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.robustness import measures, variants
from benchmarks.robustness.__main__ import main
from benchmarks.robustness.faces import followed
from benchmarks.robustness.measures import FloatArray
from benchmarks.robustness.plots import plot
from benchmarks.robustness.report import as_text, ratio, without_nan
from benchmarks.robustness.variants import SCALES, SHIFTS, TURNS_DEG
from benchmarks.robustness.video import VideoFigures, VideoReport
from detectors import Box
from hopenet import HeadPose, geodesic_deg
from hopenet.training.augmentation import mirrored, turned

NAN = float("nan")
PLAIN = np.array([[20.0, -10.0, 5.0], [-40.0, 15.0, -20.0], [0.0, 0.0, 0.0]])
DETECTED = np.ones((3, len(TURNS_DEG)))

angles = st.floats(-80, 80)
heads = st.builds(HeadPose, angles, angles, angles)


def by_the_rule(plain: FloatArray) -> FloatArray:
    return np.array([[turned(HeadPose(*pose), turn) for turn in TURNS_DEG] for pose in plain.tolist()])


def figures_of(plain: FloatArray) -> VideoFigures:
    return VideoFigures(
        crop="",
        jitter=measures.jitter([plain]),
        rotation=measures.rotation(by_the_rule(plain), plain, TURNS_DEG, DETECTED),
        rotation_detected=measures.rotation(by_the_rule(plain) * NAN, plain, TURNS_DEG, 0 * DETECTED),
        mirror=measures.mirror(plain * [-1, 1, -1], plain),
        box={
            kind: measures.mean_difference(np.repeat(plain[:, None], len(shares), 1), plain)
            for kind, shares in {"scale": SCALES, "right": SHIFTS, "down": SHIFTS}.items()
        },
    )


@given(heads, heads)
def test_angles_between_poses_match_the_library(a: HeadPose, b: HeadPose) -> None:
    first, second = measures.rotations(np.array([a])), measures.rotations(np.array([b]))
    assert measures.angle_between(first, second)[0] == pytest.approx(geodesic_deg(a, b), abs=1e-4)


@pytest.mark.parametrize(
    ("degrees", "short"), [(0, 0), (190, -170), (-190, 170), (359, -1)], ids=["none", "over", "under", "almost round"]
)
def test_differences_of_angles_go_the_short_way_round(degrees: float, short: float) -> None:
    assert measures.shortest(np.array([float(degrees)]))[0] == pytest.approx(short)


def test_a_steadily_turning_head_changes_and_does_not_jitter() -> None:
    run = np.array([[2.0 * frame, 0, 0] for frame in range(20)])
    found = measures.jitter([run])
    assert found.change["yaw"].median == pytest.approx(2)
    assert found.change["whole"].rms == pytest.approx(2)
    assert found.second["yaw"].rms == pytest.approx(0, abs=1e-9)
    assert found.second["whole"].rms == pytest.approx(0, abs=1e-4)


def test_jitter_of_noise_grows_with_the_root_of_two_and_of_six() -> None:
    run = np.random.default_rng(1).normal(0, 0.5, (20_000, 3))
    found = measures.jitter([run])
    assert found.change["roll"].rms == pytest.approx(0.5 * 2**0.5, rel=0.03)
    assert found.second["roll"].rms == pytest.approx(0.5 * 6**0.5, rel=0.03)


def test_jitter_does_not_cross_an_absence_or_mix_heads() -> None:
    run = np.array([[0.0, 0, 0], [1, 0, 0], [NAN, NAN, NAN], [50, 0, 0], [51, 0, 0], [52, 0, 0]])
    found = measures.jitter([run, run[3:] + 20])
    assert found.change["yaw"].count == 3 + 2
    assert found.change["yaw"].quantiles[-1] == pytest.approx(1)
    assert found.second["yaw"].count == 1 + 1


def test_jitter_without_heads_is_unknown() -> None:
    found = measures.jitter([])
    assert found.change["whole"].count == 0
    assert np.isnan(found.second["yaw"].median)


def test_poses_that_follow_the_rule_have_slope_one_and_no_error() -> None:
    found = measures.rotation(by_the_rule(PLAIN), PLAIN, TURNS_DEG, DETECTED)
    assert found.slope == pytest.approx(1)
    assert found.correlation == pytest.approx(1)
    assert found.error == pytest.approx([0] * len(TURNS_DEG), abs=1e-4)
    assert found.roll == pytest.approx(found.expected_roll)
    assert found.mean_found == 1


def test_roll_falls_when_a_picture_is_turned_counter_clockwise() -> None:
    found = measures.rotation(by_the_rule(PLAIN[2:]), PLAIN[2:], TURNS_DEG, DETECTED[2:])
    assert found.expected_roll == pytest.approx([-turn for turn in TURNS_DEG])


def test_poses_that_follow_half_the_turn_have_a_slope_of_one_half() -> None:
    upright = PLAIN[2:]
    halved = by_the_rule(upright) * [1, 1, 0.5]
    found = measures.rotation(halved, upright, TURNS_DEG, DETECTED[2:])
    assert found.slope == pytest.approx(0.5)
    assert found.error == pytest.approx([abs(turn) / 2 for turn in TURNS_DEG])
    assert found.mean_error == pytest.approx(np.mean([15, 30, 45]) / 2)


def test_faces_not_found_are_counted_and_left_out() -> None:
    poses, detected = by_the_rule(PLAIN), DETECTED.copy()
    poses[0, 1], detected[0, 1] = NAN, 0
    found = measures.rotation(poses, PLAIN, TURNS_DEG, detected)
    assert found.slope == pytest.approx(1)
    assert found.found[1] == pytest.approx(2 / 3)
    assert found.mean_found == pytest.approx(17 / 18)


def test_a_network_with_a_constant_output_has_no_slope() -> None:
    found = measures.rotation(np.repeat(PLAIN[:, None], len(TURNS_DEG), 1), PLAIN, TURNS_DEG, DETECTED)
    assert np.isnan(found.slope)
    assert found.mean_error == pytest.approx(30)


def test_a_constant_error_of_yaw_counts_twice_in_the_mirror() -> None:
    true, too_large = [HeadPose(30, 10, 5), HeadPose(-20, 0, -8)], np.array([1.0, 0, 0])
    found = measures.mirror(too_large + [mirrored(pose) for pose in true], too_large + true)
    assert (found["yaw"].mean, found["yaw"].bias) == pytest.approx((2, 2))
    assert found["pitch"].mean == found["roll"].mean == pytest.approx(0)


def test_differences_are_averaged_for_each_change() -> None:
    poses = PLAIN[:, None] + np.array([[[-2.0, 0, 0], [0, 0, 0], [4, 0, 0]]])
    assert measures.mean_difference(poses, PLAIN)[1] == pytest.approx(0, abs=1e-4)
    assert measures.mean_difference(poses[2:], PLAIN[2:]) == pytest.approx([2, 0, 4], abs=1e-4)


def test_only_frames_that_all_snapshots_saw_are_compared() -> None:
    a, b = np.array([1.0, NAN, 3.0]), np.array([NAN, 5.0, 6.0])
    kept = measures.only_common([a, b])
    assert [np.isnan(array).tolist() for array in kept] == [[True, True, False]] * 2


def test_a_picture_turns_counter_clockwise_around_the_point() -> None:
    image = np.zeros((101, 141, 3), np.uint8)
    image[50:53, 90:93] = 255  # to the right of the centre
    picture = variants.turned_picture(image, (61.5, 51.5), 90)
    rows, columns = np.nonzero(picture[..., 0] > 128)
    assert picture.shape == image.shape
    assert (rows.mean(), columns.mean()) == pytest.approx((51 - 30, 61), abs=0.6)  # above it


def test_a_box_is_mirrored_with_its_content() -> None:
    image = np.zeros((20, 30, 3), np.uint8)
    image[5:9, 3:8] = 255
    picture, box = variants.mirrored_view(image, Box(3, 5, 8, 9))
    assert box is not None
    assert picture[5:9, int(box.x1) : int(box.x2)].min() == 255
    assert picture.sum() == image.sum()


def test_boxes_are_resized_and_shifted_by_shares_of_their_sides() -> None:
    box = Box(10, 20, 30, 60)
    assert variants.resized(box, 0.2) == Box(8, 16, 32, 64)
    assert variants.shifted(box, 0.1, -0.05) == Box(12, 18, 32, 58)


def test_no_frames_have_no_heads() -> None:
    assert followed(iter(()), None, maximum=4) == []  # type: ignore[arg-type]


def test_a_video_without_faces_gives_one_line_and_no_picture(tmp_path: Path) -> None:
    report = VideoReport("empty.mp4", 40, 0, 0, 0, {})
    assert as_text(report) == "empty.mp4: no face found in 40 frames."
    plot([report], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_text_json_and_pictures_even_if_figures_are_missing(tmp_path: Path) -> None:
    report = VideoReport("video.mp4", 3, 3, 3, 1, {"a": figures_of(PLAIN), "b": figures_of(PLAIN[::-1])})
    text = as_text(report)
    assert "video.mp4: 3 faces in 3 frames" in text
    assert text.count("1.00") >= 4
    plain = json.loads(json.dumps(without_nan(asdict(report)), allow_nan=False))
    assert plain["snapshots"]["a"]["rotation_detected"]["slope"] is None
    plot([report, VideoReport("empty.mp4", 3, 0, 0, 0, {})], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"jitter.png", "rotation.png", "mirror.png", "box.png"}


def test_ratios_are_relative_to_the_first_snapshot() -> None:
    first, other = measures.Deviations.of(np.array([1.0, -1.0])), measures.Deviations.of(np.array([3.0, 3.0, -3.0]))
    assert ratio(other, first) == pytest.approx((3, 3))
    assert np.isnan(ratio(other, measures.Deviations.of(np.zeros(2)))).all()


def test_the_command_reports_a_video_without_faces(
    shared_data: Path,
    snapshot: Path,
    blazeface: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    video, out = shared_data / "videos" / "no_face.mp4", tmp_path / "out.json"
    few = ["--frames", "2", "--step", "1", "--threads", "1"]
    assert (
        main([str(video), "--snapshot", str(snapshot), *few, "--json", str(out), "--plots", str(tmp_path / "p")]) == 0
    )
    assert "no_face.mp4: no face found in 2 frames." in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8"))["videos"][0]["snapshots"] == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--frames", "0"], "must be at least 1"), ([], "There is no file")],
    ids=["no frames", "no video"],
)
def test_invalid_arguments_are_refused_in_one_sentence(
    arguments: list[str],
    message: str,
    snapshot: Path,
    blazeface: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([str(tmp_path / "none.mp4"), "--snapshot", str(snapshot), *arguments]) == 2
    assert message in capsys.readouterr().err
