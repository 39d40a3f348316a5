"""Playing a video in its own time, to its end and again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.frames import Note
from app.video import open_source
from app.watch.player import Player, PlayerState
from tests.watch.players import PATIENCE_S, Shades, SteppedClock, watching


def test_a_video_plays_every_frame_in_its_own_time_and_stays_on_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SteppedClock(monkeypatch)
    with watching(Shades(20)) as (player, watcher):
        watcher.wait(lambda: player.state.ended)
        assert watcher.seen == list(range(20))
        assert clock.now_s == pytest.approx(0.2)  # the last frame has its time too
        assert (player.state.playing, player.state.position_s) == (False, 0.19)


def test_after_the_end_it_can_be_played_again() -> None:
    with watching(Shades(5)) as (player, watcher):
        watcher.wait(lambda: player.state.ended)
        player.play()
        assert not player.state.ended
        watcher.wait(lambda: len(watcher.seen) == 10)
        assert watcher.seen == [*range(5), *range(5)]


def test_a_loop_goes_on_until_it_is_switched_off() -> None:
    with watching(Shades(4)) as (player, watcher):
        player.set_loop(True)
        watcher.wait(lambda: len(watcher.seen) >= 9)
        assert watcher.seen[:9] == [0, 1, 2, 3, 0, 1, 2, 3, 0]
        player.set_loop(False)
        watcher.wait(lambda: player.state.ended)


def test_a_loop_keeps_to_its_range_but_not_what_is_sought_beyond_it() -> None:
    with watching(Shades(40), paused=True) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.set_loop(True)
        player.set_loop_range(0.095, 0.13)  # Frame 9 is before the start, and frame 13 after the end.
        player.play()
        watcher.wait(lambda: len(watcher.seen) >= 20)
        assert watcher.seen[:20] == [*range(13), 10, 11, 12, 10, 11, 12, 10]
        player.seek(0.37)
        watcher.wait(lambda: watcher.seen[-6:] == [37, 38, 39, 10, 11, 12])
        player.set_loop_range(None, None)
        watcher.wait(lambda: watcher.seen[-2:] == [39, 0])


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_at_twice_the_speed_a_video_takes_half_the_time(speed: float, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SteppedClock(monkeypatch)
    with watching(Shades(20), paused=True) as (player, watcher):
        player.set_speed(speed)
        player.play()
        watcher.wait(lambda: player.state.ended)
    assert watcher.seen[-1] == 19
    assert clock.now_s == pytest.approx(0.2 / speed)


@pytest.mark.parametrize("speed", [0, -1, float("nan")], ids=str)
def test_a_speed_that_leads_nowhere_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="must be more than 0"):
        Player(Shades()).set_speed(speed)


def test_what_the_source_raises_comes_through() -> None:
    with watching(Shades(20, fails_at=7)) as (_, watcher):
        watcher.thread.join(PATIENCE_S)
        assert str(watcher.error) == "The video fell over."
        assert watcher.seen == list(range(7))


def test_damage_is_told_at_the_end() -> None:
    source = Shades(3)
    source.damage = "The video breaks off after 0.02 s. Everything before that was kept."
    with watching(source) as (player, watcher):
        watcher.wait(lambda: player.state.ended)
        assert player.state.damage == source.damage


def test_what_is_unusual_is_told_as_soon_as_it_is_known_and_remembered_after_a_seek() -> None:
    source = Shades(3)
    source.notes = (Note("pixel aspect", "The pixels are not square."),)
    with watching(source, paused=True) as (player, watcher):
        watcher.wait(lambda: player.state.damage == "The pixels are not square.")
        source.notes = ()
        player.play()
        watcher.wait(lambda: player.state.ended)
        assert player.state.damage == "The pixels are not square."


def test_changes_are_told_but_not_the_position() -> None:
    states: list[PlayerState] = []
    player = Player(Shades(), on_changed=lambda: states.append(player.state))
    player.set_loop(True)
    player.set_loop(True)
    player.seek(0.1)
    player.pause()
    assert [(state.loop, state.playing) for state in states] == [(True, True), (True, False)]


def test_a_folder_stands_still_until_it_is_stepped_through(tmp_path: Path) -> None:
    import cv2

    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.zeros((8, 8, 3), np.uint8))
    with watching(open_source(tmp_path)) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        assert not player.state.playing
        player.step(1)
        watcher.wait(lambda: watcher.seen == [0, 1])


def test_a_picture_waits_to_be_closed(tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "one.png"), np.zeros((8, 8, 3), np.uint8))
    with watching(open_source(tmp_path / "one.png")) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        assert not player.state.playing
        player.seek(0)
        watcher.wait(lambda: watcher.seen == [0, 0])


def test_closing_before_the_first_frame_gives_none() -> None:
    player = Player(Shades())
    player.close()
    assert list(player.frames()) == []
