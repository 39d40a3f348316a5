from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from app.threads.signals import Alarm, Gate, Stop

PATIENCE_S = 20.0
"""Only a wait that hangs takes this long, and then the test fails."""


def in_thread(run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def joined(thread: threading.Thread) -> bool:
    thread.join(PATIENCE_S)
    return not thread.is_alive()


def test_a_stop_calls_what_was_added_and_not_what_was_discarded() -> None:
    stop, called = Stop(), list[str]()

    def note_discarded() -> None:
        called.append("discarded")

    stop.add(note_discarded)
    stop.add(lambda: called.append("kept"))
    stop.discard(note_discarded)
    stop.discard(note_discarded)
    stop.request()
    assert called == ["kept"]
    assert stop.requested


def test_what_is_added_after_the_request_is_called_at_once() -> None:
    stop, called = Stop(), list[str]()
    stop.request()
    stop.add(lambda: called.append("late"))
    assert called == ["late"]


def test_waiting_for_a_stop_ends_at_the_moment_or_with_the_request() -> None:
    stop = Stop()
    assert not stop.wait_until(time.perf_counter() - 1)
    assert not stop.wait_until(time.perf_counter() + 0.01)
    answers: list[bool] = []
    waiting = in_thread(lambda: answers.append(stop.wait_until(time.perf_counter() + 3600)))
    stop.request()
    assert joined(waiting)
    assert answers == [True]


def test_an_alarm_rung_before_the_wait_is_not_lost_and_rings_once() -> None:
    alarm = Alarm()
    alarm.ring()
    alarm.ring()
    assert alarm.wait_until(None)
    assert not alarm.wait_until(time.perf_counter() + 0.01)


@pytest.mark.parametrize("moment_s", [None, 3600.0], ids=["no moment", "a moment in the future"])
def test_an_alarm_wakes_the_one_who_waits(moment_s: float | None) -> None:
    alarm, answers = Alarm(), list[bool]()
    until_s = None if moment_s is None else time.perf_counter() + moment_s
    waiting = in_thread(lambda: answers.append(alarm.wait_until(until_s)))
    alarm.ring()
    assert joined(waiting)
    assert answers == [True]


def test_a_closed_gate_holds_until_it_is_opened() -> None:
    gate, passed = Gate(), list[str]()
    gate.pass_through()
    gate.close()
    assert not gate.is_open

    def pass_through() -> None:
        gate.pass_through()
        passed.append("through")

    waiting = in_thread(pass_through)
    waiting.join(0.05)
    assert not passed
    gate.open()
    assert joined(waiting)
    assert passed == ["through"]


def test_a_stop_lets_through_a_closed_gate() -> None:
    gate, stop = Gate(), Stop()
    gate.close()
    waiting = in_thread(lambda: gate.pass_through(stop))
    stop.request()
    assert joined(waiting)
    assert not gate.is_open
