"""Sound is played in a process of its own: what happens to it there never harms the window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from app.gui.state import sound_process
from app.gui.state.sound_device import SoundDevice
from app.gui.state.sound_process import SoundProcess
from app.watch.playback_sound import SoundUnavailable

_OPEN = SoundProcess.open
_SILENCE = np.zeros((10, 2), np.int16)


class Device:
    """Stands for the device. It has room for 480 samples, and ends its process when it is given 99 bytes or more."""

    def __init__(self, rate: int, channels: int) -> None:
        self.written, self.volume = 0, 1.0

    def open(self) -> None:
        pass

    def room(self) -> int:
        return 480

    def waiting(self) -> float | None:
        return self.written + self.volume

    def write(self, samples: bytes) -> None:
        if len(samples) >= 99:
            os._exit(134)
        self.written += len(samples)

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def close(self) -> None:
        pass


class NoDevice(Device):
    def open(self) -> None:
        raise OSError("No device for sound was found.")


class NoLibrary(Device):
    def __init__(self, rate: int, channels: int) -> None:
        raise ImportError("libpulse.so.0")


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundProcess]:
    monkeypatch.setattr(SoundProcess, "open", _OPEN)
    monkeypatch.setattr(sound_process, "SoundDevice", Device)
    process = SoundProcess()
    yield process
    process.close()


def test_samples_and_volume_reach_the_device(process: SoundProcess) -> None:
    output = process.open()
    assert output.room() == 480
    output.write(_SILENCE[:5])
    output.set_volume(0.5)
    assert output.waiting() == 20 + 0.125


def test_after_the_end_of_its_process_the_sound_is_unavailable_and_can_be_opened_again(process: SoundProcess) -> None:
    """Qt's library ends its process if the system's sound server has ended."""
    output = process.open()
    with pytest.raises(SoundUnavailable, match="does not respond"):
        output.write(np.zeros((50, 2), np.int16))
    output.close()
    assert process.open().room() == 480


def test_without_a_device_the_reason_is_the_devices(process: SoundProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_process, "SoundDevice", NoDevice)
    for _ in range(2):
        with pytest.raises(SoundUnavailable, match=r"^No device for sound was found\.$"):
            process.open()
    monkeypatch.setattr(sound_process, "SoundDevice", Device)
    monkeypatch.setattr(sound_process, "_RENEWED_S", 0.0)
    assert process.open().room() == 480  # A process that found none is replaced.


def test_a_missing_library_is_tried_once(process: SoundProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_process, "SoundDevice", NoLibrary)
    with pytest.raises(SoundUnavailable, match="The library for sound cannot be used on this system"):
        process.open()
    monkeypatch.setattr(sound_process, "SoundDevice", Device)
    with pytest.raises(SoundUnavailable, match="The library for sound cannot be used on this system"):
        process.open()


def test_closing_ends_the_process_for_good(process: SoundProcess) -> None:
    output = process.open()
    process.close()
    with pytest.raises(SoundUnavailable):
        output.room()
    with pytest.raises(SoundUnavailable):
        process.open()


def test_qts_library_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    with pytest.raises(ImportError):
        SoundDevice(48_000, 2)


def test_the_window_never_imports_the_library_for_sound() -> None:
    code = "import sys, app.gui.window.main_window; print('PySide6.QtMultimedia' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert (run.stdout, run.stderr) == ("False\n", "")
