from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from app.threads.processes import HelperEnded, HelperProcess, HelperTimedOut, run_in_process
from app.threads.signals import Stop


class Counter:
    def __init__(self, start: int) -> None:
        if start < 0:
            raise ValueError("Counting starts at 0.")
        self._count = start

    def add(self, number: int) -> int:
        self._count += number
        return self._count

    def fail(self) -> None:
        raise KeyError("nothing there")

    def leave(self) -> None:
        os._exit(3)

    def sleep(self) -> None:
        time.sleep(600)


@pytest.fixture
def counter() -> Iterator[HelperProcess]:
    made = HelperProcess(Counter, 3)
    yield made
    made.close()


def test_an_object_keeps_its_state_between_calls(counter: HelperProcess) -> None:
    assert [counter.call("add", 1), counter.call("add", number=5)] == [4, 9]


def test_an_error_of_the_object_is_raised_by_the_call_and_the_object_lives_on(counter: HelperProcess) -> None:
    with pytest.raises(KeyError, match="nothing there"):
        counter.call("fail")
    assert counter.call("add", 0) == 3


def test_an_error_while_the_object_is_made_is_raised_by_the_constructor() -> None:
    with pytest.raises(ValueError, match="starts at 0"):
        HelperProcess(Counter, -1)


def test_a_process_that_exits_is_reported(counter: HelperProcess) -> None:
    with pytest.raises(HelperEnded):
        counter.call("leave")


def test_closing_ends_a_waiting_call(counter: HelperProcess) -> None:
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            counter.call("sleep")
        except HelperEnded as error:
            raised.append(error)

    caller = threading.Thread(target=wait)
    caller.start()
    counter.close()
    caller.join(30)
    assert not caller.is_alive()
    assert raised  # It was closed before the call or during it: both raise.


def test_a_single_call_runs_in_another_process() -> None:
    assert run_in_process(os.getpid) != os.getpid()


def test_a_stop_ends_a_single_call() -> None:
    stop = Stop()
    stop.request()
    with pytest.raises(HelperEnded):
        run_in_process(time.sleep, 600, stop=stop)


def test_a_process_that_does_not_answer_in_time_is_ended() -> None:
    with pytest.raises(HelperTimedOut):
        run_in_process(time.sleep, 600, limit_s=0.5)


def _ignore_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@pytest.mark.slow
def test_a_process_that_ignores_the_request_to_end_is_killed() -> None:
    with pytest.raises(HelperTimedOut):
        run_in_process(_ignore_signals, limit_s=3.0)
