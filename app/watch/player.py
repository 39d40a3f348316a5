"""Plays a video, a folder of pictures or a picture in real time: play, pause, seek, step, speed and loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction

from app.frames import Frame
from app.threads.signals import Alarm
from app.threads.workers import Monitor
from app.video import Source, what_is_unusual
from app.watch.frame_cursor import FrameCursor

LATE_S = 0.25
"""If a frame is later than this, the clock is moved: a video that is slow to decode plays slower, without gaps."""

LONGEST_HOLD_S = 5.0
"""A video begins to play after this, even if nothing is known about its faces yet."""

_NOTED_EVERY_S = 1.0
"""How often the source is asked what is unusual; a long list of damaged frames takes a while to put into words."""

_ROUNDING = Fraction(1, 1_000_000)
"""A time that was a float in between may be a little before the frame that it came from."""


class FrameNumber(int):
    """The number of a frame, counted from 0, where a time could stand as well."""


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What the player is doing.

    `frame` is the number of the frame at `position_s`, counted from 0; None until a frame that was sought is read.
    `damage` says what was unusual about the source, as far as it was read.
    """

    position_s: float = 0.0
    frame: int | None = None
    duration_s: float | None = None
    playing: bool = True
    ended: bool = False
    speed: float = 1.0
    loop: bool = False
    damage: str | None = None


