"""The orientation of a stored video, read from its display matrix, and the rotation of its pixels."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple, cast

import cv2
import numpy as np
from av.buffer import Buffer
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame

from detectors import BgrImage


class Orientation(NamedTuple):
    """One of the eight orientations of a picture.

    Convention: to show a stored picture, swap rows and columns if `transposed`, then mirror left to right if `flip_x`,
    then top to bottom if `flip_y`.
    """

    transposed: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def clockwise_deg(self) -> int:
        """The clockwise rotation that makes the picture upright, after any mirroring: 0, 90, 180 or 270."""
        return {(False, False): 0, (True, True): 180, (True, False): 90, (False, True): 270}[
            (self.flip_x, self.flip_y) if self.transposed or self.flip_x == self.flip_y else (False, False)
        ]

    def upright(self, image: BgrImage) -> BgrImage:
        """The picture in its intended orientation; the same array if it is upright already."""
        if self.transposed:
            image = np.asarray(cv2.transpose(image), dtype=np.uint8)
        if self.flip_x or self.flip_y:
            axis = -1 if self.flip_x and self.flip_y else int(self.flip_x)
            image = np.asarray(cv2.flip(image, axis), dtype=np.uint8)
        return image


def orientation_of(frame: VideoFrame) -> Orientation:
    """The orientation of a decoded frame, as given by the container.

    Source: ISO/IEC 14496-12, 6.2.2: the matrix {a b u; c d v; x y w} maps (p, q) to (a·p + c·q + x, b·p + d·q + y).
    """
    matrix = side_data_of(frame).get(Type.DISPLAYMATRIX)
    if matrix is None:
        return Orientation()
    a, b, _, c, d = struct.unpack_from("=5i", bytes(matrix))
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, a < 0, d < 0)
    return Orientation(True, c < 0, b < 0)


def side_data_of(frame: VideoFrame) -> Mapping[Type, Buffer]:
    """What the frame carries beside its pixels, by type.

    `frame.side_data` would make the frame and the mapping keep each other: every decoded picture would stay in memory
    until the next full garbage collection.
    """
    # PyAV's stubs lack the container's constructor, and describe it as a dictionary by name.
    return cast("Mapping[Type, Buffer]", SideDataContainer(frame))  # type: ignore[call-arg]
