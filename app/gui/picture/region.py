"""The detector's region as numbers: how a rectangle in a picture is drawn, moved and resized, with mouse and keys."""

from __future__ import annotations

from typing import Literal

from detectors import SMALLEST_REGION_PX, Box

Edges = frozenset[Literal["x1", "y1", "x2", "y2"]]
"""The edges that move together: two for a corner, one for a side, all four for the whole rectangle."""

WHOLE: Edges = frozenset(("x1", "y1", "x2", "y2"))
HANDLES: tuple[Edges, ...] = (
    frozenset(("x1", "y1")),
    frozenset(("x2", "y1")),
    frozenset(("x1", "y2")),
    frozenset(("x2", "y2")),
    frozenset(("x1",)),
    frozenset(("x2",)),
    frozenset(("y1",)),
    frozenset(("y2",)),
)
"""Corners before sides: where both are near, the corner is meant."""


def first_region(width: int, height: int) -> Box:
    """What is proposed in a picture of this size: its middle."""
    return Box(round(width / 4), round(height / 4), round(width * 3 / 4), round(height * 3 / 4))


def drawn(start: tuple[float, float], end: tuple[float, float], size: tuple[int, int]) -> Box | None:
    """The rectangle between two points in whole pixels of a picture of this size; None if no face fits into it."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    box = Box(*(float(round(edge)) for edge in (left, top, right, bottom))).clipped(*size)
    return box if is_large_enough(box) else None


def is_large_enough(box: Box) -> bool:
    return min(box.x2 - box.x1, box.y2 - box.y1) >= SMALLEST_REGION_PX


def moved(box: Box, edges: Edges, by: tuple[float, float], size: tuple[int, int]) -> Box:
    """The rectangle with these edges moved by so many pixels right and down, as far as it stays inside the picture and
    large enough."""
    width, height = size
    x, y = (float(round(step)) for step in by)
    if edges == WHOLE:
        x = min(max(x, -box.x1), width - box.x2)
        y = min(max(y, -box.y1), height - box.y2)
        return Box(box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y)
    x1, y1, x2, y2 = box
    if "x1" in edges:
        x1 = min(max(0, x1 + x), x2 - SMALLEST_REGION_PX)
    if "x2" in edges:
        x2 = max(min(width, x2 + x), x1 + SMALLEST_REGION_PX)
    if "y1" in edges:
        y1 = min(max(0, y1 + y), y2 - SMALLEST_REGION_PX)
    if "y2" in edges:
        y2 = max(min(height, y2 + y), y1 + SMALLEST_REGION_PX)
    return Box(x1, y1, x2, y2)
