"""A source of tiny frames, and somebody who takes the frames of a player."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from app.errors import SourceError
from app.frames import Frame, Note
from app.threads.signals import Alarm
from app.video import Source, SourceFacts
from app.watch.player import Player

PATIENCE_S = 10
"""Only something that hangs takes this long."""


class Shades:
    """A source of tiny frames, 100 per second, that records where readings start."""

    damage: str | None = None
    notes: tuple[Note, ...] = ()

    def __init__(self, count: int = 20, *, fails_at: int | None = None) -> None:
        period = Fraction(1, 100)
        self.facts = SourceFacts(
            Path("shades"), "video", 8, 8, 1 / period, period, count, float(count * period), end=count * period
        )
        self.entered: list[Fraction] = []
        self._count = count
        self._fails_at = fails_at

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = lambda: True) -> Iterator[Frame]:
        self.entered.append(start)
        for index in range(min(self._count - 1, int(start * 100)), self._count):
            if index == self._fails_at:
                raise SourceError("The video fell over.")
            if wanted():
                yield Frame(np.full((8, 8, 3), index % 256, np.uint8), index, Fraction(index, 100))

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


class Watcher:
    """Takes a player's frames in a thread of its own."""

    def __init__(self, player: Player) -> None:
        self.seen: list[int] = []
        self.error: BaseException | None = None
        self._player = player
        self._changed = threading.Condition()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def wait(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE_S), f"seen {self.seen}, {self._player.state}"

    def notice(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            for frame in self._player.frames():
                with self._changed:
                    self.seen.append(frame.index)
                    self._changed.notify_all()
        except SourceError as error:
            self.error = error


@contextmanager
def watching(source: Source, *, paused: bool = False) -> Iterator[tuple[Player, Watcher]]:
    watchers: list[Watcher] = []

    def notice() -> None:
        for watcher in watchers:
            watcher.notice()

    player = Player(source, on_changed=notice)
    if paused:
        player.pause()
    watcher = Watcher(player)
    watchers.append(watcher)
    try:
        yield player, watcher
    finally:
        player.close()
        watcher.thread.join(PATIENCE_S)
        assert not watcher.thread.is_alive()


class SteppedClock:
    """A clock that moves only when the player waits for a moment, and then straight to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        wait = Alarm.wait_until

        def wait_until(alarm: Alarm, moment_s: float | None) -> bool:
            if moment_s is None:
                return wait(alarm, None)
            self.now_s = max(self.now_s, moment_s)
            return False

        monkeypatch.setattr(Alarm, "wait_until", wait_until)
        monkeypatch.setattr("app.watch.player.time", self)

    def perf_counter(self) -> float:
        return self.now_s
