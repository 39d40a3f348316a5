"""The mean positions of AFLW's 21 points on a face, in AFLW's order.

Our own estimate, made by `benchmarks/mean_face.py` from the points that people set on 18,400 heads of AFLW (Köstinger
et al. 2011), under rotations that networks had estimated without these points. Its zero of yaw and pitch is thus that
of these networks, which is meant to be that of 300W-LP. Their own residual is 2.6 % of the square's side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from hopenet.pose import FloatArray

MEAN_POINTS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "left brow, outer": (-1.102, 0.635, -0.283),
        "left brow, middle": (-0.770, 0.748, -0.024),
        "left brow, inner": (-0.373, 0.690, 0.124),
        "right brow, inner": (0.373, 0.690, 0.124),
        "right brow, middle": (0.770, 0.748, -0.024),
        "right brow, outer": (1.102, 0.635, -0.283),
        "left eye, outer corner": (-0.930, 0.324, -0.242),
        "left eye, middle": (-0.659, 0.345, -0.109),
        "left eye, inner corner": (-0.401, 0.324, -0.071),
        "right eye, inner corner": (0.401, 0.324, -0.071),
        "right eye, middle": (0.659, 0.345, -0.109),
        "right eye, outer corner": (0.930, 0.324, -0.242),
        "left ear": (math.nan, math.nan, math.nan),
        "left of the nose": (-0.344, -0.433, 0.153),
        "tip of the nose": (0.000, -0.351, 0.609),
        "right of the nose": (0.344, -0.433, 0.153),
        "right ear": (math.nan, math.nan, math.nan),
        "left corner of the mouth": (-0.505, -1.014, 0.003),
        "middle of the mouth": (0.000, -1.012, 0.243),
        "right corner of the mouth": (0.505, -1.014, 0.003),
        "chin": (0.000, -1.872, 0.046),
    }
)
"""x towards the picture's right, y up, z out of the face, for a head with all angles 0; “left” is the picture's.

The face is symmetrical, its centre is 0, and the root mean square distance from it is 1. The ears are NaN: they are not
among the points that were used.
"""

MEAN_FACE: FloatArray = np.array(list(MEAN_POINTS.values()), np.float64)
"""The same as an array (21, 3)."""
