"""A test that leaves a thread or a process behind fails."""

from __future__ import annotations

import multiprocessing
import threading
import time

import pytest

from tests.leaks import nothing_left

SPAWN = multiprocessing.get_context("spawn")


def test_every_test_is_checked(request: pytest.FixtureRequest) -> None:
    assert "_nothing_outlives_its_test" in request.fixturenames


def test_a_thread_that_outlives_a_test_is_found() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    with pytest.raises(AssertionError, match="forgotten"), nothing_left(patience_s=0.01):
        thread.start()
    end.set()
    thread.join()


def test_a_process_that_outlives_a_test_is_found() -> None:
    process = SPAWN.Process(target=time.sleep, args=(60,), name="forgotten")
    with pytest.raises(AssertionError, match="forgotten"), nothing_left(patience_s=0.01):
        process.start()
    process.terminate()
    process.join()


def test_what_ends_on_its_own_and_what_was_there_before_is_no_leak() -> None:
    end = threading.Event()
    older = threading.Thread(target=end.wait)
    older.start()
    with nothing_left():
        threading.Thread(target=end.wait, args=(0.01,)).start()
    end.set()
    older.join()
