"""Runs exports in a process of their own, which leaves the processor to the window and to the video that it plays.

In the window's process, an export's threads and the window's share Python's lock: on two cores, the window stood still
for up to 200 ms beside an export. In its own process, an export can also have a lower priority, and cannot take the
window with it if a library crashes.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from time import perf_counter

from app.errors import Cancelled, StudioError
from app.export.pipeline import RunControl
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask
from app.parts import PARTS
from app.threads.processes import HelperEnded, HelperProcess, end_with_parent
from app.threads.scheduling import lower_priority
from app.threads.signals import Gate, Stop
from app.threads.workers import Worker
from app.weights import ModelStore

_REPORT_EVERY_S = 0.05
_STOPPING_S = 2.0
"""How long an export may take to stop. A slow detection cannot be interrupted, but its process can be ended."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far an export is. `progress`: the frames done and expected, None before it has begun. `outcome`: at the
    end."""

    progress: tuple[int, int | None] | None
    outcome: ExportResult | Exception | None


class ExportProcess:
    """Runs one export after another as `run_task` does. The process begins with the first, and ends with `close`.

    Thread: one at a time.
    """

    def __init__(self) -> None:
        self._process: HelperProcess | None = None

    @property
    def number(self) -> int | None:
        """The process's number in the system; None while there is none."""
        return None if self._process is None else self._process.number

    def run(self, task: ExportTask, *, store: ModelStore, control: RunControl) -> ExportResult:
        """As `run_task`, with the progress, gate and stop of `control`.

        Raises what `run_task` raises, and StudioError if the process ended unexpectedly.
        """
        try:
            return self._run(task, store, control)
        except HelperEnded as error:
            self.close()
            if control.stop.requested:
                raise Cancelled("The export was cancelled.") from error
            raise StudioError(
                "The export’s process ended unexpectedly.",
                advice="There may have been too little memory. Try again; it goes on where it was.",
            ) from error

    def close(self) -> None:
        """Ends the process. What an export left unfinished is removed."""
        if self._process is not None:
            self._process.close()
            self._process = None
            PARTS.remove_abandoned()

    def _run(self, task: ExportTask, store: ModelStore, control: RunControl) -> ExportResult:
        if self._process is None:
            self._process = HelperProcess(_Exporter, stop=control.stop)
        self._process.call("start", task, store)
        reported, stopped_s = None, None
        while True:
            stopping = control.stop.requested
            seen: _Seen = self._process.call("wait", open_gate=control.gate.is_open, stop=stopping)
            if seen.progress is not None and seen.progress != reported:
                reported = seen.progress
                control.progress(*reported)
            if isinstance(seen.outcome, Exception):
                raise seen.outcome
            if seen.outcome is not None:
                return seen.outcome
            if stopping:
                stopped_s = stopped_s or perf_counter()
                if perf_counter() - stopped_s > _STOPPING_S:
                    raise HelperEnded


class _Exporter:
    """The process's side. The export runs in a thread, and the main one answers."""

    def __init__(self) -> None:
        end_with_parent()
        lower_priority()
        self._stop, self._gate, self._done = Stop(), Gate(), Stop()
        self._done.request()  # Nothing runs yet.
        self._progress: tuple[int, int | None] | None = None
        self._outcome: ExportResult | Exception | None = None

    def start(self, task: ExportTask, store: ModelStore) -> None:
        self._stop, self._gate, self._done = Stop(), Gate(), Stop()
        self._progress, self._outcome = None, RuntimeError("The export ended without a result.")
        Worker("export", lambda: self._run(task, store))

    def wait(self, *, open_gate: bool, stop: bool) -> _Seen:
        """Waits a moment, but not beyond the end of the export."""
        if stop:
            self._stop.request()
        if open_gate != self._gate.is_open:
            (self._gate.open if open_gate else self._gate.close)()
        ended = self._done.wait_until(perf_counter() + _REPORT_EVERY_S)
        return _Seen(self._progress, self._outcome if ended else None)

    def close(self) -> None:
        """Stops the export, so that it removes what it has not finished."""
        self._stop.request()
        self._done.wait_until(perf_counter() + _STOPPING_S)

    def _run(self, task: ExportTask, store: ModelStore) -> None:
        control = RunControl(progress=self._see, gate=self._gate, stop=self._stop)
        try:
            self._outcome = run_task(task, store=store, control=control)
        except Exception as error:  # noqa: BLE001 - it is raised again by the caller
            if not isinstance(error, StudioError):
                error.add_note(traceback.format_exc())  # It is lost on the way.
            self._outcome = error
        finally:
            self._done.request()

    def _see(self, done: int, expected: int | None) -> None:
        self._progress = done, expected
