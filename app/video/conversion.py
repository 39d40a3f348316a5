"""Converts decoded frames of any pixel format to upright BGR pixels."""

from __future__ import annotations

from typing import cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from app.video.colour import RGB_MATRIX, UNSPECIFIED_MATRIX, usual_matrix
from app.video.orientation import Orientation
from detectors import BgrImage

_CONVERSION_THREADS = 1
"""Using several threads saves only a quarter of a millisecond at 720p and competes with the decoder's threads."""


class ToBgr:
    """Converts decoded frames to upright, read-only BGR pictures of one size.

    `size` is width and height in pixels before rotation; frames of another size are scaled to it.
    """

    def __init__(self, size: tuple[int, int], orientation: Orientation) -> None:
        self._width, self._height = size
        self._orientation = orientation
        self._reformatter = VideoReformatter()

    def __call__(self, picture: VideoFrame) -> BgrImage:
        unspecified = picture.colorspace in (UNSPECIFIED_MATRIX, RGB_MATRIX)
        bgr = self._reformatter.reformat(
            picture,
            width=self._width,
            height=self._height,
            format="bgr24",
            src_colorspace=usual_matrix(picture.width, picture.height) if unspecified else None,
            threads=_CONVERSION_THREADS,
        )
        image = np.ascontiguousarray(self._orientation.upright(cast("BgrImage", bgr.to_ndarray())))
        image.flags.writeable = False
        return image
