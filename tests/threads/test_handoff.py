from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.threads.handoff import ahead
from app.threads.signals import Stop

PATIENCE_S = 20
"""Only a hand-off that hangs takes so long; then the test fails."""


class Watched:
    """Numbers from 0 that note in which thread they began, ended, and how far they came."""

    def __init__(self, count: int, *, error: Exception | None = None, announce: int | None = None) -> None:
        self.began: threading.Thread | None = None
        self.closed: threading.Thread | None = None
        self.given = 0
        self.announced = threading.Event()
        self._count = count
        self._error = error
        self._announce = announce

    def __iter__(self) -> Iterator[int]:
        self.began = threading.current_thread()
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
def test_every_item_comes_in_order(capacity: int) -> None:
    with ahead(range(200), capacity=capacity) as items:
        assert list(items) == list(range(200))


def test_an_empty_source_ends_at_once() -> None:
    with ahead((), capacity=1) as items:
        assert list(items) == []


def test_none_and_false_are_items_like_others() -> None:
    with ahead([None, False, 0, None], capacity=1) as items:
        assert list(items) == [None, False, 0, None]


@pytest.mark.parametrize("capacity", [1, 4, 100], ids=str)
def test_what_the_source_raises_comes_after_the_items_before_it(capacity: int) -> None:
    error = OSError("the video broke off")
    taken: list[int] = []
    with (
        pytest.raises(OSError, match="the video broke off") as caught,
        ahead(Watched(10, error=error), capacity=capacity) as items,
    ):
        taken.extend(items)
    assert caught.value is error
    assert taken == list(range(10))


def test_a_source_that_is_no_iterable_says_so_in_the_callers_thread() -> None:
    with pytest.raises(TypeError, match="not iterable"), ahead(42, capacity=1) as items:  # type: ignore[arg-type]
        list(items)


def test_the_source_begins_and_closes_in_one_thread_that_is_not_the_callers() -> None:
    source = Watched(5)
    with ahead(source, capacity=2) as items:
        list(items)
    assert source.began is source.closed is not None
    assert source.began is not threading.current_thread()


def test_leaving_early_closes_the_source_in_its_own_thread_and_ends_it() -> None:
    source = Watched(1_000_000)
    with ahead(source, capacity=2) as items:
        assert next(items) == 0
    assert source.began is source.closed is not None
    assert not source.began.is_alive()


def test_leaving_without_taking_anything_ends_the_thread() -> None:
    source = Watched(1_000_000, announce=3)
    with ahead(source, capacity=2):
        assert source.announced.wait(PATIENCE_S)
    assert source.closed is not None
    assert not source.closed.is_alive()


def test_an_error_of_the_one_who_takes_ends_the_thread_and_passes_through() -> None:
    source = Watched(1_000_000)
    with pytest.raises(ZeroDivisionError), ahead(source, capacity=2) as items:
        for number in items:
            _ = 1 / (number - 3)
    assert source.closed is not None
    assert not source.closed.is_alive()


def test_an_interrupt_from_the_keyboard_ends_the_thread_and_passes_through() -> None:
    source = Watched(1_000_000)
    with pytest.raises(KeyboardInterrupt), ahead(source, capacity=2) as items:
        next(items)
        raise KeyboardInterrupt
    assert source.closed is not None
    assert not source.closed.is_alive()


@pytest.mark.parametrize("capacity", [1, 3], ids=str)
def test_it_runs_no_further_ahead_than_its_capacity(capacity: int) -> None:
    # The queue holds `capacity` items, and the thread one more in its hand.
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
        assert source.announced.wait(PATIENCE_S), "the source was held up by nobody taking its items"
        assert list(items) == list(range(100 - capacity, 100))


def test_stop_wakes_one_who_waits_for_an_item() -> None:
    stop = Stop()
    released = threading.Event()
    in_time: list[bool] = []

    def source() -> Iterator[int]:
        yield 0
        # The caller waits for the next item, which comes only when the test lets it.
        stop.request()
        in_time.append(released.wait(PATIENCE_S))

    with ahead(source(), capacity=1, stop=stop) as items:
        taken = list(items)
        released.set()
    assert taken in ([], [0])
    assert in_time == [True]


def test_stop_wakes_a_source_that_waits_for_room() -> None:
    stop = Stop()
    source = Watched(1_000_000, announce=3)
    with ahead(source, capacity=2, stop=stop) as items:
        assert source.announced.wait(PATIENCE_S)
        stop.request()
        assert source.began is not None
        source.began.join(PATIENCE_S)
        assert not source.began.is_alive()
        assert list(items) == []
    assert stop.requested


def test_a_stop_requested_before_ends_everything_at_once() -> None:
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


def test_a_stop_outlives_many_handoffs_without_keeping_them() -> None:
    stop = Stop()
    for _ in range(20):
        with ahead(range(3), capacity=1, stop=stop) as items:
            list(items)
    assert not stop._wakes


def test_an_error_in_the_middle_of_a_chain_comes_after_the_items_before_it() -> None:
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
