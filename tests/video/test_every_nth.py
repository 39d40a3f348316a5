"""Every n-th frame of a video: the same frames as in a reading of all, without decoding all."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.frames import Frame
from app.video.conversion import ToBgr
from app.video.reading import DecodingPass
from app.video.video_file import VideoFile
from tests.video.videos import Picture

COUNT = 100
Seen = list[tuple[int, Fraction, int, bool]]

KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "reordered pictures": ("a.mp4", "libx264", {"g": "24", "bf": "3"}),
    "one keyframe": ("b.mp4", "libx264", {"g": "1000", "bf": "2"}),
    "many keyframes": ("c.mkv", "libx264", {"g": "8", "bf": "0"}),
    "pyramid of references": ("d.mp4", "libx264", {"g": "60", "bf": "4", "x264-params": "b-pyramid=normal:open-gop=1"}),
    "a clock with any start": ("e.ts", "libx264", {"g": "12", "bf": "2"}),
    "HEVC": ("f.mp4", "libx265", {"x265-params": "keyint=40:bframes=3:log-level=none"}),
    "MPEG-4": ("g.mp4", "mpeg4", {"g": "12", "bf": "2"}),
    "open groups": ("h.mpg", "mpeg2video", {"g": "12", "bf": "2"}),
    "hidden pictures": ("i.webm", "libvpx", {"g": "12"}),
    "no times in the file": ("j.avi", "mpeg4", {"g": "12"}),
}


def pictures(count: int = COUNT) -> Iterator[Picture]:
    """A bright square that moves over a pattern, so that each picture differs from its neighbours."""
    pattern = np.random.default_rng(1).integers(0, 80, (48, 96, 3), np.uint8)
    for index in range(count):
        picture = pattern.copy()
        left = 4 + (3 * index) % 70
        picture[12:36, left : left + 20] += np.uint8(120)
        yield picture


def made(folder: Path, kind: str) -> Path:
    name, codec, options = KINDS[kind]
    with av.open(str(folder / name), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 48, "yuv420p"
        for picture in pictures():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return folder / name


def seen(frames: Iterable[Frame]) -> Seen:
    return [(frame.index, frame.time, zlib.crc32(frame.image.tobytes()), frame.damaged) for frame in frames]


@pytest.mark.parametrize("kind", KINDS)
def test_every_nth_frame_is_that_of_a_reading_of_all(kind: str, tmp_path: Path) -> None:
    with VideoFile(made(tmp_path, kind)) as video:
        whole, damage = seen(video.frames()), video.damage
        assert len(whole) == COUNT
        for n in (2, 5, 7, 45, 99):
            for start in (Fraction(0), Fraction(1, 2), whole[61][1]):
                found = [one for one in seen(video.every_nth(n, start)) if one[1] >= start]
                assert found == [one for one in whole if one[0] % n == 0 and one[1] >= start], (n, float(start))
                assert video.damage == damage


@pytest.mark.parametrize("hurt", [9, 10, 31])
def test_damage_between_the_frames_is_found_and_numbers_stay_those_of_the_decoder(hurt: int, tmp_path: Path) -> None:
    path = made(tmp_path, "reordered pictures")
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size, bytes(packet)) for packet in container.demux(video=0) if packet.size]
    place, size, _ = packets[hurt]
    content = bytearray(path.read_bytes())
    assert place is not None
    content[place + size // 2 : place + size] = bytes(size - size // 2)
    path.write_bytes(content)
    with VideoFile(path) as video:
        whole = seen(video.frames())
        found = seen(video.every_nth(3))
        # A picture that no measured frame needs may be broken without a difference; the others are as ever.
        assert [one[:3] for one in found] == [one[:3] for one in whole if one[0] % 3 == 0]


def test_frames_that_are_not_asked_for_are_neither_converted_nor_decoded_if_none_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path, "reordered pictures")
    converted, decoded = [], []
    convert, shown = ToBgr.__call__, DecodingPass.frames

    def noted(self: ToBgr, picture: av.VideoFrame) -> Picture:
        converted.append(picture.pts)
        return convert(self, picture)

    def counted(self: DecodingPass) -> Iterator[object]:
        for one in shown(self):
            decoded.append(one.ticks)
            yield one

    with VideoFile(path) as video:
        video.times()
        monkeypatch.setattr(ToBgr, "__call__", noted)
        monkeypatch.setattr(DecodingPass, "frames", counted)
        assert len(list(video.every_nth(10))) == 10
    assert len(converted) == 10
    assert len(decoded) < 0.8 * COUNT


def test_a_frame_far_away_is_decoded_from_its_own_keyframe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[object] = []
    shown = DecodingPass.frames

    def counted(self: DecodingPass) -> Iterator[object]:
        for one in shown(self):
            decoded.append(one.ticks)
            yield one

    with VideoFile(made(tmp_path, "many keyframes")) as video:
        video.times()
        monkeypatch.setattr(DecodingPass, "frames", counted)
        assert [frame.index for frame in video.every_nth(47)] == [0, 47, 94]
    assert len(decoded) < 0.4 * COUNT
