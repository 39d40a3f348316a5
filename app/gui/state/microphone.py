"""The microphone, by Qt. Imported only when somebody records with it."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QEventLoop
from PySide6.QtMultimedia import QAudioFormat, QAudioSource, QMediaDevices

from app.errors import SourceError
from app.threads.signals import Stop
from app.threads.workers import Worker
from app.watch.recorded_sound import RATE
from app.watch.recording import Hear

_STEP_S = 0.02
_START_S = 5.0
_ADVICE = "Connect a microphone and allow its use, or switch the microphone off in the File menu."


class Microphone:
    """Listens to the system's default microphone from its construction until `close`, in a thread of its own."""

    def __init__(self, hear: Hear) -> None:
        """Waits until the microphone has been opened. Raises SourceError if there is none."""
        self._hear = hear
        self._stop, self._opened = Stop(), Stop()
        self._refusal: str | None = None
        self._worker = Worker("microphone", self._run)
        if not self._opened.wait_until(time.perf_counter() + _START_S):
            self._refusal = self._refusal or "The microphone does not respond."
        if self._refusal is not None:
            self.close()
            raise SourceError(self._refusal, advice=_ADVICE)

    def close(self) -> None:
        self._stop.request()
        self._worker.join(_START_S)

    def _run(self) -> None:
        try:
            self._listen()
        finally:
            self._opened.request()

    def _listen(self) -> None:
        device = QMediaDevices.defaultAudioInput()
        if device.isNull():
            self._refusal = "No microphone was found."
            return
        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        loop, source = QEventLoop(), QAudioSource(device, form)
        stream = source.start()
        if stream is None or source.error().name != "NoError":
            self._refusal = f"The microphone {device.description()} cannot be opened."
            return
        self._opened.request()
        while not self._stop.wait_until(time.perf_counter() + _STEP_S):
            loop.processEvents()
            heard_s = time.perf_counter()
            wave = np.frombuffer(bytes(stream.readAll().data()), np.int16)
            if len(wave):
                self._hear(wave, heard_s - len(wave) / RATE)
        source.stop()
        loop.processEvents()
