"""What encoders and containers cannot do: known beforehand, helped with, or said in one sentence."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av.error
import numpy as np
import pytest

from app.errors import OutputError, UsageError
from app.video import SourceFacts, VideoOptions, VideoWriter, available_encoders, open_sink, open_source, read_back
from app.video.muxing import VideoMuxer
from app.video.writer import VIDEO_FORMATS
from tests.video.videos import make_video

ENCODERS = available_encoders()
needs = {name: pytest.mark.skipif(name not in ENCODERS, reason="FFmpeg lacks it") for name in ("h265", "av1")}


def _facts(size: tuple[int, int], rate: Fraction = Fraction(25), **more: Any) -> SourceFacts:
    return replace(SourceFacts(Path("nowhere"), "video", *size, frame_rate=rate, time_base=1 / rate), **more)


def _write(path: Path, facts: SourceFacts, times: list[Fraction], encoder: str = "h264") -> VideoWriter:
    """Noise, which needs all of an encoder."""
    noise = np.random.default_rng(0).integers(0, 255, (facts.height, facts.width, 3), np.uint8)
    with VideoWriter(path, size=facts.size, source=facts, options=VideoOptions(encoder)) as writer:
        for time in times:
            writer.write(noise, time)
    return writer


def _regular(count: int, rate: Fraction = Fraction(25)) -> list[Fraction]:
    return [index / rate for index in range(count)]


@pytest.mark.parametrize("sound", [True, False], ids=["with sound", "without sound"])
@pytest.mark.parametrize("suffix", list(VIDEO_FORMATS))
@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_encoder_goes_into_every_container(encoder: str, suffix: str, sound: bool, tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.mp4", size=(98, 66), tone="aac" if sound else None)
    output = tmp_path / f"out{suffix}"
    if (encoder, suffix) == ("av1", ".mov"):
        with open_source(video) as source, pytest.raises(UsageError, match=r"av1 cannot write \.mov files"):
            open_sink(output, source=source.facts, options=VideoOptions(encoder))
        return
    with (
        open_source(video) as source,
        open_sink(output, source=source.facts, options=VideoOptions(encoder)) as sink,
    ):
        for frame in source.frames():
            sink.write(frame.image, frame.time)
    record = read_back(output)
    assert record.times == pytest.approx(read_back(video).times, abs=1e-3)
    assert record.size == (98, 66)
    assert (record.sound_codec == "aac") == sound
    assert sink.notes == ()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_few_frames_are_a_video_too(encoder: str, count: int, suffix: str, tmp_path: Path) -> None:
    output = tmp_path / f"out{suffix}"
    _write(output, _facts((128, 96)), _regular(count), encoder)
    assert read_back(output).times == pytest.approx(_regular(count), abs=1e-3)


@pytest.mark.parametrize(
    ("encoder", "size", "coded"),
    [
        pytest.param("h264", (1, 1), (2, 2), id="H.264, one pixel"),
        pytest.param("h264", (48, 48), (48, 48), id="H.264, small"),
        pytest.param("h265", (48, 48), (64, 64), id="H.265, small", marks=needs["h265"]),
        pytest.param("h265", (8, 1000), (64, 1000), id="H.265, narrow", marks=needs["h265"]),
        pytest.param("av1", (256, 16), (256, 64), id="AV1, flat", marks=needs["av1"]),
        pytest.param("av1", (33, 33), (64, 64), id="AV1, small and odd", marks=needs["av1"]),
    ],
)
def test_pictures_that_are_too_small_for_an_encoder_are_enlarged_with_black(
    encoder: str, size: tuple[int, int], coded: tuple[int, int], tmp_path: Path
) -> None:
    output = tmp_path / "out.mp4"
    white = np.full((size[1], size[0], 3), 255, np.uint8)
    with VideoWriter(output, size=size, source=_facts(size), options=VideoOptions(encoder)) as writer:
        for time in _regular(8):
            writer.write(white, time)
    record = read_back(output)
    assert record.size == coded
    assert len(record.times) == 8
    assert [note.kind for note in writer.notes] == (
        ["output"] if coded[0] - size[0] > 1 or coded[1] - size[1] > 1 else []
    )
    with open_source(output) as source:
        image = next(iter(source.frames())).image
    assert image[: size[1], : size[0]].mean() > 240
    assert image[size[1] + 4 :].size == 0 or image[size[1] + 4 :].mean() < 16


@pytest.mark.parametrize(
    ("encoder", "size"),
    [
        pytest.param("h264", (16_400, 64), id="H.264"),
        pytest.param("av1", (64, 9000), id="AV1", marks=needs["av1"]),
    ],
)
def test_pictures_that_are_too_large_are_refused_before_the_work(
    encoder: str, size: tuple[int, int], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"{encoder} can write pictures of at most"):
        VideoWriter(tmp_path / "out.mp4", size=size, source=_facts(size), options=VideoOptions(encoder))


@pytest.mark.parametrize("rate", [Fraction(1, 10), Fraction(241), Fraction(1000)], ids=["0.1", "241", "1000"])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_unusual_frame_rates_keep_their_times(encoder: str, rate: Fraction, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    _write(output, _facts((128, 96), rate), _regular(6, rate), encoder)
    assert read_back(output).times == pytest.approx(_regular(6, rate), abs=1e-4)


DAY = Fraction(97_200)
"""27 hours."""


@pytest.mark.parametrize("suffix", list(VIDEO_FORMATS))
def test_frames_a_day_apart_keep_their_times(suffix: str, tmp_path: Path) -> None:
    times = [*_regular(10), *(DAY + time for time in _regular(10)), 2 * DAY, 3 * DAY]
    output = tmp_path / f"out{suffix}"
    writer = _write(output, _facts((64, 48), Fraction(22) / (3 * DAY), time_base=Fraction(1, 1000), end=3 * DAY), times)
    assert read_back(output).times == pytest.approx(times, abs=1e-3)
    assert writer.notes == ()


def test_a_pause_that_nobody_could_foresee_is_filled_and_said(tmp_path: Path) -> None:
    times = [*_regular(10), *(DAY + time for time in _regular(10))]
    output = tmp_path / "out.mp4"
    writer = _write(output, _facts((64, 48), time_base=Fraction(1, 90_000)), times)
    found = read_back(output).times
    assert set(times) <= set(found)
    assert len(found) > len(times)
    assert all(early < late for early, late in itertools.pairwise(found))
    assert "repeated frame" in writer.notes[0].sentence


@pytest.mark.parametrize("method", ["encode", "start", "finish"])
def test_what_ffmpeg_says_never_reaches_the_user(method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_places: object, **_names: object) -> None:
        raise av.error.PatchWelcomeError(1163346256, "Not yet implemented in FFmpeg, patches welcome")

    monkeypatch.setattr(VideoMuxer, method, refuse)
    with pytest.raises(OutputError, match="does not accept this video") as caught:
        _write(tmp_path / "out.mp4", _facts((64, 48)), _regular(3))
    assert "patches" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out.mp4"
    output.write_bytes(b"the old video")
    encode = VideoMuxer.encode

    def full(self: VideoMuxer, frame: av.VideoFrame, pts: int) -> None:
        if pts > 0.2 * 12_800:
            raise av.error.OSError(28, "No space left on device")
        encode(self, frame, pts)

    monkeypatch.setattr(VideoMuxer, "encode", full)
    with pytest.raises(OutputError, match="the disk is full"):
        _write(output, _facts((64, 48)), _regular(20))
    assert output.read_bytes() == b"the old video"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.mp4"]
