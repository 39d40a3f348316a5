"""What work costs, and what other processes take meanwhile."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import pytest

from app.benchmark import cost
from app.benchmark.cost import Cost, Others, Stopwatch, least


def test_a_stopwatch_adds_up_its_blocks_and_nothing_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    now = count()
    monkeypatch.setattr(
        cost, "_clocks_s", lambda: tuple(step * factor for step in [next(now)] for factor in (1, 2, 0.5))
    )
    watch = Stopwatch()
    for _ in range(3):
        with watch:
            pass
        next(now)
    assert watch.cost(frames=2) == Cost(wall_ms=1500, processor_ms=3000, thread_ms=750)


def test_of_several_ways_the_least_of_each_cost_counts() -> None:
    assert least([Cost(3, 6, 3), Cost(4, 4, 4)]) == Cost(3, 4, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what other processes use")
def test_the_share_of_other_processes_is_what_was_busy_beside_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = tmp_path / "stat"
    monkeypatch.setattr(cost, "_STAT", stat)
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: {0, 1})
    monkeypatch.setattr("os.sysconf", lambda _name: 100)
    # user, nice, system, idle, waiting, interrupts, soft interrupts, stolen by other machines; the third is not ours
    stat.write_text("cpu 0 0 0 0\ncpu0 100 0 0 0 9 0 0 0 0 0\ncpu1 0 0 0 0 9 0 0 0 0 0\ncpu2 7 0 0 0 0 0 0 0 0 0\n")
    others = Others()
    clock = iter([10.0, 20.0])
    own = iter([1.0, 5.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    monkeypatch.setattr("time.process_time", lambda: next(own))
    with others:
        stat.write_text(
            "cpu 0 0 0 0\ncpu0 500 0 100 0 99 0 0 100 0 0\ncpu1 200 0 0 0 9 0 0 0 0 0\ncpu2 999 0 0 0 0 0 0 0 0 0\n"
        )
    # Busy for 8 s in 10 s of two cores, 4 s of it by this process.
    assert others.share == pytest.approx(4 / 20)


def test_the_share_is_unknown_where_the_system_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "_STAT", tmp_path / "missing")
    with Others() as others:
        pass
    assert others.share is None
