"""The microphone's sound of a recording, in a file that survives the end of the process."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.threads.workers import Monitor, synchronized

RATE = 48_000
"""Hz"""

_BYTES = 2
_UNKNOWN_LENGTH = 0xFFFFFFFF
_APART_S = 0.08
"""From this difference on, silence is put in or sound is cut. Below, it is inaccuracy of the times."""

Wave = npt.NDArray[np.int16]


class SoundFile(Monitor):
    """A WAV file of one channel, written as the sound comes: its header states no length, so it is always whole.

    Sound is placed by when it was heard, on the recording's own timeline, which frames tell with `place`. What is heard
    before the first frame is left out.

    Thread: any.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        super().__init__()
        self._file = path.open("xb", buffering=0)
        self._file.write(
            b"RIFF"
            + struct.pack("<I4s4sIHHIIHH", _UNKNOWN_LENGTH, b"WAVE", b"fmt ", 16, 1, 1, RATE, _BYTES * RATE, _BYTES, 16)
            + b"data"
            + struct.pack("<I", _UNKNOWN_LENGTH)
        )
        self._offset_s: float | None = None
        self._written = 0

    @synchronized
    def place(self, time: Fraction, captured_s: float) -> None:
        """A frame with this time in the recording was captured at this moment of `time.perf_counter`."""
        self._offset_s = float(time) - captured_s

    @synchronized
    def add(self, wave: Wave, heard_s: float) -> None:
        """Adds samples of which the first was heard at this moment. Raises OSError if the disk refuses them."""
        if self._offset_s is None or self._file.closed:
            return
        missing = round((heard_s + self._offset_s) * RATE) - self._written
        if missing < -_APART_S * RATE or (self._written == 0 and missing < 0):
            wave = wave[-missing:]
        elif missing > _APART_S * RATE or (self._written == 0 and missing > 0):
            wave = np.concatenate([np.zeros(missing, np.int16), wave])
        self._file.write(wave.astype("<i2").tobytes())
        self._written += len(wave)

    @synchronized
    def close(self) -> None:
        self._file.close()


def has_sound(path: Path) -> bool:
    """Whether any sound is in the file."""
    return path.exists() and path.stat().st_size > _HEADER_BYTES


_HEADER_BYTES = 44
