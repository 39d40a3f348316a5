"""Workers on this machine: one process for each group of cores, each with its models."""

from __future__ import annotations

import os
from collections.abc import Callable

from app.batch.job import Ended, Event, Failed, Job, Lost
from app.batch.worker import worker_in_process
from app.threads.handoff import Inbox
from app.threads.processes import HelperEnded, HelperProcess
from app.threads.signals import Stop
from app.threads.workers import Worker

_MANY = 1 << 30


def available_cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LocalEngine:
    """Implements `Engine`. Each process is started when there is work for it, and again if it has ended."""

    def __init__(self, processes: int, *, make: Callable[[], object] = worker_in_process) -> None:
        """`make` makes the object in each process whose method `run` gets the jobs."""
        self._processes = processes
        self._make = make
        self._stop = Stop()
        self._jobs: Inbox[Job] = Inbox(_MANY)
        self._events: Inbox[Event] = Inbox(_MANY)
        self._threads: list[Worker] = []
        self._helpers: set[HelperProcess] = set()

    @property
    def places(self) -> int:
        return self._processes

    def submit(self, job: Job) -> None:
        self._jobs.offer(job)
        if len(self._threads) < self._processes:
            self._threads.append(Worker(f"batch {len(self._threads) + 1}", self._serve))

    def next_event(self, timeout_s: float) -> Event | None:
        return self._events.take(timeout_s)

    def close(self) -> None:
        self._jobs.abandon()
        for helper in tuple(self._helpers):
            helper.ask_to_end()  # All at once, before the first is waited for.
        self._stop.request()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _serve(self) -> None:
        helper: HelperProcess | None = None
        while (job := self._jobs.take(None)) is not None:
            try:
                helper = helper or self._started()
                self._events.offer(Ended(job, helper.call("run", job), str(helper.number)))
            except HelperEnded as error:
                asked = self._stop.requested or (helper is not None and helper.was_asked_to_end)
                self._events.offer(Lost(job, str(error), asked=asked))
                self._close(helper)
                helper = None
            except Exception as error:  # noqa: BLE001 - the worker cannot be made, and every video shows why
                self._events.offer(Ended(job, Failed(f"No worker can be started: {error}")))
        self._close(helper)

    def _started(self) -> HelperProcess:
        helper = HelperProcess(self._make, stop=self._stop)
        self._helpers.add(helper)
        self._stop.add(helper.close)
        return helper

    def _close(self, helper: HelperProcess | None) -> None:
        if helper is not None:
            self._stop.discard(helper.close)
            helper.close()
            self._helpers.discard(helper)
