"""Lines, dots and tinted areas with sub-pixel positions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from app.drawing.canvas import Canvas
from app.drawing.colours import DARK, Colour
from app.drawing.geometry import Points
from app.settings import Style
from detectors import BgrImage, Box

_SUBPIXEL_BITS = 4
_TINT_OPACITY = 0.18
_DASH = 3.5
"""The length of a dash and of a gap, in widths of the line, whose ends are round."""


def line_width(canvas: Canvas, box: Box, style: Style) -> int:
    """The width of a face's lines in pixels: it grows with the face, between limits set by the picture's size."""
    width = min(max(0.018 * box.height, 0.0022 * canvas.short_side), 0.0055 * canvas.short_side)
    return max(1, round(max(1.6, width) * style.width))


def stroke(canvas: Canvas, points: Points, colour: Colour, width: int, *, outline: bool = True) -> None:
    """Adds line segments through the points, of shape (N, 2), with a dark outline unless `outline` is False."""
    outer_width = width + 2 * max(1, round(0.3 * width)) if outline else width

    def paint(picture: BgrImage) -> None:
        for start, end in pairwise(_fixed(points)):
            if outline:
                cv2.line(picture, start, end, DARK, outer_width, cv2.LINE_AA, _SUBPIXEL_BITS)
            cv2.line(picture, start, end, colour, width, cv2.LINE_AA, _SUBPIXEL_BITS)

    canvas.add(points, outer_width, paint)


def dashed(canvas: Canvas, start: Points, end: Points, colour: Colour, width: int) -> None:
    """Adds a dashed line between two points, of shape (2,), without an outline."""
    length = float(np.linalg.norm(end - start))
    dashes = max(2, round(length / (2 * _DASH * width)))
    # Begins and ends with a dash, each as long as a gap.
    edges = np.linspace(0, 1, 2 * dashes)[:, None] * (end - start) + start
    lines = [edges[place : place + 2] for place in range(0, len(edges) - 1, 2)]
    polylines(canvas, lines, colour, width, closed=False)


def ring(canvas: Canvas, point: Points, colour: Colour, radius: float, width: int) -> None:
    """Adds a circle; the radius is in pixels."""

    def paint(picture: BgrImage) -> None:
        x, y = (int(coordinate) for coordinate in _fixed(point))
        fixed_radius = round(radius * (1 << _SUBPIXEL_BITS))
        cv2.circle(picture, (x, y), fixed_radius, colour, width, cv2.LINE_AA, _SUBPIXEL_BITS)

    canvas.add(point[None], radius + width, paint)


def polylines(canvas: Canvas, lines: Sequence[Points], colour: Colour, width: int, *, closed: bool) -> None:
    """Adds each line, of shape (N, 2), in one piece and without an outline."""

    def paint(picture: BgrImage) -> None:
        fixed = [_fixed(line) for line in lines]
        cv2.polylines(picture, fixed, closed, colour, width, cv2.LINE_AA, _SUBPIXEL_BITS)

    canvas.add(np.concatenate(lines), width, paint)


def dot(canvas: Canvas, point: Points, colour: Colour, radius: float) -> None:
    """Adds a filled circle with a dark outline; the radius is in pixels."""
    edge = max(1.0, radius / 3)

    def paint(picture: BgrImage) -> None:
        x, y = (int(coordinate) for coordinate in _fixed(point))
        for grown, of_circle in ((edge, DARK), (0.0, colour)):
            fixed_radius = round((radius + grown) * (1 << _SUBPIXEL_BITS))
            cv2.circle(picture, (x, y), fixed_radius, of_circle, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)

    canvas.add(point[None], radius + edge, paint)


def tint(canvas: Canvas, polygon: Points, colour: Colour) -> None:
    """Adds a light colour on a convex polygon, of shape (N, 2)."""
    canvas.add(polygon, 0, lambda picture: _tint(picture, polygon, colour))


def _tint(picture: BgrImage, polygon: Points, colour: Colour) -> None:
    height, width = picture.shape[:2]
    left, top = np.clip(np.floor(polygon.min(0)).astype(int), 0, (width, height))
    right, bottom = np.clip(np.ceil(polygon.max(0)).astype(int) + 1, 0, (width, height))
    part = picture[top:bottom, left:right]
    if part.size:
        filled = part.copy()
        cv2.fillConvexPoly(filled, _fixed(polygon - [left, top]), colour, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.addWeighted(filled, _TINT_OPACITY, part, 1 - _TINT_OPACITY, 0, dst=part)


def _fixed(points: Points) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Coordinates in the fixed-point format of OpenCV's drawing functions."""
    return np.rint(points * (1 << _SUBPIXEL_BITS)).astype(np.int32)
