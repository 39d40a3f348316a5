"""Simulates a batch of thousands of hours on hundreds of workers: `python -m benchmarks.scale`.

The scheduler is the program's own; engine and clock are simulated. What a second of video costs was measured by `batch`
itself (docs/scale.md). Failures and slow machines are drawn at random, always the same way.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.batch.job import Answered, Done, Ended, Event, Failed, Job, Lost, Outcome, Split
from app.batch.manifest import Manifest, note
from app.batch.scheduler import Tally, run_jobs, split_share
from app.batch.segments import Segment
from app.export.task import ExportTask

_HOUR_S = 3600.0
_SEGMENT_S = 600.0
_SEGMENTS_COST, _JOIN_COST, _AGAIN_COST = 1.03, 0.06, 0.26
"""Of segments, of joining them, and of going on with work that was kept, for which the video is decoded again: of the
unsplit analysis, measured on a video of 200 seconds."""

_NOTICE_S = 30.0
"""How long it takes until a lost worker is noticed and replaced."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`cost`: processor seconds for a second of video. `losses_per_h`: of each worker. `slow`: the share of workers
    that take three times as long. `split`: long videos are split. `poison`: videos that end every worker."""

    name: str
    workers: int
    hours: float = 10_000
    cost: float = 0.342
    mean_video_s: float = 1800.0
    losses_per_h: float = 0.0
    slow: float = 0.0
    split: bool = True
    longest_first: bool = True
    keeps_work: bool = True
    poison: int = 0


class SimulatedEngine:
    """Implements `Engine` in a time of its own."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._random = random.Random(1)  # noqa: S311 - a simulation
        self._free = [3.0 if number < scenario.slow * scenario.workers else 1.0 for number in range(scenario.workers)]
        self._random.shuffle(self._free)
        self._events: list[tuple[float, int, float, Event]] = []
        self._number = 0
        self._kept_s: dict[tuple[str, int | None], float] = {}
        self.now_s = 0.0
        self.worked_s = self.lost_s = 0.0

    @property
    def places(self) -> int:
        return self._scenario.workers

    def submit(self, job: Job) -> None:
        slowness = self._free.pop()
        work_s, outcome = self._work(job)
        takes_s = slowness * max(0.0, work_s - self._kept_s.get(job.name, 0.0))
        lost_after_s = self._lost_after_s(job)
        if lost_after_s < takes_s:
            done_s = lost_after_s / slowness
            if self._scenario.keeps_work and job.segment is None:
                # The answers of detector and network; what follows from them is computed again.
                self._kept_s[job.name] = self._kept_s.get(job.name, 0.0) + (1 - _AGAIN_COST) * done_s
                done_s *= _AGAIN_COST
            self.lost_s += done_s
            self._later(lost_after_s + _NOTICE_S, slowness, Lost(job, "It was lost.", asked=job.key[0] != "!"))
        else:
            self.worked_s += work_s
            self._later(takes_s, slowness, Ended(job, outcome))

    def next_event(self, timeout_s: float) -> Event | None:  # noqa: ARG002 - its time is its own
        if not self._events:
            return None
        self.now_s, _, slowness, event = heapq.heappop(self._events)
        self._free.append(slowness)
        return event

    def close(self) -> None:
        """Nothing runs."""

    def _later(self, after_s: float, slowness: float, event: Event) -> None:
        self._number += 1
        heapq.heappush(self._events, (self.now_s + after_s, self._number, slowness, event))

    def _lost_after_s(self, job: Job) -> float:
        if job.key.startswith("!"):
            return 5.0
        rate = self._scenario.losses_per_h / _HOUR_S
        return self._random.expovariate(rate) if rate else float("inf")

    def _work(self, job: Job) -> tuple[float, Outcome]:
        """The processor time of a job, and what comes of it."""
        whole_s = job.size_bytes * self._scenario.cost
        if job.segment is not None:
            part = (job.segment.end - job.segment.first) / job.size_bytes
            return _SEGMENTS_COST * whole_s * part, Answered(0, 0.0, 0.0)
        if job.split_s is not None and not job.joined:
            cuts = [*range(0, job.size_bytes, round(job.split_s)), job.size_bytes]
            segments = tuple(
                Segment(number, first, end, first, Fraction(first), Fraction(end))
                for number, (first, end) in enumerate(itertools.pairwise(cuts))
            )
            return 2.0, Split(segments)
        done = Done({}, 0, 0, float(job.size_bytes), 0.0, 0.0)
        return (_JOIN_COST if job.joined else 1.0) * whole_s, done


