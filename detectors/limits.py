"""What all detectors share: which part of a picture they search, and which of the faces found they return."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from detectors.base import BgrImage, Box, Detection, DetectorOptions, overlap

SAME_FACE_OVERLAP = 0.3
"""Two boxes with a larger intersection over union show the same face, as in BlazeFace's MediaPipe graph."""

SAME_FACE_INSIDE = 0.7
"""A box with more than this share of its area inside another box shows part of the same face."""

_TILE_GROWTH = 1.25
"""A tile's side relative to its share of the picture's shorter side, so that neighbouring tiles overlap."""

_TILE_STEP = 0.75
"""The maximum step between tiles, in tiles: a face up to a quarter of a tile is always entirely inside one of them."""


@dataclass(frozen=True, slots=True, eq=False)
class PicturePart:
    """The part of a picture that a detector searches, possibly shrunk.

    `left` and `top` are the part's corner in the whole picture; `x_scale` and `y_scale` are pixels of the part per
    pixel of the picture. The scales differ slightly (less than one pixel over the length) because sizes are whole
    numbers.
    """

    image: BgrImage
    left: int = 0
    top: int = 0
    x_scale: float = 1.0
    y_scale: float = 1.0

    def to_picture(self, box: Box) -> Box:
        """Converts a box in this part to pixels of the whole picture."""
        return Box(
            box.x1 / self.x_scale + self.left,
            box.y1 / self.y_scale + self.top,
            box.x2 / self.x_scale + self.left,
            box.y2 / self.y_scale + self.top,
        )


def check_image(image: BgrImage) -> None:
    """Raises ValueError, which says what is wrong, unless the picture is uint8, of shape (H, W, 3), and not empty."""
    if not isinstance(image, np.ndarray):
        raise ValueError(  # noqa: TRY004  (one kind of error for every invalid picture)
            f"A picture must be a NumPy array of type uint8 and shape (H, W, 3), not a {type(image).__name__}."
        )
    if image.ndim != 3 or image.shape[2] != 3:
        hint = " (a grey picture: repeat the channel three times)" if image.ndim == 2 else ""
        hint = " (with transparency: drop the fourth channel)" if image.ndim == 3 and image.shape[2] == 4 else hint
        raise ValueError(f"A picture must have shape (H, W, 3) in BGR order, not {image.shape}{hint}.")
    if image.dtype != np.uint8:
        raise ValueError(f"A picture must have type uint8 (0 to 255), not {image.dtype}.")
    if image.size == 0:
        raise ValueError(f"The picture is empty: its shape is {image.shape}.")


def picture_part(image: BgrImage, *, region: Box | None, detection_size: int | None) -> PicturePart | None:
    """The region of the picture, with its longer side shrunk to `detection_size`; None if it is outside the picture.

    A part smaller than `detection_size` is not resized. A part that is not resized shares its pixels with the picture.
    """
    if region is None and detection_size is None and image.size:
        return PicturePart(image)
    height, width = image.shape[:2]
    inside = (region or Box(0, 0, width, height)).clipped(width, height)
    if inside.is_empty:
        return None
    left, top = math.floor(inside.x1), math.floor(inside.y1)
    part = image[top : math.ceil(inside.y2), left : math.ceil(inside.x2)]
    part_height, part_width = part.shape[:2]
    if detection_size is None or max(part_height, part_width) <= detection_size:
        return PicturePart(part, left, top)

    import cv2

    scale = detection_size / max(part_height, part_width)
    small_width, small_height = max(1, round(part_width * scale)), max(1, round(part_height * scale))
    small = cv2.resize(part, (small_width, small_height), interpolation=cv2.INTER_AREA)
    return PicturePart(
        small.astype(np.uint8, copy=False), left, top, small_width / part_width, small_height / part_height
    )


def tile_squares(width: int, height: int, tiles: int) -> list[Box]:
    """Overlapping squares that cover a picture of this size, about `tiles` of them along its shorter side."""
    shorter = min(width, height)
    side = min(shorter, max(1, round(shorter / tiles * _TILE_GROWTH)))
    return [Box(x, y, x + side, y + side) for y in _tile_starts(height, side) for x in _tile_starts(width, side)]


def _tile_starts(length: int, side: int) -> list[int]:
    count = 1 + math.ceil((length - side) / (side * _TILE_STEP))
    return [round(number * (length - side) / max(1, count - 1)) for number in range(count)]


def reaches_inner_edge(box: Box, tile: Box, *, width: float, height: float) -> bool:
    """Whether a box touches an edge of its tile that is not an edge of the picture: the face may extend beyond it."""
    return (
        (box.x1 <= tile.x1 and tile.x1 > 0)
        or (box.y1 <= tile.y1 and tile.y1 > 0)
        or (box.x2 >= tile.x2 and tile.x2 < width)
        or (box.y2 >= tile.y2 and tile.y2 < height)
    )


def without_duplicates(detections: Iterable[Detection]) -> list[Detection]:
    """One detection per face, best score first: non-maximum suppression that also drops boxes of parts of a face."""
    kept: list[Detection] = []
    for candidate in sorted(detections, key=lambda detection: -detection.score):
        if not any(_same_face(candidate.box, other.box) for other in kept):
            kept.append(candidate)
    return kept


def _same_face(a: Box, b: Box) -> bool:
    union_share = overlap(a, b)
    if union_share > SAME_FACE_OVERLAP:
        return True
    shared = union_share * (a.area + b.area) / (1 + union_share)
    return shared > SAME_FACE_INSIDE * min(a.area, b.area)


def selected(
    detections: Iterable[Detection], image: BgrImage, *, minimum_score: float, options: DetectorOptions
) -> tuple[Detection, ...]:
    """The detections to return, largest first: with the minimum score, clipped to the picture, and not empty.

    At most `options.largest_faces` are returned. Boxes are in pixels of the whole picture. A score equal to
    `minimum_score` is enough; a detection with a NaN score is always dropped.
    """
    height, width = image.shape[:2]
    inside = (Detection(box.clipped(width, height), score) for box, score in detections if score >= minimum_score)
    largest_first = sorted(
        (detection for detection in inside if not detection.box.is_empty),
        key=lambda detection: (-detection.box.area, -detection.score, detection.box),
    )
    return tuple(largest_first[: options.largest_faces])
