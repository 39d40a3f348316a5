"""Exports one after another, while everything else goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.errors import Cancelled, StudioError
from app.export.task import Annotated, Task, annotate
from app.threads.signals import Gate, Stop
from app.weights import ModelStore

LOG = logging.getLogger(__name__)

TOLD_EVERY_S = 0.1
"""A row on its way is told of no more often than a person can follow."""

SPEED_WINDOW_S = 20.0
SPEED_FROM_S = 1.0
"""The speed is that of the last so many seconds, and is told once there are so many."""

State = Literal["waiting", "running", "paused", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Done:
    """The export's files are there."""

    annotated: Annotated


@dataclass(frozen=True, slots=True)
class Failed:
    """The export made nothing, and why."""

    error: StudioError


TaskOutcome = Done | Cancelled | Failed


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One export as it stands. `number` names it for the queue's methods.

    `done` and `total` are frames; `total` is None where it is unknown. `outcome` is there once it is over, and only
    then.
    """

    number: int
    task: Task
    state: State = "waiting"
    done: int = 0
    total: int | None = None
    frames_per_s: float | None = None
    left_s: float | None = None
    outcome: TaskOutcome | None = None

    @property
    def is_over(self) -> bool:
        return self.outcome is not None


class ExportQueue:
    """Does one export after another in a thread that lives while there is one to do.

    `changed` is told all rows whenever one has changed, progress no more often than every TOLD_EVERY_S; it must not
    wait. What would hold up the threads of this process runs in others.
    Thread: any.
    """

    def __init__(self, weights: Callable[[], ModelStore], *, changed: Callable[[tuple[QueueRow, ...]], object]) -> None:
        self._make_weights = weights
        self._changed = changed
        self._lock = threading.RLock()
        self._rows: dict[int, QueueRow] = {}
        self._numbers = 0
        self._gate = Gate()
        self._pauses = 0
        self._running: tuple[int, Stop] | None = None
        self._worker: threading.Thread | None = None
        self._closed = False

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """In the order of their turn."""
        with self._lock:
            return tuple(self._rows.values())

    @property
    def is_paused(self) -> bool:
        return not self._gate.is_open

    def add(self, task: Task) -> int:
        """Puts a task at the end, and gives its number."""
        with self._lock:
            self._numbers += 1
            self._rows[self._numbers] = QueueRow(self._numbers, task)
            self._set_to_work()
            return self._numbers

    def retry(self, number: int) -> None:
        """Does an export again that was cancelled or has failed, after those that wait."""
        with self._lock:
            row = self._rows.get(number)
            if row is not None and row.state in ("cancelled", "failed"):
                del self._rows[number]
                self._rows[number] = QueueRow(number, row.task)
                self._set_to_work()

    def pause(self) -> None:
        """Holds the running export, and begins no other."""
        with self._lock:
            self._pauses += 1
            self._gate.close()
            self._mark_running("paused")

    def resume(self) -> None:
        with self._lock:
            self._gate.open()
            self._mark_running("running")

    def cancel(self, number: int) -> None:
        """Gives an export up; what it had written is removed. Nothing happens to one that is over."""
        with self._lock:
            row = self._rows.get(number)
            if row is None or row.is_over:
                return
            if self._running is not None and self._running[0] == number:
                self._running[1].request()
            else:
                self._rows[number] = replace(row, state="cancelled", outcome=Cancelled("The export was cancelled."))
                self._tell()

    def cancel_all(self) -> None:
        with self._lock:
            for number in tuple(self._rows):
                self.cancel(number)

    def remove(self, number: int) -> None:
        """Takes an export out of the list; one that runs is cancelled first, and stays listed as that."""
        with self._lock:
            row = self._rows.get(number)
            if row is None:
                return
            if self._running is not None and self._running[0] == number:
                self.cancel(number)
            else:
                del self._rows[number]
                self._tell()

    def clear_finished(self) -> None:
        """Takes out all that are over."""
        with self._lock:
            self._rows = {number: row for number, row in self._rows.items() if not row.is_over}
            self._tell()

    def close(self) -> None:
        """Gives up what is unfinished and waits for the thread; nothing half-made is left."""
        with self._lock:
            self._closed = True
            self.cancel_all()
            worker = self._worker
        if worker is not None:
            worker.join()

    def _set_to_work(self) -> None:
        if self._closed:
            return
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="exports", daemon=True)
            self._worker.start()
        self._tell()

    def _work(self) -> None:
        weights: ModelStore | None = None
        while (turn := self._next()) is not None:
            row, stop = turn
            self._gate.pass_through(stop)
            outcome: TaskOutcome
            try:
                weights = weights or self._make_weights()
                progress = _Progress(row, put=lambda row: self._put(row, often=True), pauses=lambda: self._pauses)
                annotated = annotate(
                    row.task,
                    weights=weights,
                    progress=progress,
                    downloads=_Download(stop),
                    apart=True,
                    gate=self._gate,
                    stop=stop,
                )
                outcome = Done(annotated)
            except Cancelled as cancelled:
                outcome = cancelled
            except StudioError as error:
                outcome = Failed(error)
            except Exception as error:
                LOG.exception("The export of %s failed.", row.task.source)
                told = f"{row.task.source.name} failed for an unforeseen reason: {error}"
                outcome = Failed(StudioError(told, advice="The log has the details."))
            self._end(row.number, outcome)

    def _next(self) -> tuple[QueueRow, Stop] | None:
        with self._lock:
            waiting = next((row for row in self._rows.values() if row.state == "waiting"), None)
            if waiting is None or self._closed:
                self._worker = None
                return None
            stop = Stop()
            self._running = waiting.number, stop
            row = replace(waiting, state="running" if self._gate.is_open else "paused")
            self._put(row)
            return row, stop

    def _end(self, number: int, outcome: TaskOutcome) -> None:
        states: Iterable[tuple[type, State]] = ((Done, "done"), (Cancelled, "cancelled"), (Failed, "failed"))
        state = next(state for kind, state in states if isinstance(outcome, kind))
        with self._lock:
            self._running = None
            row = self._rows[number]
            total = outcome.annotated.exported.frames if isinstance(outcome, Done) else row.total
            self._put(replace(row, state=state, total=total, left_s=None, outcome=outcome))

    def _mark_running(self, state: State) -> None:
        if self._running is not None:
            self._put(replace(self._rows[self._running[0]], state=state))

    def _put(self, row: QueueRow, *, often: bool = False) -> None:
        """`often` says that another will follow soon, and this one need not be told."""
        with self._lock:
            state = self._rows[row.number].state if often else row.state
            self._rows[row.number] = replace(row, state=state)
            self._tell(often=often)

    _told_s = 0.0

    def _tell(self, *, often: bool = False) -> None:
        # Under the lock, so that no older state follows a newer one.
        now_s = time.monotonic()
        if not often or now_s - self._told_s >= TOLD_EVERY_S:
            self._told_s = now_s
            self._changed(self.rows)


class _Progress:
    """Makes of the frames done a row with speed and time left."""

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
        began_s, before = self._seen[0]
        speed = self._row.frames_per_s
        if now_s - began_s >= SPEED_FROM_S:
            speed = (done - before) / (now_s - began_s)
        left_s = None if not speed or total is None else max(0, total - done) / speed
        self._row = replace(self._row, done=done, total=total, frames_per_s=speed, left_s=left_s)
        self._put(self._row)


class _Download:
    """Ends a download whose export is given up. Implements `ProgressBar`."""

    total: Any = None

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def update(self, n: int = 1, /) -> None:  # noqa: ARG002
        if self._stop.requested:
            raise Cancelled("The download was cancelled.")

    def reset(self) -> None:
        """Nothing is counted."""

    def close(self) -> None:
        """Nothing is held."""
