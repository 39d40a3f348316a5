"""What a written video takes over from its source beside pictures and sound."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from app.video import Sink, VideoOptions, open_sink, open_source, read_back
from app.video.carried import shifted_timecode
from tests.video.videos import make_video, painted

NTSC = Fraction(30000, 1001)


def _source(path: Path) -> Path:
    """Three seconds with a date, a place, a timecode, two chapters and, in Matroska, subtitles."""
    with av.open(str(path), "w") as container:
        container.metadata.update(
            {"creation_time": "2024-05-01T10:00:00.000000Z", "title": "Interview", "location": "+52+13/"}
        )
        video = container.add_stream("libx264", rate=25)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.metadata["timecode"] = "10:00:00:00"
        chapters: list[Any] = [
            {"id": number, "start": start, "end": end, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
            for number, (start, end, title) in enumerate([(0, 1500, "One"), (1500, 3000, "Two")])
        ]
        container.set_chapters(chapters)
        text = container.add_mux_stream("subrip") if path.suffix == ".mkv" else None
        for index in range(75):
            frame = av.VideoFrame.from_ndarray(painted(64, 48, index % 30), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(video.encode(frame))
        if text is not None:
            packet = av.Packet(b"Hello")
            packet.stream, packet.pts, packet.dts, packet.duration = text, 500, 500, 1000
            packet.time_base = Fraction(1, 1000)
            container.mux(packet)
        container.mux(video.encode(None))
    return path


def _export(video: Path, output: Path, since: Fraction = Fraction(0), **options: Any) -> Sink:
    with (
        open_source(video) as source,
        open_sink(output, source=source.facts, options=VideoOptions(**options), since=since) as sink,
    ):
        for frame in source.frames(since):
            if frame.time >= since:
                sink.write(frame.image, frame.time)
    return sink


def _tags(path: Path) -> tuple[dict[str, str], str | None, list[tuple[str, float, float]]]:
    with av.open(str(path)) as container:
        own = {name.lower(): text for name, text in container.metadata.items()}
        of_track = {name.lower(): text for name, text in container.streams.video[0].metadata.items()}
        chapters = [
            (
                each["metadata"]["title"],
                float(each["start"] * each["time_base"]),
                float(each["end"] * each["time_base"]),
            )
            for each in container.chapters()
            if each["time_base"] is not None
        ]
    return own, of_track.get("timecode"), chapters


@pytest.mark.parametrize("written", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("read", [".mp4", ".mov", ".mkv"])
def test_title_date_timecode_and_chapters_are_taken_over(read: str, written: str, tmp_path: Path) -> None:
    output = tmp_path / f"out{written}"
    sink = _export(_source(tmp_path / f"in{read}"), output)
    own, timecode, chapters = _tags(output)
    assert own["creation_time"].startswith("2024-05-01T10:00:00")
    assert own["title"] == "Interview"
    assert "location" not in own
    assert timecode == "10:00:00:00"
    assert chapters == [("One", 0, 1.5), ("Two", 1.5, 3)]
    said = "The written video does not have 1 subtitle track of the source."
    assert [note.sentence for note in sink.notes] == ([said] if read == ".mkv" else [])
    assert len(read_back(output).times) == 75


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_timecode_and_chapters_start_with_the_part_that_is_written(suffix: str, tmp_path: Path) -> None:
    output = tmp_path / f"out{suffix}"
    _export(_source(tmp_path / "in.mov"), output, since=Fraction(2))
    _, timecode, chapters = _tags(output)
    assert timecode == "10:00:02:00"
    assert chapters == [("Two", 0, 1)]


def test_metadata_can_be_left_out(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    _export(_source(tmp_path / "in.mov"), output, metadata=False)
    own, timecode, chapters = _tags(output)
    assert not {"title", "creation_time"} & own.keys()
    assert (timecode, chapters) == (None, [])


@pytest.mark.parametrize("timecode", ["10:00:00:99", "now", ""])
def test_a_timecode_that_is_none_does_not_cost_the_video(timecode: str, tmp_path: Path) -> None:
    video, output = make_video(tmp_path / "in.mkv", ticks=range(5)), tmp_path / "out.mov"
    tagged = tmp_path / "tagged.mkv"
    with av.open(str(video)) as before, av.open(str(tagged), "w") as after:
        track = after.add_stream_from_template(before.streams.video[0], opaque=True)
        track.metadata["timecode"] = timecode
        for packet in before.demux(video=0):
            if packet.size:
                packet.stream = track
                after.mux(packet)
    _export(tagged, output)
    assert len(read_back(output).times) == 5
    assert _tags(output)[1] is None


@pytest.mark.parametrize(
    ("timecode", "since", "rate", "later"),
    [
        pytest.param("01:00:00:00", Fraction(1, 2), Fraction(24), "01:00:00:12", id="half a second at 24"),
        pytest.param("23:59:59:24", Fraction(1, 25), Fraction(25), "00:00:00:00", id="past midnight"),
        pytest.param("00:00:59:29", 1 / NTSC, NTSC, "00:01:00:00", id="29.97 without dropping"),
        pytest.param("00:00:59;29", 1 / NTSC, NTSC, "00:01:00;02", id="29.97 drops two numbers"),
        pytest.param("00:09:59;29", 1 / NTSC, NTSC, "00:10:00;00", id="29.97 keeps the tenth minute"),
        pytest.param("00:00:00;00", Fraction(600), NTSC, "00:10:00;00", id="ten minutes at 29.97"),
        pytest.param("00:00:59;59", 1 / (2 * NTSC), 2 * NTSC, "00:01:00;04", id="59.94 drops four numbers"),
        pytest.param("10:00:00:25", Fraction(0), Fraction(25), None, id="no such frame"),
        pytest.param("10:00:00:00", Fraction(0), Fraction(1000), None, id="too many frames in a second"),
    ],
)
def test_a_timecode_goes_on(timecode: str, since: Fraction, rate: Fraction, later: str | None) -> None:
    assert shifted_timecode(timecode, since, rate) == later
