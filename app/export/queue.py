"""Runs exports one after another in the background."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Protocol

from app.errors import Cancelled, OutputError, StudioError
from app.export.pipeline import RunControl
from app.export.queue_file import QueueFile
from app.export.queue_progress import Download, Progress
from app.export.queue_rows import Done, Failed, QueueRow, State, TaskOutcome
from app.export.resume import WorkDiffers, discard_work
from app.export.run import ExportResult
from app.export.task import ExportTask
from app.threads.signals import Gate, Stop
from app.threads.workers import Monitor, Worker, synchronized
from app.weights import ModelStore

LOG = logging.getLogger(__name__)

REPORT_EVERY_S = 0.1
"""Progress is reported no more often than a person can follow."""


class Runner(Protocol):
    """Runs exports, one at a time."""

    def run(self, task: ExportTask, *, store: ModelStore, control: RunControl) -> ExportResult:
        """As `run_task`."""
        ...

    def close(self) -> None:
        """Ends what is kept for the next export."""
        ...


class ExportQueue(Monitor):
    """Runs one export after another in a thread that exists while there is one to run.

    `changed` gets all rows whenever one of them has changed, but progress no more often than every REPORT_EVERY_S
    seconds. It must not wait. `make_runner`: what runs the exports while there are some. Exports keep their work while
    they run: one that is interrupted, by closing the queue or by a crash, continues where it was. With `file`, the
    queue itself outlives the process too.
    Thread: any.
    """

    def __init__(
        self,
        make_store: Callable[[], ModelStore],
        *,
        changed: Callable[[tuple[QueueRow, ...]], object],
        make_runner: Callable[[], Runner],
        file: QueueFile | None = None,
    ) -> None:
        super().__init__()
        self._make_runner = make_runner
        self._make_store = make_store
        self._changed = changed
        self._file = file
        self._rows: dict[int, QueueRow] = {}
        self._last_number = 0
        self._gate = Gate()
        self._pauses = 0
        self._running: tuple[int, Stop] | None = None
        self._cancelled: set[int] = set()
        self._worker: Worker | None = None
        self._closing = Stop()
        self._reported_s = 0.0

    @property
    @synchronized
    def rows(self) -> tuple[QueueRow, ...]:
        """In the order in which they run."""
        return tuple(self._rows.values())

    @property
    def is_paused(self) -> bool:
        return not self._gate.is_open

    @property
    def outlives_closing(self) -> bool:
        """Whether unfinished exports can be continued after the queue is closed."""
        return self._file is not None and self._file.is_written

    def when_written(self, call: Callable[[], object]) -> None:
        """Calls this once the queue's file has what is in the queue now, and not at all if it cannot be written."""
        file = self._file
        if file is not None:
            file.submit(lambda: call() if file.is_written else None)

    # What is in the queue

    def add(self, task: ExportTask, *, total: int | None = None, preset: str = "") -> int:
        """Puts an export at the end and returns its number. `total`: about how many frames it has."""
        return self.add_rows([QueueRow(0, task, total=total, preset=preset)])[0]

    @synchronized
    def add_rows(self, rows: Iterable[QueueRow]) -> tuple[int, ...]:
        """Puts rows at the end, also those that are over, and returns the numbers that they get."""
        numbers = []
        for row in rows:
            self._last_number += 1
            state: State = row.state if row.is_over else "waiting"
            self._rows[self._last_number] = replace(row, number=self._last_number, state=state)
            numbers.append(self._last_number)
        self._start_worker()
        return tuple(numbers)

    @synchronized
    def edit(self, number: int, task: ExportTask, *, preset: str = "") -> None:
        """Gives an export that is waiting other settings; one that failed or was cancelled waits again."""
        row = self._rows.get(number)
        if row is not None and not row.is_running and row.state != "done":
            self._forget_work(row.task)
            total = row.total if (task.since, task.until) == (row.task.since, row.task.until) else None
            self._rows[number] = QueueRow(number, task, total=total, preset=preset)
            self._start_worker()

    @synchronized
    def retry(self, number: int) -> None:
        """Runs an export that was cancelled or failed again, after those that are waiting."""
        row = self._rows.get(number)
        if row is not None and row.state in ("cancelled", "failed"):
            del self._rows[number]
            self._rows[number] = QueueRow(number, row.task, total=row.total, preset=row.preset)
            self._start_worker()

    @synchronized
    def move(self, numbers: Collection[int], by: int) -> None:
        """Moves these exports up (by < 0) or down by one place, past the nearest ones that are not among them."""
        order = list(self._rows)
        places = range(len(order)) if by < 0 else range(len(order) - 1, -1, -1)
        step = -1 if by < 0 else 1
        for place in places:
            other = place + step
            if order[place] in numbers and 0 <= other < len(order) and order[other] not in numbers:
                order[place], order[other] = order[other], order[place]
        self._reorder(order)

    @synchronized
    def place_before(self, numbers: Collection[int], other: int | None) -> None:
        """Moves these exports to the place before another one, or to the end."""
        moved = [number for number in self._rows if number in numbers]
        rest = [number for number in self._rows if number not in numbers]
        following = [number for number in list(self._rows)[self._place(other) :] if number not in numbers]
        place = rest.index(following[0]) if following else len(rest)
        self._reorder([*rest[:place], *moved, *rest[place:]])

    @synchronized
    def remove(self, number: int) -> None:
        """Removes an export from the list. One that is running is only cancelled and stays listed."""
        row = self._rows.get(number)
        if row is None:
            return
        if row.is_running:
            self.cancel(number)
        else:
            del self._rows[number]
            if row.state != "done":
                self._forget_work(row.task)
            self._report()

    @synchronized
    def clear_finished(self) -> None:
        """Removes all exports that are over."""
        for number in [row.number for row in self._rows.values() if row.is_over]:
            self.remove(number)

    # Running

    @synchronized
    def pause(self) -> None:
        """Pauses the running export; no other one starts, so those that wait can still be changed."""
        self._pauses += 1
        self._gate.close()
        self._mark_running("paused")
        self._report()

    @synchronized
    def resume(self) -> None:
        self._gate.open()
        self._mark_running("running")
        self._report()

    @synchronized
    def cancel(self, number: int) -> None:
        """Cancels an export and removes what it has written. Does nothing if it is over."""
        row = self._rows.get(number)
        if row is None or row.is_over:
            return
        if self._running is not None and self._running[0] == number:
            self._cancelled.add(number)
            self._running[1].request()
        else:
            self._forget_work(row.task)
            self._rows[number] = replace(row, state="cancelled", outcome=Cancelled("The export was cancelled."))
            self._report()

    @synchronized
    def cancel_all(self) -> None:
        for number in tuple(self._rows):
            self.cancel(number)

    def close(self) -> None:
        """Interrupts the running export and waits for the thread. Unfinished exports stay in the queue's file."""
        worker = self._stop()
        if worker is not None:
            worker.join()
        if self._file is not None:
            self._file.close()

    @synchronized
    def _stop(self) -> Worker | None:
        self._closing.request()
        if self._running is not None:
            self._running[1].request()
        return self._worker

    def _start_worker(self) -> None:
        if self._closing.requested:
            return
        if self._worker is None and any(row.state == "waiting" for row in self._rows.values()):
            self._worker = Worker("exports", self._work)
        self._report()

    def _work(self) -> None:
        with closing(self._make_runner()) as runner:
            self._run_all(runner)
        with self._monitor:
            self._worker = None
            self._start_worker()  # For what was added while the runner closed.

    def _run_all(self, runner: Runner) -> None:
        store: ModelStore | None = None
        while (turn := self._next_when_open()) is not None:
            row, stop = turn
            outcome: TaskOutcome
            try:
                store = store or self._make_store()
                outcome = Done(self._run(row, runner, store, stop))
            except Cancelled as cancelled:
                outcome = cancelled
            except StudioError as error:
                outcome = Failed(error)
            except Exception as error:
                LOG.exception("The export of %s failed.", row.task.source)
                message = f"{row.task.source.name} failed unexpectedly: {error}"
                outcome = Failed(StudioError(message, advice="The log has the details."))
            if self._is_given_up(row.number, outcome):
                discard_work(row.task)
            self._end(row.number, outcome)

    def _run(self, row: QueueRow, runner: Runner, store: ModelStore, stop: Stop) -> ExportResult:
        control = RunControl(
            progress=Progress(row, put=self._put_progress, pauses=lambda: self._pauses),
            downloads=Download(stop),
            gate=self._gate,
            stop=stop,
        )
        task = replace(row.task, resume=True)
        try:
            return runner.run(task, store=store, control=control)
        except WorkDiffers as error:
            LOG.warning("%s is exported from the start: %s", row.task.source, error)
            discard_work(task)
            return runner.run(task, store=store, control=control)

    def _next_when_open(self) -> tuple[QueueRow, Stop] | None:
        """The export that is next, None if there is none. What has not begun waits as long as the queue is paused."""
        while True:
            self._gate.pass_through(self._closing)
            with self._monitor:
                if self._gate.is_open or self._closing.requested:
                    return self._next()

    def _next(self) -> tuple[QueueRow, Stop] | None:
        waiting = next((row for row in self._rows.values() if row.state == "waiting"), None)
        if waiting is None or self._closing.requested:
            return None
        stop = Stop()
        self._running = waiting.number, stop
        row = replace(waiting, state="running")
        self._put(row)
        return row, stop

    def _is_given_up(self, number: int, outcome: TaskOutcome) -> bool:
        """Whether nothing is to be continued. After a full disk or a lost drive, the next try continues."""
        if isinstance(outcome, Failed):
            return not isinstance(outcome.error, OutputError)
        return isinstance(outcome, Cancelled) and number in self._cancelled

    @synchronized
    def _end(self, number: int, outcome: TaskOutcome) -> None:
        self._running = None
        row = self._rows[number]
        if isinstance(outcome, Cancelled) and number not in self._cancelled:  # The queue was closed.
            self._put(replace(row, state="waiting", left_s=None))
            return
        self._cancelled.discard(number)
        states: Iterable[tuple[type, State]] = ((Done, "done"), (Cancelled, "cancelled"), (Failed, "failed"))
        state = next(state for kind, state in states if isinstance(outcome, kind))
        total = outcome.result.counts.frames if isinstance(outcome, Done) else row.total
        self._put(replace(row, state=state, total=total, left_s=None, outcome=outcome))

    def _forget_work(self, task: ExportTask) -> None:
        """Removes what is kept of an export that is not to be continued."""
        if self._file is not None:
            self._file.submit(lambda: discard_work(task))
        else:
            discard_work(task)

    def _place(self, number: int | None) -> int:
        with suppress(ValueError):
            return list(self._rows).index(number)  # type: ignore[arg-type]  # None is nowhere
        return len(self._rows)

    def _reorder(self, order: Sequence[int]) -> None:
        self._rows = {number: self._rows[number] for number in order}
        self._report()

    def _mark_running(self, state: State) -> None:
        if self._running is not None:
            number = self._running[0]
            self._rows[number] = replace(self._rows[number], state=state)

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
        rows = self.rows
        if self._file is not None:
            self._file.put(rows)
        self._changed(rows)
