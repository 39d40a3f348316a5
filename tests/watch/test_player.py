"""Playing, pausing, seeking and stepping, seen from whoever takes the frames."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
import pytest

from app.errors import SourceError
from app.frames import Frame, Note
from app.product import SAMPLE
from app.threads.signals import Alarm
from app.video import Source, SourceFacts, open_source
from app.watch.frame_cursor import FrameCursor
from app.watch.player import Player, PlayerState

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


def test_a_seek_while_paused_shows_exactly_that_frame() -> None:
    with watching(Shades(500), paused=True) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.seek(3.0)
        assert player.state.position_s == 3.0
        watcher.wait(lambda: watcher.seen == [0, 300])
        player.seek(99)
        watcher.wait(lambda: watcher.seen == [0, 300, 499])
        player.seek(-1)
        watcher.wait(lambda: watcher.seen == [0, 300, 499, 0])
        assert not player.state.playing


def test_the_present_frame_comes_once_more_and_no_step_is_lost_by_it() -> None:
    with watching(Shades(60), paused=True) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        player.repeat()
        watcher.wait(lambda: watcher.seen == [0, 0])
        for _ in range(20):
            player.step(1)
            player.repeat()
        watcher.wait(lambda: watcher.seen[-1] == 20)


def wait_for_frame(watcher: Watcher, player: Player, number: int) -> None:
    watcher.wait(lambda: player.state.frame == number)


def test_the_number_of_the_frame_is_told_and_can_be_sought(tmp_path: Path) -> None:
    times = [0, 1, 2, 30, 31, 32, 33, 60, 61, 62]
    path = tmp_path / "uneven.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", 25, width=64, height=64, pix_fmt="yuvj420p")
        for time_25 in times:
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "bgr24")
            picture.pts, picture.time_base = time_25, Fraction(1, 25)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    with watching(open_source(path), paused=True) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        for number in (7, 3, 9, 0, 1000):
            player.seek_frame(number)
            wait_for_frame(watcher, player, min(number, 9))
            assert watcher.seen[-1] == min(number, 9)
            assert player.state.position_s == pytest.approx(times[min(number, 9)] / 25, abs=0.002)


def test_the_clock_runs_while_a_video_plays_and_only_then() -> None:
    with watching(Shades(500), paused=True) as (player, watcher):
        watcher.wait(lambda: watcher.seen == [0])
        assert player.clock_s() is None
        player.play()
        watcher.wait(lambda: len(watcher.seen) > 10)
        clock_s = player.clock_s()
        assert clock_s is not None
        assert clock_s == pytest.approx(player.state.position_s, abs=1)
        player.seek(3.0)
        watcher.wait(lambda: watcher.seen[-1] > 300)
        player.pause()
        assert player.clock_s() is None


def test_the_position_told_leads_back_to_the_same_frame() -> None:
    with watching(Shades(60), paused=True) as (player, watcher):
        for count in range(1, 30):
            player.step(1)
            watcher.wait(lambda: len(watcher.seen) == 2 * count)  # noqa: B023 — waited for within the round
            player.seek(player.state.position_s)
            watcher.wait(lambda: len(watcher.seen) == 2 * count + 1)  # noqa: B023
            assert watcher.seen[-1] == watcher.seen[-2] == count


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        pytest.param([1], [300, 301], id="on"),
        pytest.param([-1], [300, 299], id="back"),
        pytest.param([-40], [300, 260], id="far back"),
        pytest.param([-1000], [300, 0], id="back beyond the start"),
        pytest.param([1000], [300, 499], id="on beyond the end"),
        pytest.param([-1, -1, 1], [300, 299, 298, 299], id="to and fro"),
    ],
)
def test_steps_while_paused_show_one_frame_each(steps: list[int], wanted: list[int]) -> None:
    with watching(Shades(500), paused=True) as (player, watcher):
        player.seek(3)
        watcher.wait(lambda: watcher.seen[-1:] == [300])
        before = len(watcher.seen) - 1
        for count, step in enumerate(steps, 2):
            player.step(step)
            watcher.wait(lambda: len(watcher.seen) == before + count)  # noqa: B023 — waited for within the round
        assert watcher.seen[before:] == wanted


def test_a_step_pauses() -> None:
    with watching(Shades(2000)) as (player, watcher):
        watcher.wait(lambda: len(watcher.seen) > 3)
        player.step(1)
        assert not player.state.playing


def test_stepping_back_again_and_again_seldom_enters_the_video_anew() -> None:
    source = Shades(500)
    with watching(source, paused=True) as (player, watcher):
        player.seek(3)
        watcher.wait(lambda: watcher.seen[-1:] == [300])
        for number in range(299, 279, -1):
            player.step(-1)
            watcher.wait(lambda: watcher.seen[-1] == number)  # noqa: B023 — waited for within the round
    assert len(source.entered) <= 3


def test_pausing_and_playing_leaves_no_frame_out() -> None:
    with watching(Shades(30)) as (player, watcher):
        watcher.wait(lambda: len(watcher.seen) >= 3)
        player.pause()
        player.play()
        watcher.wait(lambda: player.state.ended)
        assert watcher.seen == list(range(30))


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


def test_a_real_video_is_sought_stepped_and_played_to_its_end() -> None:
    with watching(open_source(SAMPLE), paused=True) as (player, watcher):
        player.seek(7.5)
        watcher.wait(lambda: watcher.seen[-1:] == [225])
        player.step(-3)
        watcher.wait(lambda: watcher.seen[-1:] == [222])
        player.set_speed(4)
        player.play()
        watcher.wait(lambda: player.state.ended)
        assert watcher.seen[-18:] == list(range(222, 240))
        assert player.state.damage is None


def test_a_cursor_goes_back_to_frames_at_uneven_times(tmp_path: Path) -> None:
    path = tmp_path / "uneven.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, time_base=Fraction(1, 1000), options={"g": "10"})
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        for index in range(40):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), index * 5, np.uint8), format="bgr24")
            frame.pts, frame.time_base = index * index * 9, Fraction(1, 1000)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    with open_source(path) as source:
        cursor = FrameCursor(source, lambda: True)
        last = cursor.at(Fraction(99))
        assert last is not None
        assert last.index == 39
        indices = [stepped.index for _ in range(39) if (stepped := cursor.step(-1)) is not None]
        cursor.close()
    assert indices == list(range(38, -1, -1))


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
