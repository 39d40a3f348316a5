"""Videos that were joined byte by byte, and raw streams without a clock."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app.video import open_source
from tests.video.videos import make_video

PERIOD = Fraction(1, 25)


def _joined(video: Path) -> Path:
    path = video.with_name(f"joined{video.suffix}")
    path.write_bytes(video.read_bytes() * 2)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".flv"])
def test_a_joined_file_that_cannot_be_read_on_says_so(suffix: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / f"video{suffix}", tone="aac")
    with open_source(video) as source:
        assert len(list(source.frames())) == 12
        assert source.notes == ()
    with open_source(_joined(video)) as source:
        assert len(list(source.frames())) == 12
        assert [note.kind for note in source.notes] == ["unreadable"]
        assert "only the first was read" in source.notes[0].sentence


def test_a_fragmented_video_is_one_video(tmp_path: Path) -> None:
    video = make_video(tmp_path / "video.mp4", options={"movflags": "frag_keyframe+empty_moov"})
    with open_source(video) as source:
        assert len(list(source.frames())) == 12
        assert source.notes == ()


@pytest.mark.parametrize("suffix", [".mkv", ".webm"])
def test_joined_matroska_is_read_to_its_end_and_knows_where_that_is(suffix: str, tmp_path: Path) -> None:
    codec = "libx264" if suffix == ".mkv" else "libvpx-vp9"
    with open_source(_joined(make_video(tmp_path / f"video{suffix}", codec=codec))) as source:
        frames = list(source.frames())
        assert [frame.time for frame in frames] == [number * PERIOD for number in range(24)]
        assert (source.facts.frame_count, source.facts.end) == (24, 24 * PERIOD)
        late = list(source.frames(Fraction(3, 4)))
    assert [(frame.index, frame.time) for frame in late] == [(number, number * PERIOD) for number in range(18, 24)]


@pytest.mark.parametrize(("suffix", "codec"), [(".h264", "libx264"), (".mjpeg", "mjpeg"), (".jpegs", "mjpeg")])
def test_a_raw_stream_says_that_its_times_are_assumed(suffix: str, codec: str, tmp_path: Path) -> None:
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    written = make_video(tmp_path / ("raw.mjpeg" if codec == "mjpeg" else "raw.h264"), codec=codec, pixels=pixels)
    video = written.rename(tmp_path / f"named{suffix}")
    with open_source(video) as source:
        assert len(list(source.frames())) == 12
        assert [note.kind for note in source.notes] == ["no clock"]
        assert "25 frames per second" in source.notes[0].sentence
