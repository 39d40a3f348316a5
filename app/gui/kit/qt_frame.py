"""Frames in the pixel format of the display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from app.watch.shown_frame import ShownFrame
from detectors import BgrImage


@dataclass(frozen=True, slots=True, eq=False)
class QtFrame:
    """A frame as the window shows it, with its picture as a Qt image. `image` uses the memory of `pixels`."""

    shown: ShownFrame
    image: QImage
    pixels: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, shown: ShownFrame) -> Self:
        """Call it in the painter's thread, so that the GUI thread has no conversion to do whenever it paints."""
        pixels = display_pixels(shown.picture)
        return cls(shown, _image_on(pixels), pixels)


def display_pixels(picture: BgrImage) -> npt.NDArray[np.uint8]:
    """Converts a BGR picture of shape (H, W, 3) to the format of Qt's raster surfaces, of shape (H, W, 4)."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA), np.uint8)


def display_image(picture: BgrImage) -> QImage:
    """A Qt image of a BGR picture that owns its pixels."""
    return _image_on(display_pixels(picture)).copy()


def _image_on(pixels: npt.NDArray[np.uint8]) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
