"""A clock that goes on where that of a container jumps, as when two recordings are joined in one file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

BACK = Fraction(1, 10)
"""A time that is this many seconds before the previous one means that the clock has started again; smaller steps back
are inaccurate times. FFmpeg's programs have the same limit."""

FORWARD = Fraction(10)
"""A longer step in seconds is a jump of the clock in containers whose clocks may start anywhere (MPEG-TS). FFmpeg's
programs have the same limit. In other containers it is a real pause."""

NEAR = Fraction(1)
"""Jumps of the sound and of the video that are within this many seconds of each other are the same one."""


class Jump(NamedTuple):
    """A jump of the clock. `before` and `after` are the container's times on both sides, `time` is the time at which
    the later one is shown on the steady clock, all in seconds."""

    before: Fraction
    after: Fraction
    time: Fraction

    @property
    def offset(self) -> Fraction:
        """What is added to the container's times after the jump."""
        return self.time - self.after


class SteadyClock:
    """Turns the times of one track, in the order in which they are shown, into times that go on after a jump.

    `restarts`: the container's clock may start anywhere, so that a long step forward is a jump too. `known`: the
    offsets of the jumps of the file's video track: sound follows them, and so stays in step with the picture.
    """

    def __init__(self, *, restarts: bool, known: Sequence[Fraction] = ()) -> None:
        self._restarts = restarts
        self._known = known
        self._offset = self._former = Fraction(0)
        self._last: Fraction | None = None
        self.jumps: list[Jump] = []

    def steady(self, time: Fraction, period: Fraction) -> Fraction:
        """The time on the steady clock, in seconds. `period`: how much later after a jump."""
        last = self._last
        shown = time + self._offset
        if last is not None and self._is_jump(time, last):
            shown = self._after_jump(time, last, period)
        self._last = shown if last is None else max(last, shown)
        return shown

    def _is_jump(self, time: Fraction, last: Fraction) -> bool:
        step = time + self._offset - last
        return step <= -BACK or (self._restarts and step > FORWARD) or (step > NEAR and self._comes_back(time, last))

    def _comes_back(self, time: Fraction, last: Fraction) -> bool:
        """Whether the jump before was a single wrong time, and the clock goes on as before it."""
        return self._former != self._offset and abs(time + self._former - last) < NEAR

    def _after_jump(self, time: Fraction, last: Fraction, period: Fraction) -> Fraction:
        if self._comes_back(time, last):
            self._offset = self._former
            if self.jumps:
                self.jumps.pop()
            return time + self._offset
        shown = last + period
        nearest = min(self._known, key=lambda offset: abs(time + offset - shown), default=None)
        if nearest is not None and abs(time + nearest - shown) < NEAR:
            shown = time + nearest
        self.jumps.append(Jump(last - self._offset, time, shown))
        self._former, self._offset = self._offset, shown - time
        return shown
