"""The pixel format and the YUV matrix of videos: one rule for reading and writing."""

from __future__ import annotations

from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc

PIXEL_FORMAT = "yuv420p"
"""Of the videos that are written."""

UNSPECIFIED_MATRIX = 2
"""AVCOL_SPC_UNSPECIFIED of libavutil: the video does not specify its matrix."""

RGB_MATRIX = 0
"""AVCOL_SPC_RGB of libavutil: there is no YUV matrix."""

PRIMARIES = ColorPrimaries.BT709
TRANSFER = ColorTrc.BT709
"""Tags of the videos that we write: the program does not change colours, and screens show them as BT.709."""

VUI_MATRIX = {Colorspace.ITU709: 1, Colorspace.ITU601: 6}
"""The number of each conversion matrix in H.264 and later formats. Source: ITU-T H.273, table 4."""


_NUMBERS = {1: Colorspace.ITU709, 5: Colorspace.ITU601, 6: Colorspace.ITU601}
"""The matrices by their numbers in ITU-T H.273, table 4: BT.601 has one for each of its two systems."""


def matrix_of(picture: VideoFrame) -> Colorspace | None:
    """The matrix of a decoded YUV picture; None if it is another one than BT.601 and BT.709."""
    if picture.colorspace in (UNSPECIFIED_MATRIX, RGB_MATRIX):
        return usual_matrix(picture.width, picture.height)
    return _NUMBERS.get(picture.colorspace)


def usual_matrix(width: int, height: int) -> Colorspace:
    """The matrix of a video that does not specify one: BT.709 for high definition, BT.601 below, as players assume."""
    return Colorspace.ITU709 if width >= 1280 or height > 576 else Colorspace.ITU601
