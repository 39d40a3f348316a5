"""Gives jobs to an engine, notes in the manifest what happens, and tries again what was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.batch.engine import Engine
from app.batch.job import Answered, Done, Ended, Event, Failed, Job, Lost, Split
from app.batch.manifest import Manifest
from app.batch.segments import Segment

TRIES = 2
"""After so many lost workers, a video is set aside: it may be what ends them."""

_REPORT_EVERY_S = 0.5


def split_share(places: int) -> float:
    """The share of all work from which on a video is split, for this number of workers.

    Segments and their joining cost a tenth more than the unsplit video. With few workers, that pays only for a video
    that is longer than what each worker has to do; with many, it costs nearly nothing, and keeps a slow worker from
    being alone with a long video at the end. `benchmarks/scale.py` shows both.
    """
    return (0.5 + 1.2 / places) / places if places > 1 else 1.0


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
        asked = isinstance(error, KeyboardInterrupt)
        run.interrupted("It was interrupted." if asked else f"{type(error).__name__}: {error}")
        raise
    finally:
        engine.close()
    return run.tally


@dataclass(slots=True)
class _Parts:
    """The segments of a video, and how many of them are answered for."""

    job: Job
    segments: tuple[Segment, ...]
    answered: int = 0


@dataclass(slots=True)
class _Run:
    engine: Engine
    manifest: Manifest
    reporter: Reporter
    waiting: deque[Job]
    running: dict[tuple[str, int | None], Job] = field(default_factory=dict)
    parts: dict[str, _Parts] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def go(self) -> None:
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.engine.places:
                job = self.waiting.popleft()
                self.manifest.running(job)
                self.running[job.name] = job
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
        self.running.pop(job.name, None)
        if isinstance(event, Lost):
            self._lost(event)
            return
        match event.outcome:
            case Done() as done:
                self.manifest.done(job, done, event.worker)
                self.tally.done[job.key] = done
                self.reporter.ended(job, done)
            case Split(()):
                self._unsplit(job)
            case Split(segments):
                self.manifest.split(job, segments)
                self.parts[job.key] = _Parts(job, segments)
                self.waiting.extendleft(replace(job, segment=segment) for segment in reversed(segments))
            case Answered() as answered:
                self.manifest.answered(job, answered, event.worker)
                self._join(job)
            case Failed(stopped=True) as failed:
                self._lost(Lost(job, failed.sentence, asked=True))
            case Failed() as failed:
                self.manifest.failed(job, failed)
                self._over(job, failed, self.tally.failed)

    def _join(self, job: Job) -> None:
        """Once all segments of a video are answered for, they are joined, before other videos begin."""
        parts = self.parts.get(job.key)
        if parts is None:  # Another segment has failed.
            return
        parts.answered += 1
        if parts.answered == len(parts.segments):
            del self.parts[job.key]
            self.waiting.appendleft(replace(parts.job, joined=parts.segments))

    def _unsplit(self, job: Job) -> None:
        """Processes the video as a whole; its segments that have not begun are dropped."""
        parts = self.parts.pop(job.key, None)
        if parts is not None:
            self.waiting = deque(one for one in self.waiting if one.key != job.key)
            self.waiting.append(replace(parts.job, split_s=None))

    def _over(self, job: Job, failed: Failed, where: dict[str, str]) -> None:
        """The video will not be done; segments of it that have not begun are dropped."""
        self.parts.pop(job.key, None)
        self.waiting = deque(one for one in self.waiting if one.key != job.key)
        if job.key not in where:
            where[job.key] = failed.sentence
            self.reporter.ended(job, failed)

    def _lost(self, event: Lost) -> None:
        job = event.job
        self.manifest.lost(job, event.reason, counts=not event.asked)
        losses = self.manifest.videos[job.key].losses[job.name[1]]
        if job.segment is not None and job.key not in self.parts:
            return
        if losses < TRIES:
            self.waiting.appendleft(job)  # At once: at the end, other workers would wait for it.
            self.reporter.retried(job, event.reason)
            return
        sentence = f"Its worker has ended unexpectedly {losses} times, so it is set aside. {event.reason}"
        self.manifest.set_aside(job, sentence)
        self._over(job, Failed(sentence), self.tally.set_aside)
