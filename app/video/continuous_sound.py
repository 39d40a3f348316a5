"""Joins decoded sound to one continuous sound of one form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler

_UNEVEN_S = Fraction(1, 20)
"""From this difference to the frames' own times on, silence is put in or sound is cut. Below, it is inaccuracy."""


class ContinuousSound:
    """Makes one continuous sound of one form out of decoded frames: their form may change, and some may be missing.

    `rate` in Hz. `layout`: FFmpeg's name of the channels. Everything it gives is `fltp`, with increasing times.
    """

    def __init__(self, rate: int, layout: str) -> None:
        self._rate = rate
        self._layout = layout
        self._resampler: AudioResampler | None = None
        self._form: tuple[object, ...] = ()
        self._position: int | None = None

    def add(self, frame: AudioFrame, start: Fraction | None) -> Iterator[AudioFrame]:
        """What follows for this frame, which begins at `start` seconds; None if that is unknown.

        Raises ValueError or av.error.FFmpegError for a form that cannot be converted.
        """
        form = frame.format.name, frame.layout.name, frame.sample_rate
        before = self._flushed() if form != self._form else []
        if self._resampler is None:
            self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=self._rate)
            self._form = form
        frame.pts = None
        parts = [*before, *self._resampler.resample(frame)]
        return self._placed(parts, start)

    def rest(self) -> Iterator[AudioFrame]:
        """What the conversion still holds back. The next frame may have another form."""
        return self._placed(self._flushed(), None)

    def _flushed(self) -> list[AudioFrame]:
        resampler, self._resampler = self._resampler, None
        return resampler.resample(None) if resampler is not None else []

    def _placed(self, parts: Sequence[AudioFrame], start: Fraction | None) -> Iterator[AudioFrame]:
        if start is not None:
            wanted = round(start * self._rate)
            if self._position is None:
                self._position = wanted
            missing = wanted - self._position
            if missing > _UNEVEN_S * self._rate:
                yield from self._silence(missing)
            elif missing < -_UNEVEN_S * self._rate:
                parts = self._without(parts, -missing)
        for part in parts:
            yield self._next(part)

    def _next(self, part: AudioFrame) -> AudioFrame:
        position = self._position or 0
        part.pts, part.time_base = position, Fraction(1, self._rate)
        self._position = position + part.samples
        return part

    def _silence(self, samples: int) -> Iterator[AudioFrame]:
        while samples > 0:
            length = min(samples, self._rate)
            yield self._next(self._frame(np.zeros((self._channels, length), np.float32)))
            samples -= length

    def _without(self, parts: Sequence[AudioFrame], samples: int) -> list[AudioFrame]:
        """The parts without their first samples."""
        kept: list[AudioFrame] = []
        for part in parts:
            if samples < part.samples:
                wave = part.to_ndarray()[:, samples:]
                kept.append(self._frame(np.ascontiguousarray(wave)) if samples else part)
            samples = max(0, samples - part.samples)
        return kept

    def _frame(self, wave: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> AudioFrame:
        frame = AudioFrame.from_ndarray(wave, format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        return frame

    @property
    def _channels(self) -> int:
        return AudioLayout(self._layout).nb_channels
