"""What every face detector accepts and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

BgrImage = npt.NDArray[np.uint8]
"""A picture of shape (H, W, 3) in BGR order, as in OpenCV."""

BoxArray = npt.NDArray[np.float64]
"""Boxes of shape (N, 4), in the order of `Box`."""


class Box(NamedTuple):
    """An upright rectangle in pixels.

    Convention: x to the right, y down, from the picture's top left corner; (x1, y1) is inside the box, (x2, y2) is not,
    so the width is x2 − x1. A box may extend beyond the picture.
    """

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def width(self) -> float:
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x1 + dx, self.y1 + dy, self.x2 + dx, self.y2 + dy)

    def scaled(self, factor: float) -> Box:
        """The same box in a picture enlarged by `factor`."""
        return Box(self.x1 * factor, self.y1 * factor, self.x2 * factor, self.y2 * factor)

    def clipped(self, width: float, height: float) -> Box:
        """The part of the box inside a picture of this size; empty if none of it is."""
        return Box(
            min(max(self.x1, 0.0), width),
            min(max(self.y1, 0.0), height),
            min(max(self.x2, 0.0), width),
            min(max(self.y2, 0.0), height),
        )


def shared_area(a: Box, b: Box) -> float:
    """The area of the intersection, in square pixels."""
    width = min(a.x2, b.x2) - max(a.x1, b.x1)
    height = min(a.y2, b.y2) - max(a.y1, b.y1)
    return max(0.0, width) * max(0.0, height)


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0 to 1."""
    shared = shared_area(a, b)
    return shared / (a.area + b.area - shared) if shared > 0 else 0.0


def overlaps(a: BoxArray, b: BoxArray) -> npt.NDArray[np.float64]:
    """Intersection over union of many pairs of boxes at once: the i-th is that of a[i] and b[i].

    Shapes: `a` and `b` (N, 4) as x1, y1, x2, y2; the result (N,).
    """
    shared = _areas(np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0))
    union = _areas(a[:, 2:] - a[:, :2]) + _areas(b[:, 2:] - b[:, :2]) - shared
    shares: npt.NDArray[np.float64] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return shares


def _areas(sizes: BoxArray) -> BoxArray:
    return sizes[:, 0] * sizes[:, 1]


class Detection(NamedTuple):
    """A face in a picture. The score is on the detector's own scale; higher means more certain."""

    box: Box
    score: float


SMALLEST_REGION_PX = 16
"""No detector finds a face in a region with a shorter side."""


@dataclass(frozen=True, slots=True)
class DetectorOptions:
    """Options that every detector accepts.

    `minimum_score`: on the detector's own scale; None for the detector's default.
    `largest_faces`: the maximum number of faces to keep, largest boxes first; None keeps all.
    `region`: search only inside this box of the picture.
    `detection_size`: shrink the picture before detecting so that its longer side has this many pixels; None for the
    detector's default. Boxes are always returned in pixels of the whole picture.
    `tiles`: 1 searches only the whole picture; n ≥ 2 also searches overlapping squares, about n of them along the
    shorter side, which finds smaller faces but takes longer. Only detectors with a fixed input size (MediaPipe) use it.
    """

    minimum_score: float | None = None
    largest_faces: int | None = None
    region: Box | None = None
    detection_size: int | None = None
    tiles: int = 1

    def __post_init__(self) -> None:
        if self.largest_faces is not None and self.largest_faces < 1:
            raise ValueError(f"The maximum number of faces must be at least 1, not {self.largest_faces}.")
        if self.detection_size is not None and self.detection_size < 32:
            raise ValueError(f"The detection size must be at least 32 pixels, not {self.detection_size}.")
        if self.tiles < 1:
            raise ValueError(f"The number of tiles must be at least 1, not {self.tiles}.")
        if self.region is not None and self.region.is_empty:
            raise ValueError("The region is empty: x2 must be greater than x1, and y2 greater than y1.")


class FaceDetector(Protocol):
    """Finds faces in the frames of one source, in order.

    Thread: open, use and close it in one thread at a time.
    """

    @property
    def name(self) -> str:
        """The detector's name in `detectors.DETECTORS`; also the key of its crop preset."""
        ...

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        """The faces in a picture of shape (H, W, 3), largest first; an empty tuple if there are none.

        `index` counts frames from 0, and `time_s` increases from call to call; detectors that do not need them ignore
        them. Boxes are clipped to the picture and never empty. Raises ValueError for a picture of any other shape or
        type.
        """
        ...

    def close(self) -> None:
        """Releases the detector's resources. May be called twice."""
        ...
