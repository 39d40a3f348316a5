"""What runs the jobs of a batch."""

from __future__ import annotations

from typing import Protocol

from app.batch.job import Event, Job


class Engine(Protocol):
    """Runs jobs in other processes. Thread: one, apart from what the engine starts itself."""

    @property
    def places(self) -> int:
        """How many jobs to have under way; it may change."""
        ...

    def submit(self, job: Job) -> None:
        """Starts a job, or has it wait for a free worker."""
        ...

    def next_event(self, timeout_s: float) -> Event | None:
        """What happened next; None if nothing does within this time."""
        ...

    def close(self) -> None:
        """Ends all workers; those at work give up their videos and clean up. May be called twice."""
        ...
