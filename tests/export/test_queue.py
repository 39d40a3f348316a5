from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.errors import Cancelled
from app.export.pipeline import RunControl
from app.export.queue import ExportQueue
from app.export.queue_progress import Progress
from app.export.queue_rows import Done, Failed, QueueRow
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask, TableOutput
from app.settings import DetectorChoice
from app.video import SourceFacts, VideoOptions, VideoWriter, read_back
from app.weights import ModelStore
from tests.photograph import astronaut

SIZE = 160, 120
FRAMES = 30
LONG = 4000


class Reports:
    """What the queue reports, and waiting for it."""

    def __init__(self) -> None:
        self.received: list[tuple[QueueRow, ...]] = []
        self._changed = threading.Condition()

    def __call__(self, rows: tuple[QueueRow, ...]) -> None:
        with self._changed:
            self.received.append(rows)
            self._changed.notify_all()

    def wait_for(self, holds: Callable[[tuple[QueueRow, ...]], bool]) -> tuple[QueueRow, ...]:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.received) and holds(self.received[-1]), timeout=60)
            return self.received[-1]

    def states(self, number: int) -> list[str]:
        """The states that an export went through."""
        states: list[str] = []
        for rows in self.received:
            for row in rows:
                if row.number == number and states[-1:] != [row.state]:
                    states.append(row.state)
        return states


def all_over(rows: tuple[QueueRow, ...]) -> bool:
    return all(row.is_over for row in rows)


def frames_come(rows: tuple[QueueRow, ...]) -> bool:
    return any(row.done > 0 and not row.is_over for row in rows)


def written(path: Path, count: int) -> Path:
    picture = np.ascontiguousarray(astronaut()[50:170, 142:302])
    facts = SourceFacts(path, "video", *SIZE, frame_rate=Fraction(25), time_base=Fraction(1, 25))
    with VideoWriter(path, size=SIZE, source=facts, options=VideoOptions(preset="ultrafast")) as writer:
        for index in range(count):
            writer.write(picture, Fraction(index, 25))
    return path


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """By their number of frames."""
    folder = tmp_path_factory.mktemp("videos")
    return {count: written(folder / f"{count}.mp4", count) for count in (FRAMES, LONG)}


@pytest.fixture
def choice(tmp_path: Path) -> DetectorChoice:
    path = tmp_path / "boxes.txt"
    path.write_text("".join(f"{index + 1} 31 20 130 118 0.995\n" for index in range(FRAMES)), encoding="utf-8")
    return DetectorChoice("boxes", boxes=path)


@pytest.fixture
def reports() -> Reports:
    return Reports()


class Here:
    """Runs exports in the thread that asks for it."""

    def run(self, task: ExportTask, *, store: ModelStore, control: RunControl) -> ExportResult:
        return run_task(task, store=store, control=control)

    def close(self) -> None:
        """Nothing is kept."""


@pytest.fixture
def queue(reports: Reports) -> Iterator[ExportQueue]:
    queue = ExportQueue(ModelStore.standard, changed=reports, make_runner=Here)
    yield queue
    queue.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "exports"]


@pytest.fixture
def task(videos: dict[int, Path], choice: DetectorChoice, tmp_path: Path) -> Callable[..., ExportTask]:
    def make(name: str, frames: int = FRAMES, **changes: object) -> ExportTask:
        table = (TableOutput(tmp_path / f"{name}.csv"),)
        return ExportTask(videos[frames], tmp_path / f"{name}.mp4", table, detector=choice, **changes)  # type: ignore[arg-type]

    return make


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "boxes.txt")


