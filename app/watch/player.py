"""Plays a video, a folder or a picture in real time, and does with it what the buttons of a player do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction

from app.frames import Frame
from app.threads.signals import Alarm
from app.video import Source
from app.watch.frame_cursor import FrameCursor

LATE_S = 0.25
"""Frames later than this move the clock: a video that cannot be decoded in time plays slower, no frame is left out."""

_ROUNDING = Fraction(1, 1_000_000)
"""A time that passed through floating point may fall a hair short of the frame that it was taken from."""


@dataclass(frozen=True, slots=True)
class PlayerState:
    """Where the playing is. `damage` tells, once the end was reached, what of the source could not be read."""

    position_s: float = 0.0
    duration_s: float | None = None
    playing: bool = True
    ended: bool = False
    speed: float = 1.0
    loop: bool = False
    damage: str | None = None


class Player:
    """Gives the frames of a source when they are due.

    A video plays from the start; pictures stand still until they are played or stepped through.

    At the end the last frame stays; `play` begins again. `changed` is called without arguments, in whatever thread
    changes the state, when anything but the position has changed.
    Thread: `frames` is iterated in one, which opens, reads and closes the source; all else from any.
    """

    def __init__(self, source: Source, *, changed: Callable[[], None] | None = None) -> None:
        self._source = source
        self._changed = changed
        self._alarm = Alarm()
        self._lock = threading.Lock()
        self._closed = False
        self._target: Fraction | None = None
        self._steps = 0
        self._repeat = False
        self._anew = False
        """Whether the clock is to be set again: the speed was changed, or playing began."""
        self._anchor: tuple[float, Fraction] | None = None
        """A moment of `time.perf_counter` and the time of the source that is due then."""
        facts = source.facts
        duration_s = float(facts.end) if facts.end is not None else facts.duration_s
        self._state = PlayerState(duration_s=duration_s, playing=facts.kind == "video")

    @property
    def state(self) -> PlayerState:
        return self._state

    def play(self) -> None:
        with self._lock:
            if self._state.ended:
                self._target, self._steps = Fraction(0), 0
            self._anew = True
        self._tell(playing=True, ended=False)

    def pause(self) -> None:
        self._tell(playing=False)

    def seek(self, time_s: float) -> None:
        """Shows the frame of that time at once, and goes on from there where it was playing."""
        limit_s = self._state.duration_s
        wanted_s = max(0.0, time_s if limit_s is None else min(time_s, limit_s))
        with self._lock:
            self._target, self._steps = Fraction(wanted_s) + _ROUNDING, 0
            self._state = replace(self._state, position_s=wanted_s)
        self._alarm.ring()

    def step(self, count: int) -> None:
        """Pauses, and shows the frame so many on, or back where it is negative."""
        with self._lock:
            self._steps += count
        self._tell(playing=False, ended=False)

    def repeat(self) -> None:
        """Gives the present frame once more where it stands still; no wish to be elsewhere is lost by it."""
        self._repeat = True
        self._alarm.ring()

    def set_speed(self, speed: float) -> None:
        """How many seconds of the source pass in one. Raises ValueError where that is not more than 0."""
        if not speed > 0:
            raise ValueError(f"A video cannot be played at speed {speed}: it must be more than 0.")
        with self._lock:
            self._anew = True
        self._tell(speed=speed)

    def set_loop(self, loop: bool) -> None:
        self._tell(loop=loop)

    def close(self) -> None:
        """Ends `frames` within a frame's decoding. May be called twice."""
        self._closed = True
        self._alarm.ring()

    def frames(self) -> Iterator[Frame]:
        """The frames, each when it is due. Raises SourceError where the source cannot be read."""
        with self._source, closing(FrameCursor(self._source, lambda: not self._closed)) as frame_cursor:
            current = frame_cursor.at(Fraction(0))
            while current is not None and not self._closed:
                if self._place(current):
                    yield current
                current = self._next(frame_cursor, current)

    def _next(self, frame_cursor: FrameCursor, current: Frame) -> Frame | None:
        """Waits for the next frame to show, in whatever order the user wishes them; None once closed."""
        while not self._closed:
            target, steps = self._wish()
            if target is not None or steps:
                return self._gone_to(frame_cursor, current, target, steps)
            repeated, self._repeat = self._repeat, False
            if not self._state.playing:
                if repeated:
                    return current
                self._alarm.wait_until(None)
                continue
            following = frame_cursor.following()
            if self._alarm.wait_until(self._due_s(current, following)):
                continue
            if following is not None:
                return frame_cursor.step(1)
            self._tell(damage=self._source.damage)
            if self._state.loop and self._source.facts.kind != "picture":
                return self._gone_to(frame_cursor, current, Fraction(0), 0)
            self._tell(playing=False, ended=True)
        return None

    def _gone_to(self, frame_cursor: FrameCursor, current: Frame, target: Fraction | None, steps: int) -> Frame | None:
        frame = frame_cursor.at(target) if target is not None else current
        if steps:
            frame = frame_cursor.step(steps)
        self._anchor = None
        if self._state.ended and frame is not None and frame.index != current.index:
            self._tell(ended=False)
        return frame

    def _due_s(self, current: Frame, following: Frame | None) -> float:
        with self._lock:
            if self._anew:
                self._anew, self._anchor = False, None
        now_s = time.perf_counter()
        if self._anchor is None:
            self._anchor = now_s, current.time
        begun_s, begun = self._anchor
        then = following.time if following is not None else self._end_after(current)
        due_s = begun_s + float(then - begun) / self._state.speed
        if now_s - due_s > LATE_S:
            self._anchor = now_s, then
        return due_s

    def _end_after(self, last: Frame) -> Fraction:
        facts = self._source.facts
        if facts.end is not None and facts.end > last.time:
            return min(facts.end, last.time + 1)
        return last.time + 1 / facts.frame_rate

    def _wish(self) -> tuple[Fraction | None, int]:
        with self._lock:
            request = self._target, self._steps
            self._target, self._steps = None, 0
            return request

    def _place(self, frame: Frame) -> bool:
        """Notes that this frame is shown; False where the user has since wished to be elsewhere."""
        with self._lock:
            if self._target is not None:
                return False
            self._state = replace(self._state, position_s=frame.time_s)
            return True

    def _tell(self, **changes: object) -> None:
        with self._lock:
            before = self._state
            self._state = replace(before, **changes)  # type: ignore[arg-type]  # the fields of TransportState
            changed = self._state != before
        self._alarm.ring()
        if changed and self._changed is not None:
            self._changed()
