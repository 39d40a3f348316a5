"""Exports whose angles are smoothed without delay."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.analysis.zero_lag import zero_lag
from app.errors import Cancelled, SourceError
from app.export.pipeline import RunControl
from app.export.run import run_task
from app.export.task import ExportTask, TableOutput
from app.export.zero_lag import analyses_without_delay
from app.frames import Analysis, Face, Frame
from app.product import SAMPLE
from app.settings import ZERO_LAG, AnalysisSettings, DetectorChoice, EngineChoice, Style
from app.threads.signals import Stop
from app.video import VideoOptions, read_back
from app.weights import ModelStore
from detectors import Box
from hopenet import HeadPose

ANGLES = ("yaw", "pitch", "roll")


def task(folder: Path, name: str, smoother: str = ZERO_LAG) -> ExportTask:
    return ExportTask(
        SAMPLE,
        folder / f"{name}.mp4",
        (TableOutput(folder / f"{name}.csv"),),
        detector=DetectorChoice("mediapipe"),
        engine=EngineChoice("cpu"),
        settings=AnalysisSettings(smoothing=0.8, filter=smoother),  # type: ignore[arg-type]
        style=Style(trail=True),
        until=Fraction(2),
        video_options=VideoOptions(preset="ultrafast"),
    )


def run(wanted: ExportTask, control: RunControl | None = None) -> None:
    run_task(wanted, store=ModelStore.standard(), control=control or RunControl())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def poses(rows: list[dict[str, str]], kind: str) -> list[HeadPose]:
    return [HeadPose(*(float(row[f"{name}{kind}_deg"]) for name in ANGLES)) for row in rows]


def pictures(path: Path) -> list[npt.NDArray[Any]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, blazeface: Path) -> Path:
    folder = tmp_path_factory.mktemp("zero-lag")
    run(task(folder, "smooth"))
    run(task(folder, "live", "one-euro"))
    return folder


def test_the_smoothed_angles_are_those_of_the_whole_track(exported: Path) -> None:
    rows, live = table(exported / "smooth.csv"), table(exported / "live.csv")
    raw = poses(rows, "")
    assert raw == poses(live, "") and len(raw) > 40
    expected = zero_lag(raw, [float(row["time_s"]) for row in rows], 0.8)
    found = poses(rows, "_smooth")
    assert np.allclose(np.array(found), np.array(expected), atol=0.01)
    assert not np.allclose(np.array(found), np.array(poses(live, "_smooth")), atol=0.1)


def test_the_record_names_the_filter(exported: Path) -> None:
    settings = json.loads((exported / "smooth.json").read_text(encoding="utf-8"))["settings"]
    assert (settings["filter"], settings["smoothing"]) == ("zero-lag", 0.8)


def test_the_video_is_drawn_with_the_angles_of_the_table(exported: Path) -> None:
    smooth, live = pictures(exported / "smooth.mp4"), pictures(exported / "live.mp4")
    assert len(smooth) == len(live) == len(read_back(exported / "live.mp4").times)
    assert sum(bool((one != other).any()) for one, other in zip(smooth, live, strict=True)) > 40


def test_progress_counts_both_readings_as_one(tmp_path: Path, blazeface: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    run(task(tmp_path, "out"), RunControl(progress=lambda *counts: seen.append(counts)))
    frames = len(table(tmp_path / "out.csv"))
    done = [count for count, _ in seen]
    assert done == sorted(done) and done[0] == 0 and done[-1] >= frames
    assert len(seen) > 1.9 * frames


@pytest.mark.parametrize("at", [5, 30], ids=["while analysing", "while writing"])
def test_cancelling_leaves_nothing(at: int, tmp_path: Path, blazeface: Path) -> None:
    stop = Stop()
    control = RunControl(progress=lambda done, _total: stop.request() if done == at else None, stop=stop)
    with pytest.raises(Cancelled):
        run(task(tmp_path, "out"), control)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_export_gives_the_same_angles(exported: Path, tmp_path: Path) -> None:
    stop = Stop()
    wanted = replace(task(tmp_path, "out"), resume=True)
    with pytest.raises(Cancelled):
        run(wanted, RunControl(progress=lambda done, _total: stop.request() if done == 20 else None, stop=stop))
    run(wanted)
    assert table(tmp_path / "out.csv") == table(exported / "smooth.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.json", "out.mp4"]


def face(track_id: int, yaw: float | None) -> Face:
    pose = None if yaw is None else HeadPose(yaw, 0.0, 0.0)
    return Face(track_id, Box(0.0, 0.0, 10.0, 10.0), 0.9, pose, pose, None)


def frames(count: int) -> list[Frame]:
    image = np.zeros((8, 8, 3), np.uint8)
    image.flags.writeable = False
    return [Frame(image, index, Fraction(index, 25)) for index in range(count)]


def test_each_head_is_smoothed_alone_and_a_frame_without_a_pose_stays_so() -> None:
    yaws: dict[int, list[float | None]] = {1: [0.0, 30.0, 0.0, 30.0, 0.0], 2: [9.0, None, 9.0, 9.0, 9.0]}

    def analyze(frame: Frame) -> Analysis:
        return Analysis(frame, tuple(face(track, values[frame.index]) for track, values in yaws.items()))

    smoothed, _ = analyses_without_delay(frames(5), analyze, strength=1.0, expected=None, control=RunControl())
    found = [smoothed(frame).faces for frame in frames(5)]
    first = [faces[0].smoothed.yaw for faces in found if faces[0].smoothed is not None]
    assert max(first) - min(first) < 20
    assert [faces[1].smoothed and round(faces[1].smoothed.yaw, 3) for faces in found] == [9.0, None, 9.0, 9.0, 9.0]
    assert [len(faces[0].trail) for faces in found] == [1, 2, 3, 4, 5]
    assert found[3][0].trail[-1].pose == found[3][0].smoothed


def test_a_video_that_changes_between_the_readings_is_refused() -> None:
    smoothed, _ = analyses_without_delay(
        frames(3), lambda frame: Analysis(frame, ()), strength=0.5, expected=3, control=RunControl()
    )
    with pytest.raises(SourceError, match="Frame 3 is another one"):
        smoothed(frames(4)[3])
