"""The manifest, and what is left to do after what it says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.batch.job import Done, Failed, Job, OutputFile, options_of
from app.batch.manifest import Manifest
from app.batch.plan import planned
from app.batch.task import Layout
from app.errors import OutputError, UsageError
from app.export.task import ExportTask
from app.settings import AnalysisSettings, EngineChoice


def job(folder: Path, key: str = "t.mp4", *, state: str = "1", smoothing: float = 0.5) -> Job:
    task = Layout(folder, ("csv",)).task(
        key, ExportTask(folder / key, settings=AnalysisSettings(smoothing=smoothing), engine=EngineChoice(threads=1))
    )
    return Job(key, str(folder / key), folder, task, 1, state, options_of(task, snapshot_sha256="ab", boxes=""))


def write_outputs(one: Job) -> Done:
    outputs = {}
    for name in one.outputs:
        path = one.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        outputs[name] = OutputFile(hashlib.sha256(name.encode()).hexdigest(), len(name))
    return Done(outputs, frames=1, faces=1, video_s=1.0, wall_s=1.0, processor_s=1.0)


def finish(path: Path, *jobs: Job) -> None:
    with Manifest(path) as manifest:
        manifest.begin({})
        for one in jobs:
            manifest.running(one)
            manifest.done(one, write_outputs(one), "here")


def left(path: Path, *jobs: Job, **how: bool) -> list[str]:
    with Manifest(path) as manifest:
        return [one.key for one in planned(jobs, manifest.videos, **how).jobs]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "manifest.jsonl"


def test_what_is_done_and_verified_is_not_done_again(tmp_path: Path, path: Path) -> None:
    a, b = job(tmp_path, "a.mp4"), job(tmp_path, "b.mp4")
    finish(path, a)
    assert left(path, a, b) == ["b.mp4"]


@pytest.mark.parametrize("change", ["missing", "another byte", "longer"])
def test_outputs_that_are_not_as_written_are_made_again(tmp_path: Path, path: Path, change: str) -> None:
    a = job(tmp_path)
    finish(path, a)
    output = tmp_path / a.outputs[0]
    if change == "missing":
        output.unlink()
    else:
        text = output.read_text(encoding="utf-8")
        output.write_text("X" + text[1:] if change == "another byte" else text + "X", encoding="utf-8")
    assert left(path, a) == ["t.mp4"]


def test_a_source_that_has_changed_is_processed_again(tmp_path: Path, path: Path) -> None:
    finish(path, job(tmp_path, state="1"))
    assert left(path, job(tmp_path, state="2")) == ["t.mp4"]


def test_other_options_are_noticed_and_named(tmp_path: Path, path: Path) -> None:
    finish(path, job(tmp_path))
    with pytest.raises(UsageError, match="1 video was done with other options: smoothing"):
        left(path, job(tmp_path, smoothing=0.7))
    assert left(path, job(tmp_path, smoothing=0.7), redo=True) == ["t.mp4"]


def test_the_number_of_threads_is_no_option_of_the_results(tmp_path: Path) -> None:
    one = job(tmp_path)
    other = replace(one.task, engine=EngineChoice(threads=8))
    assert options_of(other, snapshot_sha256="ab", boxes="") == one.options


def test_what_failed_or_was_under_way_is_tried_again_and_what_was_set_aside_is_not(tmp_path: Path, path: Path) -> None:
    jobs = [job(tmp_path, name) for name in ("failed.mp4", "running.mp4", "aside.mp4")]
    with Manifest(path) as manifest:
        manifest.begin({})
        for one in jobs:
            manifest.running(one)
        manifest.failed(jobs[0], Failed("It has no picture."))
        manifest.set_aside(jobs[2], "Its worker has ended.")
    assert left(path, *jobs) == ["failed.mp4", "running.mp4"]
    assert left(path, *jobs, retry_aside=True) == ["failed.mp4", "running.mp4", "aside.mp4"]
    assert left(path, *jobs[:2], replace(jobs[2], state="2")) == ["failed.mp4", "running.mp4", "aside.mp4"]


def test_files_that_the_batch_has_not_written_are_not_replaced(tmp_path: Path, path: Path) -> None:
    a = job(tmp_path)
    write_outputs(a)
    with pytest.raises(OutputError, match="exist already"):
        left(path, a)
    assert left(path, a, force=True) == ["t.mp4"]


def test_a_last_line_that_is_cut_off_costs_only_itself(tmp_path: Path, path: Path) -> None:
    a, b = job(tmp_path, "a.mp4"), job(tmp_path, "b.mp4")
    finish(path, a, b)
    path.write_bytes(path.read_bytes()[:-20])
    assert left(path, a, b) == ["b.mp4"]
    finish(path, b)
    assert left(path, a, b) == []
    assert sum(1 for line in path.read_text(encoding="ascii").splitlines() if not line.endswith("}")) == 1


def test_lines_are_only_added_and_say_when(tmp_path: Path, path: Path) -> None:
    a = job(tmp_path)
    finish(path, a)
    before = path.read_bytes()
    finish(path, a)
    assert path.read_bytes().startswith(before)
    lines = [json.loads(line) for line in before.splitlines()]
    assert [line["event"] for line in lines] == ["begun", "running", "done"]
    assert all(line["time"].endswith("+00:00") for line in lines)


def test_a_manifest_that_another_process_writes_is_not_opened(tmp_path: Path, path: Path) -> None:
    with Manifest(path), pytest.raises(OutputError, match="Another process is working"):
        Manifest(path)


def test_another_file_is_not_taken_for_a_manifest(path: Path) -> None:
    path.write_text('{"event": "x"}\n', encoding="utf-8")
    with pytest.raises(OutputError, match="not the manifest of a batch"):
        Manifest(path)
