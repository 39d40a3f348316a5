from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.threads.handoff import Inbox, Newest, Patience, Pulse, Silence, ahead
from app.threads.signals import Stop

PATIENCE_S = 20
"""Only a hand-off that hangs takes this long, and then the test fails."""


class Watched:
    """Numbers from 0. It notes in which threads it was started and closed, and how many numbers it gave."""

    def __init__(self, count: int, *, error: Exception | None = None, announce: int | None = None) -> None:
        self.started: threading.Thread | None = None
        self.closed: threading.Thread | None = None
        self.given = 0
        self.announced = threading.Event()
        self._count = count
        self._error = error
        self._announce = announce

    def __iter__(self) -> Iterator[int]:
        self.started = threading.current_thread()
        try:
            for number in range(self._count):
                self.given += 1
                if self.given == self._announce:
                    self.announced.set()
                yield number
            if self._error is not None:
                raise self._error
            self.announced.set()
        finally:
            self.closed = threading.current_thread()


@pytest.mark.parametrize("capacity", [1, 2, 7, 1000], ids=str)
def test_every_item_arrives_in_order(capacity: int) -> None:
    with ahead(range(200), capacity=capacity) as items:
        assert list(items) == list(range(200))


def test_an_empty_source_ends_at_once() -> None:
    nothing: tuple[int, ...] = ()
    with ahead(nothing, capacity=1) as items:
        assert list(items) == []


def test_none_and_false_are_ordinary_items() -> None:
    with ahead([None, False, 0, None], capacity=1) as items:
        assert list(items) == [None, False, 0, None]


@pytest.mark.parametrize("capacity", [1, 4, 100], ids=str)
def test_an_error_of_the_source_is_raised_after_the_items_before_it(capacity: int) -> None:
    error = OSError("the video ended early")
    taken: list[int] = []
    with (
        pytest.raises(OSError, match="the video ended early") as caught,
        ahead(Watched(10, error=error), capacity=capacity) as items,
    ):
        taken.extend(items)
    assert caught.value is error
    assert taken == list(range(10))


def test_a_source_that_is_not_iterable_raises_in_the_callers_thread() -> None:
    wrong: Any = 42
    with pytest.raises(TypeError, match="not iterable"), ahead(wrong, capacity=1) as items:
        list(items)


def test_the_source_starts_and_closes_in_one_thread_that_is_not_the_callers() -> None:
    source = Watched(5)
    with ahead(source, capacity=2) as items:
        list(items)
    assert source.started is source.closed is not None
    assert source.closed is not threading.current_thread()


def test_leaving_early_closes_the_source_in_its_own_thread_and_ends_it() -> None:
    source = Watched(1_000_000)
    with ahead(source, capacity=2) as items:
        assert next(items) == 0
    assert source.started is not None and source.started is source.closed
    assert not source.started.is_alive()


def test_leaving_without_taking_an_item_ends_the_thread() -> None:
    source = Watched(1_000_000, announce=3)
    with ahead(source, capacity=2):
        assert source.announced.wait(PATIENCE_S)
    assert source.closed is not None
    assert not source.closed.is_alive()


def test_an_error_of_the_caller_ends_the_thread_and_is_raised() -> None:
    source = Watched(1_000_000)
    with pytest.raises(ZeroDivisionError), ahead(source, capacity=2) as items:
        for number in items:
            _ = 1 / (number - 3)
    assert source.closed is not None
    assert not source.closed.is_alive()


def test_a_keyboard_interrupt_ends_the_thread_and_is_raised() -> None:
    source = Watched(1_000_000)
    with pytest.raises(KeyboardInterrupt), ahead(source, capacity=2) as items:
        next(items)
        raise KeyboardInterrupt
    assert source.closed is not None
    assert not source.closed.is_alive()


