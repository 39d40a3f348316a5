"""The microphone, by Qt, in a process of its own: see `sound_device`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QIODevice
    from PySide6.QtMultimedia import QAudioSource


class MicrophoneDevice:
    """The system's default microphone, as 16-bit samples of one channel. Thread: the main one of its process."""

    def __init__(self, rate: int) -> None:
        """Opens it. Raises ImportError without Qt's library for sound, OSError, which says why, without a device."""
        from PySide6.QtCore import QCoreApplication, QLoggingCategory

        QLoggingCategory.setFilterRules("qt.multimedia.*=false")
        from PySide6.QtMultimedia import QAudioFormat, QAudioSource, QMediaDevices

        self._application = QCoreApplication.instance() or QCoreApplication([])
        device = QMediaDevices.defaultAudioInput()
        if device.isNull():
            raise OSError("No microphone was found.")
        form = QAudioFormat()
        form.setSampleRate(rate)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._source: QAudioSource = QAudioSource(device, form)
        stream: QIODevice | None = self._source.start()
        if stream is None or self._source.error().name != "NoError":
            raise OSError(f"The microphone {device.description()} cannot be opened.")
        self._stream = stream

    def heard(self) -> bytes:
        """The samples since the last call."""
        self._application.processEvents()
        return bytes(self._stream.readAll().data())
