"""Where a head's axes and a cube about it lie in the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hopenet import HeadPose

Points = npt.NDArray[np.float64]

_CORNER_SIGNS = np.array([[x, y, z] for z in (1, -1) for y in (-1, 1) for x in (-1, 1)], np.float64)


def head_axes(pose: HeadPose) -> Points:
    """The head's three axes in the picture's frame, one a row, of shape (3, 3) and length 1.

    Convention:
        Rows: x, towards the ear on the picture's right; y, towards the chin; z, out of the nose. Columns: right, down,
        and towards the viewer. The first two columns are the published image offsets of the three axes.

    Source: protocol of Hopenet's video scripts; Ruiz et al., CVPRW 2018, arXiv:1710.00925.
    """
    # HeadPose's frame has y up: the picture's y points down, and the drawn y axis is the head's downward one.
    axes: Points = pose.matrix().T * [[1, -1, 1], [-1, 1, -1], [1, -1, 1]]
    return axes


def axis_endpoints(pose: HeadPose, centre: tuple[float, float], size: float) -> Points:
    """The ends in the picture of the axes x (red), y (green), z (blue), in pixels, of shape (3, 2).

    They start at `centre`; an axis that lies in the picture's plane is `size` pixels long.
    """
    ends: Points = np.asarray(centre, np.float64) + size * head_axes(pose)[:, :2]
    return ends


def cube_corners(pose: HeadPose, centre: tuple[float, float], size: float) -> Points:
    """The corners in the picture of a cube about `centre` with edges of `size` pixels, of shape (8, 2).

    Convention:
        Corner i lies at x = −½ or +½ by bit 0 of i, y by bit 1, and z = +½ (the nose's side) for i < 4, else −½;
        axes as in `head_axes`, without perspective.
    """
    corners: Points = np.asarray(centre, np.float64) + size / 2 * _CORNER_SIGNS @ head_axes(pose)[:, :2]
    return corners
