"""Converts decoded frames of any pixel format to upright BGR pixels."""

from __future__ import annotations

from typing import cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from app.frames import Note
from app.video.colour import RGB_MATRIX, UNSPECIFIED_MATRIX, usual_matrix
from app.video.hdr import ToSdr, is_sdr, white_nits
from app.video.orientation import Orientation
from detectors import BgrImage

_CONVERSION_THREADS = 1
"""Using several threads saves only a quarter of a millisecond at 720p and competes with the decoder's threads."""


class ToBgr:
    """Converts decoded frames to upright, read-only BGR pictures of one size.

    `size` is width and height in pixels before rotation; frames of another size are scaled to it. `white`: as
    `white_nits` returns it for the video's first picture; None: judged by the first one that is converted.
    """

    def __init__(self, size: tuple[int, int], orientation: Orientation, *, white: float | None = None) -> None:
        self._width, self._height = size
        self._orientation = orientation
        self._white = white
        self._to_sdr: ToSdr | None = None
        self._reformatter = VideoReformatter()

    def __call__(self, picture: VideoFrame) -> BgrImage:
        if not is_sdr(picture):
            picture = self._tone_mapped(picture)
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

    def _tone_mapped(self, picture: VideoFrame) -> VideoFrame:
        if self._to_sdr is None:
            self._to_sdr = ToSdr(self._white if self._white is not None else white_nits(picture))
        return self._to_sdr(picture)


def interlaced_note(picture: VideoFrame) -> Note | None:
    """Says that a video with such pictures is interlaced; None if it is not."""
    if not picture.interlaced_frame:
        return None
    return Note(
        "interlaced",
        "The video is interlaced: each frame shows two moments, so edges that move look like combs. Frames are analysed"
        " and written as they are.",
    )
