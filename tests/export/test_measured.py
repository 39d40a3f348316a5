"""Exports that measure only every k-th frame."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from app.analysis.smoothing import OneEuroFilter
from app.analysis.tracking import MEMORY_S, Tracker
from app.analysis.zero_lag import zero_lag
from app.errors import Cancelled, UsageError
from app.export.measured import EveryKth
from app.export.pipeline import RunControl
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask, TableOutput
from app.frames import Analysis, Face, Frame
from app.product import SAMPLE
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Style
from app.threads.signals import Stop
from app.video import read_back
from app.video.video_file import VideoFile
from app.weights import ModelStore
from detectors import Box, Detection
from hopenet import HeadPose

K = 3
FilterName = Literal["one-euro", "zero-lag"]
ANGLES = ("yaw", "pitch", "roll")


def task(folder: Path, name: str, *, every: int = K, video: bool = False, **given: Any) -> ExportTask:
    return replace(
        ExportTask(
            SAMPLE,
            video=folder / f"{name}.mp4" if video else None,
            tables=(TableOutput(folder / f"{name}.csv"),),
            detector=DetectorChoice("mediapipe"),
            engine=EngineChoice("cpu"),
            settings=AnalysisSettings(smoothing=0.6, measure_every=every),
        ),
        **given,
    )


def run(wanted: ExportTask, **control: Any) -> ExportResult:
    return run_task(wanted, store=ModelStore.standard(), control=RunControl(**control))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The table of every frame."""
    folder = tmp_path_factory.mktemp("whole")
    run(task(folder, "whole", every=1))
    return rows(folder / "whole.csv")


def test_rows_are_those_of_the_measured_frames_and_smoothing_knows_their_times(
    whole: list[dict[str, str]], tmp_path: Path
) -> None:
    result = run(task(tmp_path, "part"))
    measured = rows(tmp_path / "part.csv")
    same = ("frame", "time_s", "face_id", "x1", "y2", "score", "yaw_deg", "pitch_deg", "roll_deg", "damaged")
    wanted = [row for row in whole if int(row["frame"]) % K == 0]
    assert [[row[name] for name in same] for row in measured] == [[row[name] for name in same] for row in wanted]
    smooth = OneEuroFilter(0.6)
    for row in measured:
        pose = smooth(HeadPose(*(float(row[f"{angle}_deg"]) for angle in ANGLES)), float(row["time_s"]))
        assert [float(row[f"{angle}_smooth_deg"]) for angle in ANGLES] == pytest.approx(list(pose), abs=2e-4)
    assert result.counts.frames == 80  # Of 240; not each has a face.
    record = json.loads((tmp_path / "part.json").read_text(encoding="utf-8"))
    assert record["settings"]["measure_every"] == K
    assert record["counts"]["frames"] == result.counts.frames


def test_the_annotated_video_has_all_frames_and_its_table_is_the_same(tmp_path: Path) -> None:
    run(task(tmp_path, "poses"))
    run(task(tmp_path, "both", video=True))
    assert (tmp_path / "both.csv").read_bytes() == (tmp_path / "poses.csv").read_bytes()
    with VideoFile(SAMPLE) as source:
        times = source.times()
    assert times is not None
    assert len(read_back(tmp_path / "both.mp4").times) == len(times)


@pytest.mark.parametrize("video", [False, True])
def test_without_delay_only_measured_frames_count(video: bool, whole: list[dict[str, str]], tmp_path: Path) -> None:
    settings = AnalysisSettings(smoothing=0.6, filter="zero-lag", measure_every=K)
    run(task(tmp_path, "part", video=video, settings=settings))
    measured = rows(tmp_path / "part.csv")
    assert [row["yaw_deg"] for row in measured] == [row["yaw_deg"] for row in whole if int(row["frame"]) % K == 0]
    raw = [HeadPose(*(float(row[f"{angle}_deg"]) for angle in ANGLES)) for row in measured]
    smoothed = zero_lag(raw, [float(row["time_s"]) for row in measured], 0.6)
    assert [float(row["yaw_smooth_deg"]) for row in measured] == pytest.approx(
        [pose.yaw for pose in smoothed if pose is not None], abs=1e-3
    )