def test_exports_run_one_after_another(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    numbers = [queue.add(task(name)) for name in ("a", "b")]
    rows = reports.wait_for(all_over)
    assert [row.number for row in rows] == numbers
    for row in rows:
        assert isinstance(row.outcome, Done)
        assert row.outcome.result.counts.frames == row.done == row.total == FRAMES
        assert row.task.video is not None and len(read_back(row.task.video).times) == FRAMES
        assert row.left_s is None
    assert reports.states(numbers[1]) == ["waiting", "running", "done"]
    assert not any(sum(row.state == "running" for row in rows) > 1 for rows in reports.received)


def test_one_bad_video_does_not_stop_the_rest(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video")
    numbers = [
        queue.add(ExportTask(bad, tmp_path / "bad-out.mp4")),
        queue.add(task("good")),
        queue.add(task("unknown", snapshot="no-such")),
    ]
    rows = reports.wait_for(all_over)
    assert [row.state for row in rows] == ["failed", "done", "failed"]
    assert isinstance(rows[0].outcome, Failed) and "bad.mp4" in str(rows[0].outcome.error)
    assert isinstance(rows[2].outcome, Failed) and "no-such" in str(rows[2].outcome.error)
    assert reports.states(numbers[0]) == ["waiting", "running", "failed"]
    assert leftovers(tmp_path) == ["bad.mp4", "good.csv", "good.json", "good.mp4"]


def test_a_cancelled_export_leaves_no_files_and_the_next_one_runs(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    long = queue.add(task("long", LONG))
    queue.add(task("next"))
    reports.wait_for(frames_come)
    queue.cancel(long)
    rows = reports.wait_for(all_over)
    assert isinstance(rows[0].outcome, Cancelled)
    assert isinstance(rows[1].outcome, Done)
    assert leftovers(tmp_path) == ["next.csv", "next.json", "next.mp4"]


def test_a_waiting_export_is_cancelled_at_once(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    queue.pause()
    queue.add(task("first"))
    second = queue.add(task("second"))
    queue.cancel(second)
    assert [row.state for row in queue.rows][1] == "cancelled"
    queue.resume()
    assert [row.state for row in reports.wait_for(all_over)] == ["done", "cancelled"]
    assert "second.mp4" not in leftovers(tmp_path)


def test_a_pause_holds_the_running_export_until_it_is_resumed(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask]
) -> None:
    number = queue.add(task("long", 4000, until=Fraction(12)))
    reports.wait_for(frames_come)
    queue.pause()
    assert queue.is_paused
    reports.wait_for(lambda rows: rows[0].state == "paused")
    queue.resume()
    (row,) = reports.wait_for(all_over)
    assert (row.state, row.done) == ("done", 300)
    assert reports.states(number) == ["waiting", "running", "paused", "running", "done"]


def test_nothing_begins_while_the_queue_is_paused_so_even_the_first_export_can_be_changed(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    queue.pause()
    number, other = queue.add(task("first")), queue.add(task("other"))
    assert [row.state for row in queue.rows] == ["waiting", "waiting"]
    queue.edit(number, task("changed"))
    queue.move([number], 1)
    queue.remove(other)
    assert [row.task for row in queue.rows] == [task("changed")]
    queue.resume()
    assert [row.state for row in reports.wait_for(all_over)] == ["done"]
    assert leftovers(tmp_path) == ["changed.csv", "changed.json", "changed.mp4"]


def test_a_pause_between_two_exports_holds_the_second(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask]
) -> None:
    first = queue.add(task("first"))
    reports.wait_for(all_over)
    queue.pause()
    second = queue.add(task("second"))
    queue.remove(second)
    queue.resume()
    third = queue.add(task("third"))
    rows = reports.wait_for(lambda rows: len(rows) == 2 and all_over(rows))
    assert [(row.number, row.state) for row in rows] == [(first, "done"), (third, "done")]
    assert reports.states(second) == ["waiting"]


def test_a_failed_export_can_be_retried_once_its_cause_is_gone(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    existing = tmp_path / "out.mp4"
    existing.write_text("older", encoding="utf-8")
    number = queue.add(task("out"))
    (row,) = reports.wait_for(all_over)
    assert isinstance(row.outcome, Failed) and "already exists" in row.outcome.error.message
    existing.unlink()
    queue.retry(number)
    (row,) = reports.wait_for(lambda rows: rows[0].state == "done")
    assert (row.number, row.done) == (number, FRAMES)


def test_rows_can_be_removed(queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask]) -> None:
    queue.pause()
    first, second, third = (queue.add(task(name)) for name in "abc")
    queue.remove(second)
    assert [row.number for row in queue.rows] == [first, third]
    queue.resume()
    reports.wait_for(all_over)
    queue.remove(first)
    assert [row.number for row in queue.rows] == [third]
    queue.clear_finished()
    assert queue.rows == ()
    assert reports.received[-1] == ()


def test_an_export_that_was_interrupted_by_closing_continues_in_the_next_queue(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    """By the frames that were analysed before: they are known already, so the detector is not asked for them."""
    for name in ("long", "next"):
        queue.add(task(name, LONG, until=Fraction(40)))
    reports.wait_for(lambda rows: rows[0].done > 300)
    queue.close()
    assert [row.state for row in queue.rows] == ["waiting", "waiting"]
    assert leftovers(tmp_path) == ["long.mp4.resume"]
    answered = (tmp_path / "long.mp4.resume" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(answered) >= 300
    again = ExportQueue(ModelStore.standard, changed=reports, make_runner=Here)
    again.add_rows(queue.rows)
    again.cancel(2)
    (row, _) = reports.wait_for(all_over)
    again.close()
    assert isinstance(row.outcome, Done) and row.outcome.result.counts.frames == 1000
    assert [note.kind for note in row.outcome.result.notes] == ["resumed"]
    assert leftovers(tmp_path) == ["long.csv", "long.json", "long.mp4"]


def test_an_export_whose_source_has_changed_since_starts_over(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    source = written(tmp_path / "mine.mp4", 600)
    wanted = replace(task("out", LONG), source=source)
    queue.add(wanted)
    reports.wait_for(frames_come)
    queue.close()
    written(tmp_path / "shorter.mp4", 40).replace(source)
    again = ExportQueue(ModelStore.standard, changed=reports, make_runner=Here)
    again.add(wanted)
    (row,) = reports.wait_for(all_over)
    again.close()
    assert isinstance(row.outcome, Done) and row.outcome.result.counts.frames == 40


def test_an_unfinished_export_that_is_removed_leaves_no_work_behind(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    queue.add(task("long", LONG))
    reports.wait_for(frames_come)
    queue.close()
    assert leftovers(tmp_path) == ["long.mp4.resume"]
    queue.remove(1)
    assert leftovers(tmp_path) == []


def test_closing_interrupts_a_slow_detection_and_a_pause(
    queue: ExportQueue, reports: Reports, videos: dict[int, Path], tmp_path: Path
) -> None:
    queue.add(ExportTask(videos[LONG], tmp_path / "slow.mp4", detector=DetectorChoice("dlib-hog")))
    reports.wait_for(frames_come)
    queue.pause()
    queue.close()
    assert [row.state for row in queue.rows] == ["waiting"]
    assert leftovers(tmp_path) == ["slow.mp4.resume"]


def names(queue: ExportQueue) -> str:
    return "".join(row.task.written[0].stem for row in queue.rows)


@pytest.mark.parametrize(
    ("moved", "by", "order"),
    [
        ("c", -1, "acbde"),
        ("c", 1, "abdce"),
        ("a", -1, "abcde"),
        ("e", 1, "abcde"),
        ("bc", -1, "bcade"),
        ("bd", 1, "acbed"),
        ("ab", -1, "abcde"),
        ("ac", -1, "acbde"),
    ],
)
def test_exports_are_moved_up_and_down(
    moved: str, by: int, order: str, queue: ExportQueue, task: Callable[..., ExportTask]
) -> None:
    queue.pause()
    numbers = {name: queue.add(task(name)) for name in "abcde"}
    queue.move([numbers[name] for name in moved], by)
    assert names(queue) == order
    queue.cancel_all()


@pytest.mark.parametrize(
    ("moved", "other", "order"),
    [("d", "a", "dabce"), ("ae", "c", "baecd"), ("a", None, "bcdea"), ("bc", "b", "abcde"), ("bc", "c", "abcde")],
)
def test_exports_are_dropped_before_another_one(
    moved: str, other: str | None, order: str, queue: ExportQueue, task: Callable[..., ExportTask]
) -> None:
    queue.pause()
    numbers = {name: queue.add(task(name)) for name in "abcde"}
    queue.place_before([numbers[name] for name in moved], None if other is None else numbers[other])
    assert names(queue) == order
    queue.cancel_all()


def test_exports_run_in_the_order_that_they_were_moved_to(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask]
) -> None:
    queue.pause()
    numbers = [queue.add(task(name)) for name in "abc"]
    queue.place_before([numbers[2]], numbers[1])
    queue.resume()
    reports.wait_for(all_over)
    began = list(dict.fromkeys(row.number for rows in reports.received for row in rows if row.state == "running"))
    assert began == [numbers[0], numbers[2], numbers[1]]


def test_a_waiting_export_gets_other_settings_and_a_failed_one_waits_again(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask]
) -> None:
    queue.pause()
    queue.add(task("first"))
    number = queue.add(task("old"), total=30, preset="Usual")
    queue.edit(number, task("new"), preset="Other")
    row = queue.rows[1]
    assert (row.task, row.preset, row.total, row.state) == (task("new"), "Other", 30, "waiting")
    queue.cancel(number)
    queue.edit(number, task("newer", until=Fraction(1)))
    assert (queue.rows[1].state, queue.rows[1].total) == ("waiting", None)
    queue.resume()
    reports.wait_for(all_over)
    done = queue.rows[1]
    queue.edit(number, task("newest"))
    assert queue.rows[1] == done and done.state == "done"


def test_a_model_store_that_cannot_be_opened_fails_the_export_and_not_the_queue(
    reports: Reports, task: Callable[..., ExportTask]
) -> None:
    def broken() -> ModelStore:
        raise ZeroDivisionError("a mistake")

    queue = ExportQueue(broken, changed=reports, make_runner=Here)
    queue.add(task("out"))
    (row,) = reports.wait_for(all_over)
    assert isinstance(row.outcome, Failed) and "failed unexpectedly: a mistake" in row.outcome.error.message
    queue.close()


def test_progress_reports_the_total_before_the_end(
    queue: ExportQueue, reports: Reports, task: Callable[..., ExportTask]
) -> None:
    queue.add(task("long", LONG, since=Fraction(40)))
    (row,) = reports.wait_for(frames_come)
    assert row.total == LONG - 1000
    queue.cancel_all()
    reports.wait_for(all_over)


def test_time_left_follows_the_latest_speed_and_a_pause_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, pauses = 0.0, 0
    rows: list[QueueRow] = []
    monkeypatch.setattr("app.export.queue_progress.time.monotonic", lambda: now_s)
    progress = Progress(QueueRow(1, ExportTask(Path("video.mp4"))), put=rows.append, pauses=lambda: pauses)
    for done in range(6):
        progress(done, 100)
        now_s += 0.1
    assert rows[-1].left_s is None  # Too little has been measured.
    for done in range(6, 21):
        progress(done, 100)
        now_s += 0.1
    assert rows[-1].frames_per_s == pytest.approx(10)
    assert rows[-1].left_s == pytest.approx(8)
    pauses, now_s = 1, now_s + 3600
    progress(21, 100)
    assert rows[-1].frames_per_s == pytest.approx(10)
    assert rows[-1].left_s == pytest.approx(7.9)
    for done in range(22, 30):
        now_s += 5
        progress(done, 100)
    assert rows[-1].left_s == pytest.approx(71 * 5)
