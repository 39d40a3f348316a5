"""The BIWI Kinect Head Pose Database as the published code reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hopenet.crops import BoxLike, Rectangle
from hopenet.datasets.annotations import file_exists, numbers_of, text_of
from hopenet.datasets.files import existing_picture, file_of, names_found
from hopenet.datasets.labels import LabelledHead, grown_in_turn
from hopenet.pose import FloatArray, HeadPose

_MARGIN = 0.35
"""k of the published code."""

_WHOLE_PICTURE: BoxLike = (0.0, 0.0, 640.0, 480.0)
"""All colour pictures have this size; the published code uses the whole picture if dockerface found no face."""

_LARGEST_SKEW = 0.05
"""Maximum deviation of a rotation matrix from orthonormal. The files have six digits, so real ones are far below."""


class BiwiSet:
    """BIWI: `SEQUENCE/frame_NNNNN_rgb.png` and `SEQUENCE/frame_NNNNN_pose.txt`, sequences 01 to 24.

    A head's name is `SEQUENCE/frame_NNNNN`. The dataset does not say where in the picture the head is; the published
    code has dockerface's output next to each picture, `SEQUENCE/dockerface-frame_NNNNN_rgb.txt`, with lines
    `number x_min y_min x_max y_max …` of which the first is used. The file is optional. One without a box (dockerface
    found no face) means the whole picture, as in the published code. Without the file, the head has neither crop nor
    box, and a detector has to find it.

    Source: Fanelli et al., IJCV 2013, doi:10.1007/s11263-012-0549-0.
    """

    name = "biwi"

    def __init__(self, root: Path, names: Sequence[str] | None = None) -> None:
        """`names`: None for all pose files in the folders."""
        self._root = root
        found = names_found(root, "frame_*_pose.txt", "_pose.txt") if names is None else names
        self.names = tuple(found)

    def read(self, name: str) -> LabelledHead:
        picture = existing_picture(file_of(self._root, name, "_rgb.png"))
        box = _read_box(picture.with_name(f"dockerface-{picture.stem}.txt"))
        return LabelledHead(
            picture,
            pose_of(read_rotation(file_of(self._root, name, "_pose.txt"))),
            published_crop=None if box is None else published_crop(box),
            face_box=box,
            cropped=False,
        )


def read_rotation(path: Path) -> FloatArray:
    """The rotation (3, 3) in a pose file: three lines of three numbers; a fourth has the head's position in mm.

    Raises FileNotFoundError, or ValueError if the file does not contain a rotation.
    """
    if not file_exists(path):
        raise FileNotFoundError(f"There is no annotation {path}.")
    lines = [line.split() for line in text_of(path).splitlines() if line.strip()]
    if len(lines) < 3 or any(len(line) != 3 for line in lines[:3]):
        raise ValueError(f"{path.name} does not start with the three rows of a rotation matrix.")
    rotation = np.array([numbers_of(path, line) for line in lines[:3]])
    if np.abs(rotation @ rotation.T - np.eye(3)).max() > _LARGEST_SKEW or np.linalg.det(rotation) < 0:
        raise ValueError(f"The matrix in {path.name} is not a rotation.")
    return rotation


def pose_of(rotation: FloatArray) -> HeadPose:
    """The pose of a BIWI rotation matrix.

    Convention: the matrix rotates from the head's frame to the camera's: x to the picture's right, y down, z away from
    the camera; a head that faces the camera has the identity. Compared with `HeadPose.matrix()`, yaw and roll have the
    opposite sign. The result equals the angles of the published code, which transposes the matrix first.
    """
    yaw, pitch, roll = HeadPose.from_matrix(rotation)
    return HeadPose(-yaw, pitch, -roll)


def published_crop(box: BoxLike) -> Rectangle:
    """The crop of the published code around a dockerface box."""
    side = 0.6 * _MARGIN
    return grown_in_turn(box, left=side, top=_MARGIN, right=side, bottom=side)


def _read_box(path: Path) -> BoxLike | None:
    if not file_exists(path):
        return None
    fields = text_of(path).partition("\n")[0].split()
    if len(fields) < 5:
        return _WHOLE_PICTURE
    x1, y1, x2, y2 = numbers_of(path, fields[1:5])
    return x1, y1, x2, y2
