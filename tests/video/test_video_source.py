"""Reading videos: times, orientation, pixel formats, and what is broken."""

from __future__ import annotations

import gc
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from app.errors import SourceError
from app.product import SAMPLE
from app.video import open_source, read_back
from tests.video.videos import corners, make_video, painted

TURNS = {  # a, b, c, d of the matrix that a phone writes into the track header
    0: (1, 0, 0, 1),
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


def set_matrix(video: Path, a: int, b: int, c: int, d: int) -> None:
    """Writes a rotation into the first track header of an MP4, by its bytes (ISO/IEC 14496-12, 8.3.2)."""
    content = bytearray(video.read_bytes())
    start = content.index(b"tkhd") + 44
    one = 1 << 16
    matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    content[start : start + len(matrix)] = matrix
    video.write_bytes(content)


def _close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], levels: int = 6) -> bool:
    return bool(np.abs(np.subtract(found, wanted)).max() <= levels)


@pytest.mark.parametrize("clockwise", TURNS, ids=lambda turn: f"{turn} degrees")
def test_a_video_of_a_phone_is_turned_upright(clockwise: int, tmp_path: Path) -> None:
    video = make_video(tmp_path / "phone.mp4", size=(96, 48))
    set_matrix(video, *TURNS[clockwise])
    with open_source(video) as source:
        first = next(iter(source.frames()))
    wanted = np.rot90(painted(96, 48), k=-clockwise // 90)
    assert source.facts.rotation_deg == clockwise
    assert source.facts.size == first.size == (wanted.shape[1], wanted.shape[0])
    assert _close(corners(first.image), corners(wanted))


def test_a_mirrored_video_is_mirrored_back(tmp_path: Path) -> None:
    video = make_video(tmp_path / "selfie.mp4", size=(96, 48))
    set_matrix(video, -1, 0, 0, 1)
    with open_source(video) as source:
        first = next(iter(source.frames()))
    assert _close(corners(first.image), corners(painted(96, 48)[:, ::-1]))


@pytest.mark.parametrize(
    ("ticks", "time_base", "rate"),
    [
        pytest.param([i * 1001 for i in range(20)], Fraction(1, 30000), Fraction(30000, 1001), id="29.97 per second"),
        pytest.param([0, 10, 11, 50, 130, 131, 400], Fraction(1, 1000), Fraction(30), id="variable"),
        pytest.param([500, 540, 580], Fraction(1, 1000), Fraction(25), id="starting late"),
    ],
)
def test_times_are_those_of_the_container(
    ticks: list[int], time_base: Fraction, rate: Fraction, tmp_path: Path
) -> None:
    name = "times.mkv" if len(ticks) == 7 else "times.mp4"
    video = make_video(tmp_path / name, ticks=ticks, time_base=time_base, rate=rate)
    with open_source(video) as source:
        frames = list(source.frames())
    assert [frame.index for frame in frames] == list(range(len(ticks)))
    drift = [abs(frame.time - tick * time_base) for frame, tick in zip(frames, ticks, strict=True)]
    assert max(drift) < Fraction(1, 1000)
    assert source.damage is None


def test_a_transport_stream_starts_at_zero(tmp_path: Path) -> None:
    video = make_video(tmp_path / "clock.ts")
    with open_source(video) as source:
        times = [frame.time for frame in source.frames()]
    assert source.facts.origin > 0
    assert times == [Fraction(index, 25) for index in range(12)]


def test_29_97_frames_per_second_is_reported_exactly(tmp_path: Path) -> None:
    ticks, rate = [index * 1001 for index in range(30)], Fraction(30000, 1001)
    video = make_video(tmp_path / "ntsc.mp4", ticks=ticks, time_base=Fraction(1, 30000), rate=rate)
    facts = open_source(video).facts
    assert facts.frame_rate == Fraction(30000, 1001)
    assert facts.frame_count == 30
    assert facts.duration_s == pytest.approx(1.001, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        pytest.param("grey.mkv", "ffv1", "gray", id="grey"),
        pytest.param("ten.mkv", "ffv1", "yuv420p10le", id="10 bits"),
        pytest.param("alpha.mkv", "ffv1", "bgra", id="alpha"),
        pytest.param("chroma.mp4", "libx264", "yuv444p", id="full chroma"),
        pytest.param("full.avi", "mjpeg", "yuvj420p", id="full range"),
        pytest.param("paint.avi", "mpeg4", "yuv420p", id="AVI"),
    ],
)
def test_every_pixel_format_becomes_bgr(name: str, codec: str, pixels: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / name, codec=codec, pixels=pixels)
    with open_source(video) as source:
        frames = list(source.frames())
    assert len(frames) == 12
    assert frames[0].image.shape == (48, 64, 3)
    assert frames[0].image.dtype == np.uint8
    wanted = corners(painted(64, 48))
    if pixels == "gray":
        wanted = [(round(0.114 * b + 0.587 * g + 0.299 * r),) * 3 for b, g, r in wanted]
    assert _close(corners(frames[0].image), wanted, levels=8)