@pytest.mark.parametrize("capacity", [1, 3], ids=str)
def test_it_runs_no_further_ahead_than_its_capacity(capacity: int) -> None:
    # The queue holds `capacity` items, and the thread has one more.
    source = Watched(1_000, announce=capacity + 1)
    with ahead(source, capacity=capacity) as items:
        assert source.announced.wait(PATIENCE_S)
        for taken, _ in enumerate(items, start=1):
            assert source.given <= taken + capacity + 1
    source = Watched(1_000, announce=capacity + 1)
    with ahead(source, capacity=capacity):
        assert source.announced.wait(PATIENCE_S)
    assert source.given == capacity + 1


@pytest.mark.parametrize("capacity", [1, 3], ids=str)
def test_with_overwrite_the_newest_items_are_kept(capacity: int) -> None:
    source = Watched(100)
    with ahead(source, capacity=capacity, overwrite=True) as items:
        assert source.announced.wait(PATIENCE_S), "the source waited although its items may be dropped"
        assert list(items) == list(range(100 - capacity, 100))


def test_a_stop_wakes_a_caller_who_waits_for_an_item() -> None:
    stop = Stop()
    released = threading.Event()
    in_time: list[bool] = []

    def source() -> Iterator[int]:
        yield 0
        # The caller waits for the next item, which only comes once the test allows it.
        stop.request()
        in_time.append(released.wait(PATIENCE_S))

    with ahead(source(), capacity=1, stop=stop) as items:
        taken = list(items)
        released.set()
    assert taken in ([], [0])
    assert in_time == [True]


def test_a_stop_wakes_a_source_that_waits_for_room() -> None:
    stop = Stop()
    source = Watched(1_000_000, announce=3)
    with ahead(source, capacity=2, stop=stop) as items:
        assert source.announced.wait(PATIENCE_S)
        stop.request()
        assert source.started is not None
        source.started.join(PATIENCE_S)
        assert not source.started.is_alive()
        assert list(items) == []
    assert stop.requested


def test_a_stop_that_was_requested_before_ends_everything_at_once() -> None:
    stop = Stop()
    stop.request()
    stop.request()
    with ahead(Watched(1_000_000), capacity=2, stop=stop) as items:
        assert list(items) == []


def test_one_stop_ends_a_whole_chain() -> None:
    stop = Stop()
    source = Watched(1_000_000)

    def doubled(numbers: Iterator[int]) -> Iterator[int]:
        for number in numbers:
            yield 2 * number

    with (
        ahead(source, capacity=2, stop=stop) as first,
        ahead(doubled(first), capacity=2, stop=stop) as second,
    ):
        assert [next(second) for _ in range(5)] == [0, 2, 4, 6, 8]
        stop.request()
        assert list(second) == []
    assert source.closed is not None
    assert not source.closed.is_alive()


def test_a_stop_does_not_keep_finished_handoffs() -> None:
    stop = Stop()
    for _ in range(20):
        with ahead(range(3), capacity=1, stop=stop) as items:
            list(items)
    assert not stop._wakes


def test_an_error_in_the_middle_of_a_chain_is_raised_after_the_items_before_it() -> None:
    source = Watched(1_000_000)
    taken: list[float] = []
    with (
        pytest.raises(ZeroDivisionError),
        ahead(source, capacity=2) as first,
        ahead((1 / (4 - number) for number in first), capacity=2) as second,
    ):
        taken.extend(second)
    assert taken == [1 / 4, 1 / 3, 1 / 2, 1.0]
    assert source.closed is not None
    assert not source.closed.is_alive()


BLINK_S = 0.01
HOUR_S = 3600.0


class Silent:
    """Gives this many numbers, then nothing until it is released."""

    def __init__(self, count: int) -> None:
        self.released = threading.Event()
        self._count = count

    def __iter__(self) -> Iterator[int]:
        yield from range(self._count)
        assert self.released.wait(PATIENCE_S)


