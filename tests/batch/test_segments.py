"""Long videos in segments: the same table as unsplit, to the last byte, and a joint in the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import pytest

import app.batch.worker
from app.batch.job import Answered, Done, Job, Split
from app.batch.scheduler import split_share
from app.batch.segments import measured, segments_of
from app.batch.task import Layout
from app.batch.worker import VideoWorker
from app.export.pipeline import RunControl
from app.export.resume import ANSWERS, TASK, work_folder
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask
from app.models.opening import load_estimator
from app.settings import ZERO_LAG, AnalysisSettings, EngineChoice
from app.video import read_back
from app.video.limits import decoder_threads
from app.video.reading import Decoded, DecodingPass
from benchmarks.scale import Scenario, simulated
from hopenet import HeadPoseEstimator
from tests.batch.videos import write_video
from tests.photograph import astronaut

ONE_EURO = AnalysisSettings(smoothing=0.7)


def job(folder: Path, video: Path, *, since: float = 0, until: float | None = None, **settings: object) -> Job:
    task = ExportTask(
        video,
        engine=EngineChoice("cpu", threads=1),
        settings=replace(ONE_EURO, **settings),  # type: ignore[arg-type]
        since=Fraction(since),
        until=None if until is None else Fraction(until),
    )
    return Job("t.mp4", str(video), folder, Layout(folder).task("t.mp4", task), 1, "1", {})


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds with a keyframe every 0.4 s."""
    return write_video(tmp_path_factory.mktemp("films") / "t.mp4", frames=100)


@pytest.fixture(scope="module")
def worker() -> VideoWorker:
    return VideoWorker()


def process_split(worker: VideoWorker, one: Job) -> Done:
    """All segments, the last one first, and the joining."""
    split = worker.run(replace(one, split_s=1.0))
    assert isinstance(split, Split)
    assert len(split.segments) >= 3
    for segment in reversed(split.segments):
        answered = worker.run(replace(one, segment=segment))
        assert isinstance(answered, Answered)
        assert answered.frames >= measured(segment.first, segment.end, one.task.settings.measure_every)
    done = worker.run(replace(one, joined=split.segments))
    assert isinstance(done, Done)
    return done


@pytest.mark.parametrize(
    ("since", "until", "settings"),
    [
        (0, None, {}),
        (0.35, 3.7, {}),
        (0, None, {"filter": ZERO_LAG}),
        (0, None, {"measure_every": 3}),
        (0.35, 3.7, {"measure_every": 2}),
    ],
    ids=["whole", "a part", "zero lag", "every third", "every second of a part"],
)
def test_the_tables_are_those_of_the_unsplit_video(
    worker: VideoWorker, video: Path, tmp_path: Path, since: float, until: float | None, settings: dict[str, str]
) -> None:
    whole = job(tmp_path / "whole", video, since=since, until=until, **settings)
    split = job(tmp_path / "split", video, since=since, until=until, **settings)
    expected, found = worker.run(whole), process_split(worker, split)
    assert isinstance(expected, Done)
    tables = [name for name in whole.outputs if not name.endswith(".json")]
    assert len(tables) == 2 and expected.faces > 30
    assert {name: found.outputs[name] for name in tables} == {name: expected.outputs[name] for name in tables}
    assert not (tmp_path / "split" / "work").exists()
    assert not work_folder(split.task).exists()


@pytest.mark.parametrize("cut_at", [30, 41, 62])
def test_a_shot_that_begins_with_a_segment_or_within_one_begins_there_in_the_joined_table(
    worker: VideoWorker, tmp_path: Path, cut_at: int
) -> None:
    video = write_video(tmp_path / "t.mp4", frames=100, cut_at=cut_at)
    whole, split = job(tmp_path / "whole", video), job(tmp_path / "split", video)
    worker.run(whole)
    process_split(worker, split)
    tables = [one.task.tables[0].path.read_text(encoding="utf-8").splitlines() for one in (whole, split)]
    assert tables[0] == tables[1]
    ids = {int(line.split(",")[0]): line.split(",")[2] for line in tables[1][1:]}
    assert len({face for frame, face in ids.items() if frame < cut_at}) == 1
    assert ids[min(frame for frame in ids if frame >= cut_at)] != ids[0]


