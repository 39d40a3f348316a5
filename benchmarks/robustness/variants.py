"""Changes pictures and boxes in known ways, and estimates the poses in them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from benchmarks.robustness.measures import FloatArray
from detectors import BgrImage, Box
from hopenet import CropRule, HeadPoseEstimator
from hopenet.estimator import Prepared

TURNS_DEG = tuple(range(-60, 61, 15))
SCALES = tuple(round(-0.2 + 0.05 * step, 3) for step in range(9))
SHIFTS = tuple(round(-0.1 + 0.025 * step, 3) for step in range(9))

PictureWithBox = tuple[BgrImage, Box | None]
"""A picture and the box of its face, None if the face was not found."""

_BATCH = 16
"""Crops per batch: more would use more memory without saving time."""


def turned_picture(image: BgrImage, centre: tuple[float, float], counter_clockwise_deg: float) -> BgrImage:
    """The picture rotated about a point in Box's coordinates, with the same size; uncovered areas are black."""
    x, y = centre
    middle = (x - 0.5, y - 0.5)  # OpenCV's coordinates start at the centre of the first pixel
    turn = cv2.getRotationMatrix2D(middle, counter_clockwise_deg, 1.0)
    height, width = image.shape[:2]
    return np.asarray(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC), np.uint8)


def mirrored_view(image: BgrImage, box: Box) -> PictureWithBox:
    """The picture and its box with left and right swapped."""
    width = image.shape[1]
    return np.ascontiguousarray(image[:, ::-1]), Box(width - box.x2, box.y1, width - box.x1, box.y2)


def resized(box: Box, share: float) -> Box:
    """The box with the same centre and its sides longer by this share."""
    right, down = share * box.width / 2, share * box.height / 2
    return Box(box.x1 - right, box.y1 - down, box.x2 + right, box.y2 + down)


def shifted(box: Box, right: float, down: float) -> Box:
    """The box moved by these shares of its sides."""
    return box.moved(right * box.width, down * box.height)


def poses(estimator: HeadPoseEstimator, crop: CropRule, views: Sequence[PictureWithBox]) -> FloatArray:
    """Yaw, pitch and roll of each view, (views, 3); NaN if the face was not found or its crop is unusable."""
    answers = np.full((len(views), 3), np.nan)
    for start in range(0, len(views), _BATCH):
        chunk = views[start : start + _BATCH]
        parts = [estimator.prepare(image, [] if box is None else [box], crop=crop) for image, box in chunk]
        positions = tuple(position for position, part in enumerate(parts) if part.positions)
        if not positions:
            continue
        batch = np.concatenate([part.batch for part in parts])
        for position, estimate in enumerate(estimator.infer(Prepared(batch, positions, len(chunk)))):
            if estimate is not None:
                answers[start + position] = estimate.pose
    return answers