@pytest.mark.parametrize(
    ("given", "patience", "waited_s"),
    [(0, Patience(BLINK_S, HOUR_S, BLINK_S), BLINK_S), (1, Patience(HOUR_S, 2 * BLINK_S, BLINK_S), 2 * BLINK_S)],
    ids=["before the first item", "after an item"],
)
def test_a_silent_source_is_given_up_and_its_thread_left_behind(
    given: int, patience: Patience, waited_s: float
) -> None:
    source = Silent(given)
    taken: list[int] = []
    with (
        pytest.raises(Silence) as caught,
        ahead(source, capacity=1, patience=patience, name="left behind") as items,
    ):
        taken.extend(items)
    assert taken == list(range(given))
    assert (caught.value.waited_s, caught.value.began) == (waited_s, given > 0)
    (left,) = (thread for thread in threading.enumerate() if thread.name == "left behind")
    source.released.set()
    left.join(PATIENCE_S)
    assert not left.is_alive()


class Beating(Silent):
    """As `Silent`, but gives signs of life until it is released."""

    def __init__(self, pulse: Pulse, gives_in_the_end: bool) -> None:
        super().__init__(0)
        self._pulse, self._gives = pulse, gives_in_the_end

    def __iter__(self) -> Iterator[int]:
        for _ in range(10) if self._gives else iter(int, 1):
            self._pulse.beat()
            if self.released.wait(BLINK_S / 2):
                return
        yield 7


def test_a_source_that_gives_signs_of_life_is_waited_for() -> None:
    pulse = Pulse()
    source = Beating(pulse, gives_in_the_end=True)
    with ahead(source, capacity=1, patience=Patience(2 * BLINK_S, 0.0, 1.0), pulse=pulse) as items:
        assert list(items) == [7]


def test_signs_of_life_alone_are_not_waited_for_for_ever() -> None:
    pulse = Pulse()
    source = Beating(pulse, gives_in_the_end=False)
    patience = Patience(2 * BLINK_S, 2 * BLINK_S, 1.0, alive_s=6 * BLINK_S)
    with pytest.raises(Silence) as caught, ahead(source, capacity=1, patience=patience, pulse=pulse) as items:
        try:
            list(items)
        finally:
            source.released.set()
    assert (caught.value.alive, caught.value.began) == (True, False)


@pytest.mark.parametrize(
    ("moments", "expected_s"),
    [
        pytest.param([], 15, id="no sign of life yet"),
        pytest.param([0, 0.01, 0.02], 15, id="only what was buffered"),
        pytest.param([number / 25 for number in range(300)], 2.5, id="25 signs a second"),
        pytest.param([0, 3, 6, 9, 12], 12, id="one every three seconds"),
        pytest.param([0, 0.01, 6, 12, 18], 24, id="one every six seconds, after what was buffered"),
    ],
)
def test_the_longer_the_usual_pause_the_longer_a_silence_may_last(
    moments: list[float], expected_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = iter(moments)
    monkeypatch.setattr("app.threads.handoff.time", SimpleNamespace(perf_counter=lambda: next(coming)))
    pulse = Pulse()
    for _ in moments:
        pulse.beat()
    assert pulse.longest_pause_s(Patience(15, 2.5, 1)) == pytest.approx(expected_s)


def test_patience_does_not_limit_a_source_that_gives_items() -> None:
    with ahead(range(50), capacity=2, patience=Patience(HOUR_S, HOUR_S, HOUR_S)) as items:
        assert list(items) == list(range(50))


def test_only_the_newest_value_is_taken() -> None:
    newest: Newest[int] = Newest()
    for number in range(3):
        newest.put(number)
    values = iter(newest)
    assert next(values) == 2
    newest.put(3)
    newest.end()
    newest.put(4)
    assert list(values) == []


def test_an_inbox_accepts_items_while_there_is_room_and_gives_them_all() -> None:
    inbox: Inbox[int] = Inbox(2)
    assert [inbox.offer(number) for number in range(3)] == [True, True, False]
    inbox.end()
    assert not inbox.offer(9)
    assert list(inbox) == [0, 1]


def test_an_abandoned_inbox_gives_and_accepts_nothing() -> None:
    inbox: Inbox[int] = Inbox(2)
    inbox.offer(1)
    inbox.abandon()
    assert not inbox.offer(2)
    assert list(inbox) == []
