"""Exports that are killed and continue where they stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

import app.export.segments
from app.errors import Cancelled, OutputError, UsageError
from app.export.pipeline import RunControl
from app.export.resume import resumable
from app.export.run import run_task
from app.export.segments import SegmentedVideo
from app.export.task import ExportTask, TableOutput
from app.product import SAMPLE
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Style
from app.threads.signals import Stop
from app.video import VideoOptions, read_back
from app.weights import ModelStore

_ROOT = Path(__file__).parents[2]
IN_SEGMENT = 20


def task(folder: Path, name: str, *, detect_every: int = 1, suffix: str = ".mp4") -> ExportTask:
    """From the middle of the sample, whose face moves, with a filter that has a memory."""
    return ExportTask(
        SAMPLE,
        video=folder / f"{name}{suffix}",
        tables=(TableOutput(folder / f"{name}.csv"), TableOutput(folder / f"{name}.parquet")),
        detector=DetectorChoice("mediapipe"),
        engine=EngineChoice("cpu"),
        settings=AnalysisSettings(smoothing=0.7, detect_every=detect_every),
        style=Style(box=True),
        since=Fraction(1, 2),
        until=Fraction(7, 2),
        video_options=VideoOptions(preset="ultrafast"),
        resume=True,
    )


def run(wanted: ExportTask, *, stop_at: int | None = None, kill: bool = False) -> int:
    """Runs an export, or a part of it; returns how many frames it has."""
    stop = Stop()

    def watch(done: int, _total: int | None) -> None:
        if done == stop_at:
            if kill:
                os.kill(os.getpid(), signal.SIGKILL)
            stop.request()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.export.segments, "FRAMES_IN_SEGMENT", IN_SEGMENT)
        control = RunControl(progress=watch, stop=stop)
        return run_task(wanted, store=ModelStore.standard(), control=control).counts.frames


def run_killed(folder: Path, name: str, at: int, **given: object) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.export.test_resume import run, task\n"
        f"run(task(Path(sys.argv[1]), {name!r}, **{given!r}), stop_at={at}, kill=True)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=_ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def sound(path: Path) -> list[tuple[int | None, bytes]]:
    with av.open(str(path)) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(audio=0) if packet.size]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
@pytest.mark.usefixtures("blazeface")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize(
    ("detect_every", "suffix", "kills"), [(1, ".mp4", (5, 50)), (4, ".mkv", (47,))], ids=["every frame", "optical flow"]
)
def test_an_export_that_was_killed_gives_what_an_undisturbed_one_gives(
    detect_every: int, suffix: str, kills: tuple[int, ...], tmp_path: Path
) -> None:
    undisturbed = replace(task(tmp_path, "whole", detect_every=detect_every, suffix=suffix), resume=False)
    frames = run(undisturbed)
    for at in kills:
        run_killed(tmp_path, "killed", at, detect_every=detect_every, suffix=suffix)
        assert "killed.csv" not in names(tmp_path)
    assert run(task(tmp_path, "killed", detect_every=detect_every, suffix=suffix)) == frames
    for ending in (".csv", ".parquet"):
        assert (tmp_path / f"killed{ending}").read_bytes() == (tmp_path / f"whole{ending}").read_bytes()
    one, other = (read_back(tmp_path / f"{name}{suffix}") for name in ("killed", "whole"))
    assert one.times == other.times and len(one.times) == frames
    assert sound(tmp_path / f"killed{suffix}") == sound(tmp_path / f"whole{suffix}") != []
    record, plain = (
        json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8")) for name in ("killed", "whole")
    )
    assert [note["kind"] for note in record["notes"]] == ["resumed"]
    assert record["counts"] == plain["counts"]
    assert not [name for name in names(tmp_path) if "resume" in name]


@pytest.fixture
def stopped(tmp_path: Path, blazeface: Path) -> ExportTask:
    """An export that was stopped after two segments."""
    wanted = task(tmp_path, "out")
    with pytest.raises(Cancelled):
        run(wanted, stop_at=50)
    assert names(tmp_path) == ["out.mp4.resume"]
    return wanted


def test_only_what_is_missing_is_analysed_and_encoded(stopped: ExportTask, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[Fraction] = []
    pass_over = SegmentedVideo.pass_over

    def count(self: SegmentedVideo, time: Fraction) -> None:
        passed.append(time)
        pass_over(self, time)

    monkeypatch.setattr(SegmentedVideo, "pass_over", count)
    assert run(stopped) == 90
    assert len(passed) == 40


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"settings": AnalysisSettings(smoothing=0.2)}, "smoothing\\."),
        ({"until": Fraction(3)}, "until"),
        ({"video_options": VideoOptions(quality=30, preset="ultrafast")}, "quality\\."),
    ],
    ids=["smoothing", "range", "quality"],
)
def test_another_task_does_not_continue_the_work(change: dict[str, object], named: str, stopped: ExportTask) -> None:
    with pytest.raises(UsageError, match=f"something is different now: {named}"):
        run(replace(stopped, **change))  # type: ignore[arg-type]
    assert run(stopped) == 90, "the work is still there"


def test_a_source_that_has_changed_is_not_continued(stopped: ExportTask, tmp_path: Path) -> None:
    task_file = tmp_path / "out.mp4.resume" / "task.json"
    saved = json.loads(task_file.read_text(encoding="utf-8"))
    task_file.write_text(json.dumps({**saved, "source's content": "another"}), encoding="utf-8")
    with pytest.raises(UsageError, match="something is different now: source's content"):
        run(stopped)


def test_damaged_work_is_done_again(stopped: ExportTask, tmp_path: Path) -> None:
    folder = tmp_path / "out.mp4.resume"
    segment = folder / "segment-000001.mp4"
    segment.write_bytes(segment.read_bytes()[:500])
    answers = folder / "answers.jsonl"
    answers.write_bytes(answers.read_bytes()[:-9])
    assert run(stopped) == 90
    assert len(read_back(tmp_path / "out.mp4").times) == 90


def test_two_processes_do_not_work_on_the_same_export(tmp_path: Path) -> None:
    wanted = task(tmp_path, "out")
    with resumable(wanted), pytest.raises(OutputError, match="Another process is writing"), resumable(wanted):
        pass


@pytest.mark.usefixtures("blazeface")
def test_without_the_option_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run(replace(task(tmp_path, "out"), resume=False), stop_at=50)
    assert names(tmp_path) == []
