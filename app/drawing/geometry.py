"""The positions in the picture of a head's axes and of a cube around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hopenet import HeadPose
from hopenet.camera_geometry import ON_AXIS, Sight

Points = npt.NDArray[np.float64]

_CORNER_SIGNS = np.array([[x, y, z] for z in (1, -1) for y in (-1, 1) for x in (-1, 1)], np.float64)


def head_axes(pose: HeadPose, sight: Sight = ON_AXIS) -> Points:
    """The head's three axes in the picture's frame, one per row: shape (3, 3), length 1 for a head on the axis.

    `sight`: from which side the head is seen, as in `Face.sight`.

    Convention:
        Rows: x, towards the ear on the picture's right; y, towards the chin; z, out of the nose. Columns: right, down,
        towards the viewer. The first two columns are the image offsets of the axes in the published scripts. Off the
        camera's axis they are those of a short axis in perspective, where it is stretched like the head: one that lies
        parallel to the picture's plane keeps the length 1, and one that points to the camera has no offset.

    Source: Hopenet's video scripts; Ruiz et al., CVPRW 2018, arXiv:1710.00925.
    """
    # HeadPose's y axis points up; the picture's points down, and so does the head's y axis as drawn.
    axes: Points = pose.matrix().T * [[1, -1, 1], [-1, 1, -1], [1, -1, 1]]
    if sight == ON_AXIS:
        return axes
    right, down, nearer = axes.T
    # A point that is nearer by a unit of depth moves away from the picture's middle by the slope of its line of sight.
    seen: Points = np.column_stack(
        [right + nearer * sight.x, down + nearer * sight.y, nearer - right * sight.x - down * sight.y]
    )
    return seen


def axis_endpoints(pose: HeadPose, centre: tuple[float, float], size: float, sight: Sight = ON_AXIS) -> Points:
    """The ends of the axes x (red), y (green) and z (blue) in the picture, in pixels: shape (3, 2).

    The axes start at `centre`; one that lies in the picture's plane is `size` pixels long.
    """
    ends: Points = np.asarray(centre, np.float64) + size * head_axes(pose, sight)[:, :2]
    return ends


def cube_corners(pose: HeadPose, centre: tuple[float, float], size: float, sight: Sight = ON_AXIS) -> Points:
    """The corners in the picture of a cube around `centre` with edges of `size` pixels: shape (8, 2).

    Convention:
        In the axes of `head_axes`, whose far side is as large as the near one. Bit 0 of i says whether corner i is at
        x = −½ or +½, bit 1 whether it is at y = −½ or +½; z = +½ (the nose's side) for i < 4, else −½.
    """
    corners: Points = np.asarray(centre, np.float64) + size / 2 * _CORNER_SIGNS @ head_axes(pose, sight)[:, :2]
    return corners
