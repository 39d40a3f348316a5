"""The microphone is heard in a process of its own: what happens to it there never harms the window."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest

from app.errors import SourceError
from app.gui.state import microphone
from app.gui.state.microphone import Microphone
from app.watch.recorded_sound import RATE

PATIENCE_S = 30


class Device:
    """Hears 1, 2, 3 …, ten samples each time."""

    def __init__(self, rate: int, name: str = "") -> None:
        self._times = 0

    def heard(self) -> bytes:
        self._times += 1
        return np.full(10, self._times, np.int16).tobytes()


class EndingDevice(Device):
    def heard(self) -> bytes:
        if self._times == 1:
            os._exit(134)
        return super().heard()


class NoDevice(Device):
    def __init__(self, rate: int, name: str = "") -> None:
        raise OSError("No microphone was found.")


class NoLibrary(Device):
    def __init__(self, rate: int, name: str = "") -> None:
        raise ImportError("libpulse.so.0")


def test_samples_are_heard_with_the_time_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "MicrophoneDevice", Device)
    heard: list[tuple[list[int], float]] = []
    enough = threading.Event()

    def hear(wave: np.ndarray[tuple[int, ...], np.dtype[np.int16]], time_s: float) -> None:
        heard.append((wave.tolist(), time_s))
        if len(heard) == 3:
            enough.set()

    before_s = time.perf_counter()
    opened = Microphone(hear)
    assert enough.wait(PATIENCE_S)
    opened.close()
    assert [wave for wave, _ in heard[:3]] == [[1] * 10, [2] * 10, [3] * 10]
    assert before_s - 10 / RATE < heard[0][1] < heard[1][1] < heard[2][1] < time.perf_counter() - 10 / RATE


def test_after_the_end_of_its_process_nothing_more_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "MicrophoneDevice", EndingDevice)
    heard: list[list[int]] = []
    opened = Microphone(lambda wave, _time_s: heard.append(wave.tolist()))
    opened._worker.join(PATIENCE_S)
    opened.close()
    assert heard == [[1] * 10]


@pytest.mark.parametrize(
    ("device", "reason"),
    [(NoDevice, "No microphone was found."), (NoLibrary, "The library for sound cannot be used on this system.")],
)
def test_without_a_microphone_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch, device: type[Device], reason: str
) -> None:
    monkeypatch.setattr(microphone, "MicrophoneDevice", device)
    with pytest.raises(SourceError) as refused:
        Microphone(lambda _wave, _time_s: None)
    assert refused.value.message == reason
