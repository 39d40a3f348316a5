"""Videos that are not what their header promises: shapes, clocks, damage and repeated pictures."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.context import Flags as CodecFlags

from app.frames import Frame
from app.video import Thumbnails, VideoWriter, open_source, what_is_unusual
from app.video.clock import SteadyClock
from app.video.facts import Source
from tests.video.test_video_source import TURNS, set_matrix
from tests.video.videos import corners, make_video, painted

MILLISECOND = Fraction(1, 1000)


def _kinds(source: Source) -> list[str]:
    return [note.kind for note in source.notes]


def _frames(video: Path, start: Fraction = Fraction(0)) -> tuple[list[Frame], Source]:
    with open_source(video) as source:
        return list(source.frames(start)), source


def _close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], levels: int = 8) -> bool:
    return bool(np.abs(np.subtract(found, wanted)).max() <= levels)


def _anamorphic(path: Path, size: tuple[int, int], aspect: Fraction, pictures: int = 5) -> Path:
    """A video of pixels with this shape. What it shows is the painted picture."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.codec_context.sample_aspect_ratio = aspect
        for index in range(pictures):
            frame = av.VideoFrame.from_ndarray(painted(*size, shade=index), format="bgr24")
            frame.pts = index
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


def _rewritten(video: Path, change: Callable[[int, bytearray], None], target: Path | None = None) -> Path:
    """The video with its packets' bytes changed: `change` gets each packet's number and bytes."""
    target = target or video.with_name(f"changed{video.suffix}")
    with av.open(str(video)) as source, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(source.streams.video[0])):
            if not packet.size:
                continue
            content = bytearray(bytes(packet))
            change(number, content)
            changed = av.Packet(bytes(content))
            changed.pts, changed.dts, changed.time_base = packet.pts, packet.dts, packet.time_base
            changed.is_keyframe, changed.stream = packet.is_keyframe, stream
            output.mux(changed)
    return target


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize(
    ("aspect", "size"),
    [
        pytest.param(Fraction(2), (192, 96), id="wide pixels"),
        pytest.param(Fraction(1, 2), (96, 192), id="tall pixels"),
        pytest.param(Fraction(64, 45), (136, 96), id="PAL 16:9"),
        pytest.param(Fraction(400, 401), (96, 96), id="nearly square"),
        pytest.param(Fraction(1, 20), (96, 96), id="nonsense"),
    ],
)
def test_frames_have_square_pixels(suffix: str, aspect: Fraction, size: tuple[int, int], tmp_path: Path) -> None:
    video = _anamorphic(tmp_path / f"anamorphic{suffix}", (96, 96), aspect)
    frames, source = _frames(video)
    assert {frame.size for frame in frames} == {size} == {source.facts.size}
    assert _close(corners(frames[0].image), corners(painted(*size)))
    assert source.facts.stored_size == (96, 96)
    changes = size != (96, 96)
    assert source.facts.stored_pixel_aspect == (aspect if changes else 1)
    assert ("pixel aspect" in _kinds(source)) == (changes or aspect < Fraction(1, 8))
    small = Thumbnails(source, 48).at(0)
    assert small is not None
    assert small.shape == (round(48 * size[1] / size[0]), 48, 3)


