"""Writing videos: write, read back, compare."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.errors import OutputError, UsageError
from app.product import SAMPLE
from app.video import SourceFacts, VideoOptions, VideoWriter, available_encoders, open_sink, open_source, read_back
from app.video.writer import output_tick
from tests.video.videos import corners, make_video, painted

MILLISECOND = Fraction(1, 1000)


def _copy(video: Path, output: Path, **options: Any) -> VideoWriter:
    chosen = VideoOptions(**options)
    with open_source(video) as source, open_sink(output, source=source.facts, options=chosen) as sink:
        for frame in source.frames():
            sink.write(frame.image, frame.time)
    assert isinstance(sink, VideoWriter)
    return sink


def _facts(path: Path, **changes: Any) -> SourceFacts:
    return replace(SourceFacts(path, "video", 64, 48, Fraction(25), Fraction(1, 25)), **changes)


@pytest.mark.parametrize(
    ("name", "ticks", "time_base", "rate"),
    [
        pytest.param("ntsc.mp4", [i * 1001 for i in range(40)], Fraction(1, 30000), Fraction(30000, 1001), id="29.97"),
        pytest.param("video.mp4", list(range(40)), Fraction(1, 25), Fraction(25), id="25"),
        pytest.param("vary.mp4", [0, 10, 11, 50, 130, 131, 400, 420], Fraction(1, 1000), Fraction(30), id="variable"),
        pytest.param("late.mp4", [500, 540, 580, 620], Fraction(1, 1000), Fraction(25), id="starting late"),
        pytest.param("clock.ts", list(range(20)), Fraction(1, 25), Fraction(25), id="transport stream"),
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_times_and_rate_survive(
    suffix: str, name: str, ticks: list[int], time_base: Fraction, rate: Fraction, tmp_path: Path
) -> None:
    video = make_video(tmp_path / name, ticks=ticks, time_base=time_base, rate=rate)
    output = tmp_path / f"out{suffix}"
    sink = _copy(video, output)
    before, after = read_back(video), read_back(output)
    origin = open_source(video).facts.origin
    assert len(after.times) == len(ticks) == sink.frames_written
    assert max(abs(b - origin - a) for b, a in zip(before.times, after.times, strict=True)) < MILLISECOND
    if suffix == ".mp4":
        if name == "ntsc.mp4":
            assert after.frame_rate == Fraction(30000, 1001)
        last = ticks[-1] - ticks[-2]
        assert after.duration_s == pytest.approx(float((ticks[-1] - ticks[0] + last) * time_base), abs=1e-3)


def test_the_video_plays_in_a_browser(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    _copy(make_video(tmp_path / "in.avi", codec="mpeg4"), output)
    record = read_back(output)
    content = output.read_bytes()
    assert (record.codec, record.codec_tag, record.pixel_format) == ("h264", "avc1", "yuv420p")
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("size", "matrix"),
    [pytest.param((640, 480), 6, id="BT.601"), pytest.param((1280, 720), 1, id="BT.709")],
)
def test_colours_survive_and_the_matrix_is_tagged(size: tuple[int, int], matrix: int, tmp_path: Path) -> None:
    image = painted(*size)
    output = tmp_path / "colours.mp4"
    with VideoWriter(output, size=size, source=_facts(tmp_path / "none", width=size[0], height=size[1])) as writer:
        writer.write(image, Fraction(0))
    with open_source(output) as source:
        read = next(iter(source.frames())).image
    assert read_back(output).matrix == matrix
    assert np.abs(np.subtract(corners(read), corners(image))).max() <= 5


def test_odd_sizes_are_widened_by_one_pixel(tmp_path: Path) -> None:
    output = tmp_path / "odd.mp4"
    image = painted(63, 47)
    with VideoWriter(output, size=(63, 47), source=_facts(tmp_path / "none")) as writer:
        writer.write(image, Fraction(0))
    with open_source(output) as source:
        read = next(iter(source.frames())).image
    assert read.shape == (48, 64, 3)
    assert np.abs(read[-1, -1].astype(int) - image[-1, -1]).max() <= 6


def test_pictures_of_other_sizes_are_fitted_onto_black(tmp_path: Path) -> None:
    output = tmp_path / "mixed.mp4"
    white = np.full((100, 50, 3), 255, np.uint8)
    with VideoWriter(output, size=(64, 48), source=_facts(tmp_path / "none")) as writer:
        writer.write(white, Fraction(0))
    with open_source(output) as source:
        read = next(iter(source.frames())).image
    assert read.shape == (48, 64, 3)
    assert read[24, 32].min() > 245
    assert read[24, 4].max() < 10


def test_times_that_do_not_rise_are_moved_by_one_tick(tmp_path: Path) -> None:
    output = tmp_path / "stuck.mp4"
    with VideoWriter(output, size=(64, 48), source=_facts(tmp_path / "none")) as writer:
        for time in (0, 1, 1, 1, 2):
            writer.write(painted(64, 48), Fraction(time, 25))
    times = read_back(output).times
    assert writer.nudged == 2
    assert len(times) == 5
    assert all(a < b for a, b in itertools.pairwise(times))
    assert times[4] == Fraction(2, 25)


@pytest.mark.parametrize(
    ("name", "tone", "output", "kept"),
    [
        pytest.param("in.mp4", "aac", "out.mp4", "aac", id="AAC into MP4"),
        pytest.param("in.ts", "aac", "out.mp4", "aac", id="AAC of a transport stream into MP4"),
        pytest.param("in.mkv", "libmp3lame", "out.mp4", "mp3", id="MP3 into MP4"),
        pytest.param("in.mkv", "libopus", "out.mp4", "opus", id="Opus into MP4"),
        pytest.param("in.mkv", "ac3", "out.mp4", "ac3", id="AC-3 into MP4"),
        pytest.param("in.mkv", "flac", "out.mp4", "flac", id="FLAC into MP4"),
        pytest.param("in.mkv", "eac3", "out.mp4", "eac3", id="E-AC-3 into MP4"),
        pytest.param("in.mov", "alac", "out.mp4", "alac", id="ALAC into MP4"),
        pytest.param("in.mkv", "flac", "out.mkv", "flac", id="FLAC into Matroska"),
        pytest.param("in.mov", "pcm_s16le", "out.mov", "pcm_s16le", id="PCM into MOV"),
    ],
)
def test_sound_that_the_container_can_hold_is_copied_unchanged(
    name: str, tone: str, output: str, kept: str, tmp_path: Path
) -> None:
    rate = 48000 if "opus" in tone else 44100
    video = make_video(tmp_path / name, ticks=range(25), tone=tone, tone_s=1.0, tone_rate=rate)
    sink = _copy(video, tmp_path / output)
    before, after = read_back(video), read_back(tmp_path / output)
    origin = open_source(video).facts.origin
    assert after.sound_codec == before.sound_codec == kept
    assert len(after.sound_times) == len(before.sound_times) > 0
    if not name.endswith(".ts"):  # its packets carry a header of their own, which MP4 has in one place
        assert after.sound_digest == before.sound_digest
    drift = [abs(b - origin - a) for b, a in zip(before.sound_times, after.sound_times, strict=True)]
    assert max(drift) < 2 * MILLISECOND
    assert sink.notes == ()


@pytest.mark.parametrize(
    ("name", "tone", "codec"),
    [
        pytest.param("in.mkv", "pcm_s16le", "libx264", id="PCM of Matroska"),
        pytest.param("in.avi", "pcm_s16le", "mpeg4", id="PCM of AVI"),
        pytest.param("in.mkv", "mp2", "libx264", id="MP2"),
    ],
)
def test_other_sound_is_encoded_as_aac(name: str, tone: str, codec: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / name, ticks=range(25), tone=tone, tone_s=1.0, codec=codec)
    output = tmp_path / "out.mp4"
    _copy(video, output)
    record = read_back(output)
    assert record.sound_codec == "aac"
    with av.open(str(output)) as container:
        wave = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        rate = container.streams.audio[0].rate
    spectrum = np.abs(np.fft.rfft(wave))
    assert np.argmax(spectrum) * rate / len(wave) == pytest.approx(440, abs=3)
    assert len(wave) / rate == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("tone", ["aac", "pcm_s16le"], ids=["copied", "encoded again"])
def test_sound_keeps_its_offset_from_the_picture(tone: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / "delay.mkv", ticks=range(25), tone=tone, tone_s=0.5, tone_start_s=0.4)
    output = tmp_path / "out.mp4"
    _copy(video, output)
    sound = [time for time in read_back(output).sound_times if time >= 0]
    assert float(sound[0]) == pytest.approx(0.4, abs=0.03)


def test_sound_that_outlasts_the_picture_is_kept_to_its_end(tmp_path: Path) -> None:
    video = make_video(tmp_path / "long.mp4", ticks=range(5), tone="aac", tone_s=2.0)
    output = tmp_path / "out.mp4"
    _copy(video, output)
    assert read_back(output).sound_digest == read_back(video).sound_digest


def test_a_range_takes_its_part_of_the_sound(tmp_path: Path) -> None:
    video = make_video(tmp_path / "whole.mp4", ticks=range(75), tone="aac", tone_s=3.0)
    output = tmp_path / "part.mp4"
    since, until = Fraction(1), Fraction(2)
    with (
        open_source(video) as source,
        open_sink(output, source=source.facts, since=since, until=until) as sink,
    ):
        for frame in source.frames():
            if since <= frame.time < until:
                sink.write(frame.image, frame.time)
    record = read_back(output)
    assert record.times[0] == 0
    assert len(record.times) == 25
    assert record.duration_s == pytest.approx(1.0, abs=1e-3)
    assert -0.05 < float(record.sound_times[0]) < 0.05
    assert float(record.sound_times[-1]) < 1.0


def test_a_video_cut_short_keeps_the_sound_that_is_left(tmp_path: Path) -> None:
    video = make_video(tmp_path / "cut.mkv", ticks=range(100), size=(320, 240), tone="aac", tone_s=4.0)
    content = video.read_bytes()
    video.write_bytes(content[: len(content) // 2])
    output = tmp_path / "out.mp4"
    sink = _copy(video, output)
    record = read_back(output)
    assert 10 < len(record.times) == sink.frames_written < 100
    assert record.sound_codec == "aac"


def test_a_video_without_sound_stays_silent(tmp_path: Path) -> None:
    _copy(make_video(tmp_path / "mute.mp4"), tmp_path / "out.mp4")
    assert read_back(tmp_path / "out.mp4").sound_codec is None


def test_the_last_frame_lasts_as_long_as_in_the_source(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    with VideoWriter(output, size=(64, 48), source=_facts(tmp_path / "none", end=Fraction(9, 5))) as writer:
        for time in (Fraction(0), Fraction(1, 25), Fraction(4, 25), Fraction(1)):
            writer.write(painted(64, 48), time)
    assert read_back(output).duration_s == pytest.approx(1.8, abs=1e-3)


def test_sound_can_be_left_out(tmp_path: Path) -> None:
    _copy(make_video(tmp_path / "loud.mp4", tone="aac"), tmp_path / "out.mp4", sound=False)
    assert read_back(tmp_path / "out.mp4").sound_codec is None


@pytest.mark.parametrize("encoder", available_encoders())
def test_every_available_encoder_writes_every_frame(encoder: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.mp4", size=(128, 96), ticks=[0, 1, 2, 5, 6, 7, 8, 12], tone="aac")
    output = tmp_path / "out.mp4"
    _copy(video, output, encoder=encoder)
    record = read_back(output)
    assert record.codec == {"h264": "h264", "h265": "hevc", "av1": "av1"}[encoder]
    assert record.codec_tag == {"h264": "avc1", "h265": "hvc1", "av1": "av01"}[encoder]
    assert record.times == read_back(video).times


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how each thread is scheduled")
@pytest.mark.parametrize("encoder", available_encoders())
def test_no_encoder_runs_before_everything_else_on_the_machine(encoder: str, tmp_path: Path) -> None:
    def scheduling() -> set[tuple[int, int]]:
        threads = [int(task.name) for task in Path("/proc/self/task").iterdir()]
        return {(os.sched_getscheduler(thread), os.sched_getparam(thread).sched_priority) for thread in threads}

    before = scheduling()
    with VideoWriter(
        tmp_path / "out.mp4", size=(64, 48), source=_facts(tmp_path / "none"), options=VideoOptions(encoder)
    ) as writer:
        writer.write(painted(64, 48), Fraction(0))
        assert scheduling() == before
        writer.write(painted(64, 48), Fraction(1, 25))
    assert scheduling() == before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({"encoder": "vp3"}, "h264", id="unknown encoder"),
        pytest.param({"quality": 99}, "0 .best. to 51", id="quality out of range"),
        pytest.param({"preset": "warp"}, "veryfast", id="unknown preset"),
    ],
)
def test_options_that_an_encoder_does_not_have_are_refused(options: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        open_sink(tmp_path / "out.mp4", source=_facts(tmp_path / "none"), options=VideoOptions(**options))
    assert list(tmp_path.iterdir()) == []


def test_the_fast_default_writes_files_hardly_larger_than_those_of_a_slower_preset(tmp_path: Path) -> None:
    sizes: dict[str | None, int] = {}
    for preset in (None, "superfast", "veryfast"):
        path = tmp_path / f"{preset}.mp4"
        with (
            open_source(SAMPLE) as source,
            VideoWriter(
                path, size=source.facts.size, source=source.facts, options=VideoOptions(preset=preset, sound=False)
            ) as writer,
        ):
            for frame in itertools.islice(source.frames(), 75):
                writer.write(frame.image, frame.time)
        sizes[preset] = path.stat().st_size
    assert sizes[None] == sizes["superfast"]
    assert sizes[None] < 1.3 * sizes["veryfast"]  # It would be 1.9 times as large without the macroblock tree.


def test_an_error_inside_the_block_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    output.write_bytes(b"the old video")
    with (
        pytest.raises(RuntimeError, match="stumbled"),
        VideoWriter(output, size=(64, 48), source=_facts(tmp_path / "none")) as writer,
    ):
        for index in range(80):
            writer.write(painted(64, 48), Fraction(index, 25))
        raise RuntimeError("stumbled")
    assert output.read_bytes() == b"the old video"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.mp4"]


def test_an_old_file_is_replaced_only_once_the_new_one_is_complete(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    output.write_bytes(b"the old video")
    with VideoWriter(output, size=(64, 48), source=_facts(tmp_path / "none")) as writer:
        writer.write(painted(64, 48), Fraction(0))
        assert output.read_bytes() == b"the old video"
    assert len(read_back(output).times) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.mp4"]


def test_a_video_without_frames_is_not_written(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="there were no frames"),
        VideoWriter(tmp_path / "out.mp4", size=(64, 48), source=_facts(tmp_path / "none")),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.mp4")
    content = video.read_bytes()
    with (
        open_source(video) as source,
        pytest.raises(OutputError, match="is the source itself"),
        open_sink(video, source=source.facts),
    ):
        pass
    assert video.read_bytes() == content


def _missing(folder: Path) -> Path:
    return folder / "nowhere" / "out.mp4"


def _under_a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file" / "out.mp4"


def _a_folder(folder: Path) -> Path:
    (folder / "out.mp4").mkdir()
    return folder / "out.mp4"


def _read_only(folder: Path) -> Path:
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    if os.access(closed, os.W_OK):
        pytest.skip("this user may write into read-only folders")
    return closed / "out.mp4"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_missing, id="missing folder"),
        pytest.param(_under_a_file, id="folder is a file"),
        pytest.param(_a_folder, id="a folder of that name"),
        pytest.param(_read_only, id="read-only folder"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_at_once(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    with (
        pytest.raises(OutputError, match="cannot be written"),
        VideoWriter(path, size=(64, 48), source=_facts(tmp_path / "none")),
    ):
        pytest.fail("the block was entered")


@pytest.mark.parametrize(
    ("time_base", "tick"),
    [
        pytest.param(Fraction(1, 30000), Fraction(1, 30000), id="fine enough"),
        pytest.param(Fraction(1, 25), Fraction(1, 12800), id="coarse"),
        pytest.param(Fraction(1001, 30000), Fraction(1, 30000), id="with a numerator"),
        pytest.param(Fraction(1, 10**9), Fraction(1, 10**6), id="nanoseconds"),
    ],
)
def test_the_written_clock_can_express_the_ticks_of_the_source(time_base: Fraction, tick: Fraction) -> None:
    assert output_tick(time_base) == tick


@pytest.mark.parametrize("name", ["audience.mp4", "talking_512.mp4", "speech_720p.mp4"])
def test_shared_videos_keep_frames_times_and_sound(name: str, shared_data: Path, tmp_path: Path) -> None:
    video = shared_data / "videos" / name
    output = tmp_path / name
    _copy(video, output, preset="ultrafast")
    before, after = read_back(video), read_back(output)
    assert len(after.times) == len(before.times)
    assert max(abs(b - a) for b, a in zip(before.times, after.times, strict=True)) < MILLISECOND
    assert after.frame_rate == before.frame_rate
    assert after.sound_digest == before.sound_digest
    assert max(abs(b - a) for b, a in zip(before.sound_times, after.sound_times, strict=True)) < MILLISECOND


def test_raw_dv_has_its_frame_rate_and_can_be_written(tmp_path: Path) -> None:
    video = make_video(tmp_path / "tape.dv", size=(720, 576), codec="dvvideo")
    output = tmp_path / "out.mov"
    with open_source(video) as source:
        assert source.facts.frame_rate == 25
        assert source.facts.frame_count == 12
    _copy(video, output)
    assert read_back(output).times == pytest.approx([index / 25 for index in range(12)], abs=1e-3)
