"""The photograph that tests find faces in: scikit-image's astronaut (NASA, public domain)."""

from __future__ import annotations

import numpy as np
import skimage.data

from detectors import BgrImage, Box

FACE = Box(173, 70, 272, 178)
"""The face in the photograph, brows to chin and cheek to cheek, measured by hand."""


def astronaut() -> BgrImage:
    """The whole photograph, (512, 512, 3)."""
    rgb: BgrImage = skimage.data.astronaut()
    return np.ascontiguousarray(rgb[:, :, ::-1])
