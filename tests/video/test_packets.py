"""Tracks that appear, or get other numbers, midway."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from app.video import VideoWriter, open_source, read_back
from app.video.packets import packets_of
from tests.video.videos import make_video

PERIOD = Fraction(1, 25)


def _joined(folder: Path, suffix: str = ".ts") -> Path:
    """Two recordings of 12 frames with sound, whose tracks have other numbers, in one file."""
    first = make_video(folder / f"first{suffix}", tone="aac", codec_options={"bf": "0"})
    second = make_video(
        folder / f"second{suffix}", tone="aac", codec_options={"bf": "0"}, options={"mpegts_start_pid": "4113"}
    )
    path = folder / f"joined{suffix}"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    return path


def test_a_recording_goes_on_where_its_tracks_get_other_numbers(tmp_path: Path) -> None:
    with open_source(_joined(tmp_path)) as source:
        frames = list(source.frames())
    # FFmpeg gives the last picture of the first part after all others, where it cannot be decoded.
    assert [frame.time - frames[0].time for frame in frames] == [number * PERIOD for number in range(23)]
    for place, frame in enumerate(frames):
        shade = place if place < 11 else place - 11
        assert abs(int(np.median(frame.image[4:20, 4:28, 2])) - (220 + shade)) <= 4
    assert source.damage == "1 part of the video could not be decoded and is missing."


def test_the_written_video_has_the_sound_of_both_parts(tmp_path: Path) -> None:
    with open_source(_joined(tmp_path)) as source:
        target = tmp_path / "written.mkv"
        with VideoWriter(target, size=source.facts.size, source=source.facts) as writer:
            for frame in source.frames():
                writer.write(frame.image, frame.time)
    contents = read_back(target)
    assert len(contents.times) == 23
    assert contents.sound_times[-1] > Fraction(8, 10)


def test_a_track_that_appears_midway_ends_the_reading_no_earlier() -> None:
    def demux(_tracks: object) -> Iterator[Packet[Stream]]:
        yield Packet(3)
        yield Packet(5)
        # PyAV's own error, at the end of such a file.
        raise IndexError("list index out of range")

    container = cast("InputContainer", SimpleNamespace(demux=demux, format=SimpleNamespace(name="flv")))
    track = cast("Stream", None)
    assert [packet.size for packet in packets_of(container, track)] == [3, 5]