class Player(Monitor):
    """Gives the frames of a source when they are due.

    A video starts playing; pictures start paused. At the end the last frame stays, and `play` starts over.
    `on_changed` is called when anything but the position has changed, in whatever thread changed it.
    `open_again` opens the source once more, for whoever analyses the frames. If it is given, playing begins when that
    is ready (`release`), at the latest after LONGEST_HOLD_S; and a frame that begins to stand still is given again.
    Thread: `frames` is iterated in one, which opens, reads and closes the source; everything else from any.
    """

    def __init__(
        self,
        source: Source,
        *,
        on_changed: Callable[[], None] | None = None,
        open_again: Callable[[], Source] | None = None,
    ) -> None:
        super().__init__()
        self.open_again = open_again
        self._is_held = open_again is not None and source.facts.kind == "video"
        self._held_until_s = 0.0
        self._given_standing = True
        """Whether the present frame was given while it stood still, or nobody asks for that."""
        self._source = source
        self._on_changed = on_changed
        self._alarm = Alarm()
        self._closed = False
        self._target: Fraction | FrameNumber | None = None
        self._steps = 0
        self._loop_range: tuple[Fraction, Fraction | None] = (Fraction(0), None)
        self._repeat = False
        self._clock_is_outdated = False
        """Whether the clock must be set again: the speed was changed, or playing started."""
        self._noted_s = -_NOTED_EVERY_S
        self._anchor: tuple[float, Fraction] | None = None
        """A moment of `time.perf_counter`, and the time in the source that is due then."""
        facts = source.facts
        duration_s = float(facts.end) if facts.end is not None else facts.duration_s
        self._state = PlayerState(duration_s=duration_s, playing=facts.kind == "video")

    @property
    def state(self) -> PlayerState:
        return self._state

    def play(self) -> None:
        with self._monitor:
            if self._state.ended:
                self._target, self._steps = Fraction(0), 0
            self._clock_is_outdated = True
            self._is_held = False
        self._change(playing=True, ended=False)

    def pause(self) -> None:
        self._change(playing=False)

    def seek(self, time_s: float) -> None:
        """Shows the frame at that time at once, and continues playing from there if it was playing."""
        limit_s = self._state.duration_s
        target_s = max(0.0, time_s if limit_s is None else min(time_s, limit_s))
        with self._monitor:
            self._target, self._steps = Fraction(target_s) + _ROUNDING, 0
            self._state = replace(self._state, position_s=target_s, frame=None)
        self._alarm.ring()

    def seek_frame(self, number: int) -> None:
        """As `seek`, to the frame of this number, or to the last one if there are fewer."""
        with self._monitor:
            self._target, self._steps = FrameNumber(max(0, number)), 0
            self._state = replace(self._state, frame=None)
        self._alarm.ring()

    def clock_s(self) -> float | None:
        """The time in the source that is due now, while a video plays without a jump ahead; None otherwise."""
        state, anchor = self._state, self._anchor
        if not state.playing or anchor is None or self._clock_is_outdated or self._target is not None or self._closed:
            return None
        start_s, start = anchor
        return float(start) + (time.perf_counter() - start_s) * state.speed

    def step(self, count: int) -> None:
        """Pauses, and shows the frame this many further on, or further back if negative."""
        with self._monitor:
            self._steps += count
        self._change(playing=False, ended=False)

    def release(self) -> None:
        """Lets a video that has been opened begin to play: the faces of its first frame are known."""
        with self._monitor:
            held, self._is_held = self._is_held, False
            self._clock_is_outdated = self._clock_is_outdated or held
        if held:
            self._alarm.ring()

    def stands_at(self, frame: Frame) -> bool:
        """Whether this frame stands still, and the user has not asked for another one."""
        with self._monitor:
            asked = self._target is not None or self._steps != 0 or self._closed
            return not self._state.playing and not asked and frame.index == self._state.frame

    def repeat(self) -> None:
        """Gives the present frame once more if it stands still. A seek or a step that is waiting is not lost."""
        with self._monitor:
            self._repeat = True
        self._alarm.ring()

    def set_speed(self, speed: float) -> None:
        """Seconds of the source for each second of real time. Raises ValueError unless it is more than 0."""
        if not speed > 0:
            raise ValueError(f"The speed must be more than 0, not {speed:g}.")
        with self._monitor:
            self._clock_is_outdated = True
        self._change(speed=speed)

    def set_loop(self, loop: bool) -> None:
        self._change(loop=loop)

    def set_loop_range(self, start_s: float | None, end_s: float | None) -> None:
        """A loop shows the frames from `start_s` on and before `end_s`; None: from the first one, or to the last one.

        What is sought beyond the end plays on to the end of the video, and the loop goes on from its start then.
        """
        start = Fraction(0) if start_s is None else _as_written(start_s)
        with self._monitor:
            self._loop_range = start, None if end_s is None else _as_written(end_s)

    def close(self) -> None:
        """Ends `frames` within a frame's decoding. May be called twice."""
        self._closed = True
        self._alarm.ring()

    def frames(self) -> Iterator[Frame]:
        """The frames, each when it is due. Raises SourceError if the source cannot be read."""
        with self._source, closing(FrameCursor(self._source, lambda: not self._closed)) as cursor:
            current = cursor.at(Fraction(0))
            self._held_until_s = time.perf_counter() + LONGEST_HOLD_S
            while current is not None and not self._closed:
                if self._note_position(current):
                    yield current
                if time.perf_counter() - self._noted_s >= _NOTED_EVERY_S:
                    self._note_what_is_unusual()
                current = self._next(cursor, current)

    def _next(self, cursor: FrameCursor, current: Frame) -> Frame | None:
        """Waits for the next frame to show, in the order that the user asks for; None once closed."""
        while not self._closed:
            target, steps = self._take_request()
            if target is not None or steps:
                return self._go_to(cursor, current, target, steps)
            repeated = self._take_repeat()
            held = self._is_held and self._state.playing and time.perf_counter() < self._held_until_s
            if held or not self._state.playing:
                if repeated or not (held or self._given_standing):
                    return current
                self._alarm.wait_until(self._held_until_s if held else None)
                continue
            self.release()
            following = cursor.following()
            if self._alarm.wait_until(self._due_s(current, following)):
                continue
            if following is None:
                self._note_what_is_unusual()
            if self._loops_before(following, current):
                return self._go_to_loop_start(cursor, current)
            if following is not None:
                return cursor.step(1)
            self._change(playing=False, ended=True)
        return None

    def _loops_before(self, following: Frame | None, current: Frame) -> bool:
        """Whether the loop goes back to its start instead of on to the frame that follows."""
        if not self._state.loop or self._source.facts.kind == "picture":
            return False
        end = self._loop_range[1]
        return following is None or (end is not None and current.time < end <= following.time)

    def _go_to_loop_start(self, cursor: FrameCursor, current: Frame) -> Frame | None:
        start = self._loop_range[0]
        frame = self._go_to(cursor, current, start, 0)
        return frame if frame is None or frame.time >= start else cursor.step(1)

    def _go_to(
        self, cursor: FrameCursor, current: Frame, target: Fraction | FrameNumber | None, steps: int
    ) -> Frame | None:
        if isinstance(target, FrameNumber):
            # Frames may be spaced unevenly, so the time is only where the search begins.
            frame = cursor.at(target / self._source.facts.frame_rate)
            if frame is not None and frame.index != target:
                frame = cursor.step(target - frame.index)
        else:
            frame = cursor.at(target) if target is not None else current
        if steps:
            frame = cursor.step(steps)
        self._anchor = None
        if self._state.ended and frame is not None and frame.index != current.index:
            self._change(ended=False)
        return frame

    def _due_s(self, current: Frame, following: Frame | None) -> float:
        with self._monitor:
            if self._clock_is_outdated:
                self._clock_is_outdated, self._anchor = False, None
        now_s = time.perf_counter()
        if self._anchor is None:
            self._anchor = now_s, current.time
        start_s, start = self._anchor
        then = following.time if following is not None else self._end_after(current)
        due_s = start_s + float(then - start) / self._state.speed
        if now_s - due_s > LATE_S:
            self._anchor = now_s, then
        return due_s

    def _end_after(self, last: Frame) -> Fraction:
        facts = self._source.facts
        if facts.end is not None and facts.end > last.time:
            return min(facts.end, last.time + 1)
        return last.time + 1 / facts.frame_rate

    def _take_request(self) -> tuple[Fraction | FrameNumber | None, int]:
        with self._monitor:
            requested = self._target, self._steps
            self._target, self._steps = None, 0
            return requested

    def _take_repeat(self) -> bool:
        with self._monitor:
            repeated, self._repeat = self._repeat, False
            return repeated

    def _note_position(self, frame: Frame) -> bool:
        """Notes that this frame is shown; False if the user has asked for another place meanwhile."""
        with self._monitor:
            if self._target is not None:
                return False
            self._state = replace(self._state, position_s=frame.time_s, frame=frame.index)
            self._given_standing = self.open_again is None or not self._state.playing
            return True

    def _note_what_is_unusual(self) -> None:
        self._noted_s = time.perf_counter()
        unusual = what_is_unusual(self._source)
        if unusual is not None:  # After a seek, reading starts again, and has not come to every place yet.
            self._change(damage=unusual)

    def _change(self, **changes: object) -> None:
        with self._monitor:
            before = self._state
            self._state = replace(before, **changes)  # type: ignore[arg-type]  # the fields of PlayerState
            changed = self._state != before
        self._alarm.ring()
        if changed and self._on_changed is not None:
            self._on_changed()


def _as_written(time_s: float) -> Fraction:
    """The decimal number that the user sees; the float nearest to it may lie on the other side of a frame's time."""
    return Fraction(repr(time_s))
