"""Collects what is to be drawn on a picture, and which parts of it that changes, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.drawing.geometry import Points
from detectors import BgrImage

_GRID = 16
"""Areas begin and end at multiples of this: the blocks of video formats, and few different sizes."""

_EDGE = 3.0
"""Smoothed lines reach a little farther than half their width, in pixels."""


class Area(NamedTuple):
    """A rectangle of a picture in whole pixels: (x1, y1) inside, (x2, y2) outside."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def part(self) -> tuple[slice, slice]:
        """Its rows and columns, to index a picture with."""
        return slice(self.y1, self.y2), slice(self.x1, self.x2)

    def overlaps(self, other: Area) -> bool:
        return self.x1 < other.x2 and other.x1 < self.x2 and self.y1 < other.y2 and other.y1 < self.y2

    def joined(self, other: Area) -> Area:
        """The smallest area that includes both."""
        return Area(min(self.x1, other.x1), min(self.y1, other.y1), max(self.x2, other.x2), max(self.y2, other.y2))


class Canvas:
    """What is to be drawn on a picture of this width and height, in that order.

    Thread: one at a time.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._paints: list[Callable[[BgrImage], object]] = []
        self._areas: list[Area] = []

    @property
    def short_side(self) -> float:
        return float(min(self.size))

    def add(self, points: Points, reach: float, paint: Callable[[BgrImage], object]) -> None:
        """Adds a step that changes no pixel farther than `reach` from the rectangle around the points (N, 2)."""
        self._paints.append(paint)
        area = self._grown(points.tolist(), reach + _EDGE)
        if area.x1 < area.x2 and area.y1 < area.y2:
            self._areas.append(area)

    @property
    def areas(self) -> tuple[Area, ...]:
        """Where the picture changes. They do not overlap."""
        return _disjoint(self._areas)

    def paint(self, picture: BgrImage) -> None:
        """Draws everything, in place. Only the pixels in `areas` are read and changed."""
        for paint in self._paints:
            paint(picture)

    def _grown(self, points: Sequence[Sequence[float]], reach: float) -> Area:
        columns, rows = zip(*points, strict=True)
        width, height = self.size
        return Area(
            _limited(min(columns) - reach, width) // _GRID * _GRID,
            _limited(min(rows) - reach, height) // _GRID * _GRID,
            min(width, -(-_limited(max(columns) + reach + 1, width) // _GRID) * _GRID),
            min(height, -(-_limited(max(rows) + reach + 1, height) // _GRID) * _GRID),
        )


def _limited(position: float, side: int) -> int:
    return int(min(max(position, 0), side))


def _disjoint(areas: Sequence[Area]) -> tuple[Area, ...]:
    apart: list[Area] = []
    for area in areas:
        joined = area
        while met := [other for other in apart if other.overlaps(joined)]:
            for other in met:
                joined = joined.joined(other)
                apart.remove(other)
        apart.append(joined)
    return tuple(apart)
