"""Workers that are lost, videos that end them, and batches that are stopped: with small workers in real processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from app.batch.job import Done, Failed, Job, Outcome
from app.batch.local import LocalEngine
from app.batch.manifest import Manifest
from app.batch.scheduler import Tally, run_jobs
from app.threads.processes import end_with_parent
from tests.batch.test_plan import job


class Plays:
    """A worker that does what the name of the video says. It counts its videos in a file."""

    def __init__(self) -> None:
        end_with_parent()
        self.number = 0

    def run(self, one: Job) -> Outcome:
        self.number += 1
        tries = one.folder / f"{one.key}.tries"
        with tries.open("a", encoding="ascii") as file:
            file.write("x")
        if one.key.startswith("kill") and (one.key.startswith("kill-always") or tries.stat().st_size == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        if one.key.startswith("bad"):
            return Failed("It has no picture.")
        if one.key.startswith("slow"):
            try:
                time.sleep(60)
            finally:
                (one.folder / f"{one.key}.cleaned").touch()
        return Done({}, frames=self.number, faces=0, video_s=1.0, wall_s=0.0, processor_s=0.0)


class Silent:
    """A reporter."""

    def __init__(self, stop_when: str = "") -> None:
        self.retries: list[str] = []
        self._stop_when = stop_when

    def ended(self, one: Job, outcome: Outcome) -> None:
        if one.key == self._stop_when:
            raise KeyboardInterrupt

    def retried(self, one: Job, reason: str) -> None:
        self.retries.append(one.key)

    def tick(self, running: int) -> None:
        """Nothing is shown."""


def run(folder: Path, *names: str, processes: int = 1, reporter: Silent | None = None) -> Tally:
    with Manifest(folder / "manifest.jsonl") as manifest:
        manifest.begin({})
        return run_jobs(
            [job(folder, name) for name in names],
            engine=LocalEngine(processes, make=Plays),
            manifest=manifest,
            reporter=reporter or Silent(),
        )


def states(folder: Path) -> dict[str, str]:
    with Manifest(folder / "manifest.jsonl") as manifest:
        return {key: history.state for key, history in manifest.videos.items()}


@pytest.mark.slow
def test_one_process_does_many_videos(tmp_path: Path) -> None:
    tally = run(tmp_path, "a", "b", "c")
    assert [tally.done[name].frames for name in ("a", "b", "c")] == [1, 2, 3]


@pytest.mark.slow
def test_a_lost_worker_is_replaced_and_its_video_tried_again(tmp_path: Path) -> None:
    reporter = Silent()
    tally = run(tmp_path, "a", "kill-once", "b", reporter=reporter)
    assert sorted(tally.done) == ["a", "b", "kill-once"]
    assert reporter.retries == ["kill-once"]
    assert set(states(tmp_path).values()) == {"done"}


@pytest.mark.slow
def test_a_video_that_ends_two_workers_is_set_aside_and_the_others_are_done(tmp_path: Path) -> None:
    tally = run(tmp_path, "kill-always", "a", "bad", "b")
    assert sorted(tally.done) == ["a", "b"]
    assert tally.failed == {"bad": "It has no picture."}
    assert "ended unexpectedly 2 times" in tally.set_aside["kill-always"]
    assert (tmp_path / "kill-always.tries").read_text(encoding="ascii") == "xx"
    assert states(tmp_path)["kill-always"] == "set aside"


@pytest.mark.slow
def test_losses_of_an_earlier_run_count(tmp_path: Path) -> None:
    one = job(tmp_path, "kill-always")
    with Manifest(tmp_path / "manifest.jsonl") as manifest:
        manifest.begin({})
        manifest.running(one)
        manifest.lost(one, "It was killed.", counts=True)
    run(tmp_path, "kill-always")
    assert (tmp_path / "kill-always.tries").read_text(encoding="ascii") == "x"


@pytest.mark.slow
def test_a_stopped_batch_gives_up_what_is_under_way_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "slow", "a", processes=2, reporter=Silent(stop_when="a"))
    assert states(tmp_path) == {"slow": "stopped", "a": "done"}
    if (tmp_path / "slow.tries").exists():
        assert (tmp_path / "slow.cleaned").exists()


class Broken:
    def __init__(self) -> None:
        raise OSError("the disk is gone")


@pytest.mark.slow
def test_a_worker_that_cannot_start_is_a_reason_and_no_endless_wait(tmp_path: Path) -> None:
    with Manifest(tmp_path / "manifest.jsonl") as manifest:
        manifest.begin({})
        tally = run_jobs([job(tmp_path, "a")], engine=LocalEngine(1, make=Broken), manifest=manifest, reporter=Silent())
    assert tally.failed == {"a": "No worker can be started: the disk is gone"}
