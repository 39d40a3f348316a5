"""`batch` from its arguments to its files: the same tables as `annotate`, whatever is killed on the way."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.batch.inputs import find_inputs
from app.batch.job import Done
from app.batch.manifest import MANIFEST
from app.batch.plan import Plan
from app.batch.scheduler import Tally
from app.cli import parser
from app.commands import batch as command
from app.errors import OutputError, UsageError
from tests.batch.videos import write_video

ROOT = Path(__file__).parents[2]
Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    """Runs a command as typed; errors are raised."""

    def run_here(*words: object) -> int:
        namespace = parser().parse_args([*map(str, words)])
        code: int = namespace.run(namespace)
        return code

    return run_here


@contextmanager
def started(*words: object) -> Iterator[subprocess.Popen[bytes]]:
    """The program in its own process, which is killed at the end if it still runs."""
    command = [sys.executable, str(ROOT / "main.py"), *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def lines(folder: Path) -> list[dict[str, object]]:
    try:
        text = (folder / MANIFEST).read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def wait_for(folder: Path, event: str, number: int = 1) -> list[dict[str, object]]:
    for _ in range(3000):
        found = [line for line in lines(folder) if line["event"] == event]
        if len(found) >= number:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{folder} has no {number} lines “{event}”")


def children(process: int) -> list[int]:
    """The workers of a batch, without Python's own helpers for processes."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            if parent == process and b"spawn_main" in (status.parent / "cmdline").read_bytes():
                found.append(int(status.parent.name))
        except OSError:
            continue
    return found


def tables(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in (".csv", ".parquet")
    }


def done(folder: Path) -> list[str]:
    return sorted(str(line["video"]) for line in lines(folder) if line["event"] == "done")


@pytest.mark.slow
def test_the_tables_are_those_of_annotate(videos: Path, undisturbed: Path, tmp_path: Path, run: Run) -> None:
    for key in ("one/0.mp4", "two/3.mp4"):
        alone = tmp_path / "alone.csv"
        run("annotate", videos / key, "--poses", alone, "--poses", tmp_path / "alone.parquet", "--force")
        assert (undisturbed / "videos" / f"{key}.csv").read_bytes() == alone.read_bytes()
        ours = json.loads((undisturbed / "videos" / f"{key}.json").read_text(encoding="utf-8"))
        theirs = json.loads((tmp_path / "alone.json").read_text(encoding="utf-8"))
        for record in (ours, theirs):
            del record["created"], record["other_tables"][0]["name"]
        assert ours == theirs