def test_joining_decodes_nothing_but_the_first_frame(
    worker: VideoWorker, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = job(tmp_path, video)
    split = worker.run(replace(one, split_s=1.0))
    assert isinstance(split, Split)
    for segment in split.segments:
        worker.run(replace(one, segment=segment))
    decoded: list[int | None] = []
    frames = DecodingPass.frames

    def counted(self: DecodingPass) -> Iterator[Decoded]:
        for picture in frames(self):
            decoded.append(picture.ticks)
            yield picture

    monkeypatch.setattr(DecodingPass, "frames", counted)
    done = worker.run(replace(one, joined=split.segments))
    assert isinstance(done, Done) and done.frames == 100
    assert len(decoded) == 1


def test_an_annotated_video_is_joined_as_well(worker: VideoWorker, video: Path, tmp_path: Path) -> None:
    one = job(tmp_path, video)
    one = replace(one, task=Layout(tmp_path, container=".mp4").task("t.mp4", one.task))
    done = process_split(worker, one)
    assert done.frames == 100
    assert one.task.video is not None
    assert len(read_back(one.task.video).times) == 100
    assert not (tmp_path / "work").exists()


def test_the_joints_are_in_the_record_and_nothing_else_is_different(
    worker: VideoWorker, video: Path, tmp_path: Path
) -> None:
    whole, split = job(tmp_path / "whole", video), job(tmp_path / "split", video)
    worker.run(whole)
    process_split(worker, split)
    records = [json.loads(one.task.outputs[-1].read_text(encoding="utf-8")) for one in (whole, split)]
    joined = [note for note in records[1]["notes"] if note["kind"] == "joined"]
    assert [place["frame"] for place in joined[0]["places"]] == [30, 60]
    assert [place["time_s"] for place in joined[0]["places"]] == [1.2, 2.4]
    for record in records:
        del record["created"]
        record["notes"] = [note for note in record["notes"] if note["kind"] != "joined"]
    assert records[0] == records[1]


def test_segments_begin_at_keyframes_and_cover_every_frame_once(video: Path, tmp_path: Path) -> None:
    segments = segments_of(job(tmp_path, video, since=0.375, until=3.625).task, 1.0)
    assert [(one.first, one.end, one.place) for one in segments] == [(10, 40, 0), (40, 70, 30), (70, 91, 60)]
    assert [(one.since, one.until) for one in segments] == [
        (Fraction(3, 8), Fraction(9, 5)),
        (Fraction(8, 5), Fraction(3)),
        (Fraction(14, 5), Fraction(29, 8)),
    ]


@pytest.mark.parametrize("why", ["short", "carried boxes", "one keyframe", "picture"])
def test_what_cannot_be_split_exactly_is_not_split(video: Path, tmp_path: Path, why: str) -> None:
    task = job(tmp_path, video).task
    if why == "carried boxes":
        task = replace(task, settings=AnalysisSettings(detect_every=3))
    elif why == "one keyframe":
        task = replace(task, source=write_video(tmp_path / "one.mp4", frames=50, key_frames_every=1000))
    elif why == "picture":
        (tmp_path / "one.png").write_bytes(cv2.imencode(".png", astronaut())[1].tobytes())
        task = replace(task, source=tmp_path / "one.png")
    assert len(segments_of(task, 100.0 if why == "short" else 1.0)) < 2


@pytest.mark.parametrize("damage", ["another answer", "a line too few", "a file too few"])
def test_segments_that_do_not_agree_where_they_overlap_are_not_joined(
    worker: VideoWorker, video: Path, tmp_path: Path, damage: str
) -> None:
    whole, split = job(tmp_path / "whole", video), job(tmp_path / "split", video)
    expected = worker.run(whole)
    segments = segments_of(split.task, 1.0)
    for segment in segments:
        worker.run(replace(split, segment=segment))
    path = segments[1].file(split.segments_folder)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if damage == "another answer":
        lines[0] = lines[0].replace("1", "2", 1)
    path.write_text("".join(lines[:-1] if damage == "a line too few" else lines), encoding="utf-8")
    if damage == "a file too few":
        path.unlink()
    done = worker.run(replace(split, joined=segments))
    assert isinstance(expected, Done) and isinstance(done, Done)
    tables = [name for name in whole.outputs if not name.endswith(".json")]
    assert {name: done.outputs[name] for name in tables} == {name: expected.outputs[name] for name in tables}
    assert not done.notes


def test_a_segment_that_is_there_already_is_not_analysed_again(
    worker: VideoWorker, video: Path, tmp_path: Path
) -> None:
    one = job(tmp_path, video)
    segment = segments_of(one.task, 1.0)[1]
    first, second = (worker.run(replace(one, segment=segment)) for _ in range(2))
    assert isinstance(first, Answered) and isinstance(second, Answered)
    assert first.processor_s > 0
    assert second.processor_s == 0


def test_a_long_video_goes_on_where_its_worker_was_interrupted(
    worker: VideoWorker, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, kept = job(tmp_path / "whole", video), job(tmp_path / "kept", video)
    expected = worker.run(whole)
    monkeypatch.setattr(app.batch.worker, "_LONG_BYTES", 1)

    def interrupt(done: int, _total: int | None) -> None:
        if done == 60:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(app.batch.worker, "RunControl", lambda: RunControl(progress=interrupt))
        with pytest.raises(KeyboardInterrupt):
            worker.run(kept)
    answers = (work_folder(kept.task) / ANSWERS).read_text(encoding="utf-8").splitlines()
    assert len(answers) >= 120
    assert not any(path.exists() for path in kept.task.outputs)
    done = worker.run(kept)
    assert isinstance(expected, Done) and isinstance(done, Done)
    tables = [name for name in whole.outputs if not name.endswith(".json")]
    assert {name: done.outputs[name] for name in tables} == {name: expected.outputs[name] for name in tables}
    assert done.notes == ("The export was interrupted and resumed.",)


def test_work_that_was_kept_with_other_options_is_not_used(
    worker: VideoWorker, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.batch.worker, "_LONG_BYTES", 1)
    one = job(tmp_path, video)
    work = work_folder(one.task)
    work.mkdir(parents=True)
    (work / TASK).write_text('{"version": "another one"}', encoding="utf-8")
    (work / ANSWERS).write_text('{"detected":0,"answer":[]}\n', encoding="utf-8")
    done = worker.run(one)
    assert isinstance(done, Done)
    assert done.faces > 50
    assert not done.notes


def test_models_are_loaded_once_for_all_videos_of_a_process(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []

    def noted(snapshot: str | None, engine: EngineChoice, **named: Any) -> HeadPoseEstimator:
        loaded.append(snapshot)
        return load_estimator(snapshot, engine, **named)

    monkeypatch.setattr(app.batch.worker, "load_estimator", noted)
    one = VideoWorker()
    done = [one.run(job(tmp_path / str(number), video, until=0.2)) for number in range(3)]
    one.close()
    assert [isinstance(outcome, Done) and outcome.by for outcome in done] == ["mediapipe, onnx-cpu"] * 3
    assert len(loaded) == 1


@pytest.mark.parametrize(("places", "shares"), [(1, 1.0), (2, 1.1), (16, 0.575), (1000, 0.5012)])
def test_the_fewer_workers_the_longer_a_video_must_be_to_be_split(places: int, shares: float) -> None:
    assert split_share(places) * places == pytest.approx(shares)


def test_a_simulated_batch_of_a_thousand_hours_loses_and_doubles_nothing() -> None:
    found = simulated(Scenario("", 32, hours=1000, losses_per_h=2.0, slow=0.1, poison=5))
    assert found["set_aside"] == 5
    assert found["retries"] > 200
    assert found["repeated"] < 0.2
    assert 0.5 < found["efficiency"] <= 1


def test_a_worker_decodes_in_few_threads_and_does_not_leave_that_behind(
    worker: VideoWorker, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        app.batch.worker, "RunControl", lambda: RunControl(progress=lambda *_: seen.append(decoder_threads()))
    )
    assert isinstance(worker.run(job(tmp_path, video)), Done)
    assert set(seen) == {2}
    assert decoder_threads() == 0


def test_what_runs_on_a_gpu_is_neither_split_nor_kept(
    worker: VideoWorker, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.batch.worker, "_LONG_BYTES", 1)
    monkeypatch.setattr(app.batch.worker.Models, "on_gpu", lambda _models, _task: True)
    kept: list[bool] = []

    def noted(task: ExportTask, **named: Any) -> ExportResult:
        kept.append(task.resume)
        return run_task(task, **named)

    monkeypatch.setattr(app.batch.worker, "run_task", noted)
    assert isinstance(worker.run(replace(job(tmp_path, video), split_s=1.0)), Done)
    assert kept == [False]
