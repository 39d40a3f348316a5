"""AFLW2000-3D as the published code reads it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hopenet.crops import BoxLike, Rectangle
from hopenet.pose import HeadPose

_MARGIN = 0.2
"""k of the published test code."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """The label of one picture.

    Shapes: `landmarks_2d` (2, 21), −1 where a point is missing; `landmarks_3d` (3, 68), all present; in pixels.
    """

    pose: HeadPose
    landmarks_2d: npt.NDArray[np.float64]
    landmarks_3d: npt.NDArray[np.float64]


def read_annotation(path: Path) -> Annotation:
    """Reads one `.mat` file. Raises FileNotFoundError, or ValueError where it is not one of AFLW2000-3D."""
    from scipy.io import loadmat

    if not path.is_file():
        raise FileNotFoundError(f"There is no annotation {path}.")
    try:
        fields = loadmat(path, variable_names=["Pose_Para", "pt2d", "pt3d_68"])
        pitch, yaw, roll = (math.degrees(angle) for angle in fields["Pose_Para"][0][:3])
        return Annotation(
            HeadPose(yaw, pitch, roll), np.asarray(fields["pt2d"], float), np.asarray(fields["pt3d_68"], float)
        )
    except (KeyError, ValueError, TypeError, OSError, NotImplementedError) as error:
        raise ValueError(f"{path.name} is no annotation of AFLW2000-3D.") from error


def published_crop(landmarks_2d: npt.NDArray[np.float64]) -> Rectangle:
    """The crop of the published test code: missing points (−1) count, and each side grows the already grown box."""
    x_min, y_min = landmarks_2d.min(axis=1)
    x_max, y_max = landmarks_2d.max(axis=1)
    x_min -= 2 * _MARGIN * abs(x_max - x_min)
    y_min -= 2 * _MARGIN * abs(y_max - y_min)
    x_max += 2 * _MARGIN * abs(x_max - x_min)
    y_max += 0.6 * _MARGIN * abs(y_max - y_min)
    return int(x_min), int(y_min), int(x_max), int(y_max)


def landmark_square(landmarks: npt.NDArray[np.float64]) -> BoxLike:
    """The square around a face's landmarks (≥ 2, N): centre of their bounding box, side √(w² + h²)."""
    x_min, y_min = landmarks[:2].min(axis=1)
    x_max, y_max = landmarks[:2].max(axis=1)
    half = math.hypot(x_max - x_min, y_max - y_min) / 2
    x, y = (x_min + x_max) / 2, (y_min + y_max) / 2
    return x - half, y - half, x + half, y + half
