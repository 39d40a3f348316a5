"""Pictures and folders of pictures as sources."""

from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.errors import SourceError
from app.video import open_source, read_picture
from app.video.pictures import natural_key
from app.watch.frame_cursor import FrameCursor
from tests.video.heic import write_heic
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
    assert [(frame.index, frame.time, frame.name) for frame in frames] == [
        (0, Fraction(0), "1.png"),
        (2, Fraction(2, 25), "3.png"),
    ]
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 3]
    assert source.facts.file_names == ("1.png", "2.png", "3.png")
    assert source.damage == "2.png could not be read and was left out."
    (note,) = source.notes
    assert note.kind == "unreadable"
    assert [(place["frame"], place["file"]) for place in note.places] == [(1, "2.png")]


def test_the_picture_before_a_gap_is_the_one_that_is_shown_in_it(tmp_path: Path) -> None:
    for number in (1, 3):
        _save(tmp_path / f"{number}.png", np.full((10, 10, 3), number, np.uint8))
    (tmp_path / "2.png").write_bytes(b"no picture")
    (tmp_path / "4.png").write_bytes(b"")
    with open_source(tmp_path) as source:
        assert [frame.index for frame in source.frames(Fraction(1, 25))] == [0, 2]
        assert [frame.index for frame in source.frames(Fraction(9))] == [2]
        cursor = FrameCursor(source, lambda: True)
        shown = [cursor.at(Fraction(0)), cursor.step(1), cursor.step(-1), cursor.at(Fraction(1, 25))]
        assert [frame.index if frame is not None else None for frame in shown] == [0, 2, 0, 0]


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


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tiff", ".webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_exactly_once(orientation: int, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"phone{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = painted(96, 48)
    options: dict[str, Any] = {"lossless": True} if suffix == ".webp" else {}
    Image.fromarray(stored[:, :, ::-1]).save(path, exif=exif, **options)
    turns = {1: stored, 2: stored[:, ::-1], 3: stored[::-1, ::-1], 4: stored[::-1], 5: stored.transpose(1, 0, 2)}
    turns |= {6: np.rot90(stored, -1), 7: np.rot90(stored, 2).transpose(1, 0, 2), 8: np.rot90(stored, 1)}
    read = read_picture(path)
    assert read.shape == turns[orientation].shape
    assert np.abs(np.subtract(corners(read), corners(turns[orientation]))).max() <= 4


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("exif", [1, 6])
@pytest.mark.parametrize("name", ["phone.heic", "PHONE.HIF", "sent.jpg"])
def test_a_tiled_heic_is_read_whole_and_turned_once(turns: int, exif: int, name: str, tmp_path: Path) -> None:
    stored = painted(256, 128)
    path = write_heic(tmp_path / name, stored, 64, quarter_turns=turns, exif_orientation=exif)
    with open_source(path) as source:
        (frame,) = source.frames()
    wanted = np.rot90(stored, turns)
    assert source.facts.kind == "picture"
    assert frame.image.shape == wanted.shape
    assert np.abs(np.subtract(corners(frame.image), corners(wanted))).max() <= 4


def test_an_avif_is_read_and_turned_once(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = painted(96, 48)
    Image.fromarray(stored[:, :, ::-1]).save(tmp_path / "phone.avif", exif=exif, quality=95)  # is stored as irot
    read = read_picture(tmp_path / "phone.avif")
    wanted = np.rot90(stored, -1)
    assert read.shape == wanted.shape
    assert np.abs(np.subtract(corners(read), corners(wanted))).max() <= 6


def test_an_avif_with_the_general_brand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "general.avif"
    Image.fromarray(painted(96, 48)[:, :, ::-1]).save(path, quality=95)
    content = path.read_bytes()
    path.write_bytes(content[:8] + b"mif1" + content[12:])
    assert np.abs(np.subtract(corners(read_picture(path)), corners(painted(96, 48)))).max() <= 6


def test_a_folder_of_a_phone_is_a_folder_of_pictures(tmp_path: Path) -> None:
    for number in range(3):
        write_heic(tmp_path / f"IMG_{number}.HEIC", painted(64, 64, number), 64)
    with open_source(tmp_path) as source:
        assert [frame.name for frame in source.frames()] == ["IMG_0.HEIC", "IMG_1.HEIC", "IMG_2.HEIC"]
    assert source.damage is None


def test_hidden_files_and_companions_are_left_out_without_a_word(tmp_path: Path) -> None:
    for number in range(3):
        _save(tmp_path / f"{number}.png", np.full((10, 10, 3), number, np.uint8))
        (tmp_path / f"._{number}.png").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    for name in (".hidden.png", "Thumbs.db", ".DS_Store", "desktop.ini"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.png").mkdir()
    with open_source(tmp_path) as source:
        assert [frame.name for frame in source.frames()] == ["0.png", "1.png", "2.png"]
    assert (source.damage, source.notes, source.facts.frame_count) == (None, (), 3)


def test_a_name_that_is_not_text_can_be_written(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    try:
        _save(tmp_path / name, painted(8, 8))
    except OSError:
        pytest.skip("this system refuses such names")
    with open_source(tmp_path) as source:
        (frame,) = source.frames()
    frame.name.encode()


def test_pictures_of_several_sizes_keep_their_own_and_it_is_said(tmp_path: Path) -> None:
    for number, size in enumerate([(64, 48), (64, 48), (48, 64), (64, 48)]):
        _save(tmp_path / f"{number}.png", painted(*size))
    with open_source(tmp_path) as source:
        assert [frame.size for frame in source.frames()] == [(64, 48), (64, 48), (48, 64), (64, 48)]
    (note,) = source.notes
    assert note.kind == "size change"
    assert [(place["frame"], place["size"]) for place in note.places] == [(2, [48, 64]), (3, [64, 48])]


@pytest.mark.parametrize(
    ("suffix", "options"), [(".webp", {"lossless": True}), (".avif", {"quality": 95}), (".png", {})]
)
def test_an_animation_gives_its_pictures_at_their_times(suffix: str, options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / f"waving{suffix}"
    pictures = [Image.new("RGB", (64, 48), (50 * number, 0, 0)) for number in range(4)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[100, 200, 300, 100], **options)
    with open_source(path) as source:
        frames = list(source.frames())
        later = list(source.frames(Fraction(35, 100)))
    assert source.facts.kind == "video"
    assert [frame.time_s for frame in frames] == [0.0, 0.1, 0.3, 0.6]
    assert [round(int(frame.image[20, 20, 2]) / 50) for frame in frames] == [0, 1, 2, 3]
    assert [frame.index for frame in later] == [2, 3]


def test_pages_of_a_tiff_that_are_not_read_are_said(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (32, 24), (90 * number, 0, 0)) for number in range(3)]
    pages[0].save(tmp_path / "scan.tiff", save_all=True, append_images=pages[1:])
    with open_source(tmp_path / "scan.tiff") as source:
        (frame,) = source.frames()
    assert int(frame.image[0, 0, 2]) == 0
    (note,) = source.notes
    assert note.kind == "several pictures"
    assert note.places == ({"frame": 0, "file": "scan.tiff", "pictures": 3},)


@pytest.mark.parametrize("name", ["a.jxl", "a.cr2", "a.dng", "a.NEF"])
def test_a_picture_of_a_kind_that_cannot_be_read_says_what_to_do(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\xff\x0a")
    with pytest.raises(SourceError, match="which cannot be read") as caught:
        open_source(tmp_path / name)
    assert "JPEG" in caught.value.advice


def _empty_png(path: Path, width: int, height: int) -> Path:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    return path


def test_a_picture_that_would_fill_the_memory_is_refused_and_can_be_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _empty_png(tmp_path / "bomb.png", 30_000, 30_000)
    monkeypatch.delenv("HOPENET_MAX_MEGAPIXELS", raising=False)
    with pytest.raises(SourceError, match="30000×30000 pixels: 900 megapixels, and at most 128") as caught:
        open_source(path)
    assert "--max-megapixels 900" in caught.value.advice
    small = _save(tmp_path / "small.png", painted(1200, 1000))
    monkeypatch.setenv("HOPENET_MAX_MEGAPIXELS", "1")
    with pytest.raises(SourceError, match="2 megapixels, and at most 1 "):
        open_source(small)
    monkeypatch.setenv("HOPENET_MAX_MEGAPIXELS", "2")
    assert open_source(small).facts.size == (1200, 1000)


@pytest.mark.parametrize("suffix", [".avif", ".heic", ".jp2", ".jpg", ".png", ".tiff", ".webp"])
def test_a_damaged_picture_is_read_or_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"whole{suffix}"
    if suffix == ".heic":
        write_heic(path, painted(128, 64), 64)
    else:
        Image.fromarray(painted(96, 64)[:, :, ::-1]).save(path)
    whole = path.read_bytes()
    random = np.random.default_rng(5)
    for number in range(40):
        content = bytearray(whole[: int(random.integers(len(whole)))] if number % 2 else whole)
        for place in random.integers(max(1, len(content)), size=4) if content else ():
            content[place] ^= 1 << int(random.integers(8))
        damaged = tmp_path / f"damaged{suffix}"
        damaged.write_bytes(content)
        with suppress(SourceError), open_source(damaged) as source:
            for frame in source.frames():
                assert frame.image.ndim == 3
