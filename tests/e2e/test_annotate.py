"""Annotating videos and pictures through the whole program: what is written, and that it is right."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet
import pytest

from app.commands.annotate import export_and_report
from app.export.task import ExportTask, TableOutput
from app.product import SAMPLE
from app.settings import AnalysisSettings, DetectorChoice
from app.video import read_back, read_picture
from assets import make_sample
from detectors import DetectorOptions
from tests.e2e.program import Run

# One worker runs these, because most of them share one annotated video.
pytestmark = pytest.mark.xdist_group("annotated")

Row = dict[str, str]


@pytest.fixture(scope="module")
def annotated(tmp_path_factory: pytest.TempPathFactory, snapshot: Path, blazeface: Path) -> Path:
    """A folder with the outputs of `annotate` for the sample video, with MediaPipe."""
    folder = tmp_path_factory.mktemp("annotated")
    task = ExportTask(
        source=SAMPLE,
        video=folder / "sample-poses.mp4",
        tables=(TableOutput(folder / "sample.csv"),),
        snapshot=str(snapshot),
        detector=DetectorChoice("mediapipe", DetectorOptions(largest_faces=1)),
        settings=AnalysisSettings(smoothing=0.5),
    )
    assert export_and_report(task) == 0
    return folder


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_video_table_and_record_are_written_and_nothing_else(annotated: Path) -> None:
    assert sorted(path.name for path in annotated.iterdir()) == ["sample-poses.mp4", "sample.csv", "sample.json"]


def test_frames_times_and_sound_are_the_same_as_in_the_source(annotated: Path) -> None:
    before, after = read_back(SAMPLE), read_back(annotated / "sample-poses.mp4")
    assert after.times == before.times
    assert len(after.times) == 240
    assert (after.size, after.frame_rate, after.codec, after.pixel_format) == (
        before.size,
        before.frame_rate,
        "h264",
        "yuv420p",
    )
    assert after.sound_digest == before.sound_digest is not None
    assert after.sound_times == before.sound_times


def test_only_the_area_around_the_face_is_drawn_on(annotated: Path) -> None:
    face = next(row for row in rows(annotated / "sample.csv") if row["frame"] == "60")
    with av.open(SAMPLE) as before, av.open(annotated / "sample-poses.mp4") as after:
        pictures = [
            next(frame.to_ndarray(format="rgb24") for index, frame in enumerate(video.decode(video=0)) if index == 60)
            for video in (before, after)
        ]
    changed = np.abs(pictures[0].astype(int) - pictures[1]).max(axis=2) > 60
    x1, y1, x2, y2 = (int(float(face[name])) for name in ("x1", "y1", "x2", "y2"))
    assert changed[y1:y2, x1:x2].mean() > 0.01
    changed[max(0, y1 - 80) : y2 + 80, max(0, x1 - 80) : x2 + 80] = False
    assert changed.mean() < 0.001


def test_the_measured_roll_follows_the_known_roll(annotated: Path) -> None:
    start, end = make_sample.ROCKING_S
    rocking = [row for row in rows(annotated / "sample.csv") if start <= float(row["time_s"]) <= end]
    assert len(rocking) > 110
    known = np.array([make_sample.roll_deg(float(row["time_s"])) for row in rocking])
    for column in ("roll_deg", "roll_smooth_deg"):
        measured = np.array([float(row[column]) for row in rocking])
        slope, _ = np.polyfit(known, measured, 1)
        assert slope == pytest.approx(1, abs=0.2), column
        assert np.corrcoef(known, measured)[0, 1] > 0.95, column


def test_the_face_leaves_and_comes_back(annotated: Path) -> None:
    table = rows(annotated / "sample.csv")
    away_from, away_to = make_sample.AWAY_S
    times_s = {round(float(row["time_s"]), 3) for row in table}
    assert not [time_s for time_s in times_s if away_from <= time_s <= away_to]
    seen_before = [index / 30 for index in range(150)]
    assert sum(round(time_s, 3) in times_s for time_s in seen_before) >= 148
    assert max(times_s) > 7.9
    assert {row["face_id"] for row in table if float(row["time_s"]) < 5} == {"1"}


def test_smoothed_angles_are_calmer_and_raw_angles_are_kept(annotated: Path) -> None:
    table = [row for row in rows(annotated / "sample.csv") if float(row["time_s"]) < 5]
    for name in ("yaw", "pitch", "roll"):
        raw, smoothed = (
            np.array([float(row[column]) for row in table]) for column in (f"{name}_deg", f"{name}_smooth_deg")
        )
        assert np.abs(np.diff(smoothed, 2)).mean() < 0.6 * np.abs(np.diff(raw, 2)).mean()


def test_the_record_has_source_snapshot_detector_and_settings(annotated: Path, snapshot: Path) -> None:
    record = json.loads((annotated / "sample.json").read_text(encoding="utf-8"))
    assert record["source"]["name"] == "sample.mp4"
    assert record["source"]["frame_count"] == 240
    assert record["snapshot"]["name"] == "squeezenet-1.1"
    assert record["snapshot"]["licence"] == "Apache-2.0"
    assert record["snapshot"]["figures"]["AFLW2000 MAE"] == 7.8242
    assert len(record["snapshot"]["sha256"]) == 64
    assert record["detector"]["name"] == "mediapipe"
    assert record["settings"]["smoothing"] == 0.5
    assert "onnxruntime" in record["libraries"]
    assert record["damage"] is None
    assert record["counts"]["faces"] == len(rows(annotated / "sample.csv"))


@pytest.fixture
def with_boxes(run: Run, video: Path, boxes: Path, snapshot: Path) -> Run:
    """Annotates the small video with its box file and the given options."""
    return lambda *options: run(
        "annotate", video, "--detector", "boxes", "--boxes", boxes, "--snapshot", snapshot, "--device", "cpu", *options
    )


def test_boxes_from_a_file_become_rows(with_boxes: Run, tmp_path: Path) -> None:
    outcome = with_boxes("-o", tmp_path / "out.mp4", "--poses", tmp_path / "out.csv")
    assert (outcome.code, outcome.err) == (0, "")
    assert "12 frames, 12 with a face" in outcome.out
    table = rows(tmp_path / "out.csv")
    assert [(int(row["frame"]), float(row["x1"])) for row in table] == [(index, 31 + 2 * index) for index in range(12)]
    assert [float(row["time_s"]) for row in table] == pytest.approx([index / 25 for index in range(12)], abs=1e-3)
    assert {row["face_id"] for row in table} == {"1"}
    assert len(read_back(tmp_path / "out.mp4").times) == 12


def published_text(path: Path) -> list[int]:
    return [int(line.split()[0]) for line in path.read_text(encoding="utf-8").splitlines()]


def json_lines(path: Path) -> list[int]:
    return [json.loads(line)["frame"] for line in path.read_text(encoding="utf-8").splitlines()]


def parquet(path: Path) -> list[int]:
    return list(pyarrow.parquet.read_table(path)["frame"].to_pylist())


def openface(path: Path) -> list[int]:
    table = rows(path)
    assert "pose_Rx" in table[0]
    return [int(row["frame"]) for row in table]


@pytest.mark.parametrize(
    ("name", "options", "read", "first_frame"),
    [
        ("poses.txt", (), published_text, 1),
        ("poses.jsonl", (), json_lines, 0),
        ("poses.parquet", (), parquet, 0),
        ("poses.dat", ("--table-format", "openface"), openface, 1),
    ],
    ids=["txt", "jsonl", "parquet", "openface"],
)
def test_a_table_is_written_in_each_format(
    name: str,
    options: tuple[str, ...],
    read: Callable[[Path], list[int]],
    first_frame: int,
    with_boxes: Run,
    tmp_path: Path,
) -> None:
    outcome = with_boxes("--poses", tmp_path / name, *options)
    assert (outcome.code, outcome.err) == (0, "")
    assert read(tmp_path / name) == list(range(first_frame, first_frame + 12))
    assert json.loads((tmp_path / name).with_suffix(".json").read_text(encoding="utf-8"))["counts"]["frames"] == 12


def test_sound_can_be_left_out(with_boxes: Run, tmp_path: Path, video: Path) -> None:
    assert with_boxes("-o", tmp_path / "loud.mp4").code == 0
    assert with_boxes("-o", tmp_path / "silent.mp4", "--no-sound").code == 0
    assert read_back(tmp_path / "loud.mp4").sound_digest == read_back(video).sound_digest
    assert read_back(tmp_path / "silent.mp4").sound_codec is None


def test_a_video_without_overlays_looks_like_its_source(with_boxes: Run, tmp_path: Path, video: Path) -> None:
    assert with_boxes("-o", tmp_path / "out.mp4", "--draw", "none", "--quality", "10").code == 0
    with av.open(video) as before, av.open(tmp_path / "out.mp4") as after:
        for one, other in zip(before.decode(video=0), after.decode(video=0), strict=True):
            difference = one.to_ndarray(format="rgb24").astype(int) - other.to_ndarray(format="rgb24")
            assert np.abs(difference).mean() < 3


def test_a_picture_becomes_a_picture(
    run: Run, photograph: Path, snapshot: Path, blazeface: Path, tmp_path: Path
) -> None:
    out, table = tmp_path / "Ännotated 頭.png", tmp_path / "table with spaces.csv"
    outcome = run(
        "annotate", photograph, "-o", out, "--poses", table, "--detector", "mediapipe", "--snapshot", snapshot
    )
    assert outcome.code == 0
    (row,) = rows(table)
    assert abs(float(row["roll_deg"])) < 30
    before, after = read_picture(photograph), read_picture(out)
    assert before.shape == after.shape
    assert np.count_nonzero((before != after).any(axis=2)) > 500


def test_a_folder_of_pictures_becomes_a_video(run: Run, photograph: Path, snapshot: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in (1, 2, 10):
        (folder / f"shot{number}.png").write_bytes(photograph.read_bytes())
    boxes = tmp_path / "b.txt"
    boxes.write_text("1 86 35 136 89\n3 86 35 136 89\n", encoding="utf-8")
    out, table = tmp_path / "out.mkv", tmp_path / "out.csv"
    outcome = run("annotate", folder, "-o", out, "--poses", table, "--boxes", boxes, "--snapshot", snapshot)
    assert (outcome.code, outcome.err) == (0, "")
    assert len(read_back(out).times) == 3
    assert [row["frame"] for row in rows(table)] == ["0", "2"]
