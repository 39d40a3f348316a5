"""Decoded pictures that a video can be written from as they are: copied, with some areas replaced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from app.video.colour import PIXEL_FORMAT, matrix_of
from app.video.hdr import is_sdr
from app.video.orientation import Orientation
from app.video.shape import Shape
from detectors import BgrImage


class Rectangle(Protocol):
    """An area of a picture in whole pixels: (x1, y1) inside, (x2, y2) outside."""

    @property
    def x1(self) -> int: ...

    @property
    def y1(self) -> int: ...

    @property
    def x2(self) -> int: ...

    @property
    def y2(self) -> int: ...


def is_writable(picture: VideoFrame, shape: Shape) -> bool:
    """Whether a written video of the picture's size and matrix may have its pixels as they are.

    It has the size of its frame, upright, with square pixels; it is in 8 bits, 4:2:0, limited range, and its matrix is
    BT.601 or BT.709.
    """
    width, height = picture.width, picture.height
    if picture.format.name != PIXEL_FORMAT or width % 2 or height % 2:
        return False
    if shape.square != (width, height) or shape.orientation != Orientation() or not is_sdr(picture):
        return False
    if picture.color_range not in (ColorRange.UNSPECIFIED, ColorRange.MPEG):
        return False
    return matrix_of(picture) is not None and all(plane.line_size >= plane.width for plane in picture.planes)


class Overwriting:
    """Replaces areas of decoded pictures that have this matrix. Thread: one at a time."""

    def __init__(self, matrix: Colorspace) -> None:
        self._matrix = matrix
        self._reformatter = VideoReformatter()

    def __call__(self, decoded: VideoFrame, image: BgrImage, areas: Sequence[Rectangle]) -> VideoFrame:
        """A copy of the decoded picture with these areas of an image of its size, BGR uint8.

        Pixels outside the areas are exactly the decoded ones; those inside are what they would be if the whole image
        were converted. Areas begin and end at even numbers.
        """
        size = decoded.width, decoded.height
        written = VideoFrame(*size, PIXEL_FORMAT)
        written.color_range, written.colorspace = ColorRange.MPEG, self._matrix
        planes = [_pixels(plane) for plane in written.planes]
        for plane, source in zip(planes, decoded.planes, strict=True):
            plane[:] = _pixels(source)
        for area in areas:
            part = np.ascontiguousarray(image[area.y1 : area.y2, area.x1 : area.x2])
            colours = self._reformatter.reformat(
                VideoFrame.from_numpy_buffer(part, format="bgr24"),
                format=PIXEL_FORMAT,
                dst_colorspace=self._matrix,
                dst_color_range=ColorRange.MPEG,
                threads=1,
            )
            for plane, converted, step in zip(planes, colours.planes, (1, 2, 2), strict=True):
                rows, columns = slice(area.y1 // step, area.y2 // step), slice(area.x1 // step, area.x2 // step)
                plane[rows, columns] = _pixels(converted)
        return written


def _pixels(plane: VideoPlane) -> npt.NDArray[np.uint8]:
    # PyAV's stubs do not say that a plane is a buffer.
    lines = np.frombuffer(cast("memoryview", plane), np.uint8).reshape(plane.height, plane.line_size)
    return lines[:, : plane.width]