class _InMemory(Manifest):
    """Lines are not written."""

    def __init__(self) -> None:
        self.videos = {}

    def _add(self, event: str, **fields: Any) -> None:
        note(self.videos, {"event": event, **fields})


@dataclass(slots=True)
class _Silent:
    lost: int = 0
    over: dict[str, Done | Failed] = field(default_factory=dict)

    def ended(self, job: Job, outcome: Done | Failed) -> None:
        assert job.key not in self.over, f"{job.key} was done twice"
        self.over[job.key] = outcome

    def retried(self, _job: Job, _reason: str) -> None:
        self.lost += 1

    def tick(self, _running: int) -> None:
        """Nothing is shown."""


def simulated(scenario: Scenario) -> Mapping[str, float]:
    """The hours that the batch takes, and what became of the work."""
    drawn = random.Random(2)  # noqa: S311 - a simulation
    jobs: list[Job] = []
    left_s = scenario.hours * _HOUR_S
    while left_s > 0:
        # Logarithmic normal: many short videos, few long ones; up to eight hours.
        length_s = min(8 * _HOUR_S, drawn.lognormvariate(0.0, 1.0) * scenario.mean_video_s / 1.65)
        jobs.append(_job(f"{len(jobs)}", max(1, round(length_s))))
        left_s -= length_s
    total_s = sum(job.size_bytes for job in jobs)
    jobs += [_job(f"!{number}", round(scenario.mean_video_s)) for number in range(scenario.poison)]
    share_s = split_share(scenario.workers) * total_s
    jobs = [replace(job, split_s=_SEGMENT_S if scenario.split and job.size_bytes > share_s else None) for job in jobs]
    if scenario.longest_first:
        jobs.sort(key=lambda job: job.size_bytes, reverse=True)
    engine, reporter = SimulatedEngine(scenario), _Silent()
    tally: Tally = run_jobs(jobs, engine=engine, manifest=_InMemory(), reporter=reporter)
    assert len(tally.done) + len(tally.set_aside) == len(jobs) == len(reporter.over)
    ideal_s = total_s * scenario.cost / scenario.workers
    return {
        "videos": len(jobs),
        "hours": engine.now_s / _HOUR_S,
        "ideal_hours": ideal_s / _HOUR_S,
        "efficiency": ideal_s / engine.now_s,
        "retries": reporter.lost,
        "repeated": engine.lost_s / engine.worked_s,
        "set_aside": len(tally.set_aside),
    }


def _job(key: str, length_s: int) -> Job:
    """A job whose size in bytes is its length in seconds."""
    return Job(key, key, Path("/out"), ExportTask(Path(key)), length_s, "", {})


SCENARIOS = (
    Scenario("16 workers, nothing fails", 16),
    Scenario("160 workers, nothing fails", 160),
    Scenario("1,600 workers, nothing fails", 1600),
    Scenario("1,600 workers, in the order given", 1600, longest_first=False),
    Scenario("6,400 workers, nothing fails", 6400),
    Scenario("6,400 workers, unsplit", 6400, split=False),
    Scenario("160 workers, each lost every 20 h", 160, losses_per_h=0.05),
    Scenario("160 workers, each lost every hour", 160, losses_per_h=1.0),
    Scenario("… without keeping the work", 160, losses_per_h=1.0, keeps_work=False),
    Scenario("160 workers, a tenth three times as slow", 160, slow=0.1),
    Scenario("1,600 workers, a tenth three times as slow", 1600, slow=0.1),
    Scenario("… unsplit", 1600, slow=0.1, split=False),
    Scenario("160 workers, 50 videos end every worker", 160, poison=50),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=10_000, help="hours of video (default: 10000)")
    hours = parser.parse_args().hours
    print("| workers and what happens | takes | ideal | efficiency | tried again | work repeated | set aside |")
    print("|---|---|---|---|---|---|---|")
    for scenario in SCENARIOS:
        found = simulated(replace(scenario, hours=hours))
        print(
            f"| {scenario.name} | {found['hours']:.1f} h | {found['ideal_hours']:.1f} h | {found['efficiency']:.1%} "
            f"| {found['retries']:.0f} | {found['repeated']:.2%} | {found['set_aside']:.0f} |"
        )


if __name__ == "__main__":
    main()
