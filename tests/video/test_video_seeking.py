"""Seeking in videos: the frames from any time on are those of a reading from the start."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.frames import Frame
from app.product import SAMPLE
from app.video import Thumbnails, open_source
from app.video.facts import Source
from app.video.video_file import VideoFile
from tests.video.videos import make_video

Seen = list[tuple[int, Fraction, int]]


@dataclass(frozen=True)
class Kind:
    """A kind of video that needs care when seeking: the arguments of `make_video`."""

    name: str
    codec: str = "libx264"
    pixels: str = "yuv420p"
    ticks: Sequence[int] = range(40)
    time_base: Fraction = Fraction(1, 25)
    gop: int | None = None

    def made(self, folder: Path) -> Path:
        options = {} if self.gop is None else {"g": str(self.gop), "bf": "2"}
        return make_video(
            folder / self.name,
            codec=self.codec,
            pixels=self.pixels,
            ticks=self.ticks,
            time_base=self.time_base,
            codec_options=options,
        )


MILLISECOND = Fraction(1, 1000)
KINDS = {
    "every picture a key": Kind("keys.avi", "mjpeg", "yuvj420p"),
    "reordered pictures": Kind("reordered.mp4", gop=8),
    "reordered in Matroska": Kind("reordered.mkv", gop=8),
    "a clock with any start": Kind("clock.ts", gop=8),
    "no times in the file": Kind("bare.avi", "mpeg4", gop=8),
    "hidden pictures": Kind("hidden.webm", "libvpx", gop=8),
    "open groups": Kind("open.mpg", "mpeg2video", gop=8),
    "starting late": Kind("late.mp4", ticks=range(500, 2100, 40), time_base=MILLISECOND),
    "uneven": Kind("uneven.mkv", ticks=[i * i * 7 for i in range(40)], time_base=MILLISECOND, gop=8),
    "one key picture": Kind("single.mp4"),
}


def _seen(frames: Iterable[Frame]) -> Seen:
    return [(frame.index, frame.time, zlib.crc32(frame.image.tobytes())) for frame in frames]


def _tail(whole: Seen, start: Fraction) -> Seen:
    shown = max((place for place, (_, time, _) in enumerate(whole) if time <= start), default=0)
    return whole[shown:]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_reading_from_any_time_gives_the_same_frames(kind: Kind, tmp_path: Path) -> None:
    with open_source(kind.made(tmp_path)) as source:
        whole = _seen(source.frames())
        assert len(whole) == 40
        damage = source.damage
        starts = [time for _, time, _ in whole]
        for start in [*starts[::3], *(time + Fraction(1, 100) for time in starts[1::3]), starts[-1] + 5]:
            assert _seen(source.frames(start)) == _tail(whole, start), f"from {float(start)} s"
            assert source.damage == damage


@pytest.mark.parametrize("name", ["audience.mp4", "speech_720p.mp4", "talking_512.mp4"])
def test_seeking_in_real_videos_is_exact(name: str, shared_data: Path) -> None:
    with open_source(shared_data / "videos" / name) as source:
        assert isinstance(source, VideoFile)
        whole = _seen(source.frames())
        assert source.times() == tuple(time for _, time, _ in whole)
        for index in range(1, len(whole), len(whole) // 5):
            start = whole[index][1]
            assert _seen(source.frames(start)) == _tail(whole, start)


@settings(max_examples=8)
@given(start=st.fractions(min_value=0, max_value=9))
def test_any_time_of_the_sample_gives_the_frame_shown_then(start: Fraction) -> None:
    with open_source(SAMPLE) as source:
        frame = next(source.frames(start))
    assert frame.index == min(239, int(start * 30))
    assert frame.time == Fraction(frame.index, 30)


def test_a_video_without_times_in_its_packets_has_no_list_of_times(tmp_path: Path) -> None:
    video = make_video(tmp_path / "hidden.webm", codec="libvpx")
    assert VideoFile(video).times() is None


def test_a_video_that_changed_after_it_was_indexed_is_read_from_the_start(tmp_path: Path) -> None:
    video = make_video(tmp_path / "changed.mp4", ticks=range(40), codec_options={"g": "8"})
    with VideoFile(video) as source:
        source.times()
        make_video(tmp_path / "changed.mp4", ticks=range(0, 120, 3), codec_options={"g": "8"})
        whole = _seen(VideoFile(video).frames())
        assert _seen(source.frames(Fraction(20, 25))) == _tail(whole, Fraction(20, 25))


@pytest.mark.parametrize("start", [Fraction(0), Fraction(1)], ids=["from the start", "from the middle"])
def test_a_reading_ends_once_its_caller_does_not_want_it(start: Fraction, tmp_path: Path) -> None:
    with open_source(make_video(tmp_path / "calm.mp4", ticks=range(40))) as source:
        assert list(source.frames(start, wanted=lambda: False)) == []
        assert len(list(source.frames(start))) > 0


def test_seeking_in_a_folder_is_exact(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    for number in range(6):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((8, 8, 3), number * 20, np.uint8))
    (tmp_path / "2.png").write_bytes(b"broken")
    with open_source(tmp_path) as source:
        whole = _seen(source.frames())
    for start in (Fraction(0), Fraction(1, 25), Fraction(3, 50), Fraction(3, 25), Fraction(9)):
        with open_source(tmp_path) as source:
            assert _seen(source.frames(start)) == _tail(whole, start)
            missing = "2.png could not be read and was left out." if start < Fraction(3, 25) else None
            assert source.damage == missing


@pytest.mark.parametrize("time_s", [0.0, 1.3, 4.0, 99.0])
def test_a_thumbnail_is_small_and_of_about_that_time(time_s: float) -> None:
    with open_source(SAMPLE) as source:
        thumbnails = Thumbnails(source, 96)
        small = thumbnails.at(time_s)
        thumbnails.close()
    assert small is not None
    assert small.shape == (54, 96, 3)


def test_thumbnails_are_upright_and_differ(tmp_path: Path) -> None:
    with open_source(make_video(tmp_path / "slow.mp4", ticks=range(0, 400, 10), size=(64, 48))) as source:
        thumbnails = Thumbnails(source, 32)
        asked = [thumbnails.at(time_s) for time_s in (0.0, 8.0, 4.0, 0.0)]
        thumbnails.close()
    shades = [float(small.mean()) for small in asked if small is not None]
    assert len(shades) == 4
    assert shades[0] == shades[3]
    assert len({round(shade) for shade in shades}) > 1


def test_a_video_that_was_deleted_has_no_thumbnail(tmp_path: Path) -> None:
    video = make_video(tmp_path / "gone.mp4")
    source: Source = open_source(video)
    video.unlink()
    assert Thumbnails(source).at(0.1) is None
