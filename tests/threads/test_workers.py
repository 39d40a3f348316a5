from __future__ import annotations

import threading
from functools import partial
from types import TracebackType

import pytest

from app.threads.workers import DeferredCall, Monitor, SerialWorker, Worker, report_uncaught, synchronized

PATIENCE_S = 20.0
"""Only a wait that hangs takes this long, and then the test fails."""


def test_a_worker_runs_in_a_thread_of_its_name_that_does_not_keep_the_program_running() -> None:
    seen: list[threading.Thread] = []
    assert Worker("painter", lambda: seen.append(threading.current_thread())).join(PATIENCE_S)
    assert (seen[0].name, seen[0].daemon) == ("painter", True)


def test_joining_says_whether_the_worker_has_ended() -> None:
    released = threading.Event()
    worker = Worker("waiting", lambda: released.wait(PATIENCE_S))
    assert not worker.join(0.01)
    released.set()
    assert worker.join()


def test_calls_run_one_after_another_in_order_and_in_one_thread() -> None:
    worker, threads, done = SerialWorker("serial"), set[str](), list[int]()

    def note(number: int) -> None:
        threads.add(threading.current_thread().name)
        done.append(number)

    assert all(worker.submit(partial(note, number)) for number in range(50))
    worker.close()
    worker.close()
    assert done == list(range(50))
    assert threads == {"serial"}
    assert not worker.submit(lambda: done.append(-1))


def test_closing_with_drop_leaves_out_what_has_not_started() -> None:
    worker, started, released, done = SerialWorker("serial"), threading.Event(), threading.Event(), list[str]()

    def first() -> None:
        started.set()
        assert released.wait(PATIENCE_S)
        done.append("first")

    worker.submit(first)
    worker.submit(lambda: done.append("second"))
    assert started.wait(PATIENCE_S)
    worker.close(drop=True, wait=False)
    released.set()
    worker.close()
    assert done == ["first"]


def test_a_call_that_raises_is_reported_and_the_next_one_runs() -> None:
    errors: list[BaseException] = []

    def report(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        errors.append(error)

    restore = report_uncaught(report)
    try:
        worker, done = SerialWorker("serial"), list[str]()
        worker.submit(lambda: 1 / 0)
        worker.submit(lambda: done.append("next"))
        worker.close()
    finally:
        restore()
    assert [type(error) for error in errors] == [ZeroDivisionError]
    assert done == ["next"]


def test_the_idle_call_runs_when_nothing_is_submitted_for_the_time_asked() -> None:
    idle, limits = threading.Event(), [0.001]
    worker = SerialWorker("serial", on_idle=idle.set, idle_after_s=lambda: limits.pop() if limits else None)
    assert idle.wait(PATIENCE_S)
    idle.clear()
    worker.submit(lambda: None)
    worker.close()
    assert not idle.is_set()


def test_an_uncaught_error_of_a_thread_is_reported_until_that_is_undone() -> None:
    before, errors = threading.excepthook, list[str]()
    restore = report_uncaught(lambda kind, error, _trace: errors.append(f"{kind.__name__}: {error}"))

    def fail() -> None:
        raise ValueError("no such thing")

    def leave() -> None:
        raise SystemExit

    for run in (fail, leave):
        Worker("failing", run).join(PATIENCE_S)
    restore()
    assert errors == ["ValueError: no such thing"]
    assert threading.excepthook is before


def test_the_result_of_a_deferred_call_is_taken_by_another_thread() -> None:
    released = threading.Event()
    call = DeferredCall(lambda: released.wait(PATIENCE_S))
    heard = list[str]()
    call.when_done(lambda: heard.append("before"))
    worker = Worker("deferred", call)
    with pytest.raises(TimeoutError):
        call.result(0)
    assert not call.is_done
    released.set()
    assert call.result() is True
    worker.join(PATIENCE_S)
    call.when_done(lambda: heard.append("after"))
    assert call.is_done
    assert heard == ["before", "after"]


def test_the_error_of_a_deferred_call_is_raised_where_its_result_is_taken() -> None:
    call = DeferredCall(lambda: 1 // 0)
    call()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            call.result(PATIENCE_S)


class Counter(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    @synchronized
    def add_twice(self) -> int:
        return self.add() + self.add()

    @synchronized
    def add(self) -> int:
        before = self.count
        threading.Event().wait(0.0005)  # Lets another thread in, if it is not kept out.
        self.count = before + 1
        return self.count


def test_synchronized_methods_keep_other_threads_out_and_may_call_each_other() -> None:
    counter = Counter()
    workers = [Worker("counting", counter.add_twice) for _ in range(8)]
    assert all(worker.join(PATIENCE_S) for worker in workers)
    assert counter.count == 16
