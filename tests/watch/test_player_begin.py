"""When playing begins: after the first frame has been analysed, and not later than somebody wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.threads.signals import Alarm
from app.video import Source
from app.watch.player import Player
from tests.watch.players import PATIENCE_S, Shades, SteppedClock, Watcher


def test_an_alarm_rung_before_the_waiting_is_not_lost() -> None:
    alarm = Alarm()
    alarm.ring()
    assert alarm.wait_until(None)
    assert not alarm.wait_until(time.perf_counter())


def test_an_alarm_wakes_whoever_waits() -> None:
    alarm, woken = Alarm(), []
    waiting = threading.Thread(target=lambda: woken.append(alarm.wait_until(None)))
    waiting.start()
    alarm.ring()
    waiting.join(PATIENCE_S)
    assert woken == [True]


@contextmanager
def analysed(source: Source) -> Iterator[tuple[Player, Watcher]]:
    """A player whose frames somebody analyses."""
    player = Player(source, open_again=lambda: source)
    watcher = Watcher(player)
    try:
        yield player, watcher
    finally:
        player.close()
        watcher.thread.join(PATIENCE_S)
        assert not watcher.thread.is_alive()


def test_playing_begins_when_the_first_frame_has_been_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.watch.player.LONGEST_HOLD_S", 1e9)
    with analysed(Shades(3)) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.repeat()  # The models are loaded now.
        watcher.wait(lambda: watcher.seen == [0, 0])
        assert (player.state.playing, player.state.position_s) == (True, 0)
        player.release()
        watcher.wait(lambda: player.state.ended)
        assert watcher.seen[:4] == [0, 0, 1, 2]


def test_playing_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    SteppedClock(monkeypatch)
    with analysed(Shades(3)) as (player, watcher):
        watcher.wait(lambda: player.state.ended)
        assert watcher.seen[:3] == [0, 1, 2]


def test_whoever_presses_play_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.watch.player.LONGEST_HOLD_S", 1e9)
    with analysed(Shades(3)) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.pause()
        player.play()
        watcher.wait(lambda: player.state.ended)


def test_a_pause_before_playing_has_begun_gives_the_frame_as_one_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.watch.player.LONGEST_HOLD_S", 1e9)
    with analysed(Shades(3)) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.pause()
        watcher.wait(lambda: watcher.seen == [0, 0])


def test_a_frame_that_begins_to_stand_still_is_given_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.watch.player.LONGEST_HOLD_S", 1e9)
    with analysed(Shades(3)) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.release()
        watcher.wait(lambda: player.state.ended and watcher.seen[-2:] == [2, 2])
        player.seek(0.0)
        watcher.wait(lambda: watcher.seen[-1] == 0)
        assert watcher.seen[-3:] == [2, 2, 0]  # A frame that stands from the start needs no second time.
