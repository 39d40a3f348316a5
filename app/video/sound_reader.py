"""Decodes the sound of a video for playing: the samples of any time, as one continuous sound."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av.error
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from app.errors import SourceError
from app.video.clock import SteadyClock
from app.video.continuous_sound import ContinuousSound
from app.video.facts import SourceFacts
from app.video.opening import open_file
from app.video.packets import packets_of
from app.video.sound_input import opened_sound

CHANNELS = 2
Samples = npt.NDArray[np.int16]

_READ_ON_S = 3.0
"""A time at most this much ahead is reached by reading on, which is cheaper than a seek."""
_EARLIER_S = Fraction(1, 2)
"""Seeking aims this much earlier: a decoder's first samples after a seek may be incomplete."""


class SoundReader:
    """Reads the first, or the preferred, sound track of a video. `rate`: of the samples that it gives, in Hz.

    Sound that starts late, has gaps or ends early is silent there. Times are those of the source's frames.

    Thread: made, used and closed in one.
    """

    def __init__(self, facts: SourceFacts, rate: int) -> None:
        """Raises SourceError if the video has no sound that can be decoded."""
        self._facts, self._rate = facts, rate
        # Where the clock jumps, a time can only be found by reading from the beginning.
        self._seekable = not facts.clock_jumps
        self._parts: deque[tuple[int, Samples]] = deque()
        self._coming: Iterator[tuple[int, Samples]] = iter(())
        self._ended = False
        try:
            self._container, self._stream = _opened(facts.path)
        except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
            raise SourceError(f"The sound of {facts.path.name} cannot be read.") from error
        if self._stream.codec_context is None or not self._stream.codec_context.sample_rate:
            self._container.close()
            raise SourceError(f"The sound format of {facts.path.name} cannot be decoded.")
        self._start(0)

    def samples(self, first: int, count: int) -> Samples:
        """The samples from number `first` of the source's time on, of shape (count, CHANNELS)."""
        end = self._parts[-1][0] + len(self._parts[-1][1]) if self._parts else self._begins
        begins = self._parts[0][0] if self._parts else self._begins
        if first < begins or first > end + _READ_ON_S * self._rate:
            self._start(first)
        while not self._ended and (not self._parts or self._parts[-1][0] + len(self._parts[-1][1]) < first + count):
            part = next(self._coming, None)
            if part is None:
                self._ended = True
            else:
                self._parts.append(part)
                while len(self._parts) > 1 and self._parts[0][0] + len(self._parts[0][1]) <= first:
                    self._parts.popleft()
        wanted = np.zeros((count, CHANNELS), np.int16)
        for start, wave in self._parts:
            left, right = max(start, first), min(start + len(wave), first + count)
            if left < right:
                wanted[left - first : right - first] = wave[left - start : right - start]
        return wanted

    def close(self) -> None:
        self._coming = iter(())
        self._container.close()

    def _start(self, first: int) -> None:
        self._parts.clear()
        self._ended = False
        self._begins = first
        time = max(Fraction(0), Fraction(first, self._rate) - _EARLIER_S) if self._seekable else Fraction(0)
        with suppress(av.error.FFmpegError, OSError):  # Then it is read on from where it is.
            self._container.seek(int((time + self._facts.origin) / (self._stream.time_base or 1)), stream=self._stream)
        self._coming = self._waves()

    def _waves(self) -> Iterator[tuple[int, Samples]]:
        line = ContinuousSound(self._rate, "stereo")
        for start, frame in self._sounds():
            with suppress(ValueError, av.error.FFmpegError):  # A form that cannot be converted is silent.
                for part in line.add(frame, start):
                    yield _wave(part)
        with suppress(ValueError, av.error.FFmpegError):
            for part in line.rest():
                yield _wave(part)

    def _sounds(self) -> Iterator[tuple[Fraction | None, AudioFrame]]:
        jumps = [jump.offset for jump in self._facts.clock_jumps]
        clock, length = SteadyClock(restarts=bool(jumps), known=jumps), Fraction(0)
        with suppress(av.error.FFmpegError, OSError):  # What cannot be read is silent.
            for packet in packets_of(self._container, self._stream):
                with suppress(av.error.InvalidDataError):
                    for frame in packet.decode():
                        if frame.pts is None or frame.time_base is None or not frame.sample_rate:
                            yield None, frame
                            continue
                        start = frame.pts * frame.time_base
                        if jumps:
                            start = clock.steady(start, length)
                        length = Fraction(frame.samples, frame.sample_rate)
                        yield start - self._facts.origin, frame


def _opened(path: Path) -> tuple[InputContainer, AudioStream]:
    with open_file(path) as container:
        best = container.streams.best("audio")
        indices = [stream.index for stream in container.streams.audio]
        place = indices.index(best.index) if best is not None else 0
    return opened_sound(path, place)


def _wave(part: AudioFrame) -> tuple[int, Samples]:
    wave = np.clip(part.to_ndarray().T * 32767, -32768, 32767).astype(np.int16)
    return part.pts or 0, wave
