"""What a camera would have seen if it had been turned: exact, because a rotation moves no point in front of another."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from detectors import BgrImage, Box
from hopenet.camera_geometry import CameraGeometry

_TO_OPENCV = np.diag([1.0, -1.0, -1.0])


def matrix_of(camera: CameraGeometry) -> npt.NDArray[np.float64]:
    return np.array([[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1]])


def homography(camera: CameraGeometry, turn: npt.NDArray[np.float64], other: CameraGeometry) -> npt.NDArray[np.float64]:
    """From pixels of one camera to those of another one, both without distortion.

    `turn`: takes directions of the first camera to those of the second, in the axes of `HeadPose.matrix()`.
    """
    product: npt.NDArray[np.float64] = (
        matrix_of(other) @ _TO_OPENCV @ turn @ _TO_OPENCV @ np.linalg.inv(matrix_of(camera))
    )
    return product


def seen_turned(
    image: BgrImage, camera: CameraGeometry, turn: npt.NDArray[np.float64], other: CameraGeometry
) -> BgrImage:
    """The picture that the other camera takes, black where the first one does not reach."""
    way = homography(camera, turn, other)
    return np.asarray(cv2.warpPerspective(image, way, (other.width, other.height), flags=cv2.INTER_CUBIC), np.uint8)


def box_turned(box: Box, camera: CameraGeometry, turn: npt.NDArray[np.float64], other: CameraGeometry) -> Box:
    """The upright box around the middles of a box's edges, where the other camera sees them."""
    x, y = box.centre
    edges = np.array([[(box.x1, y), (box.x2, y), (x, box.y1), (x, box.y2)]]) - 0.5
    seen = cv2.perspectiveTransform(edges, homography(camera, turn, other))[0] + 0.5
    (x1, y1), (x2, y2) = seen.min(0), seen.max(0)
    return Box(float(x1), float(y1), float(x2), float(y2))
