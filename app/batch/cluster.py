"""Workers on a Ray cluster. Ray is not installed with the program: it is the extra `ray`."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from pathlib import Path
from typing import Any

from app.batch.job import Ended, Event, Failed, Job, Lost, Outcome
from app.batch.worker import VideoWorker, worker_name
from app.errors import UsageError
from app.threads.interrupts import own_handlers

_RUNNING = "auto"
"""What Ray calls the cluster that runs on this machine."""

_PLACES_FOR_S = 2.0
"""How long the cluster's size is taken as known."""

_ENDING_S = 5.0

_FORWARDED = "HOPENET_"
"""Variables of the environment that the workers get."""


class RayEngine:
    """Implements `Engine` on an existing cluster, whose nodes see the same files under the same paths.

    Each Ray worker keeps its models from video to video. Ray itself tries nothing again: the scheduler does, which
    notes it in the manifest.
    """

    def __init__(self, address: str | None, *, threads: int = 1, uses_gpu: bool = False) -> None:
        """`address`: None for the one in RAY_ADDRESS, or the cluster that this machine belongs to.

        `threads`: the processor cores of one video. `uses_gpu`: share the cluster's GPUs among the videos.

        Raises UsageError if Ray is not installed, or no cluster answers there.
        """
        self._ray = _connected(address)
        self._threads = threads
        self._uses_gpu = uses_gpu
        self._jobs: dict[Any, Job] = {}
        self._left: deque[Event] = deque()
        self._closed = False
        self._places, self._places_known_s = 0, -_PLACES_FOR_S
        self._run = self._ray.remote(max_retries=0)(run_on_node)

    @property
    def places(self) -> int:
        """One for each group of cores; nodes may come and go."""
        now_s = time.monotonic()
        if now_s - self._places_known_s >= _PLACES_FOR_S:
            self._places = max(1, int(self._ray.cluster_resources().get("CPU", 1)) // self._threads)
            self._places_known_s = now_s
        return self._places

    def submit(self, job: Job) -> None:
        gpus = self._ray.cluster_resources().get("GPU", 0) if self._uses_gpu else 0
        options = {"num_gpus": min(1.0, gpus / self.places)} if gpus else {}
        self._jobs[self._run.options(num_cpus=self._threads, name=job.key, **options).remote(job)] = job

    def next_event(self, timeout_s: float) -> Event | None:
        if self._closed:
            return self._left.popleft() if self._left else None
        ready, _ = self._ray.wait(list(self._jobs), timeout=timeout_s) if self._jobs else ([], [])
        return self._event(ready[0]) if ready else None

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for running in self._jobs:
            self._ray.cancel(running)
        if self._jobs:
            ready, _ = self._ray.wait(list(self._jobs), num_returns=len(self._jobs), timeout=_ENDING_S)
            self._left += [self._event(one) for one in ready]
        self._ray.shutdown()

    def _event(self, ended: Any) -> Event:
        job = self._jobs.pop(ended)
        errors = self._ray.exceptions
        try:
            outcome, worker = self._ray.get(ended)
        except errors.RayTaskError as error:  # Raised by the code, and not by the loss of a worker.
            return Ended(job, Failed(f"No worker can run: {_last_line(error)}"))
        except errors.TaskCancelledError as error:
            return Lost(job, _last_line(error), asked=True)
        except errors.RayError as error:
            # A node that was taken away says nothing about the video.
            return Lost(job, _reason(error), asked=isinstance(error, errors.NodeDiedError))
        return Ended(job, outcome, worker)


_worker: VideoWorker | None = None


def run_on_node(job: Job) -> tuple[Outcome, str]:
    """Runs a job in a worker of the cluster, with the models that it has loaded before; returns the worker's name."""
    global _worker  # noqa: PLW0603 - there is one as there is one process
    if _worker is None:
        _worker = VideoWorker()
    return _worker.run(job), worker_name()


def _connected(address: str | None) -> Any:
    """The module of Ray, connected to a cluster."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Nothing leaves the machine.
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise UsageError(
            "The engine “ray” needs the package Ray, which is not installed.",
            advice="Install it with: pip install 'hopenet-studio[ray]', also on the cluster's nodes.",
        ) from error
    where = address or os.environ.get("RAY_ADDRESS") or _RUNNING
    try:
        with own_handlers():  # Ray's own would end the program without a word.
            ray.init(
                address=where,
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"env_vars": _environment()},
            )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise UsageError(
            f"No Ray cluster answers at “{where}”: {_last_line(error)}",
            advice="Start one with “ray start --head”, or give its address with --address.",
        ) from error
    return ray


def _environment() -> dict[str, str]:
    """What the workers need to know: the user's settings, and where a checkout is that is not installed."""
    settings = {name: value for name, value in os.environ.items() if name.startswith(_FORWARDED)}
    checkout = str(Path(__file__).parents[2])
    searched = os.environ.get("PYTHONPATH", "")
    return settings | {"PYTHONPATH": os.pathsep.join(one for one in (checkout, searched) if one)}


def _reason(error: Exception) -> str:
    return f"The worker was lost: {type(error).__name__}."


def _last_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