def test_the_written_video_of_an_anamorphic_one_has_its_shape_in_square_pixels(tmp_path: Path) -> None:
    frames, source = _frames(_anamorphic(tmp_path / "anamorphic.mp4", (96, 96), Fraction(2)))
    output = tmp_path / "out.mp4"
    with VideoWriter(output, size=source.facts.size, source=source.facts) as writer:
        for frame in frames:
            writer.write(frame.image, frame.time)
    with av.open(str(output)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (192, 96)
        assert stream.sample_aspect_ratio in (None, 1)


def _joined(path: Path, *parts: tuple[int, int]) -> Path:
    """One Matroska video of VP8 parts with these sizes, ten pictures each."""
    with av.open(str(path), "w") as output:
        stream = None
        for place, size in enumerate(parts):
            part = make_video(path.with_name(f"part{place}.mkv"), size=size, ticks=range(10), codec="libvpx")
            with av.open(str(part)) as source:
                stream = stream or output.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.dts is not None:
                        shift = round(place * Fraction(10, 25) / packet.time_base)
                        packet.pts, packet.dts = (packet.pts or 0) + shift, packet.dts + shift
                        packet.stream = stream
                        output.mux(packet)
    return path


def test_each_picture_keeps_its_own_shape_and_the_change_is_noted(tmp_path: Path) -> None:
    frames, source = _frames(_joined(tmp_path / "turned.mkv", (96, 64), (64, 96)))
    assert [frame.size for frame in frames] == [(96, 64)] * 10 + [(64, 96)] * 10
    assert _close(corners(frames[15].image), corners(painted(64, 96, shade=5)), levels=20)
    (note,) = source.notes
    assert note.kind == "size change"
    assert note.places == ({"frame": 10, "time_s": 0.4, "size_before": [96, 64], "size": [64, 96]},)
    late, source = _frames(tmp_path / "turned.mkv", Fraction(15, 25))
    assert [frame.size for frame in late] == [(64, 96)] * 5
    # The source's own size is that of its first frame, so a reading that begins in another shape says so.
    assert [note.places for note in source.notes] == [
        ({"frame": 15, "time_s": 0.6, "size_before": [96, 64], "size": [64, 96]},)
    ]


def test_a_picture_of_another_size_has_a_thumbnail_in_its_own_shape(tmp_path: Path) -> None:
    with open_source(_joined(tmp_path / "turned.mkv", (96, 64), (64, 96))) as source:
        thumbnails = Thumbnails(source, 48)
        small = thumbnails.at(0.76)
        thumbnails.close()
    assert small is not None
    assert small.shape == (32, 48, 3)
    assert small[:, :10].max() < 8
    assert small[:, 20:28].max() > 100


def test_two_recordings_in_one_file_follow_each_other(tmp_path: Path) -> None:
    part = make_video(tmp_path / "part.ts", ticks=range(50), tone="mp2", tone_s=2.0)
    twice = tmp_path / "twice.ts"
    twice.write_bytes(part.read_bytes() * 2)
    frames, source = _frames(twice)
    start = frames[0].time
    assert [frame.time - start for frame in frames] == [Fraction(index, 25) for index in range(100)]
    assert source.facts.frame_count == 100
    assert source.facts.end == start + 4
    assert not any(frame.damaged for frame in frames)
    (note,) = source.notes
    assert note.kind == "clock jump"
    assert note.places[0]["time_s"] == pytest.approx(float(start) + 2)
    assert [frame.index for frame in _frames(twice, start + 3)[0]] == list(range(75, 100))


@pytest.mark.parametrize(
    ("times", "wanted", "jumps"),
    [
        pytest.param([0, 1, 2, 0, 1, 2], [0, 1, 2, 3, 4, 5], 1, id="starts again"),
        pytest.param([5, 6, 900, 901], [5, 6, 7, 8], 1, id="leaps ahead"),
        pytest.param([5, 6, 8, 11], [5, 6, 8, 11], 0, id="pauses"),
        pytest.param([7, 8, 0, 9.5, 10], [7, 8, 9, 9.5, 10], 0, id="one wrong time"),
        pytest.param([0, 1, 2, 0, 1, 0, 1], [0, 1, 2, 3, 4, 5, 6], 2, id="starts twice again"),
    ],
)
def test_a_clock_goes_on_where_it_jumps(times: list[float], wanted: list[float], jumps: int) -> None:
    clock = SteadyClock(restarts=True)
    assert [float(clock.steady(Fraction(time), Fraction(1))) for time in times] == wanted
    assert len(clock.jumps) == jumps


def test_sound_follows_the_jump_of_the_picture() -> None:
    clock = SteadyClock(restarts=True, known=[Fraction(3)])
    assert [clock.steady(Fraction(time), Fraction(1, 50)) for time in (2, Fraction(5, 2), Fraction(1, 5))] == [
        *(2, Fraction(5, 2)),
        Fraction(16, 5),
    ]


def test_a_long_pause_is_a_pause_in_a_container_with_one_clock(tmp_path: Path) -> None:
    video = make_video(tmp_path / "pause.mkv", ticks=[0, 40, 60_000, 60_040], time_base=MILLISECOND)
    frames, source = _frames(video)
    assert [frame.time for frame in frames] == [0, 40 * MILLISECOND, 60, 60 + 40 * MILLISECOND]
    assert source.notes == ()


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".mp4"])
def test_a_clock_that_begins_late_begins_at_zero(suffix: str, tmp_path: Path) -> None:
    video = make_video(
        tmp_path / f"late{suffix}", ticks=range(5_000_000, 5_002_000, 40), time_base=MILLISECOND, rate=Fraction(25)
    )
    frames, source = _frames(video)
    assert [float(frame.time) for frame in frames] == pytest.approx([index / 25 for index in range(50)], abs=1e-3)
    assert float(source.facts.origin) == pytest.approx(5000, abs=3)
    assert source.facts.duration_s == pytest.approx(2, abs=0.05)
    assert source.facts.end == pytest.approx(Fraction(2), abs=0.05)
    assert source.facts.frame_count == 50
    assert _kinds(source) == ([] if suffix == ".ts" else ["clock start"])


