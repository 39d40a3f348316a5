"""A seekable cursor over the frames of a source: the frame at a time, the next one, the one before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction

from app.frames import Frame
from app.video import Source

KEPT_BYTES = 128 << 20
"""Frames already read are kept up to this, so that stepping back does not decode again."""

NEAR = Fraction(1)
"""A time at most this many seconds ahead is reached by reading on, which is cheaper than a seek."""

_BACK_FRAMES = 24
"""Up to this many frames before the target are kept as well, because one step back is seldom the last."""


class FrameCursor:
    """Reads a source around one frame. Reading ends early once `wanted` returns False.

    Thread: used and closed in one.
    """

    def __init__(self, source: Source, wanted: Callable[[], bool]) -> None:
        self._source = source
        self._wanted = wanted
        self._kept: deque[Frame] = deque()
        self._place = 0
        self._coming: Iterator[Frame] = iter(())

    def at(self, time: Fraction) -> Frame | None:
        """Goes to the frame shown at that time, or to the first or last frame. None once `wanted` returns False."""
        if not self._kept or not self._kept[0].time <= time <= self._kept[-1].time + NEAR:
            self._seek(time)
        while (following := self.following()) is not None and following.time <= time:
            self._place += 1
        while self._place > 0 and self._kept[self._place].time > time:
            self._place -= 1
        return self._present()

    def following(self) -> Frame | None:
        """The next frame, without going to it; None at the end."""
        if self._place + 1 >= len(self._kept) and not self._read():
            return None
        return self._kept[self._place + 1]

    def step(self, count: int) -> Frame | None:
        """Goes this many frames forward, or back if negative, as far as there are any."""
        for _ in range(count):
            if self.following() is None:
                break
            self._place += 1
        present = self._present()
        if count < 0 and present is not None:
            self._back_to(max(0, present.index + count), present)
        return self._present()

    def close(self) -> None:
        self._seek(None)

    def _back_to(self, index: int, present: Frame) -> None:
        period = 1 / self._source.facts.frame_rate
        spare = min(_BACK_FRAMES, KEPT_BYTES // 2 // max(1, present.image.nbytes))
        distance = (present.index - index + spare) * period
        while self._kept and self._kept[0].index > index:
            start = max(Fraction(0), present.time - distance)
            self._seek(start)
            while self._kept and self._kept[-1].index < present.index and self._read():
                pass
            if start == 0:
                break
            distance *= 2
        # A picture of a folder that cannot be read leaves a gap in the numbers.
        self._place = max((place for place, frame in enumerate(self._kept) if frame.index <= index), default=0)

    def _seek(self, time: Fraction | None) -> None:
        close = getattr(self._coming, "close", None)
        if close is not None:
            close()
        self._kept.clear()
        self._place = 0
        self._coming = iter(()) if time is None else iter(self._source.frames(time, wanted=self._wanted))
        self._read()

    def _read(self) -> bool:
        frame = next(self._coming, None)
        if frame is None:
            return False
        self._kept.append(frame)
        while self._place > 0 and len(self._kept) * frame.image.nbytes > KEPT_BYTES:
            self._kept.popleft()
            self._place -= 1
        return True

    def _present(self) -> Frame | None:
        return self._kept[self._place] if self._kept else None
