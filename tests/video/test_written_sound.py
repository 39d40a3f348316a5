"""Sound of sources that go wrong midway: the video is always written, and what happened to the sound is said."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import pytest

from app.errors import OutputError
from app.video import VideoOptions, open_sink, open_source, read_back
from app.video.sound import SoundTrack
from tests.video.videos import make_video, painted

RATE = 44100


def _export(video: Path, output: Path, since: Fraction = Fraction(0), **options: Any) -> tuple[str, ...]:
    """Writes every frame from `since` on, and returns the sentences about the output."""
    with (
        open_source(video) as source,
        open_sink(output, source=source.facts, options=VideoOptions(**options), since=since) as sink,
    ):
        for frame in source.frames(since):
            if frame.time >= since:
                sink.write(frame.image, frame.time)
    return tuple(note.sentence for note in sink.notes)


def _transport_stream(path: Path, *, tone: str, channels: str = "stereo", rate: int = RATE, pitch: int = 440) -> bytes:
    """One second of video and sound."""
    with av.open(str(path), "w", format="mpegts") as container:
        video = container.add_stream("libx264", rate=25, options={"tune": "zerolatency"})
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream(tone, rate=rate, layout=channels)
        assert isinstance(audio, av.AudioStream)
        for index in range(25):
            frame = av.VideoFrame.from_ndarray(painted(64, 48, index), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
            wave = 0.4 * np.sin(2 * np.pi * pitch * (np.arange(rate // 25) + index * (rate // 25)) / rate)
            form = "fltp" if tone == "aac" else "s16"
            wide = np.repeat(wave[None], audio.codec_context.layout.nb_channels, axis=0)
            if form == "fltp":
                sound = av.AudioFrame.from_ndarray(wide.astype(np.float32), format=form, layout=channels)
            else:
                packed = (wide.T * 32767).astype(np.int16).reshape(1, -1)
                sound = av.AudioFrame.from_ndarray(packed, format=form, layout=channels)
            sound.sample_rate, sound.pts, sound.time_base = rate, index * (rate // 25), Fraction(1, rate)
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path.read_bytes()


def _pitches(path: Path, *seconds: float) -> list[float]:
    """The loudest pitch in Hz in the tenth of a second around each time."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    rate = frames[0].sample_rate
    start = float(frames[0].time or 0)
    wave = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    found = []
    for second in seconds:
        middle = round((second - start) * rate)
        part = wave[middle - rate // 20 : middle + rate // 20]
        found.append(float(np.argmax(np.abs(np.fft.rfft(part))) * rate / len(part)))
    return found


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize(
    ("tone", "channels", "rate"),
    [
        pytest.param("aac", "mono", RATE, id="AAC, stereo to mono"),
        pytest.param("aac", "stereo", 32000, id="AAC, another sample rate"),
        pytest.param("mp2", "mono", RATE, id="MP2, stereo to mono"),
        pytest.param("mp2", "stereo", 32000, id="MP2, another sample rate"),
    ],
)
def test_sound_that_changes_its_form_is_kept_throughout(
    tone: str, channels: str, rate: int, suffix: str, tmp_path: Path
) -> None:
    joined = tmp_path / "joined.ts"
    first = _transport_stream(tmp_path / "a.ts", tone=tone)
    joined.write_bytes(first + _transport_stream(tmp_path / "b.ts", tone=tone, channels=channels, rate=rate, pitch=880))
    output = tmp_path / f"out{suffix}"
    _export(joined, output)
    assert len(read_back(output).times) == 50
    assert _pitches(output, 0.5, 1.5) == pytest.approx([440, 880], abs=12)


def test_sound_follows_a_clock_that_starts_again(tmp_path: Path) -> None:
    joined, output = tmp_path / "joined.ts", tmp_path / "out.mp4"
    first = _transport_stream(tmp_path / "a.ts", tone="aac")
    joined.write_bytes(first + _transport_stream(tmp_path / "b.ts", tone="aac", pitch=880))
    _export(joined, output)
    record = read_back(output)
    assert float(record.times[25] - record.times[24]) == pytest.approx(0.04, abs=1e-3)
    assert float(record.sound_times[-1]) == pytest.approx(2.0, abs=0.08)
    assert _pitches(output, 0.5, 1.5) == pytest.approx([440, 880], abs=12)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_damaged_sound_costs_neither_the_video_nor_the_rest_of_the_sound(suffix: str, tmp_path: Path) -> None:
    whole = _transport_stream(tmp_path / "whole.ts", tone="aac")
    chance = random.Random(2)
    packets = [whole[place : place + 188] for place in range(0, len(whole), 188)]
    damaged = tmp_path / "damaged.ts"
    damaged.write_bytes(
        b"".join(packet for number, packet in enumerate(packets) if number < 20 or chance.random() > 0.08)
    )
    output = tmp_path / f"out{suffix}"
    assert _export(damaged, output) == ("Parts of the sound could not be read and are missing.",)
    record = read_back(output)
    assert len(record.times) > 15
    assert record.sound_codec == "aac"
    # What is missing is silence, so what follows keeps its time.
    assert float(record.sound_times[-1]) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_aac_without_its_description_does_not_cost_the_video(suffix: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.flv", codec="flv", ticks=range(25), tone="aac", tone_s=1.0)
    contents = video.read_bytes()
    assert b"\xaf\x00" in contents, "the tag with the description of the sound"
    video.write_bytes(contents.replace(b"\xaf\x00", b"\xaf\x01", 1))
    output = tmp_path / f"out{suffix}"
    assert len(_export(video, output)) == 1
    with av.open(str(output)) as container:
        assert len(list(container.decode(video=0))) == 25


def test_packets_that_the_container_refuses_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video, output = make_video(tmp_path / "in.mp4", ticks=range(25), tone="aac", tone_s=1.0), tmp_path / "out.mp4"
    send = SoundTrack._send
    refused: list[int | None] = []

    def picky(self: SoundTrack, packet: Any) -> None:
        if len(refused) < 3:
            refused.append(packet.pts)
            raise av.error.InvalidDataError(1, "no")
        send(self, packet)

    monkeypatch.setattr(SoundTrack, "_send", picky)
    assert _export(video, output) == ("Parts of the sound could not be read and are missing.",)
    assert len(read_back(output).times) == 25
    assert len(read_back(output).sound_times) > 30


def test_sound_that_is_refused_again_and_again_ends_and_the_video_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video, output = make_video(tmp_path / "in.mp4", ticks=range(25), tone="aac", tone_s=1.0), tmp_path / "out.mp4"

    def refusing(_self: SoundTrack, _packet: Any) -> None:
        raise av.error.InvalidDataError(1, "no")

    monkeypatch.setattr(SoundTrack, "_send", refusing)
    assert _export(video, output) == ("The sound breaks off before the end of the video.",)
    assert len(read_back(output).times) == 25


def test_a_full_disk_is_not_taken_for_trouble_with_the_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video, output = make_video(tmp_path / "in.mp4", ticks=range(25), tone="aac", tone_s=1.0), tmp_path / "out.mp4"

    def full(_self: SoundTrack, _packet: Any) -> None:
        raise av.error.OSError(28, "No space left on device")

    monkeypatch.setattr(SoundTrack, "_send", full)
    with pytest.raises(OutputError, match="the disk is full"):
        _export(video, output)
    assert not output.exists()


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_all_sound_tracks_are_kept_with_language_and_title(suffix: str, tmp_path: Path) -> None:
    video, output = tmp_path / "two.mkv", tmp_path / f"out{suffix}"
    with av.open(str(video), "w") as container:
        pictures = container.add_stream("libx264", rate=25)
        assert isinstance(pictures, av.VideoStream)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        tracks = [container.add_stream("aac", rate=RATE, layout="mono") for _ in range(2)]
        tracks[0].metadata["language"] = "deu"
        tracks[1].metadata.update({"language": "eng", "title": "Commentary"})
        for index in range(25):
            frame = av.VideoFrame.from_ndarray(painted(64, 48, index), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        for pitch, track in zip((440, 880), tracks, strict=True):
            assert isinstance(track, av.AudioStream)
            wave = np.sin(2 * np.pi * pitch * np.arange(RATE) / RATE).astype(np.float32)[None] * np.float32(0.4)
            sound = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            sound.sample_rate, sound.pts, sound.time_base = RATE, 0, Fraction(1, RATE)
            container.mux(track.encode(sound))
            container.mux(track.encode(None))
    assert _export(video, output) == ()
    with av.open(str(output)) as container:
        found = container.streams.audio
        assert [track.language for track in found] == ["ger" if suffix == ".mov" else "deu", "eng"]
        assert found[1].metadata.get("title", found[1].metadata.get("name")) == "Commentary"
        for track, pitch in zip(found, (440, 880), strict=True):
            container.seek(0)
            wave = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(track)])
            assert np.argmax(np.abs(np.fft.rfft(wave))) * RATE / len(wave) == pytest.approx(pitch, abs=5)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("tone", ["aac", "pcm_s16le"], ids=["copied", "encoded again"])
def test_sound_stays_in_step_from_a_later_start(tone: str, suffix: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / "in.mkv", ticks=range(75), tone=tone, tone_s=0.5, tone_start_s=2.0)
    output = tmp_path / f"out{suffix}"
    assert _export(video, output, since=Fraction(1)) == ()
    record = read_back(output)
    assert record.times[0] == 0
    sound = [time for time in record.sound_times if time > 0]
    assert float(sound[0]) == pytest.approx(1.0, abs=0.05)
