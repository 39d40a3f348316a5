"""Writing single pictures, and choosing between picture and video."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.errors import OutputError, UsageError
from app.video import PictureWriter, SourceFacts, VideoWriter, open_sink, open_source, read_back, read_picture
from app.video.facts import SourceKind
from tests.video.videos import corners, painted


def _facts(kind: SourceKind) -> SourceFacts:
    return SourceFacts(Path("none"), kind, 64, 48, Fraction(25), Fraction(1, 25))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".webp", ".bmp", ".tiff"])
def test_the_extension_chooses_the_format_of_a_picture(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"Kopf ü{suffix}"
    image = painted(64, 48)
    with open_sink(path, source=_facts("picture")) as sink:
        sink.write(image, Fraction(0))
    assert isinstance(sink, PictureWriter)
    assert np.abs(np.subtract(corners(read_picture(path)), corners(image))).max() <= 4
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_an_error_inside_the_block_leaves_the_old_picture(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), PictureWriter(path) as writer:
        writer.write(painted(64, 48), Fraction(0))
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["face.png"]


def test_a_second_picture_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="can contain only one picture"),
        PictureWriter(tmp_path / "one.png") as writer,
    ):
        for _ in range(2):
            writer.write(painted(64, 48), Fraction(0))
    assert list(tmp_path.iterdir()) == []


def test_a_picture_may_become_a_video_of_one_frame(tmp_path: Path) -> None:
    picture = tmp_path / "face.png"
    picture.write_bytes(cv2.imencode(".png", painted(64, 48))[1].tobytes())
    video = tmp_path / "face.mp4"
    with open_source(picture) as source, open_sink(video, source=source.facts) as sink:
        for frame in source.frames():
            sink.write(frame.image, frame.time)
    record = read_back(video)
    assert record.times == (Fraction(0),)
    assert record.duration_s == pytest.approx(1 / 25, abs=1e-3)


def test_a_folder_becomes_a_video(tmp_path: Path) -> None:
    folder = tmp_path / "shots"
    folder.mkdir()
    for index in range(5):
        (folder / f"{index}.png").write_bytes(cv2.imencode(".png", painted(64, 48))[1].tobytes())
    video = tmp_path / "shots.mp4"
    with open_source(folder) as source, open_sink(video, source=source.facts) as sink:
        for frame in source.frames():
            sink.write(frame.image, frame.time)
    assert isinstance(sink, VideoWriter)
    assert read_back(video).times == tuple(Fraction(index, 25) for index in range(5))


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        pytest.param("out.png", "video", "the source is a video", id="a video into a picture"),
        pytest.param("out.png", "folder", "the source is a folder", id="a folder into a picture"),
        pytest.param("out.xyz", "video", "cannot be written", id="unknown extension"),
        pytest.param("out", "video", "has no extension", id="no extension"),
    ],
)
def test_a_source_that_does_not_match_the_extension_is_refused(
    name: str, kind: SourceKind, says: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=says):
        open_sink(tmp_path / name, source=_facts(kind))