def test_the_last_picture_of_a_variable_rate_counts(tmp_path: Path) -> None:
    video = make_video(
        tmp_path / "vary.mp4", ticks=[0, 1, 2, 4, 5, 8, 9, 12, 20, 21, 33], rate=Fraction(25), codec_options={"bf": "2"}
    )
    frames, source = _frames(video)
    assert source.facts.end is not None
    assert source.facts.end > frames[-1].time == Fraction(33, 25)
    assert [frame.index for frame in _frames(video, Fraction(33, 25))[0]] == [10]


@pytest.mark.parametrize("still_first", [False, True], ids=["still within", "still beginning"])
def test_an_empty_packet_repeats_the_picture_before_it(still_first: bool, tmp_path: Path) -> None:
    empty = {1, 2, 3} if still_first else {3, 4, 9}
    ticks = range(10)
    video = _rewritten(
        make_video(tmp_path / "moving.nut", codec="mpeg4", ticks=ticks),
        lambda number, content: content.clear() if number in empty else None,
    )
    with av.open(str(video)) as container:
        assert sum(not packet.size for packet in list(container.demux(video=0))[:-1]) == 3
    frames, source = _frames(video)
    assert [frame.time for frame in frames] == [Fraction(index, 25) for index in ticks]
    same = [np.array_equal(one.image, other.image) for one, other in itertools.pairwise(frames)]
    assert same == [index in empty for index in ticks[1:]]
    assert what_is_unusual(source) is None


def _lossy(video: Path, share: float, seed: int) -> Path:
    chance = random.Random(seed)
    content = video.read_bytes()
    packets = [content[place : place + 188] for place in range(0, len(content), 188)]
    kept = [packet for place, packet in enumerate(packets) if place < 40 or chance.random() > share]
    target = video.with_name("lossy.ts")
    target.write_bytes(b"".join(kept))
    return target


_PIXELS = {"mjpeg": "yuvj420p", "qtrle": "rgb24"}


