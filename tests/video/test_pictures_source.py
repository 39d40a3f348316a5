"""Pictures and folders of pictures as sources."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from app.errors import SourceError
from app.video import open_source, read_picture
from app.video.pictures import natural_key
from tests.video.videos import corners, painted

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def _save(path: Path, image: Pixels) -> Path:
    done, packed = cv2.imencode(path.suffix, image)
    assert done
    path.write_bytes(packed.tobytes())
    return path


def test_a_picture_is_one_frame(tmp_path: Path) -> None:
    image = painted(60, 40)
    with open_source(_save(tmp_path / "Zoë – 肖像.png", image)) as source:
        frames = list(source.frames())
    assert [(frame.index, frame.time) for frame in frames] == [(0, Fraction(0))]
    assert np.array_equal(frames[0].image, image)
    assert not frames[0].image.flags.writeable
    assert (source.facts.kind, source.facts.size, source.facts.frame_count) == ("picture", (60, 40), 1)


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        pytest.param(np.full((8, 8), 90, np.uint8), (90, 90, 90), id="grey"),
        pytest.param(np.full((8, 8, 3), 90 * 257, np.uint16), (90, 90, 90), id="16 bits"),
        pytest.param(np.full((8, 8, 4), (10, 20, 30, 128), np.uint8), (10, 20, 30), id="alpha"),
    ],
)
def test_every_kind_of_picture_becomes_bgr(image: Pixels, colour: tuple[int, int, int], tmp_path: Path) -> None:
    read = read_picture(_save(tmp_path / "kind.png", image))
    assert read.dtype == np.uint8
    assert read.shape == (8, 8, 3)
    assert tuple(read[3, 3]) == colour


def test_a_photograph_is_rotated_by_its_exif_tag(tmp_path: Path) -> None:
    path = _save(tmp_path / "phone.jpg", painted(96, 48))
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)  # orientation 6: rotate clockwise
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    content = path.read_bytes()
    path.write_bytes(content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:])
    read = read_picture(path)
    wanted = np.rot90(painted(96, 48), k=-1)
    assert read.shape == wanted.shape
    assert np.abs(np.subtract(corners(read), corners(wanted))).max() <= 4


def test_a_folder_is_read_in_natural_order_at_25_per_second(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        _save(tmp_path / f"shot{number}.png", np.full((10, 10, 3), number, np.uint8))
    (tmp_path / "readme.txt").write_text("not a picture")
    with open_source(tmp_path) as source:
        frames = list(source.frames())
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2, 10]
    assert [frame.time for frame in frames] == [Fraction(0), Fraction(1, 25), Fraction(2, 25)]
    assert (source.facts.kind, source.facts.frame_count, source.damage) == ("folder", 3, None)


def test_a_damaged_picture_of_a_folder_is_left_out_and_named(tmp_path: Path) -> None:
    for number in (1, 3):
        _save(tmp_path / f"{number}.png", np.full((10, 10, 3), number, np.uint8))
    (tmp_path / "2.png").write_bytes(b"no picture")
    with open_source(tmp_path) as source:
        frames = list(source.frames())
    assert [frame.index for frame in frames] == [0, 1]
    assert source.damage == "2.png could not be read and was left out."


@pytest.mark.parametrize("content", [b"", b"hello, I am text"], ids=["empty", "text"])
def test_a_file_that_is_not_a_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read as a picture"):
        open_source(path)


def test_natural_order_counts_digits_as_numbers() -> None:
    names = ["a10.png", "a9.png", "A1.png", "9.png", "b.png", "a1b2.png"]
    assert sorted(names, key=lambda name: natural_key(Path(name))) == [
        "9.png",
        "A1.png",
        "a1b2.png",
        "a9.png",
        "a10.png",
        "b.png",
    ]
