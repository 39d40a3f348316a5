from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.threads.garbage import all_kept


class Knot:
    """Only the garbage collector can delete it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_collected_while_much_is_made() -> None:
    collections = []
    gc.callbacks.append(lambda phase, _info: collections.append(phase))
    try:
        with all_kept():
            made = [Knot() for _ in range(5_000)]
        assert not collections
        made += [Knot() for _ in range(5_000)]
        assert collections
    finally:
        gc.callbacks.pop()


def test_what_was_made_is_not_looked_through_again_but_everything_later_is() -> None:
    thresholds = gc.get_threshold()
    with all_kept():
        kept = weakref.ref(Knot())
    later = weakref.ref(Knot())
    gc.collect()
    assert kept() is not None and later() is None
    assert gc.get_threshold() == thresholds
    gc.unfreeze()
    gc.collect()
    assert kept() is None


def test_blocks_of_two_threads_may_overlap() -> None:
    thresholds = gc.get_threshold()
    first, second = all_kept(), all_kept()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] == 0
    second.__exit__(None, None, None)
    assert gc.get_threshold() == thresholds
