"""AFLW2000-3D as the published code reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hopenet.crops import BoxLike, Rectangle
from hopenet.datasets.annotations import landmarks_of, matlab_fields, matlab_pose
from hopenet.datasets.files import existing_picture, file_of, names_found
from hopenet.datasets.labels import LabelledHead, grown_in_turn
from hopenet.pose import HeadPose

_MARGIN = 0.2
"""k of the published test code."""

COARSE = 3
"""The factor by which the published set `AFLW2000_ds` shrinks each crop before enlarging it again."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """The label of one picture.

    Shapes: `landmarks_2d` (2, 21), −1 for missing points; `landmarks_3d` (3, 68), all present; in pixels.
    """

    pose: HeadPose
    landmarks_2d: npt.NDArray[np.float64]
    landmarks_3d: npt.NDArray[np.float64]


class Aflw2000Set:
    """AFLW2000-3D: `NAME.jpg` and `NAME.mat` side by side, 2,000 pairs in one folder.

    `pt2d` (21 points, some missing) gives the published crop, and `pt3d_68` (all present) the face's square.
    For evaluation only. Source: Zhu et al., CVPR 2016, arXiv:1511.07212.
    """

    def __init__(self, root: Path, names: Sequence[str] | None = None, *, coarsen: int = 1) -> None:
        """`names`: None for all pictures in the folder. `coarsen`: as in `LabelledHead`."""
        self.name = "aflw2000" if coarsen == 1 else "aflw2000-ds"
        self._root, self._coarsen = root, coarsen
        self.names = tuple(names) if names is not None else names_found(root, "*.jpg", ".jpg")

    def read(self, name: str) -> LabelledHead:
        picture = existing_picture(file_of(self._root, name, ".jpg"))
        annotation = read_annotation(file_of(self._root, name, ".mat"))
        return LabelledHead(
            picture,
            annotation.pose,
            published_crop=published_crop(annotation.landmarks_2d),
            face_square=landmark_square(annotation.landmarks_3d),
            face_box=landmark_box(annotation.landmarks_2d),
            coarsen=self._coarsen,
            cropped=False,
        )


def read_annotation(path: Path) -> Annotation:
    """Reads one `.mat` file. Raises FileNotFoundError, or ValueError if it is not an AFLW2000-3D annotation."""
    fields = matlab_fields(path, "Pose_Para", "pt2d", "pt3d_68", source="AFLW2000-3D")
    return Annotation(
        matlab_pose(path, fields["Pose_Para"]),
        landmarks_of(path, fields["pt2d"], 2),
        landmarks_of(path, fields["pt3d_68"], 3),
    )


def published_crop(landmarks_2d: npt.NDArray[np.float64]) -> Rectangle:
    """The crop of the published test code, which includes missing points (−1) and applies the margins one by one."""
    side, bottom = 2 * _MARGIN, 0.6 * _MARGIN
    return grown_in_turn(landmark_box(landmarks_2d), left=side, top=side, right=side, bottom=bottom)


def landmark_box(landmarks: npt.NDArray[np.float64]) -> BoxLike:
    """The smallest box around landmarks (≥ 2, N), missing ones (−1) included."""
    x_min, y_min = landmarks[:2].min(axis=1)
    x_max, y_max = landmarks[:2].max(axis=1)
    return float(x_min), float(y_min), float(x_max), float(y_max)


def landmark_square(landmarks: npt.NDArray[np.float64]) -> BoxLike:
    """The square around a face's landmarks (≥ 2, N): the centre of their bounding box, side √(w² + h²)."""
    x_min, y_min, x_max, y_max = landmark_box(landmarks)
    half = math.hypot(x_max - x_min, y_max - y_min) / 2
    x, y = (x_min + x_max) / 2, (y_min + y_max) / 2
    return x - half, y - half, x + half, y + half
