"""Gives jobs to an engine, notes in the manifest what happens, and tries again what was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from app.batch.engine import Engine
from app.batch.job import Done, Ended, Event, Failed, Job, Lost
from app.batch.manifest import Manifest

TRIES = 2
"""After so many lost workers, a video is set aside: it may be what ends them."""

_REPORT_EVERY_S = 0.5


class Reporter(Protocol):
    """Hears how the batch goes on."""

    def ended(self, job: Job, outcome: Done | Failed) -> None:
        """A video is over, for this run of the batch."""
        ...

    def retried(self, job: Job, reason: str) -> None:
        """A video's worker was lost, and the video waits for another one."""
        ...

    def tick(self, running: int) -> None:
        """Some time has passed; so many videos are under way."""
        ...


@dataclass(slots=True)
class Tally:
    """What came of the jobs of one run. `failed`: without those that were set aside."""

    done: dict[str, Done] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, str] = field(default_factory=dict)

    @property
    def damaged(self) -> int:
        return sum(one.damage is not None for one in self.done.values())


def run_jobs(jobs: Iterable[Job], *, engine: Engine, manifest: Manifest, reporter: Reporter) -> Tally:
    """Runs all jobs. Every outcome is in the manifest before the next one is waited for.

    If this is interrupted, the engine's workers give up what they are doing, and the manifest says so. The engine is
    closed at the end in any case.
    """
    run = _Run(engine, manifest, reporter, deque(jobs))
    try:
        run.go()
    except BaseException as error:
        engine.close()
        run.interrupted(type(error).__name__)
        raise
    finally:
        engine.close()
    return run.tally


@dataclass(slots=True)
class _Run:
    engine: Engine
    manifest: Manifest
    reporter: Reporter
    waiting: deque[Job]
    running: dict[str, Job] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def go(self) -> None:
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.engine.places:
                job = self.waiting.popleft()
                self.manifest.running(job)
                self.running[job.key] = job
                self.engine.submit(job)
            event = self.engine.next_event(_REPORT_EVERY_S)
            if event is not None:
                self._note(event)
            self.reporter.tick(len(self.running))

    def interrupted(self, why: str) -> None:
        """Videos that were finished meanwhile are done; the others are noted as stopped."""
        while (event := self.engine.next_event(0)) is not None:
            if isinstance(event, Ended) and isinstance(event.outcome, Done):
                self._note(event)
        for job in self.running.values():
            self.manifest.failed(job, Failed("The batch was stopped.", stopped=True))
        self.manifest.stopped(why)

    def _note(self, event: Event) -> None:
        job = event.job
        self.running.pop(job.key, None)
        if isinstance(event, Lost):
            self._lost(event)
        elif isinstance(event.outcome, Done):
            self.manifest.done(job, event.outcome, event.worker)
            self.tally.done[job.key] = event.outcome
            self.reporter.ended(job, event.outcome)
        elif event.outcome.stopped:
            self._lost(Lost(job, event.outcome.sentence, asked=True))
        else:
            self.manifest.failed(job, event.outcome)
            self.tally.failed[job.key] = event.outcome.sentence
            self.reporter.ended(job, event.outcome)

    def _lost(self, event: Lost) -> None:
        job = event.job
        self.manifest.lost(job, event.reason, counts=not event.asked)
        losses = self.manifest.videos[job.key].losses
        if losses < TRIES:
            self.waiting.append(job)
            self.reporter.retried(job, event.reason)
            return
        sentence = f"Its worker has ended unexpectedly {losses} times, so it is set aside. {event.reason}"
        self.manifest.set_aside(job, sentence)
        self.tally.set_aside[job.key] = sentence
        self.reporter.ended(job, Failed(sentence))