def _noisy(path: Path, codec: str = "libx264", pictures: int = 60, options: dict[str, str] | None = None) -> Path:
    """A video whose pictures are too different for packets to be small."""
    pixels = np.random.default_rng(1).integers(0, 255, (pictures, 12, 16, 3)).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 256, 192, _PIXELS.get(codec, "yuv420p")
        for index, small in enumerate(pixels):
            frame = av.VideoFrame.from_ndarray(np.kron(small, np.ones((16, 16, 1), np.uint8)), format="bgr24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _decoded_one_by_one(video: Path) -> list[tuple[int | None, bool]]:
    """What FFmpeg decodes with one thread: each picture's time and its mark."""
    found: list[tuple[int | None, bool]] = []
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        if stream.codec_context.name == "hevc":
            stream.codec_context.flags |= CodecFlags.output_corrupt
        for packet in container.demux(stream):
            try:
                found += [(picture.pts, picture.is_corrupt) for picture in stream.decode(packet)]
            except av.error.FFmpegError:
                continue
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_picture_of_a_lossy_stream_is_read_and_the_hurt_ones_are_marked(seed: int, tmp_path: Path) -> None:
    video = _lossy(_noisy(tmp_path / "clean.ts"), 0.03, seed)
    frames, source = _frames(video)
    wanted = _decoded_one_by_one(video)
    assert [frame.damaged for frame in frames] == [damaged for _, damaged in wanted]
    assert any(frame.damaged for frame in frames)
    (note,) = (note for note in source.notes if note.kind == "damaged frames")
    assert note.sentence.startswith(f"{sum(damaged for _, damaged in wanted)} frame")
    assert note.places[0]["frame"] == [damaged for _, damaged in wanted].index(True)


@pytest.mark.parametrize("hurt", [20, 55, 57, 59])
@pytest.mark.parametrize("codec", ["libx264", "mpeg4", "mjpeg", "mpeg2video"])
def test_good_pictures_around_a_broken_one_are_kept(codec: str, hurt: int, tmp_path: Path) -> None:
    def damage(number: int, content: bytearray) -> None:
        if number == hurt:
            content[8:] = random.Random(1).randbytes(len(content) - 8)

    video = _rewritten(_noisy(tmp_path / "clean.mkv", codec, options={"bf": "0"}), damage)
    frames, source = _frames(video)
    wanted = _decoded_one_by_one(video)
    assert [frame.damaged for frame in frames] == [damaged for _, damaged in wanted]
    assert len(frames) >= 58
    assert what_is_unusual(source) is not None


def test_a_video_whose_only_keyframe_is_hurt_gives_what_is_left(tmp_path: Path) -> None:
    def damage(number: int, content: bytearray) -> None:
        if number == 0:
            content[len(content) // 8 :] = bytes(len(content) - len(content) // 8)

    video = _rewritten(_noisy(tmp_path / "clean.mkv", options={"bf": "0"}), damage)
    frames, source = _frames(video)
    assert len(frames) >= 55
    assert frames[0].damaged
    assert "damaged frames" in _kinds(source)


@pytest.mark.parametrize("suffix", [".mkv", ".avi", ".flv", ".mp4", ".asf"])
def test_a_file_that_lacks_its_last_bytes_says_so(suffix: str, tmp_path: Path) -> None:
    codec = {".avi": "mpeg4", ".asf": "mpeg4"}.get(suffix, "libx264")
    options = {"movflags": "+faststart"} if suffix == ".mp4" else {}
    whole = make_video(tmp_path / f"whole{suffix}", codec=codec, ticks=range(50), options=options)
    frames, source = _frames(whole)
    assert (len(frames), what_is_unusual(source)) == (50, None)
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole.read_bytes()[:-40])
    frames, source = _frames(cut)
    assert len(frames) >= 47
    assert source.damage is not None
    assert source.damage.startswith("The video breaks off after ")


def _all_marked_as_keys(video: Path) -> Path:
    target = video.with_name(f"keys{video.suffix}")
    with av.open(str(video)) as source, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.is_keyframe, packet.stream = True, stream
                output.mux(packet)
    return target


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda folder: _noisy(folder / "a.mp4", options={"x264-params": "intra-refresh=1:keyint=12"}),
                     id="refreshed in stripes"),
        pytest.param(lambda folder: _noisy(folder / "a.mp4", options={"x264-params": "open-gop=1:keyint=12:bframes=3"}),
                     id="open groups"),
        pytest.param(lambda folder: _all_marked_as_keys(_noisy(folder / "a.mkv", "mpeg4", options={"g": "12"})),
                     id="every packet marked as a key"),
        pytest.param(lambda folder: _noisy(folder / "a.mov", "qtrle"), id="screen recorder"),
        pytest.param(lambda folder: _noisy(folder / "a.ts", options={"g": "12"}), id="transport stream"),
    ],
)  # fmt: skip
def test_seeking_gives_the_pixels_of_a_whole_reading(make: Callable[[Path], Path], tmp_path: Path) -> None:
    with open_source(make(tmp_path)) as source:
        whole = list(source.frames())
        for number in (14, 31, 50):
            part = list(source.frames(whole[number].time))
            assert [frame.index for frame in part] == list(range(number, 60))
            assert all(np.array_equal(a.image, b.image) for a, b in zip(part, whole[number:], strict=True))


