"""Faces off a camera's axis: how they look from the camera, and which way they face.

A network sees a crop, and has learnt from crops whose face is what the camera points at. So its angles are relative to
the line of sight, from the camera to the face. Someone who looks into the camera has a yaw of 0 wherever they are in
the picture. Relative to the camera's axis, they are turned by as much as they are off it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hopenet.camera_geometry import CameraGeometry, Sight
from hopenet.crops import BoxLike, CropRule
from hopenet.pose import FloatArray, HeadPose
from hopenet.preprocess import BgrImage, is_usable

_NODES = 33
"""The way back from a crop to the picture is computed at 33 × 33 places and interpolated: it is off by 0.1 pixels at
most, for a face that is 35° wide and 40° off the axis."""

_SMALLEST_DEPTH = 0.05
"""What is less far in front of the camera, as a share of its distance, is seen by no camera."""

_OUTSIDE = -10_000.0


def turn_towards(sight: Sight) -> FloatArray:
    """The rotation that turns a camera from its axis to a line of sight the shortest way, as a matrix (3, 3).

    Convention: in the axes of `HeadPose.matrix()`: x to the picture's right, y up, z towards the camera. The shortest
    way does not roll the picture: around the line of sight, the two views differ by no rotation.
    """
    back = np.array([-sight.x, sight.y, 1.0])
    x, y, z = back / np.linalg.norm(back)
    share = 1 / (1 + z)
    turn: FloatArray = np.array(
        [[1 - x * x * share, -x * y * share, x], [-x * y * share, 1 - y * y * share, y], [-x, -y, z]]
    )
    return turn


def relative_to_camera(pose: HeadPose, sight: Sight) -> HeadPose:
    """The pose relative to the camera's axis of a head whose pose relative to its line of sight is given."""
    return HeadPose.from_matrix(turn_towards(sight) @ pose.matrix(), full_range=True)


def relative_to_sight(pose: HeadPose, sight: Sight) -> HeadPose:
    """The pose relative to the line of sight of a head whose pose relative to the camera's axis is given."""
    return HeadPose.from_matrix(turn_towards(sight).T @ pose.matrix(), full_range=True)


def centre_of(box: BoxLike) -> tuple[float, float]:
    """The point of a box that the line of sight leads to."""
    x1, y1, x2, y2 = box
    return (x1 + x2) / 2, (y1 + y2) / 2


def cut_out_face_on(image: BgrImage, box: BoxLike, crop: CropRule, camera: CameraGeometry) -> BgrImage | None:
    """The crop around a box as a camera would see it that is turned towards the face, without distortion.

    Such a view is exact, because turning a camera moves no point in front of another. What lies outside the picture is
    black. None for a box whose crop `cut_out` would refuse.

    Raises ValueError if the picture has another size than those that `camera` is for.
    """
    import cv2

    height, width = image.shape[:2]
    if (width, height) != (camera.width, camera.height):
        raise ValueError(f"The camera geometry is not for a picture of {width}×{height} pixels.")
    if not is_usable(crop.rectangle(box, picture=(width, height)), (width, height)):
        return None
    x1, y1, x2, y2 = box
    middle = centre_of(box)
    turn = turn_towards(camera.sight(middle))
    edges = camera.sights(np.array([(x1, middle[1]), (x2, middle[1]), (middle[0], y1), (middle[0], y2)], np.float64))
    left, right, top, bottom = _turned(edges, turn.T)
    across, down = right[0] - left[0], bottom[1] - top[1]
    if not (across > 0 and down > 0):
        return None
    # As many pixels as the face has in the picture, in a picture so large that no crop is clipped to it.
    focal = float(np.sqrt((x2 - x1) * (y2 - y1) / (across * down)))
    side = 100 * (x2 - x1 + y2 - y1)
    seen = (left[0] * focal + side, top[1] * focal + side, right[0] * focal + side, bottom[1] * focal + side)
    rectangle = crop.rectangle(seen, picture=(int(2 * side), int(2 * side)))
    if not is_usable(rectangle, (int(2 * side), int(2 * side))):
        return None
    columns, rows = (_between(rectangle[axis], rectangle[axis + 2]) for axis in (0, 1))
    nodes = np.stack(np.meshgrid(columns.places, rows.places), axis=-1).reshape(-1, 2)
    sights = _turned((nodes + 0.5 - side) / focal, turn)
    points = np.nan_to_num(camera.points(sights) - 0.5, nan=_OUTSIDE).astype(np.float32)
    map_x, map_y = (
        rows.spread(np.ascontiguousarray(columns.spread(points[:, axis].reshape(_NODES, _NODES).T).T))
        for axis in (0, 1)
    )
    return np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.uint8)


class _Nodes(NamedTuple):
    """Every pixel of a row or column lies between two of _NODES places, the first and the last pixel among them.

    `places`: of the nodes; `before`: for each pixel the number of the node before it; `share`: how far it is from that
    to the next, shape (pixels, 1).
    """

    places: FloatArray
    before: npt.NDArray[np.intp]
    share: npt.NDArray[np.float32]

    def spread(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Values at the nodes (_NODES, N), interpolated at each pixel (pixels, N)."""
        # Not as a product of matrices: for some, NumPy's library would wake all cores.
        first = values[self.before]
        spread: npt.NDArray[np.float32] = first + self.share * (values[self.before + 1] - first)
        return spread


def _between(start: int, end: int) -> _Nodes:
    pixels = end - start
    at = np.arange(pixels) * (_NODES - 1) / (pixels - 1)
    before = np.minimum(at.astype(np.intp), _NODES - 2)
    return _Nodes(np.linspace(start, end - 1, _NODES), before, (at - before).astype(np.float32)[:, None])


def _turned(sights: FloatArray, turn: FloatArray) -> FloatArray:
    """The slopes (N, 2) of directions after a turn; NaN for those that do not lead away from the camera any more."""
    rays = np.column_stack([sights[:, 0], -sights[:, 1], -np.ones(len(sights))]) @ turn.T
    depth = np.where(-rays[:, 2] > _SMALLEST_DEPTH * np.linalg.norm(rays, axis=1), -rays[:, 2], np.nan)
    slopes: FloatArray = np.column_stack([rays[:, 0], -rays[:, 1]]) / depth[:, None]
    return slopes
