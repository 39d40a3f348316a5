"""Fits pictures into the size of a video."""

from __future__ import annotations

import cv2
import numpy as np

from detectors import BgrImage


def fitted(image: BgrImage, size: tuple[int, int]) -> BgrImage:
    """The picture scaled to fit `size` (width, height), keeping its proportions, centred on black."""
    width, height = size
    left, top, inner = place_in((image.shape[1], image.shape[0]), size)
    smaller = inner[0] < image.shape[1] or inner[1] < image.shape[0]
    small = cv2.resize(image, inner, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = small
    return canvas


def place_in(picture: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, tuple[int, int]]:
    """Where `fitted` puts a picture of this size: its left and upper edge, and its width and height there."""
    (width, height), scale = size, min(size[0] / picture[0], size[1] / picture[1])
    inner = max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))
    return (width - inner[0]) // 2, (height - inner[1]) // 2, inner


def padded(image: BgrImage, size: tuple[int, int]) -> BgrImage:
    """The picture enlarged to `size` (width, height): to even numbers by a copy of its edge, and beyond with black."""
    height, width = image.shape[:2]
    even = cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    right, bottom = size[0] - even.shape[1], size[1] - even.shape[0]
    whole = cv2.copyMakeBorder(even, 0, bottom, 0, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return np.asarray(whole, dtype=np.uint8)