def test_a_palette_that_comes_first_holds_after_seeking(tmp_path: Path) -> None:
    video = tmp_path / "palette.avi"
    with av.open(str(video), "w") as container:
        stream = container.add_stream("rawvideo", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "pal8"
        for index in range(20):
            indices = np.full((48, 64), index, np.uint8)
            palette = np.stack([np.full(256, 255), *(np.roll(np.arange(256), shift) for shift in (3, 60, 120))], axis=1)
            frame = av.VideoFrame.from_ndarray((indices, palette.astype(np.uint8)), format="pal8")  # type: ignore[arg-type]
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with open_source(video) as source:
        whole = list(source.frames())
        part = list(source.frames(Fraction(12, 25)))
    assert len(whole) == 20
    assert all(np.array_equal(a.image, b.image) for a, b in zip(part, whole[12:], strict=True))


def test_a_video_that_begins_within_a_group_of_pictures_says_what_it_leaves_out(tmp_path: Path) -> None:
    whole = _noisy(tmp_path / "whole.ts", options={"g": "30", "bf": "0"})
    content = whole.read_bytes()
    packets = len(content) // 188
    cut = tmp_path / "cut.ts"
    cut.write_bytes(content[: 3 * 188] + content[packets // 4 * 188 :])
    frames, source = _frames(cut)
    assert len(frames) == 30
    assert "unreadable" in _kinds(source)


def test_other_video_tracks_are_named(tmp_path: Path) -> None:
    video = tmp_path / "two.mkv"
    with av.open(str(video), "w") as container:
        streams = [container.add_stream("libx264", rate=25) for _ in range(2)]
        for stream in streams:
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(5):
            for stream in streams:
                frame = av.VideoFrame.from_ndarray(painted(64, 48), format="bgr24")
                frame.pts = index
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    frames, source = _frames(video)
    assert len(frames) == 5
    assert _kinds(source) == ["tracks left out"]


def test_nothing_is_unusual_about_an_ordinary_video(tmp_path: Path) -> None:
    for name, codec in (("a.mp4", "libx264"), ("a.avi", "mpeg4"), ("a.mpg", "mpeg2video"), ("a.webm", "libvpx")):
        frames, source = _frames(make_video(tmp_path / name, codec=codec, ticks=range(40)))
        assert (len(frames), what_is_unusual(source)) == (40, None)


def test_an_anamorphic_video_of_a_turned_phone_is_upright_with_square_pixels(tmp_path: Path) -> None:
    video = _anamorphic(tmp_path / "turned.mp4", (96, 96), Fraction(2))
    set_matrix(video, *TURNS[90])
    frames, source = _frames(video)
    assert {frame.size for frame in frames} == {(96, 192)} == {source.facts.size}
    assert _close(corners(frames[0].image), corners(np.rot90(painted(192, 96), k=-1)))
    assert (source.facts.stored_size, source.facts.stored_pixel_aspect) == ((96, 96), Fraction(2))


def test_pixels_that_change_their_shape_midway_stay_square(tmp_path: Path) -> None:
    parts = [_anamorphic(tmp_path / f"{place}.ts", (96, 96), Fraction(aspect)) for place, aspect in enumerate((1, 2))]
    video = tmp_path / "changes.ts"
    video.write_bytes(b"".join(part.read_bytes() for part in parts))
    frames, source = _frames(video)
    assert [frame.size for frame in frames] == [(96, 96)] * 5 + [(192, 96)] * 5
    assert _close(corners(frames[9].image), corners(painted(192, 96, shade=4)))
    assert _kinds(source) == ["clock jump", "size change"]


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_pictures_that_are_stored_in_another_order_come_evenly_from_avi(codec: str, tmp_path: Path) -> None:
    """AVI has no times at which pictures are shown, and those that FFmpeg guesses are in another order."""
    video = make_video(tmp_path / "video.avi", codec=codec, codec_options={"bf": "2", "g": "12"}, ticks=range(30))
    frames, source = _frames(video)
    start = frames[0].time
    assert [frame.time - start for frame in frames] == [number * Fraction(1, 25) for number in range(30)]
    assert not source.notes
    late, _ = _frames(video, Fraction(3, 5))
    assert [(frame.index, frame.time) for frame in late] == [(f.index, f.time) for f in frames[late[0].index :]]
    assert late[0].time <= Fraction(3, 5) < late[1].time
