"""Days' work in the window, each through the real `main()` in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.outputs.reading import read_pose_table
from app.product import SAMPLE
from app.video import read_back
from tests.e2e.program import ROOT, Run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("snapshot", "blazeface")]


def travelled(name: str, folder: Path) -> dict[str, Any]:
    """Runs a journey without a display, and returns what it tells."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.e2e.journeys", name, str(folder)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    told: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["told"]
    return told


def test_an_own_video_from_opening_to_its_session_and_everything_switched(tmp_path: Path) -> None:
    told = travelled("own video", tmp_path)
    times = read_back(SAMPLE).times
    start_s, end_s = told["marks"]
    assert [start_s, end_s] == pytest.approx([float(times[20] - times[0]), float(times[50] - times[0])], abs=0.001)
    assert told["pose after setting it neutral"] == pytest.approx([0, 0, 0], abs=1e-6)
    video, table, record = (Path(path) for path in told["outputs"])
    assert len(read_back(video).times) == 30
    read = read_pose_table(table)
    assert read.tracks[0].frame.tolist() == list(range(20, 50))
    assert list(read.reference.neutral or ()) == pytest.approx(told["neutral pose"], abs=1e-3)
    assert json.loads(record.read_text(encoding="utf-8"))["source"]["name"] == SAMPLE.name
    assert told["session"] == [str(SAMPLE), table.name, 30]
    assert told["angles of frame 30"] == pytest.approx(read.tracks[0].smoothed[10].tolist())
    assert told["lightness"]["dark"] < 80 < 200 < told["lightness"]["light"]
    assert "squeezenet-1.1" in told["models"] and "MediaPipe" in told["models"]


def unfinished(question: str) -> int:
    """How many exports a question names."""
    found = re.fullmatch(r"(An export|(\d+) exports) (is|are|was|were) not finished\.", question)
    assert found is not None, question
    return int(found[2] or 1)


def test_a_queue_with_a_broken_video_that_is_closed_in_the_middle_and_goes_on(run: Run, tmp_path: Path) -> None:
    told = travelled("many videos", tmp_path)
    before = unfinished(told["question"])
    told = travelled("many videos, continued", tmp_path)
    # An export may have ended while the question was open.
    assert 1 <= unfinished(told["question"]) <= before <= 4
    assert told["states"] == {f"{number}.mp4": "failed" if number == 3 else "done" for number in range(1, 7)}
    (reason,) = told["reasons"]
    assert "3.mp4" in reason
    assert told["presets"] == ["Tables only"]
    videos = tmp_path / "videos"
    assert not list(videos.glob("3-poses*"))
    for number in (1, 2, 4, 5, 6):
        expected = tmp_path / f"{number}.csv"
        arguments = ["annotate", videos / f"{number}.mp4", "--poses", expected, "--detector", "mediapipe"]
        assert run(*arguments).code == 0
        (written,) = videos.glob(f"{number}-poses.csv")
        assert written.read_bytes() == expected.read_bytes()
        assert len(read_pose_table(written).tracks[0]) == 50


def test_a_session_that_is_closed_without_saving_is_found_again(tmp_path: Path) -> None:
    told = travelled("review", tmp_path)
    assert told["merged"] == 60
    assert told["split"] == [15, 45, 60]
    assert told["found again"] == {
        "faces": [[1, "Anna"], [3, ""]],
        "events": [["talks", 0.5, 1.5]],
        "targets": ["screen", "partner"],
    }
    statistics = rows(Path(told["statistics"]))
    whole, talking = (
        next(row for row in statistics if (row["face_name"], row["angle"], row["label"]) == ("Anna", "yaw", label))
        for label in ("", "talks")
    )
    assert [int(whole["frames"]), float(whole["mean_deg"])] == pytest.approx([60, 59 / 6], abs=1e-3)
    assert [int(talking["frames"]), float(talking["least_deg"])] == pytest.approx([30, 5], abs=1e-3)
    shares = {
        (row["face_id"], row["target"]): float(row["value"])
        for row in rows(Path(told["attention"]))
        if row["measure"] == "time" and row["target"]
    }
    assert shares["1", "screen"] == pytest.approx(31 / 30, abs=1e-3)  # Yaw is at most 10° up to frame 30.
    assert shares["3", "partner"] == pytest.approx(2.0, abs=1e-3)
    assert shares["3", "screen"] == 0


def test_a_stream_that_is_recorded_is_lost_and_comes_back(tmp_path: Path) -> None:
    told = travelled("stream", tmp_path)
    assert "was lost" in told["notice"] and "Retrying in" in told["notice"]
    assert told["notice after"] == ""
    assert told["stop button"].startswith("Stop 00:0")
    frames = int(told["saved"].removeprefix("Recorded live.mp4: ").removesuffix(" frames."))
    assert frames > 15
    assert len(read_back(tmp_path / "live.mp4").times) == frames
    table = read_pose_table(tmp_path / "live.csv")
    assert len(table.tracks[0]) > 0


def test_from_the_start_to_an_export_by_keys_alone_and_what_a_screen_reader_is_told(tmp_path: Path) -> None:
    told = travelled("keyboard", tmp_path)
    assert told["marks"] == [0.4, 1.2]
    video, table, _ = (Path(path) for path in told["outputs"])
    assert len(read_back(video).times) == 20
    read = read_pose_table(table)
    assert read.tracks[0].frame.tolist() == list(range(10, 30))
    assert told["nameless"] == []
    for angle in ("Yaw", "Pitch", "Roll"):
        assert any(re.match(rf"{angle}: −?\d+\.\d°", text) for text in told["heard"]), told["heard"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
