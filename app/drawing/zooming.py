"""Shows a part of a picture enlarged, at the resolution of the display."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from app.drawing.reshaping import changed
from app.frames import Analysis, TrailPoint
from detectors import BgrImage, Box

MOST_PIXELS = 32.0
"""A pixel of the picture is shown at most this large, in pixels of the display."""

LEAST_SHARE = 0.1
"""A picture is shown at least this large, as a share of the largest size that shows all of it."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """What part of a picture is shown. `factor`: how much larger than the size that shows all of it.

    `centre`: the point of the picture in the middle, as shares of its width and height, from the left and the top of
    the picture as it comes from the source, even if it is shown mirrored.
    """

    factor: float = 1.0
    centre: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a picture that is shown, in its pixels, and how many pixels of the display each of them gets."""

    left: float
    top: float
    scale: float
    size: tuple[int, int]
    """Width and height on the display."""


@lru_cache(maxsize=8)
def section_of(picture: tuple[int, int], place: tuple[int, int], zoom: Zoom) -> Section:
    """The part of a picture of this width and height that a zoom shows in a place, which is in pixels of the display.

    It never reaches beyond the picture.
    """
    fit = min(place[0] / picture[0], place[1] / picture[1])
    scale = min(max(fit * zoom.factor, fit * LEAST_SHARE), max(MOST_PIXELS, fit))
    size = tuple(max(1, min(room, round(side * scale))) for side, room in zip(picture, place, strict=True))
    corner = (
        min(max(0.0, centre * side - shown / scale / 2), max(0.0, side - shown / scale))
        for centre, side, shown in zip(zoom.centre, picture, size, strict=True)
    )
    left, top = corner
    return Section(left, top, scale, (size[0], size[1]))


def zoomed(analysis: Analysis, place: tuple[int, int], zoom: Zoom) -> Analysis:
    """The analysis of the part that the zoom shows: its picture has that part's size on the display."""
    section = section_of(analysis.frame.size, place, zoom)
    left, top, scale = section.left, section.top, section.scale

    def box(old: Box) -> Box:
        return Box((old.x1 - left) * scale, (old.y1 - top) * scale, (old.x2 - left) * scale, (old.y2 - top) * scale)

    def point(old: TrailPoint) -> TrailPoint:
        x, y = old.centre
        return TrailPoint(((x - left) * scale, (y - top) * scale), old.height * scale, old.pose, old.sight)

    width, height = section.size
    shown = changed(analysis, _part(analysis.frame.image, section), box, point, pose=lambda pose: pose)
    faces = tuple(face for face in shown.faces if _is_inside(face.box, width, height))
    return Analysis(shown.frame, faces, shown.timings_ms)


def _part(image: BgrImage, section: Section) -> BgrImage:
    left, top, scale, (width, height) = section.left, section.top, section.scale, section.size
    if scale < 1:  # Only areas are reduced without flicker, and they begin at whole pixels.
        x, y = int(left), int(top)
        part = image[y : y + max(1, round(height / scale)), x : x + max(1, round(width / scale))]
        return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    # Pixels are areas: the middle of the first one is half a pixel from the edge.
    shift = np.array([[scale, 0, (0.5 - left) * scale - 0.5], [0, scale, (0.5 - top) * scale - 0.5]])
    flags, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(image, shift, (width, height), flags=flags, borderMode=border), np.uint8)


def _is_inside(box: Box, width: int, height: int) -> bool:
    return box.x1 < width and box.y1 < height and box.x2 > 0 and box.y2 > 0
