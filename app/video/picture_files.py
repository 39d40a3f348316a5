"""Reads one picture file: JPEG, PNG, TIFF, WebP, HEIC, AVIF and others, upright, as BGR pixels."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import SourceError
from app.video.limits import check_pixels
from detectors import BgrImage

_PHONE_SUFFIXES = frozenset({".avif", ".avifs", ".heic", ".heics", ".heif", ".heifs", ".hif"})

PICTURE_SUFFIXES = _PHONE_SUFFIXES | {
    *(".bmp", ".dib", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm"),
    *(".tif", ".tiff", ".webp"),
}

_UNSUPPORTED = {
    ".jxl": "a JPEG XL picture",
    **dict.fromkeys(
        (".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"), "a camera's raw picture, before development"
    ),
}
"""Pictures that no library here can read, or that FFmpeg would take for the small preview inside."""

_FORMATS = ("AVIF", "BMP", "DIB", "GIF", "HEIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""What Pillow may take a file for. Others need programs of their own, or are not for photographs."""

_ANIMATED_FORMATS = frozenset({"AVIF", "WEBP"})
"""Formats whose several pictures are an animation. Those of TIFF are pages, those of HEIC a burst."""

_SEVERAL = _ANIMATED_FORMATS | {"HEIF", "PNG", "TIFF"}
"""Formats whose files may have pictures of equal rank. What a JPEG has beside its picture serves to show that one."""

UNREADABLE = (
    *(ArithmeticError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError, ValueError),
    *(struct.error, Image.DecompressionBombError),
)
"""What Pillow raises for files that it cannot decode."""


_MOST_BRANDS_BYTES = 128


class PictureFile(NamedTuple):
    """A decoded picture, and how many pictures its file has: more for pages of a TIFF, a burst, or an animation."""

    image: BgrImage
    pictures: int


def read_picture(path: Path) -> BgrImage:
    """A picture as BGR uint8 of shape (H, W, 3), read-only, rotated upright according to its metadata.

    Grey pictures get three equal channels, 16 bits become 8, and an alpha channel is dropped: what is stored under
    transparent parts shows. Of several pictures in one file, it is the first, or the one that the file calls its main
    picture. Raises SourceError if the file cannot be read, is not a picture, or is larger than `app.video.limits`
    allows.
    """
    return open_picture(path).image


def open_picture(path: Path) -> PictureFile:
    """As `read_picture`, with the number of pictures in the file."""
    packed = _bytes_of(path)
    try:
        with opened_by_pillow(packed) as header:
            check_pixels(path, *header.size)
            count = int(getattr(header, "n_frames", 1)) if header.format in _SEVERAL else 1
            # OpenCV would ignore the rotation of AVIF, and it cannot read HEIC.
            image = _decoded_by_pillow(header) if _is_phone_picture(packed) else None
    except SourceError:
        raise
    except UNREADABLE:
        image, count = None, 1
    if image is None:
        image = _decoded_by_opencv(packed)
    if image is None:
        raise SourceError(
            f"{path} cannot be read as a picture.", advice="It may be damaged, or a file of another type."
        )
    return PictureFile(image, count)


def check_supported(path: Path) -> None:
    """Raises SourceError if the file's extension is one of pictures that cannot be read."""
    kind = _UNSUPPORTED.get(path.suffix.lower())
    if kind is not None:
        raise SourceError(f"{path} is {kind}, which cannot be read.", advice="Save it as JPEG, PNG or TIFF.")


def is_animation(path: Path) -> bool:
    """Whether the file is an animated WebP or AVIF. False if it cannot be read."""
    try:
        with opened_by_pillow(_bytes_of(path)) as header:
            return header.format in _ANIMATED_FORMATS and int(getattr(header, "n_frames", 1)) > 1
    except UNREADABLE:
        return False


def is_animated_png(path: Path) -> bool:
    """Whether the file is a PNG with several pictures, which FFmpeg reads as a video."""
    try:
        with opened_by_pillow(_bytes_of(path)) as header:
            return header.format == "PNG" and int(getattr(header, "n_frames", 1)) > 1
    except UNREADABLE:
        return False


@contextmanager
def opened_by_pillow(packed: bytes) -> Iterator[Image.Image]:
    """The picture with its header read, but not its pixels. Raises one of `UNREADABLE` if it is not a picture."""
    _register_heic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # About damaged metadata, and about sizes, for which there is a limit here.
        try:
            with Image.open(BytesIO(packed), formats=["AVIF"] if _is_avif(packed) else _FORMATS) as image:
                yield image
        except UnidentifiedImageError as error:
            raise ValueError("not a picture") from error


def bgr_of(image: Image.Image) -> BgrImage:
    """The present picture of a Pillow image, upright, as read-only BGR pixels."""
    rgb = ImageOps.exif_transpose(image).convert("RGB")
    bgr = np.ascontiguousarray(np.asarray(rgb, np.uint8)[:, :, ::-1])
    bgr.flags.writeable = False
    return bgr


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"The picture {path} cannot be read: {error.strerror or error}.") from error


def _is_phone_picture(packed: bytes) -> bool:
    """Whether it is an HEIC or AVIF picture, whatever its extension. Source: ISO/IEC 14496-12, 4.3, the first box."""
    return packed[4:8] == b"ftyp"


def _is_avif(packed: bytes) -> bool:
    """Whether it is AVIF: the decoder of HEIC accepts its general brand `mif1`, but cannot decode it."""
    brands = packed[8 : min(int.from_bytes(packed[:4], "big"), _MOST_BRANDS_BYTES)]
    return _is_phone_picture(packed) and (b"avif" in brands or b"avis" in brands)


def _decoded_by_pillow(image: Image.Image) -> BgrImage:
    image.load()
    return bgr_of(image)


def _decoded_by_opencv(packed: bytes) -> BgrImage | None:
    try:
        decoded = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_COLOR) if packed else None
    except cv2.error:
        return None
    if decoded is None:
        return None
    picture = np.asarray(decoded, dtype=np.uint8)
    picture.flags.writeable = False
    return picture


@cache
def _register_heic() -> None:
    import pi_heif

    # The limit to the size is checked here, and it can be raised.
    Image.MAX_IMAGE_PIXELS = None
    pi_heif.register_heif_opener()
