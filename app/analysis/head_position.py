"""Roughly where a head is, from the size of its box.

A box says how large a face appears, not how large it is: every face is taken to have the same size. So distances are
wrong by as many per cent as the face is larger or smaller than that, and by what the detector's boxes vary.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from detectors import Box
from hopenet.camera_geometry import CameraGeometry

DEFAULT_FIELD_OF_VIEW_DEG = 60.0
"""Of a webcam whose field of view is not known: most have 55° to 78°, measured horizontally."""

FACE_SIZE_CM = 14.2
"""The size of an adult's face: the square root of the area of its box, in centimetres. It is the median of rendered
heads, for MediaPipe's and dlib's detectors alike; docs/camera-geometry.md says how far single heads are off."""


class HeadPosition(NamedTuple):
    """Where a head is, in centimetres from the camera.

    Convention: x to the picture's right, y down, z away from the camera along its axis.
    """

    x: float
    y: float
    z: float


def head_position(box: Box, camera: CameraGeometry) -> HeadPosition | None:
    """The rough position of the middle of a face with this box; None if the box is empty.

    `camera`: for pictures of the size that the box belongs to.
    """
    if box.is_empty:
        return None
    (x1, y1), (x2, y2) = box[:2], box[2:]
    x, y = box.centre
    sights = camera.sights(np.array([(x1, y), (x2, y), (x, y1), (x, y2), (x, y)], np.float64))
    left, right, top, bottom, middle = sights
    # What is off the camera's axis appears stretched away from it, by 1 / cosine.
    cosine = 1 / math.sqrt(1 + float(middle @ middle))
    apparent = math.sqrt(float(right[0] - left[0]) * float(bottom[1] - top[1]) * cosine)
    if not apparent > 0:
        return None
    z = FACE_SIZE_CM / apparent
    return HeadPosition(float(middle[0]) * z, float(middle[1]) * z, z)
