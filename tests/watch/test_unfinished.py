"""Recordings of a process that was killed are found and finished."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.frames import Analysis, Face, Frame
from app.video import read_back
from app.watch.listener import ViewRequest
from app.watch.recording import Recording
from app.watch.recording_folder import Finished
from app.watch.unfinished import Unfinished, find_unfinished
from detectors import Box
from hopenet import HeadPose, PoseSpread

FRAMES = 250
_ROOT = Path(__file__).parents[2]
FACE = Face(3, Box(20, 10, 60, 50), 0.9, HeadPose(20, 10, 5), HeadPose(19, 9, 4), PoseSpread(1, 2, 3))


def record(folder: Path, count: int, *, video: bool = True) -> Recording:
    """A recording of `count` frames, each of them written, that is not ended."""
    recording = Recording(
        folder / "seen.mp4" if video else None,
        folder / "seen.csv",
        title="Camera",
        address="camera:0",
        journal=folder / "journal",
    )
    for number in range(count):
        image = np.full((64, 96, 3), number % 250, np.uint8)
        frame = Frame(image, number, 7 + Fraction(number, 25), captured_s=float(number))
        while recording.frames < number - 8:
            pass
        recording.on_analysed(Analysis(frame, (FACE,)), ViewRequest())
    while recording.frames < count:
        pass
    return recording


def killed(folder: Path, count: int, *, video: bool = True) -> None:
    """A process records and is killed."""
    script = (
        "import os, signal, sys; from pathlib import Path; from tests.watch.test_unfinished import record\n"
        f"record(Path(sys.argv[1]), {count}, video={video})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], cwd=_ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def only(folder: Path) -> Unfinished:
    (found,) = find_unfinished(folder / "journal")
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "journal")


needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")


@needs_kill
def test_a_killed_recording_becomes_an_ordinary_one_up_to_its_last_seconds(tmp_path: Path) -> None:
    killed(tmp_path, FRAMES)
    assert names(tmp_path) == ["seen.mp4.recording"]
    found = only(tmp_path)
    assert FRAMES - 75 <= found.frames <= FRAMES
    assert found.duration_s == (found.frames - 1) / 25
    assert (found.name, found.plan.title) == ("seen.mp4", "Camera")
    assert find_unfinished(tmp_path / "journal") == (), "it is offered once at a time"
    finished = found.finish()
    assert finished == Finished(found.frames, tmp_path / "seen.mp4", tmp_path / "seen.csv")
    assert names(tmp_path) == ["seen.csv", "seen.json", "seen.mp4"]
    assert list((tmp_path / "journal").iterdir()) == []
    assert read_back(tmp_path / "seen.mp4").times == tuple(Fraction(number, 25) for number in range(found.frames))
    table = rows(tmp_path / "seen.csv")
    assert [int(row["frame"]) for row in table] == list(range(found.frames))
    assert {(row["face_id"], row["x1"], row["yaw_deg"], row["roll_std_deg"]) for row in table} == {
        ("3", "20.00", "20.0000", "3.0000")
    }
    written = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert written["counts"]["frames"] == written["source"]["frame_count"] == found.frames
    (note,) = written["notes"]
    assert note["kind"] == "recovered"
    assert f"{found.frames} frames were recovered" in note["sentence"]


@needs_kill
def test_a_killed_recording_of_a_table_alone_keeps_every_row(tmp_path: Path) -> None:
    killed(tmp_path, 30, video=False)
    assert only(tmp_path).finish() == Finished(30, None, tmp_path / "seen.csv")
    assert len(rows(tmp_path / "seen.csv")) == 30


@needs_kill
@pytest.mark.parametrize("written", ["", '{"fol', "[]"])
def test_a_note_that_was_never_completed_is_removed(tmp_path: Path, written: str) -> None:
    killed(tmp_path, 3, video=False)
    (note,) = (tmp_path / "journal").iterdir()
    note.write_text(written, encoding="utf-8")
    assert find_unfinished(tmp_path / "journal") == ()
    assert list((tmp_path / "journal").iterdir()) == []


@needs_kill
def test_a_log_that_ends_within_a_line_gives_all_lines_before_it(tmp_path: Path) -> None:
    killed(tmp_path, 30, video=False)
    log = tmp_path / "seen.csv.recording" / "analyses.jsonl"
    log.write_bytes(log.read_bytes()[:-7])
    assert only(tmp_path).finish().frames == 29


@needs_kill
def test_recovered_files_replace_no_other_files(tmp_path: Path) -> None:
    killed(tmp_path, FRAMES)
    (tmp_path / "seen.csv").write_text("mine", encoding="utf-8")
    only(tmp_path).finish()
    assert names(tmp_path) == ["seen-recovered.csv", "seen-recovered.json", "seen-recovered.mp4", "seen.csv"]
    assert (tmp_path / "seen.csv").read_text(encoding="utf-8") == "mine"


@needs_kill
def test_a_recording_can_be_left_for_later_and_deleted(tmp_path: Path) -> None:
    killed(tmp_path, FRAMES)
    only(tmp_path).leave()
    only(tmp_path).delete()
    assert names(tmp_path) == []
    assert find_unfinished(tmp_path / "journal") == ()


@needs_kill
def test_what_somebody_put_into_the_folder_is_not_deleted(tmp_path: Path) -> None:
    killed(tmp_path, FRAMES)
    mine = tmp_path / "seen.mp4.recording" / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    only(tmp_path).delete()
    assert mine.exists() and names(mine.parent) == ["mine.txt"]


@needs_kill
def test_a_recording_without_a_frame_is_removed(tmp_path: Path) -> None:
    killed(tmp_path, 0)
    assert find_unfinished(tmp_path / "journal") == ()
    assert names(tmp_path) == [] and list((tmp_path / "journal").iterdir()) == []


@needs_kill
def test_a_recording_on_a_disk_that_is_not_connected_is_not_forgotten(tmp_path: Path) -> None:
    disk, away = tmp_path / "disk", tmp_path / "away"
    disk.mkdir()
    (tmp_path / "journal").mkdir()
    (disk / "journal").symlink_to(tmp_path / "journal")
    killed(disk, 30, video=False)
    disk.rename(away)
    assert find_unfinished(tmp_path / "journal") == ()
    away.rename(disk)
    assert only(tmp_path).frames == 30


def test_a_recording_that_is_running_is_not_touched(tmp_path: Path) -> None:
    recording = record(tmp_path, 5)
    assert find_unfinished(tmp_path / "journal") == ()
    assert recording.stop().frames == 5
    assert list((tmp_path / "journal").iterdir()) == []


def test_a_journal_that_cannot_be_written_does_not_keep_anybody_from_recording(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"")
    assert record(tmp_path, 5).stop().frames == 5


@pytest.mark.parametrize("content", ["", "{", '{"folder": 3}', "[]"], ids=["empty", "cut off", "a number", "a list"])
def test_a_damaged_note_is_left_out(content: str, tmp_path: Path) -> None:
    recording = record(tmp_path, 1)
    (note,) = (tmp_path / "journal").iterdir()
    recording.stop()
    note.write_text(content, encoding="utf-8")
    assert find_unfinished(tmp_path / "journal") == ()
