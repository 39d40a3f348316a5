"""Videos that survive the end of the process, and their pictures copied into an ordinary video."""

from __future__ import annotations

import signal
import subprocess
import sys
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
import pytest

from app.video import SourceFacts, VideoOptions, VideoWriter, read_back
from app.video.fragments import encoded_packets
from detectors import BgrImage

SIZE = 97, 63
TICK = Fraction(1, 90_000)
TIMES = tuple(accumulate((1 + 977 * index % 8000 for index in range(90)), initial=0))
"""In ticks: irregular, some a fraction of a millisecond apart."""


def facts(folder: Path) -> SourceFacts:
    return SourceFacts(folder / "source", "video", *SIZE, frame_rate=Fraction(25), time_base=TICK)


def picture(number: int) -> BgrImage:
    return np.full((SIZE[1], SIZE[0], 3), 2 * number, np.uint8)


def write(path: Path, numbers: range, options: VideoOptions, *, fragments: bool) -> None:
    with VideoWriter(path, size=SIZE, source=facts(path.parent), options=options, fragments=fragments) as writer:
        for number in numbers:
            writer.write(picture(number), TIMES[number] * TICK)


def greys(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.to_ndarray(format="bgr24").mean()) for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("encoder", "suffix"),
    [("h264", ".mp4"), ("h264", ".mov"), ("h264", ".mkv"), ("h265", ".mp4"), ("av1", ".mp4"), ("av1", ".mkv")],
)
def test_pictures_copied_from_several_files_give_the_video_that_one_writer_gives(
    encoder: str, suffix: str, tmp_path: Path
) -> None:
    options = VideoOptions(encoder=encoder)
    parts = [range(30), range(30, 60), range(60, 90)]
    for number, part in enumerate(parts):
        write(tmp_path / f"{number}.mp4", part, options, fragments=True)
    copied, plain = tmp_path / f"copied{suffix}", tmp_path / f"plain{suffix}"
    with VideoWriter(copied, size=SIZE, source=facts(tmp_path), options=options) as writer:
        for number in range(len(parts)):
            for packet in encoded_packets(tmp_path / f"{number}.mp4"):
                writer.copy(packet)
    write(plain, range(90), options, fragments=False)
    one, other = read_back(copied), read_back(plain)
    assert one.times == other.times and len(one.times) == 90
    assert greys(copied) == pytest.approx([2 * number for number in range(90)], abs=4)
    with av.open(str(copied)) as first, av.open(str(plain)) as second:
        assert first.duration == second.duration
        assert first.streams.video[0].average_rate == second.streams.video[0].average_rate


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_video_in_fragments_survives_a_kill_but_for_its_last_second(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from app.video import SourceFacts, VideoWriter
path = Path(sys.argv[1])
facts = SourceFacts(path.with_name("x"), "video", 160, 120, frame_rate=Fraction(25), time_base=Fraction(1, 90000))
with VideoWriter(path, size=(160, 120), source=facts, fragments=True) as writer:
    for number in range(250):
        writer.write(np.full((120, 160, 3), number, np.uint8), Fraction(number, 25))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    path = tmp_path / "killed.mp4"
    killed = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    shown = sorted(round(packet.pts * packet.time_base * 25) for packet in encoded_packets(path))  # type: ignore[operator]
    assert shown[:150] == list(range(150)), "the encoder itself holds back up to two seconds"
    # A file that ends within a picture gives all pictures before it.
    path.write_bytes(path.read_bytes()[:-40])
    assert 100 < len(list(encoded_packets(path))) < len(shown)


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x20ftypisom"], ids=["empty", "without a header"])
def test_a_file_without_a_picture_gives_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").write_bytes(content)
    assert list(encoded_packets(tmp_path / "empty.mp4")) == []
