"""Plays sound in a process of its own, so that the window outlives the system's sound server."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from app.gui.state.sound_device import SoundDevice
from app.threads.processes import HelperEnded, HelperProcess
from app.threads.signals import Stop
from app.video.sound_reader import CHANNELS, Samples
from app.watch.playback_sound import RATE, SoundOutput, SoundUnavailable

_ANSWER_S = 30.0
"""How long the process may take to start on a busy machine."""

_RENEWED_S = 30.0
"""A process that finds no device is replaced after this long: it would not notice a sound server that starts."""


class SoundProcess:
    """The process in which sound is played. It starts with the first sound. Thread: the sound's, except as noted."""

    def __init__(self) -> None:
        self._process: HelperProcess | None = None
        self._started_s = 0.0
        self._missing = self._library_missing = False
        self._stop = Stop()

    def open(self) -> SoundOutput:
        """The system's default device. Raises SoundUnavailable."""
        if self._process is None or (self._missing and time.perf_counter() - self._started_s > _RENEWED_S):
            self._start()
        self._missing = True
        self.call("open")
        self._missing = False
        return _Output(self)

    def call(self, method: str, *arguments: object) -> Any:
        """The value of a method of the SoundDevice. Raises SoundUnavailable."""
        if self._process is None:
            raise SoundUnavailable("The device for sound does not respond.")
        try:
            return self._process.call(method, *arguments)
        except HelperEnded as error:
            self._end()
            raise SoundUnavailable("The device for sound does not respond.") from error
        except OSError as error:
            raise SoundUnavailable(str(error)) from error

    def close(self) -> None:
        """Ends the process; a call that waits raises SoundUnavailable. Thread: any."""
        self._stop.request()
        if (process := self._process) is not None:
            process.close()

    def _start(self) -> None:
        self._end()
        if self._library_missing or self._stop.requested:
            raise SoundUnavailable("The library for sound cannot be used on this system.")
        try:
            self._process = HelperProcess(SoundDevice, RATE, CHANNELS, stop=self._stop, limit_s=_ANSWER_S)
        except ImportError as error:
            self._library_missing = True
            raise SoundUnavailable("The library for sound cannot be used on this system.") from error
        except HelperEnded as error:
            raise SoundUnavailable("The device for sound does not respond.") from error
        self._started_s = time.perf_counter()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()


class _Output:
    """A SoundOutput that is in the process."""

    def __init__(self, process: SoundProcess) -> None:
        self._process = process
        self._volume = 1.0

    def room(self) -> int:
        return int(self._process.call("room"))

    def waiting(self) -> float | None:
        waiting_s: float | None = self._process.call("waiting")
        return waiting_s

    def write(self, samples: Samples) -> None:
        self._process.call("write", samples.tobytes())

    def set_volume(self, volume: float) -> None:
        if abs(volume - self._volume) > 1e-4:
            self._volume = volume
            self._process.call("set_volume", volume**3)  # Loudness is heard on about this scale.

    def close(self) -> None:
        with suppress(SoundUnavailable):
            self._process.call("close")