def test_a_part_has_the_frames_that_the_whole_video_has(whole: list[dict[str, str]], tmp_path: Path) -> None:
    run(task(tmp_path, "part", since=Fraction(1), until=Fraction(2)))
    found = [row["frame"] for row in rows(tmp_path / "part.csv")]
    assert found == [row["frame"] for row in whole if int(row["frame"]) % K == 0 and 1 <= float(row["time_s"]) < 2]


def test_a_part_without_a_measured_frame_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    short = {"since": Fraction(1), "until": Fraction(11, 10)}
    for video in (False, True):
        with pytest.raises(UsageError, match="none has a number that is a multiple of 1000") as caught:
            run(task(tmp_path, "short", every=1000, video=video, **short))
        assert "from 1 s to 1.1 s" in caught.value.message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("smoothing", "video"), [("one-euro", False), ("zero-lag", True)])
def test_progress_grows_to_its_end(smoothing: FilterName, video: bool, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    settings = AnalysisSettings(filter=smoothing, measure_every=K)
    wanted = task(tmp_path, "part", video=video, settings=settings, until=Fraction(1))
    result = run(wanted, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (result.counts.frames, result.counts.frames)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_resumed_export_gives_the_same_table(tmp_path: Path) -> None:
    run(task(tmp_path, "undisturbed", video=True))
    stop = Stop()
    wanted = task(tmp_path, "resumed", video=True, resume=True, style=Style())
    with pytest.raises(Cancelled):
        run(wanted, stop=stop, progress=lambda done, _total: stop.request() if done == 30 else None)
    run(wanted)
    assert (tmp_path / "resumed.csv").read_bytes() == (tmp_path / "undisturbed.csv").read_bytes()
    assert len(read_back(tmp_path / "resumed.mp4").times) == len(read_back(tmp_path / "undisturbed.mp4").times)


class Counting:
    """An analysis that finds a face whose yaw is the frame's number. It takes two frames at once."""

    frames_at_once = 2

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    def __call__(self, frame: Frame) -> Analysis:
        (analysis,) = self.several((frame,))
        return analysis

    def several(self, frames: list[Frame] | tuple[Frame, ...]) -> list[Analysis]:
        self.groups.append([frame.index for frame in frames])
        poses = [HeadPose(frame.index, 0, 0) for frame in frames]
        return [
            Analysis(frame, (Face(1, Box(0, 0, 9, 9), 1, pose, pose, None),), detector="d")
            for frame, pose in zip(frames, poses, strict=True)
        ]


def frames(count: int, first: int = 0) -> Iterator[Frame]:
    for index in range(first, first + count):
        yield Frame(np.zeros((4, 4, 3), np.uint8), index, Fraction(index, 25))


def test_between_measurements_the_last_one_is_held_in_the_picture_of_the_frame() -> None:
    counting = Counting()
    analyses = EveryKth(counting, 4).several(list(frames(10, first=2)))
    yaws = [[face.pose.yaw for face in one.faces if face.pose is not None] for one in analyses]
    assert yaws == [[], [], [4], [4], [4], [4], [8], [8], [8], [8]]
    assert [one.is_held for one in analyses] == [one.frame.index % 4 != 0 for one in analyses]
    assert [one.frame.index for one in analyses] == list(range(2, 12))
    assert counting.groups == [[4, 8]]


def test_a_head_keeps_its_id_between_frames_that_are_far_apart() -> None:
    def found(left: float) -> tuple[Detection, ...]:
        return (Detection(Box(left, 100, left + 80, 180), 0.9),)

    step_s = 2.5 * MEMORY_S
    for sparse, ids in ((True, [1, 1, 1]), (False, [1, 2, 3])):
        tracker = Tracker(sparse=sparse)
        given = [tracker.update(found(100 + 5 * place), place * step_s)[0].track_id for place in range(3)]
        assert given == ids
    tracker = Tracker(sparse=True)
    tracker.update(found(100), 0.0)
    tracker.update((), step_s)
    assert tracker.update(found(100), 2 * step_s)[0].track_id == 2, "It was not there in the frame before."
