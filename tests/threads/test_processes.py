from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import skimage.data

from app.threads.processes import DetectorProcess, HelperEnded, HelperProcess, run_in_process
from app.threads.signals import Stop


class Counter:
    def __init__(self, start: int) -> None:
        if start < 0:
            raise ValueError("Counting begins at 0.")
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
def counter() -> HelperProcess:
    made = HelperProcess(Counter, 3)
    yield made
    made.close()


def test_an_object_lives_on_between_calls(counter: HelperProcess) -> None:
    assert [counter.call("add", 1), counter.call("add", number=5)] == [4, 9]


def test_what_the_object_raises_is_raised_here_and_it_goes_on(counter: HelperProcess) -> None:
    with pytest.raises(KeyError, match="nothing there"):
        counter.call("fail")
    assert counter.call("add", 0) == 3


def test_what_the_making_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="begins at 0"):
        HelperProcess(Counter, -1)


def test_a_process_that_dies_is_told(counter: HelperProcess) -> None:
    with pytest.raises(HelperEnded):
        counter.call("leave")


def test_closing_ends_a_call_that_waits(counter: HelperProcess) -> None:
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
    assert raised  # Closed before it was asked, or while it waited: both are told.


def test_one_call_runs_in_another_process() -> None:
    assert run_in_process(os.getpid) != os.getpid()


def test_a_stop_ends_the_one_call() -> None:
    stop = Stop()
    stop.request()
    with pytest.raises(HelperEnded):
        run_in_process(time.sleep, 600, stop=stop)


def test_a_detector_apart_finds_what_it_would_find_here() -> None:
    from detectors import open_detector

    image = np.ascontiguousarray(skimage.data.astronaut()[..., ::-1])
    here, there = open_detector("dlib-hog"), DetectorProcess("dlib-hog")
    try:
        found = there.detect(image, index=0, time_s=0.0)
        assert found
        assert found == here.detect(image, index=0, time_s=0.0)
    finally:
        there.close()
        here.close()


def test_a_missing_model_is_told_as_here(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DetectorProcess("dlib-cnn", model=tmp_path / "none.dat")
