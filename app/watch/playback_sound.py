"""Plays the sound of a video in step with its pictures, while it plays at its own speed."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal, Protocol

import numpy as np

from app.errors import StudioError
from app.threads.signals import Stop
from app.threads.workers import Monitor, Worker, synchronized
from app.video import SourceFacts
from app.video.sound_reader import CHANNELS, Samples, SoundReader
from app.watch.listener import ViewListener
from app.watch.player import Player
from app.watch.shown_frame import ShownFrame

LOG = logging.getLogger(__name__)

RATE = 48_000
"""Hz. What nearly every device has by itself."""

STEP_S = 0.015
"""How often the device is given more sound."""

CHUNK = 960
"""At most this many samples are given at once, so that the time of each is known well."""

JUMP_S = 0.06
"""If the sound is further off than this, it jumps to where it belongs. Below, it is played a little faster or slower
until it is there."""

MOST_STRETCH = 0.005
"""Nobody hears a change of the pitch by half a percent."""

PATIENCE_S = 0.7
"""A jump that comes this soon after another one means that the video cannot be played at its own speed."""
_MOST_JUMPS = 6
_RETRY_S = 3.0
"""A device that is missing is looked for this often while a video with sound plays."""
_KEEPS_DEVICE_S = 5.0
"""The device is released after a pause of this length, so that other programs can have it."""
_FIRST_DELAY_S = 0.05
_DELAYS = 15

SoundState = Literal["none", "off", "unavailable", "slow", "playing"]
"""“none”: the source has no sound. “off”: not now, because it is paused or not at its own speed. “unavailable”: there
is no device. “slow”: the video plays slower than its sound would."""


class SoundUnavailable(Exception):
    """There is no device for sound, or no library; the text says which."""


class SoundOutput(Protocol):
    """A device that plays samples of shape (n, CHANNELS) at RATE. Thread: made, used and closed in one."""

    def room(self) -> int:
        """How many samples can be written now. Raises SoundUnavailable if the device has vanished."""
        ...

    def waiting(self) -> float | None:
        """After how many seconds the next sample will be played; None until the device has begun."""
        ...

    def write(self, samples: Samples) -> None: ...

    def set_volume(self, volume: float) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SoundStatus:
    """What the sound is doing. `reason`: why it is unavailable."""

    state: SoundState = "none"
    reason: str = ""


class PlaybackSound(ViewListener, Monitor):
    """Follows the player of a video: the sound leads nowhere, so pictures are never late because of it.

    The time between a frame's being due and its being shown is measured, and the sound is as much later.

    `open_output` opens the device; it is called when a video with sound plays for the first time, in the sound's
    thread. `report` is called there too. `player` and `facts` say what is watched.
    Thread: any, except as noted.
    """

    def __init__(
        self,
        player: Callable[[], Player | None],
        facts: Callable[[], SourceFacts | None],
        open_output: Callable[[], SoundOutput],
        report: Callable[[SoundStatus], object] = lambda _status: None,
    ) -> None:
        super().__init__()
        self._player, self._facts, self._open_output, self._report = player, facts, open_output, report
        self._volume = 1.0
        self._delays: deque[float] = deque([_FIRST_DELAY_S], maxlen=_DELAYS)
        self._stop = Stop()
        self._status = SoundStatus()
        self._output: SoundOutput | None = None
        self._reader: SoundReader | None = None
        self._opened: SourceFacts | None = None
        self._next: int | None = None
        self._missing_since_s: float | None = None
        self._idle_since_s: float | None = None
        self._jumps: deque[float] = deque(maxlen=_MOST_JUMPS)
        self._slow_until_s = 0.0
        self._worker: Worker | None = None

    @synchronized
    def start(self) -> None:
        """Starts the sound's thread, unless it runs."""
        if self._worker is None and not self._stop.requested:
            self._worker = Worker("sound", self._run)

    def set_volume(self, volume: float) -> None:
        """From 0 (silent) to 1, as people hear it."""
        self._volume = volume

    def on_shown(self, shown: ShownFrame) -> None:
        """Notes how late this frame is shown. Thread: the painter's."""
        player = self._player()
        clock_s = player.clock_s() if player is not None else None
        if clock_s is not None:
            late_s = clock_s - shown.analysis.frame.time_s
            if 0 <= late_s < 1:
                self._delays.append(late_s)

    def close(self) -> None:
        """Ends the thread and waits for it. May be called twice."""
        self._stop.request()
        if self._worker is not None:
            self._worker.join()

    # In the sound's thread

    def _run(self) -> None:
        try:
            while not self._stop.wait_until(time.perf_counter() + STEP_S):
                try:
                    self._say(self._step())
                except SoundUnavailable as error:
                    self._release()
                    self._missing_since_s = time.perf_counter()
                    self._say(SoundStatus("unavailable", str(error)))
        except Exception:
            LOG.exception("The sound failed.")
            self._say(SoundStatus("unavailable", "The sound failed unexpectedly. The log has the details."))
        finally:
            self._release()
            self._close_reader()

    def _step(self) -> SoundStatus:
        player, facts = self._player(), self._facts()
        if player is None or facts is None or facts.kind != "video" or not facts.has_sound:
            self._rest()
            self._close_reader()
            return SoundStatus("none")
        state = player.state
        if not state.playing or state.speed != 1:
            self._rest()
            return self._missing() or SoundStatus("off")
        if self._missing() is not None and time.perf_counter() - (self._missing_since_s or 0.0) < _RETRY_S:
            return self._status
        reader = self._reader_of(facts)
        if reader is None:
            return SoundStatus("none")
        output = self._output_in_use()
        slow = time.perf_counter() < self._slow_until_s
        self._fill(player, output, None if slow else reader)
        return SoundStatus("slow" if slow else "playing")

    def _fill(self, player: Player, output: SoundOutput, reader: SoundReader | None) -> None:
        """Gives the device what it has room for; silence where there is nothing to be heard."""
        room = output.room()
        while room > 0:
            count = min(room, CHUNK)
            room -= count
            waiting_s, clock_s = output.waiting(), player.clock_s()
            if reader is None or waiting_s is None or clock_s is None:
                self._next = None
                output.write(np.zeros((count, CHANNELS), np.int16))
                continue
            due = round((clock_s + waiting_s - median(self._delays)) * RATE)
            output.write(self._wave(reader, due, count))

    def _wave(self, reader: SoundReader, due: int, count: int) -> Samples:
        """This many samples, of which the first should be that of number `due`."""
        if self._next is None or abs(due - self._next) > JUMP_S * RATE:
            if self._next is not None:
                self._note_jump()
            self._next = due
            wave = reader.samples(due, count)
            self._next += count
            return _faded_in(wave)
        most = count * MOST_STRETCH
        taken = count + round(min(max((due - self._next) / 25, -most), most))
        wave = reader.samples(self._next, taken)
        self._next += taken
        return wave if taken == count else _stretched(wave, count)

    def _note_jump(self) -> None:
        now_s = time.perf_counter()
        self._jumps.append(now_s)
        if len(self._jumps) == _MOST_JUMPS and now_s - self._jumps[0] < PATIENCE_S * _MOST_JUMPS:
            self._slow_until_s = now_s + _RETRY_S
            self._jumps.clear()

    def _rest(self) -> None:
        """Keeps the device ready for a moment: it takes a while to begin again."""
        self._next = None
        now_s = time.perf_counter()
        if self._output is None:
            return
        self._idle_since_s = self._idle_since_s or now_s
        if now_s - self._idle_since_s > _KEEPS_DEVICE_S:
            self._release()
        elif (room := self._output.room()) > 0:
            self._output.write(np.zeros((room, CHANNELS), np.int16))

    def _output_in_use(self) -> SoundOutput:
        self._idle_since_s = None
        if self._output is None:
            self._output = self._open_output()
            self._missing_since_s = None
        self._output.set_volume(self._volume)
        return self._output

    def _reader_of(self, facts: SourceFacts) -> SoundReader | None:
        if self._opened is not facts:
            self._close_reader()
            self._opened = facts
            try:
                self._reader = SoundReader(facts, RATE)
            except StudioError as error:
                LOG.info("No sound: %s", error)
        return self._reader

    def _close_reader(self) -> None:
        reader, self._reader, self._opened = self._reader, None, None
        if reader is not None:
            reader.close()

    def _release(self) -> None:
        output, self._output, self._idle_since_s = self._output, None, None
        if output is not None:
            output.close()

    def _missing(self) -> SoundStatus | None:
        return self._status if self._status.state == "unavailable" else None

    def _say(self, status: SoundStatus) -> None:
        if status != self._status:
            self._status = status
            self._report(status)


def _faded_in(wave: Samples) -> Samples:
    """Without the click of a sound that begins in its middle."""
    fade = np.linspace(0, 1, min(len(wave), 240), dtype=np.float32)[:, None]
    wave[: len(fade)] = (wave[: len(fade)] * fade).astype(np.int16)
    return wave


def _stretched(wave: Samples, count: int) -> Samples:
    at = np.linspace(0, len(wave) - 1, count)
    channels = [np.interp(at, np.arange(len(wave)), wave[:, channel]) for channel in range(CHANNELS)]
    return np.stack(channels, axis=1).astype(np.int16)
