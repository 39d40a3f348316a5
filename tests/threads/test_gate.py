from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.threads.handoff import Inbox
from app.threads.signals import Gate, Stop


def test_an_inbox_takes_what_it_has_room_for_and_gives_all_of_it() -> None:
    inbox: Inbox[int] = Inbox(3)
    assert [inbox.offer(item) for item in range(5)] == [True, True, True, False, False]
    inbox.end()
    assert list(inbox) == [0, 1, 2]
    assert not inbox.offer(6)


def test_an_abandoned_inbox_gives_and_takes_nothing() -> None:
    inbox: Inbox[int] = Inbox(3)
    assert inbox.offer(1)
    inbox.abandon()
    assert list(inbox) == []
    assert not inbox.offer(2)


def test_an_inbox_hands_over_to_another_thread() -> None:
    inbox: Inbox[int] = Inbox(1000)
    got: list[int] = []
    thread = threading.Thread(target=lambda: got.extend(inbox))
    thread.start()
    assert all(inbox.offer(item) for item in range(500))
    inbox.end()
    thread.join()
    assert got == list(range(500))


def test_an_open_gate_holds_nobody() -> None:
    gate = Gate()
    gate.pass_through()
    assert gate.is_open


@pytest.mark.parametrize(
    "let_go", [lambda gate, stop: gate.open(), lambda gate, stop: stop.request()], ids=["open", "stop"]
)
def test_a_closed_gate_holds_until_it_is_opened_or_a_stop_is_requested(let_go: Callable[[Gate, Stop], None]) -> None:
    gate, stop = Gate(), Stop()
    gate.close()
    passed = threading.Event()

    def go() -> None:
        gate.pass_through(stop)
        passed.set()

    thread = threading.Thread(target=go)
    thread.start()
    assert not passed.is_set()
    let_go(gate, stop)
    thread.join()
    assert passed.is_set()


def test_a_stop_requested_before_does_not_wait_at_the_gate() -> None:
    gate, stop = Gate(), Stop()
    gate.close()
    stop.request()
    gate.pass_through(stop)
    assert not gate.is_open
