"""Entering a video in the middle: what comes is what a reading from the beginning gives from there on."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.product import SAMPLE
from app.video import Thumbnails, open_source
from app.video.facts import Source
from app.video.video_file import VideoFile

MakeVideo = Callable[..., Path]
Told = list[tuple[int, Fraction, int]]


VIDEOS = {
    "every picture a key": {"name": "keys.avi", "codec": "mjpeg", "pixels": "yuvj420p"},
    "reordered pictures": {"name": "reordered.mp4", "gop": 8},
    "reordered in Matroska": {"name": "reordered.mkv", "gop": 8},
    "a clock that begins anywhere": {"name": "clock.ts", "gop": 8},
    "no times in the file": {"name": "bare.avi", "codec": "mpeg4", "gop": 8},
    "hidden pictures": {"name": "hidden.webm", "codec": "libvpx", "gop": 8},
    "open groups": {"name": "open.mpg", "codec": "mpeg2video", "gop": 8},
    "starting late": {"name": "late.mp4", "ticks": [500 + 40 * i for i in range(40)], "time_base": Fraction(1, 1000)},
    "uneven": {"name": "uneven.mkv", "ticks": [i * i * 7 for i in range(40)], "time_base": Fraction(1, 1000), "gop": 8},
    "one key picture": {"name": "single.mp4"},
}


def _told(frames) -> Told:
    return [(frame.index, frame.time, zlib.crc32(frame.image)) for frame in frames]


def _tail(whole: Told, start: Fraction) -> Told:
    shown = max((index for index, time, _ in whole if time <= start), default=0)
    return whole[shown:]


@pytest.mark.parametrize("odd", VIDEOS)
def test_a_video_entered_anywhere_goes_on_as_from_the_beginning(odd: str, make_video: MakeVideo) -> None:
    options = {"ticks": range(40), **VIDEOS[odd]}
    gop = options.pop("gop", None)
    with open_source(make_video(**options, codec_options={"g": str(gop), "bf": "2"} if gop else {})) as source:
        whole = _told(source.frames())
        assert len(whole) == 40
        damage = source.damage
        starts = [time for _, time, _ in whole]
        for start in [*starts[::3], *(time + Fraction(1, 100) for time in starts[1::3]), starts[-1] + 5]:
            assert _told(source.frames(start)) == _tail(whole, start), f"from {float(start)} s"
            assert source.damage == damage


@pytest.mark.parametrize("name", ["audience.mp4", "speech_720p.mp4", "talking_512.mp4"])
def test_real_videos_are_entered_exactly(name: str, shared_data: Path) -> None:
    with open_source(shared_data / "videos" / name) as source:
        assert isinstance(source, VideoFile)
        whole = _told(source.frames())
        assert source.times() == tuple(time for _, time, _ in whole)
        for index in range(1, len(whole), len(whole) // 5):
            start = whole[index][1]
            assert _told(source.frames(start)) == _tail(whole, start)


@settings(max_examples=8)
@given(start=st.fractions(min_value=0, max_value=9))
def test_any_time_of_the_sample_leads_to_the_frame_shown_then(start: Fraction) -> None:
    with open_source(SAMPLE) as source:
        frame = next(source.frames(start))
    assert frame.index == min(239, int(start * 30))
    assert frame.time == Fraction(frame.index, 30)


def test_a_video_whose_times_are_missing_does_not_tell_them(make_video: MakeVideo) -> None:
    video = make_video("hidden.webm", codec="libvpx")
    assert VideoFile(video).times() is None


def test_a_video_that_changed_under_its_index_is_read_from_the_beginning(make_video: MakeVideo) -> None:
    video = make_video("changed.mp4", ticks=range(40), codec_options={"g": "8"})
    with VideoFile(video) as source:
        source.times()
        make_video("changed.mp4", ticks=range(0, 120, 3), codec_options={"g": "8"})
        whole = _told(VideoFile(video).frames())
        assert _told(source.frames(Fraction(20, 25))) == _tail(whole, Fraction(20, 25))


@pytest.mark.parametrize("start", [Fraction(0), Fraction(1)], ids=["from the start", "from the middle"])
def test_a_reading_ends_once_it_is_not_wanted(start: Fraction, make_video: MakeVideo) -> None:
    with open_source(make_video("calm.mp4", ticks=range(40))) as source:
        assert list(source.frames(start, wanted=lambda: False)) == []
        assert len(list(source.frames(start))) > 0


def test_a_folder_is_entered_exactly(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    for number in range(6):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8, 3), number * 20, np.uint8))
    (tmp_path / "2.png").write_bytes(b"broken")
    with open_source(tmp_path) as source:
        whole = _told(source.frames())
    for start in (Fraction(0), Fraction(1, 25), Fraction(3, 50), Fraction(3, 25), Fraction(9)):
        with open_source(tmp_path) as source:
            assert _told(source.frames(start)) == _tail(whole, start)
            assert source.damage == "2.png could not be read and was left out."


@pytest.mark.parametrize("time_s", [0.0, 1.3, 4.0, 99.0])
def test_a_thumbnail_is_small_and_of_about_that_time(time_s: float) -> None:
    with open_source(SAMPLE) as source:
        thumbnails = Thumbnails(source, 96)
        small = thumbnails.at(time_s)
        thumbnails.close()
    assert small is not None
    assert small.shape == (54, 96, 3)


def test_thumbnails_are_upright_and_differ(make_video: MakeVideo) -> None:
    with open_source(make_video("slow.mp4", ticks=range(0, 400, 10), size=(64, 48))) as source:
        thumbnails = Thumbnails(source, 32)
        asked = [thumbnails.at(time_s) for time_s in (0.0, 8.0, 4.0, 0.0)]
        thumbnails.close()
    shades = [float(small.mean()) for small in asked if small is not None]
    assert len(shades) == 4
    assert shades[0] == shades[3]
    assert len({round(shade) for shade in shades}) > 1


def test_a_video_that_is_gone_gives_no_thumbnail(make_video: MakeVideo) -> None:
    video = make_video("gone.mp4")
    source: Source = open_source(video)
    video.unlink()
    assert Thumbnails(source).at(0.1) is None
