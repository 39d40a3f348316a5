"""The device that plays sound, by Qt, in a process of its own.

Qt's library for sound aborts its process when a device is opened after the system's sound server has ended, even if
another one runs by then.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QIODevice
    from PySide6.QtMultimedia import QAudioSink

_BUFFER_S = 0.12
_SAMPLE_BYTES = 2
_VANISHED_S = 5.0
"""A device that takes nothing for this long is gone."""


class SoundDevice:
    """The system's default device for sound, which plays 16-bit samples. Thread: the main one of its process."""

    def __init__(self, rate: int, channels: int) -> None:
        """Raises ImportError if Qt's library for sound cannot be used."""
        from PySide6.QtCore import QCoreApplication, QLoggingCategory

        QLoggingCategory.setFilterRules("qt.multimedia.*=false")
        import PySide6.QtMultimedia  # noqa: F401 - some systems package it apart

        self._application = QCoreApplication.instance() or QCoreApplication([])
        self._rate, self._channels = rate, channels
        self._frame_bytes = _SAMPLE_BYTES * channels
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None
        self._written = 0
        self._moved_s = 0.0

    def open(self) -> None:
        """Raises OSError, which says why there is no device."""
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            raise OSError("No device for sound was found.")
        form = QAudioFormat()
        form.setSampleRate(self._rate)
        form.setChannelCount(self._channels)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        if not device.isFormatSupported(form):
            raise OSError(f"The device {device.description()} cannot play this sound.")
        sink = QAudioSink(device, form)
        sink.setBufferSize(round(_BUFFER_S * self._rate) * self._frame_bytes)
        stream: QIODevice | None = sink.start()
        if stream is None or sink.error().name != "NoError":
            raise OSError(f"The device {device.description()} cannot be opened.")
        self._sink, self._stream, self._written = sink, stream, 0
        self._moved_s = time.perf_counter()

    def room(self) -> int:
        """How many samples can be written now. Raises OSError if the device has vanished."""
        self._application.processEvents()
        if self._sink is None:
            raise OSError("The device for sound is not open.")
        free = self._sink.bytesFree() // self._frame_bytes
        now_s = time.perf_counter()
        if free:
            self._moved_s = now_s
        if now_s - self._moved_s > _VANISHED_S or self._sink.state().name == "StoppedState":
            raise OSError("The device for sound does not respond.")
        return int(free)

    def waiting(self) -> float | None:
        """After how many seconds the next sample will be played; None until the device has begun."""
        played_s = self._sink.processedUSecs() / 1e6 if self._sink is not None else 0.0
        return None if played_s <= 0 else max(0.0, self._written / self._rate - played_s)

    def write(self, samples: bytes) -> None:
        if self._stream is not None:
            self._written += max(0, int(self._stream.write(samples))) // self._frame_bytes

    def set_volume(self, volume: float) -> None:
        """From 0 to 1, as a factor of the samples."""
        if self._sink is not None:
            self._sink.setVolume(volume)

    def close(self) -> None:
        sink, self._sink, self._stream = self._sink, None, None
        if sink is not None:
            sink.stop()
            self._application.processEvents()
