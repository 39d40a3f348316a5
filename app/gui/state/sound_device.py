"""The device that plays sound, by Qt. Imported with the first video that has sound."""

from __future__ import annotations

import time

from PySide6.QtCore import QEventLoop, QIODevice
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

from app.video.sound_reader import CHANNELS, Samples
from app.watch.playback_sound import RATE, SoundUnavailable

_BUFFER_S = 0.12
_BYTES = 2 * CHANNELS
_VANISHED_S = 5.0
"""A device that takes nothing for this long is gone."""


class SoundDevice:
    """The system's default device for sound. A SoundOutput.

    Qt reports what happens to the device in the thread that made this, whose events are handled in `room`.
    """

    def __init__(self) -> None:
        """Raises SoundUnavailable."""
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            raise SoundUnavailable("No device for sound was found.")
        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(CHANNELS)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        if not device.isFormatSupported(form):
            raise SoundUnavailable(f"The device {device.description()} cannot play this sound.")
        self._loop = QEventLoop()
        self._sink = QAudioSink(device, form)
        self._sink.setBufferSize(round(_BUFFER_S * RATE) * _BYTES)
        stream: QIODevice | None = self._sink.start()
        if stream is None or self._sink.error().name != "NoError":
            raise SoundUnavailable(f"The device {device.description()} cannot be opened.")
        self._stream = stream
        self._written = 0
        self._moved_s = time.perf_counter()

    def room(self) -> int:
        self._loop.processEvents()
        free = self._sink.bytesFree() // _BYTES
        now_s = time.perf_counter()
        if free:
            self._moved_s = now_s
        if now_s - self._moved_s > _VANISHED_S or self._sink.state().name == "StoppedState":
            raise SoundUnavailable("The device for sound does not respond.")
        return int(free)

    def waiting(self) -> float | None:
        played_s = self._sink.processedUSecs() / 1e6
        return None if played_s <= 0 else max(0.0, self._written / RATE - played_s)

    def write(self, samples: Samples) -> None:
        taken = self._stream.write(samples.tobytes())
        self._written += max(0, int(taken)) // _BYTES

    def set_volume(self, volume: float) -> None:
        wanted = volume**3  # Loudness is heard on about this scale.
        if abs(wanted - self._sink.volume()) > 1e-4:
            self._sink.setVolume(wanted)

    def close(self) -> None:
        self._sink.stop()
        self._loop.processEvents()
