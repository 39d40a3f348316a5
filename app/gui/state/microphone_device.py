"""The microphone, by Qt, in a process of its own: see `sound_device`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication, QIODevice
    from PySide6.QtMultimedia import QAudioDevice, QAudioSource


def microphone_names() -> tuple[str, ...]:
    """The names of all microphones. Thread: the main one of its process. Raises ImportError as below."""
    return tuple(device.description() for device in _devices()[1])


class MicrophoneDevice:
    """A microphone, as 16-bit samples of one channel. Thread: the main one of its process."""

    def __init__(self, rate: int, name: str = "") -> None:
        """Opens the microphone of that name; the system's default if it is empty.

        Raises ImportError without Qt's library for sound, OSError, which says why, without a device.
        """
        self._application, devices = _devices()
        from PySide6.QtMultimedia import QAudioFormat, QAudioSource, QMediaDevices

        device = QMediaDevices.defaultAudioInput()
        if name:
            named = [one for one in devices if one.description() == name]
            if not named:
                raise OSError(f"There is no microphone “{name}”.")
            device = named[0]
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


def _devices() -> tuple[QCoreApplication, list[QAudioDevice]]:
    from PySide6.QtCore import QCoreApplication, QLoggingCategory

    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    from PySide6.QtMultimedia import QMediaDevices

    application = QCoreApplication.instance() or QCoreApplication([])
    return application, QMediaDevices.audioInputs()