@pytest.mark.slow
def test_a_killed_worker_loses_and_doubles_nothing(videos: Path, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with started("batch", videos, "-o", out, "--processes", 1) as process:
        wait_for(out, "done")
        worker = children(process.pid)[0]
        os.kill(worker, signal.SIGKILL)
        assert process.wait(120) == 0
    assert len([line for line in lines(out) if line["event"] == "lost"]) == 1
    assert tables(out) == tables(undisturbed)
    assert done(out) == done(undisturbed)


@pytest.mark.slow
def test_a_killed_batch_is_resumed_without_doing_anything_twice(
    videos: Path, undisturbed: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "out"
    with started("batch", videos, "-o", out, "--processes", 1) as process:
        wait_for(out, "done", 2)
        workers = children(process.pid)
        process.kill()
    before = done(out)
    for worker in workers:  # They notice that nobody waits for them.
        for _ in range(500):
            if not Path(f"/proc/{worker}").exists():
                break
            time.sleep(0.02)
        assert not Path(f"/proc/{worker}").exists()
    assert run("batch", videos, "-o", out, "--resume") == 0
    assert tables(out) == tables(undisturbed)
    assert done(out) == done(undisturbed)
    assert set(before) < set(done(out))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_batch_leaves_nothing_incomplete_and_goes_on(
    videos: Path, undisturbed: Path, tmp_path: Path, run: Run, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    with started("batch", videos, "-o", out, "--processes", 1) as process:
        wait_for(out, "done")
        process.send_signal(number)
        assert process.wait(60) == 128 + number
    complete = tables(undisturbed)
    assert all(complete[name] == content for name, content in tables(out).items())
    assert not list(out.rglob("*.part"))
    assert lines(out)[-1]["event"] == "ended early"
    assert run("batch", videos, "-o", out, "--resume") == 0
    assert tables(out) == complete


@pytest.mark.slow
def test_videos_that_were_moved_are_still_done_and_others_of_their_names_are_new(
    videos: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(videos / "one", tmp_path / "before")
    out = tmp_path / "out"
    assert run("batch", tmp_path / "before", "-o", out, "--processes", 1) == 0
    (tmp_path / "before").rename(tmp_path / "after")
    capsys.readouterr()
    assert run("batch", tmp_path / "after", "-o", out, "--resume") == 0
    assert capsys.readouterr().out == "0 videos to process; 3 videos done and verified.\n"
    written = tables(out)
    write_video(tmp_path / "others" / "0.mp4", seed=9)
    assert run("batch", tmp_path / "others", "-o", out, "--resume", "--processes", 1) == 0
    assert written.items() < tables(out).items()
    assert (out / "videos" / "0.mp4~2.csv").exists()


@pytest.mark.slow
def test_a_table_gives_each_video_its_options(videos: Path, tmp_path: Path, run: Run) -> None:
    table = tmp_path / "videos.csv"
    table.write_text(
        f"video,to,smoothing\n{videos / 'one' / '0.mp4'},0.2,0\n{videos / 'two' / '3.mp4'},,\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    assert run("batch", table, "-o", out, "--tables", "csv", "--smoothing", 0.9, "--processes", 1) == 0
    with (out / "videos" / "one" / "0.mp4.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows and all(float(row["time_s"]) < 0.2 and row["yaw_deg"] == row["yaw_smooth_deg"] for row in rows)
    with (out / "videos" / "two" / "3.mp4.csv").open(encoding="utf-8") as file:
        others = list(csv.DictReader(file))
    assert float(others[-1]["time_s"]) > 0.9
    assert any(row["yaw_deg"] != row["yaw_smooth_deg"] for row in others)


def test_files_that_a_table_names_are_found_from_its_folder(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study").mkdir()
    for name in ("own.onnx", "boxes.txt"):
        (tmp_path / "study" / name).write_bytes(b"")
    table = tmp_path / "study" / "videos.csv"
    table.write_text(f"video,snapshot,boxes\n{videos / 'one' / '0.mp4'},own.onnx,boxes.txt\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    namespace = parser().parse_args(["batch", "study/videos.csv", "-o", "out"])
    (one,) = command._jobs(namespace, find_inputs(["study/videos.csv"]).videos, command._layout(namespace), {})
    assert one.task.snapshot == str(tmp_path / "study" / "own.onnx")
    assert one.task.detector.boxes == tmp_path / "study" / "boxes.txt"
    table.write_text(f"video,snapshot\n{videos / 'one' / '0.mp4'},squeezenet-1.1\n", encoding="utf-8")
    (one,) = command._jobs(namespace, find_inputs(["study/videos.csv"]).videos, command._layout(namespace), {})
    assert one.task.snapshot == "squeezenet-1.1"


@pytest.mark.slow
def test_a_video_that_cannot_be_read_fails_alone_with_a_sentence(
    videos: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video at all")
    out = tmp_path / "out"
    assert run("batch", broken, videos / "one" / "0.mp4", "-o", out, "--processes", 1) == 2
    (failed,) = (line for line in lines(out) if line["event"] == "failed")
    assert "broken.mp4" in str(failed["sentence"])
    assert [line["video"] for line in lines(out) if line["event"] == "done"] == [
        str((videos / "one" / "0.mp4").relative_to(os.path.commonpath([videos, tmp_path])))
    ]
    assert "broken.mp4" in capsys.readouterr().err
    assert len(list((out / "poses").iterdir())) == 1, "A data set has no folder without a table."


def test_machines_that_detect_with_other_detectors_are_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    one = Done({}, frames=1, faces=1, video_s=1.0, wall_s=1.0, processor_s=1.0, by="mediapipe, onnx-cpu")
    tally = Tally(done={"a": one, "b": one, "c": replace(one, by="dlib-hog, onnx-cpu")})
    assert command._report(tally, Plan(()), "out", 1.0) == 0
    assert "differ" in (text := capsys.readouterr().out)
    assert "mediapipe, onnx-cpu (2 videos); dlib-hog, onnx-cpu (1 video)" in text


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("sideways,1", "no option “sideways” for single videos"),
        ("max-faces,many", "must be a whole number, such as 3, not “many”"),
        ("smoothing,7", "between 0"),
        ("zero-lag,perhaps", "must be yes or no"),
    ],
)
def test_options_of_a_table_that_are_wrong_are_refused_with_the_line(
    videos: Path, tmp_path: Path, run: Run, row: str, message: str
) -> None:
    name, value = row.split(",")
    table = tmp_path / "videos.csv"
    table.write_text(f"video,{name}\n{videos / 'one' / '0.mp4'},{value}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=rf"{message}.*line 2 of .*videos\.csv"):
        run("batch", table, "-o", tmp_path / "out")


def test_a_folder_that_has_a_batch_is_not_begun_again(undisturbed: Path, videos: Path, run: Run) -> None:
    with pytest.raises(UsageError, match="has a batch already"):
        run("batch", videos, "-o", undisturbed)


def test_other_options_are_noticed(undisturbed: Path, videos: Path, run: Run) -> None:
    with pytest.raises(UsageError, match="6 videos were done with other options: largest faces"):
        run("batch", videos, "-o", undisturbed, "--resume", "--max-faces", 1)


def test_files_in_the_way_are_kept(videos: Path, tmp_path: Path, run: Run) -> None:
    theirs = tmp_path / "videos" / "0.mp4.csv"
    theirs.parent.mkdir()
    theirs.write_text("theirs", encoding="utf-8")
    with pytest.raises(OutputError, match="exist already"):
        run("batch", videos / "one" / "0.mp4", "-o", tmp_path)
    assert theirs.read_text(encoding="utf-8") == "theirs"


@pytest.mark.slow
def test_a_split_video_survives_a_killed_worker_and_a_killed_batch(tmp_path: Path, run: Run) -> None:
    video = write_video(tmp_path / "long.mp4", frames=150)
    assert run("batch", video, "-o", tmp_path / "whole", "--split", 0, "--processes", 1) == 0
    out = tmp_path / "out"
    words = ("batch", video, "-o", out, "--split", 1 / 60, "--processes", 2)
    with started(*words) as process:
        wait_for(out, "answered")
        os.kill(children(process.pid)[0], signal.SIGKILL)
        wait_for(out, "answered", 2)
        process.kill()
    assert run(*words, "--resume") == 0
    assert tables(out) == tables(tmp_path / "whole")
    assert done(out) == ["long.mp4"]
    assert not list(out.rglob("*.jsonl.*")) and not (out / "work").exists()
    record = json.loads((out / "videos" / "long.mp4.json").read_text(encoding="utf-8"))
    assert [note["kind"] for note in record["notes"]] == ["joined"]


def test_the_summary_says_how_much_video_in_a_unit_that_fits(capsys: pytest.CaptureFixture[str]) -> None:
    one = Done({}, frames=75, faces=1, video_s=3.0, wall_s=1.0, processor_s=1.0)
    command._report(Tally(done={"a": one}), Plan(()), "out", 150.0)
    assert capsys.readouterr().out == "out: 1 video done, 75 frames, 3.0 s of video, in 2 min.\n"
