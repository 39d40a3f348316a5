"""Runs exports one after another in the background."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.errors import Cancelled, StudioError
from app.export.pipeline import RunControl
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask
from app.threads.signals import Gate, Stop
from app.threads.workers import Monitor, Worker, synchronized
from app.weights import ModelStore

LOG = logging.getLogger(__name__)

REPORT_EVERY_S = 0.1
"""Progress is reported no more often than a person can follow."""

SPEED_WINDOW_S = 20.0
"""The speed is the average over this many seconds."""

SPEED_AFTER_S = 1.0
"""The speed is unknown until this much has been measured."""

State = Literal["waiting", "running", "paused", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Done:
    """The export is complete."""

    result: ExportResult


@dataclass(frozen=True, slots=True)
class Failed:
    """The export failed and wrote nothing."""

    error: StudioError


TaskOutcome = Done | Cancelled | Failed


@dataclass(frozen=True, slots=True)
class QueueRow:
    """The state of one export. `number` identifies it in the queue's methods.

    `done`, `total`: frames; `total` is None if it is unknown. `outcome`: None until the export is over.
    """

    number: int
    task: ExportTask
    state: State = "waiting"
    done: int = 0
    total: int | None = None
    frames_per_s: float | None = None
    left_s: float | None = None
    outcome: TaskOutcome | None = None

    @property
    def is_over(self) -> bool:
        return self.outcome is not None


class ExportQueue(Monitor):
    """Runs one export after another in a thread that exists while there is one to run.

    `changed` gets all rows whenever one of them has changed, but progress no more often than every REPORT_EVERY_S
    seconds. It must not wait. Work that would block all threads of this process runs in other processes.
    Thread: any.
    """

    def __init__(
        self, make_store: Callable[[], ModelStore], *, changed: Callable[[tuple[QueueRow, ...]], object]
    ) -> None:
        super().__init__()
        self._make_store = make_store
        self._changed = changed
        self._rows: dict[int, QueueRow] = {}
        self._last_number = 0
        self._gate = Gate()
        self._pauses = 0
        self._running: tuple[int, Stop] | None = None
        self._worker: Worker | None = None
        self._closed = False
        self._reported_s = 0.0

    @property
    @synchronized
    def rows(self) -> tuple[QueueRow, ...]:
        """In the order in which they run."""
        return tuple(self._rows.values())

    @property
    def is_paused(self) -> bool:
        return not self._gate.is_open

    @synchronized
    def add(self, task: ExportTask) -> int:
        """Puts an export at the end and returns its number."""
        self._last_number += 1
        self._rows[self._last_number] = QueueRow(self._last_number, task)
        self._start_worker()
        return self._last_number

    @synchronized
    def retry(self, number: int) -> None:
        """Runs an export that was cancelled or failed again, after those that are waiting."""
        row = self._rows.get(number)
        if row is not None and row.state in ("cancelled", "failed"):
            del self._rows[number]
            self._rows[number] = QueueRow(number, row.task)
            self._start_worker()

    @synchronized
    def pause(self) -> None:
        """Pauses the running export; no other one starts."""
        self._pauses += 1
        self._gate.close()
        self._mark_running("paused")

    @synchronized
    def resume(self) -> None:
        self._gate.open()
        self._mark_running("running")

    @synchronized
    def cancel(self, number: int) -> None:
        """Cancels an export and removes what it has written. Does nothing if it is over."""
        row = self._rows.get(number)
        if row is None or row.is_over:
            return
        if self._running is not None and self._running[0] == number:
            self._running[1].request()
        else:
            self._rows[number] = replace(row, state="cancelled", outcome=Cancelled("The export was cancelled."))
            self._report()

    @synchronized
    def cancel_all(self) -> None:
        for number in tuple(self._rows):
            self.cancel(number)

    @synchronized
    def remove(self, number: int) -> None:
        """Removes an export from the list. One that is running is only cancelled and stays listed."""
        row = self._rows.get(number)
        if row is None:
            return
        if self._running is not None and self._running[0] == number:
            self.cancel(number)
        else:
            del self._rows[number]
            self._report()

    @synchronized
    def clear_finished(self) -> None:
        """Removes all exports that are over."""
        self._rows = {number: row for number, row in self._rows.items() if not row.is_over}
        self._report()

    def close(self) -> None:
        """Cancels what is unfinished and waits for the thread. No incomplete files are left."""
        worker = self._stop()
        if worker is not None:
            worker.join()

    @synchronized
    def _stop(self) -> Worker | None:
        self._closed = True
        self.cancel_all()
        return self._worker

    def _start_worker(self) -> None:
        if self._closed:
            return
        if self._worker is None:
            self._worker = Worker("exports", self._work)
        self._report()

    def _work(self) -> None:
        store: ModelStore | None = None
        while (turn := self._next()) is not None:
            row, stop = turn
            self._gate.pass_through(stop)
            outcome: TaskOutcome
            try:
                store = store or self._make_store()
                control = RunControl(
                    progress=_Progress(row, put=self._put_progress, pauses=lambda: self._pauses),
                    downloads=_Download(stop),
                    gate=self._gate,
                    stop=stop,
                    helper_processes=True,
                )
                outcome = Done(run_task(row.task, store=store, control=control))
            except Cancelled as cancelled:
                outcome = cancelled
            except StudioError as error:
                outcome = Failed(error)
            except Exception as error:
                LOG.exception("The export of %s failed.", row.task.source)
                message = f"{row.task.source.name} failed unexpectedly: {error}"
                outcome = Failed(StudioError(message, advice="The log has the details."))
            self._end(row.number, outcome)

    @synchronized
    def _next(self) -> tuple[QueueRow, Stop] | None:
        waiting = next((row for row in self._rows.values() if row.state == "waiting"), None)
        if waiting is None or self._closed:
            self._worker = None
            return None
        stop = Stop()
        self._running = waiting.number, stop
        row = replace(waiting, state="running" if self._gate.is_open else "paused")
        self._put(row)
        return row, stop

    @synchronized
    def _end(self, number: int, outcome: TaskOutcome) -> None:
        states: Iterable[tuple[type, State]] = ((Done, "done"), (Cancelled, "cancelled"), (Failed, "failed"))
        state = next(state for kind, state in states if isinstance(outcome, kind))
        self._running = None
        row = self._rows[number]
        total = outcome.result.counts.frames if isinstance(outcome, Done) else row.total
        self._put(replace(row, state=state, total=total, left_s=None, outcome=outcome))

    def _mark_running(self, state: State) -> None:
        if self._running is not None:
            self._put(replace(self._rows[self._running[0]], state=state))

    def _put(self, row: QueueRow) -> None:
        self._rows[row.number] = row
        self._report()

    @synchronized
    def _put_progress(self, row: QueueRow) -> None:
        """Puts a row in the state that it is in now. It is not reported if another was just before."""
        self._rows[row.number] = replace(row, state=self._rows[row.number].state)
        if time.monotonic() - self._reported_s >= REPORT_EVERY_S:
            self._report()

    def _report(self) -> None:
        # Only in synchronized methods, so that no older state follows a newer one.
        self._reported_s = time.monotonic()
        self._changed(self.rows)


class _Progress:
    """Turns the number of frames done into a row with speed and time left."""

    def __init__(self, row: QueueRow, *, put: Callable[[QueueRow], object], pauses: Callable[[], int]) -> None:
        self._row = row
        self._put = put
        self._pauses = pauses
        self._known_pauses = pauses()
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, done: int, total: int | None) -> None:
        now_s, pauses = time.monotonic(), self._pauses()
        if pauses != self._known_pauses:
            self._known_pauses = pauses
            self._seen.clear()
        self._seen.append((now_s, done))
        while now_s - self._seen[0][0] > SPEED_WINDOW_S:
            self._seen.popleft()
        start_s, before = self._seen[0]
        speed = self._row.frames_per_s
        if now_s - start_s >= SPEED_AFTER_S:
            speed = (done - before) / (now_s - start_s)
        left_s = None if not speed or total is None else max(0, total - done) / speed
        self._row = replace(self._row, done=done, total=total, frames_per_s=speed, left_s=left_s)
        self._put(self._row)


class _Download:
    """Ends a download when its export is cancelled. Implements `ProgressBar`."""

    total: Any = None

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def update(self, n: int = 1, /) -> None:  # noqa: ARG002
        if self._stop.requested:
            raise Cancelled("The download was cancelled.")

    def reset(self) -> None:
        """Nothing is counted."""

    def close(self) -> None:
        """Nothing is open."""
