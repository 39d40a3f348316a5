"""The pixel format and the YUV matrix of videos: one rule for reading and writing."""

from __future__ import annotations

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


def usual_matrix(width: int, height: int) -> Colorspace:
    """The matrix of a video that does not specify one: BT.709 for high definition, BT.601 below, as players assume."""
    return Colorspace.ITU709 if width >= 1280 or height > 576 else Colorspace.ITU601
