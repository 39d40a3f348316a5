"""The file in which an export queue outlives its process."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from app.errors import Cancelled, StudioError
from app.export.plain_values import plain, restored
from app.export.queue_file import QueueFile, find_kept_queues, has_begun
from app.export.queue_rows import Done, Failed, QueueRow
from app.export.resume import work_folder
from app.export.run import ExportResult
from app.export.task import ExportTask, TableOutput
from app.frames import Note
from app.outputs.record import Counts
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Reference, Signs, Style
from app.video import VideoOptions
from detectors import Box, DetectorOptions
from hopenet import HeadPose

_ROOT = Path(__file__).parents[2]


def full_task(folder: Path) -> ExportTask:
    """Every field is something else than its default."""
    return ExportTask(
        folder / "talk.mp4",
        folder / "talk-poses.mkv",
        (TableOutput(folder / "talk-poses.csv", "openface"), TableOutput(folder / "talk-poses.parquet")),
        snapshot="resnet50",
        engine=EngineChoice("cpu", "torch", 3),
        detector=DetectorChoice(
            "boxes", DetectorOptions(0.5, 3, Box(1.0, 2.5, 30.0, 40.0), 320, 2), boxes=folder / "boxes.txt"
        ),
        settings=AnalysisSettings(3, 0.25, crop="published"),
        style=Style(cube=True, box=False, size=2.5, opacity=0.5),
        reference=Reference(HeadPose(1.5, -2.0, 0.25), Signs(yaw=-1)),
        since=Fraction(1001, 30000),
        until=Fraction(7, 2),
        video_options=VideoOptions("h265", 20, "slow", sound=False, metadata=False),
        overwrite=True,
        resume=True,
    )


def test_every_field_of_an_export_comes_back_from_its_text(tmp_path: Path) -> None:
    task = full_task(tmp_path)
    assert restored(ExportTask, plain(task)) == task
    bare = ExportTask(tmp_path / "talk.mp4", tmp_path / "out.mp4")
    assert restored(ExportTask, plain(bare)) == bare


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_text_comes_back(tmp_path: Path) -> None:
    task = ExportTask(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9.mp4")), tmp_path / "out.mp4")
    assert restored(ExportTask, plain(task)) == task


@pytest.mark.parametrize(
    ("name", "value"),
    [("source", 3), ("since", "one"), ("tables", "out.csv"), ("style", {"axis": 1}), ("overwrite", 1), ("new", 1)],
)
def test_a_task_of_another_program_version_is_refused_rather_than_guessed(
    name: str, value: object, tmp_path: Path
) -> None:
    with pytest.raises((TypeError, ValueError)):
        restored(ExportTask, {**plain(full_task(tmp_path)), name: value})


def rows(folder: Path) -> tuple[QueueRow, ...]:
    def task(name: str) -> ExportTask:
        return ExportTask(folder / f"{name}.mp4", folder / f"{name}-poses.mp4")

    result = ExportResult(Counts(240, 250, 238, 1), "It is incomplete.", (Note("sound", "It is silent."),))
    return (
        QueueRow(1, task("done"), "done", 240, 240, outcome=Done(result)),
        QueueRow(2, task("bad"), "failed", outcome=Failed(StudioError("It is broken.", advice="Mend it."))),
        QueueRow(3, task("off"), "cancelled", outcome=Cancelled("The export was cancelled.")),
        QueueRow(4, task("now"), "running", 75, 300, preset="Usual"),
        QueueRow(5, full_task(folder)),
    )


@pytest.fixture
def file(tmp_path: Path) -> Iterator[QueueFile]:
    file = QueueFile(tmp_path / "queues")
    yield file
    file.close()


def test_a_closed_queue_is_found_with_its_order_states_and_reasons(file: QueueFile, tmp_path: Path) -> None:
    written = rows(tmp_path)
    file.put(written)
    file.close()
    (kept,) = find_kept_queues(tmp_path / "queues")
    assert [row.task for row in kept.rows] == [row.task for row in written]
    assert [row.state for row in kept.rows] == ["done", "failed", "cancelled", "waiting", "waiting"]
    assert [row.preset for row in kept.rows] == ["", "", "", "Usual", ""]
    assert (kept.rows[0].done, kept.rows[0].total, kept.rows[3].total) == (240, 240, 300)
    done, failed = kept.rows[0].outcome, kept.rows[1].outcome
    assert done == written[0].outcome
    assert isinstance(failed, Failed) and str(failed.error) == "It is broken. Mend it."
    assert [row.number for row in kept.unfinished] == [4, 5]
    kept.leave()
    (again,) = find_kept_queues(tmp_path / "queues")
    again.remove()
    assert find_kept_queues(tmp_path / "queues") == ()
    assert list((tmp_path / "queues").iterdir()) == []


def test_a_queue_in_use_is_not_found(file: QueueFile, tmp_path: Path) -> None:
    file.put(rows(tmp_path))
    file.close()
    (kept,) = find_kept_queues(tmp_path / "queues")
    assert find_kept_queues(tmp_path / "queues") == ()
    kept.leave()


def test_the_queue_of_a_killed_process_is_found(tmp_path: Path) -> None:
    script = (
        "import os, sys, threading; from pathlib import Path\n"
        "from app.export.queue_file import QueueFile\n"
        "from tests.export.test_queue_file import rows\n"
        "file, folder, written = QueueFile(Path(sys.argv[1]) / 'queues'), Path(sys.argv[1]), threading.Event()\n"
        "file.put(rows(folder)); file.submit(written.set); written.wait(); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=_ROOT, check=False)
    assert done.returncode == 9
    (kept,) = find_kept_queues(tmp_path / "queues")
    assert len(kept.unfinished) == 2
    kept.remove()


def test_a_queue_without_an_unfinished_export_leaves_no_file(file: QueueFile, tmp_path: Path) -> None:
    file.put(rows(tmp_path))
    file.put(rows(tmp_path)[:3])
    file.close()
    assert list((tmp_path / "queues").iterdir()) == []


def test_progress_alone_writes_nothing(file: QueueFile, tmp_path: Path) -> None:
    (row,) = rows(tmp_path)[3:4]
    file.put((row,))
    file.close()
    path = next((tmp_path / "queues").glob("*.jsonl"))
    before = path.stat().st_ino
    (kept,) = find_kept_queues(tmp_path / "queues")
    kept.leave()
    again = QueueFile(tmp_path / "queues")
    again.put((row,))
    again.submit(lambda: counts.append(len(list((tmp_path / "queues").glob("*.jsonl")))))
    counts: list[int] = []
    for frames in range(100):
        again.put((QueueRow(row.number, row.task, "running", frames, 300, preset="Usual"),))
    again.close()
    assert counts == [2]
    assert path.stat().st_ino == before


def test_a_line_that_cannot_be_read_costs_only_its_export(
    file: QueueFile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.put(rows(tmp_path))
    file.close()
    path = next((tmp_path / "queues").glob("*.jsonl"))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join((lines[3], '{"task": 1}', lines[4][:50])), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        (kept,) = find_kept_queues(tmp_path / "queues")
    assert [row.task for row in kept.rows] == [rows(tmp_path)[3].task]
    assert "Line 2" in caplog.text and "Line 3" in caplog.text
    kept.remove()


def test_discarding_removes_the_work_but_no_finished_file(file: QueueFile, tmp_path: Path) -> None:
    written = rows(tmp_path)
    file.put(written)
    file.close()
    folder = work_folder(written[3].task)
    folder.mkdir()
    for name in ("lock", "task.json", "answers.jsonl", "segment-000000.mp4"):
        (folder / name).touch()
    (tmp_path / "done-poses.mp4").touch()
    (kept,) = find_kept_queues(tmp_path / "queues")
    assert [has_begun(row) for row in kept.unfinished] == [True, False]
    kept.discard()
    assert not folder.exists()
    assert (tmp_path / "done-poses.mp4").exists()
    assert list((tmp_path / "queues").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_reported_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "queues").touch()
    file = QueueFile(tmp_path / "queues")
    file.put(rows(tmp_path))
    file.close()
    assert not file.is_written
    assert "cannot be continued after the program has ended" in caplog.text
    assert find_kept_queues(tmp_path / "queues") == ()