def test_odd_sizes_are_read_whole(tmp_path: Path) -> None:
    video = make_video(tmp_path / "odd.mkv", size=(63, 47), codec="ffv1", pixels="yuv444p")
    with open_source(video) as source:
        assert {frame.image.shape for frame in source.frames()} == {(47, 63, 3)}


def test_frames_are_read_only(tmp_path: Path) -> None:
    with open_source(make_video(tmp_path / "calm.mp4")) as source:
        frame = next(iter(source.frames()))
    with pytest.raises(ValueError, match="read-only"):
        frame.image[0, 0] = 0


def test_a_second_reading_starts_again(tmp_path: Path) -> None:
    with open_source(make_video(tmp_path / "twice.mp4")) as source:
        half = source.frames()
        next(half)
        times = [frame.time for frame in source.frames()]
    assert len(times) == 12
    assert times[0] == 0


def test_sound_is_noticed(tmp_path: Path) -> None:
    assert open_source(make_video(tmp_path / "loud.mp4", tone="aac")).facts.has_sound
    assert not open_source(make_video(tmp_path / "mute.mp4")).facts.has_sound


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv", "cut.avi", "cut.ts"])
def test_the_rest_of_a_video_cut_short_is_read(name: str, tmp_path: Path) -> None:
    options = {"movflags": "+faststart"} if name.endswith("mp4") else {}
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    video = make_video(tmp_path / name, ticks=range(100), size=(320, 240), options=options, codec=codec)
    content = video.read_bytes()
    video.write_bytes(content[: len(content) * 6 // 10])
    with open_source(video) as source:
        count = sum(1 for _ in source.frames())
    assert 10 < count < 100
    if not name.endswith("ts"):  # a transport stream has no length of its own: what is missing cannot be known
        assert source.damage is not None
        assert source.damage.startswith("The video breaks off after ")


def test_damage_in_the_middle_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    video = make_video(tmp_path / "scratched.mp4", ticks=range(60), size=(320, 240), options={"movflags": "+faststart"})
    with av.open(str(video)) as container:
        spots = [(p.pos, p.size) for p in container.demux(video=0) if p.size and p.pos is not None]
    content = bytearray(video.read_bytes())
    position, size = spots[20]
    content[position : position + size] = bytes([255]) * size
    video.write_bytes(content)
    with open_source(video) as source:
        count = sum(1 for _ in source.frames())
    assert 55 <= count <= 60
    assert count == 60 or source.damage is not None


def test_an_mp4_without_its_index_is_refused(tmp_path: Path) -> None:
    video = make_video(tmp_path / "lost.mp4", ticks=range(50), size=(320, 240))
    content = video.read_bytes()
    video.write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match="index is missing"):
        open_source(video)


def _text(folder: Path) -> Path:
    path = folder / "notes.mp4"
    path.write_text("This is not a video.\n" * 200)
    return path


def _plain_text(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("This is not a video.\n" * 200)
    return path


def _sound_only(folder: Path) -> Path:
    path = folder / "song.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.mp4"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda folder: folder / "nowhere.mp4", "There is no file", id="missing"),
        pytest.param(_text, "cannot be read as a video", id="text under a video's name"),
        pytest.param(_plain_text, "not a video", id="text"),
        pytest.param(_sound_only, "contains only sound", id="sound only"),
        pytest.param(_empty, "is empty", id="empty file"),
        pytest.param(lambda folder: folder, "contains no pictures", id="folder without pictures"),
    ],
)
def test_a_file_that_is_not_a_video_is_refused_in_one_sentence(
    make: Callable[[Path], Path], says: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        open_source(make(tmp_path))
    assert caught.value.message.count(". ") == 0
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("name", ["audience.mp4", "half_body_720p.mp4", "speech_720p.mp4", "talking_512.mp4"])
def test_shared_videos_are_read_to_their_last_frame(name: str, shared_data: Path) -> None:
    video = shared_data / "videos" / name
    with open_source(video) as source:
        times = [frame.time for frame in source.frames()]
    assert times == list(read_back(video).times)
    assert len(times) == source.facts.frame_count
    assert source.damage is None


def test_a_closed_video_holds_no_decoder() -> None:
    def decoders() -> int:
        return sum(type(one) is VideoCodecContext for one in gc.get_objects())

    gc.collect()
    before = decoders()
    with open_source(SAMPLE) as video:
        frames = iter(video.frames())
        next(frames)
        assert decoders() == before + 1
    del frames
    assert decoders() == before
    assert video.facts.path == SAMPLE
