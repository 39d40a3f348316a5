"""Seeking and stepping: exactly the frame that was asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.product import SAMPLE
from app.video import open_source
from app.watch.frame_cursor import FrameCursor
from app.watch.player import Player
from tests.watch.players import Shades, Watcher, watching


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
