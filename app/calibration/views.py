"""Chooses views of a board that tell a camera's geometry: sharp, and all over the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from app.calibration.board import Board, BoardView

MOST_VIEWS = 24
_SAME_VIEW = 0.06
"""Views that are closer than this, in the measure of `_position`, tell hardly more than one of them."""

_BLURRED = 1.6
"""A view is blurred if its edges are this many times as wide as those of the sharpest quarter."""

_CELLS = 48
"""Into so many columns the picture is divided to see what is covered."""

_PLACES = (("top left", "top", "top right"), ("left", "middle", "right"), ("bottom left", "bottom", "bottom right"))
_COVERED = 0.25
"""A ninth of the picture counts as covered if this share of it is."""


def chosen_views(views: Sequence[BoardView], board: Board, most: int = MOST_VIEWS) -> list[BoardView]:
    """The sharpest view and those that differ most from the ones chosen before, without blurred ones."""
    if not views:
        return []
    blur = np.array([view.blur_px for view in views])
    limit = _BLURRED * float(np.quantile(blur, 0.25))
    sharp = [view for view in views if view.blur_px <= limit]
    places = np.array([_position(view, board) for view in sharp])
    chosen = [int(np.argmin([view.blur_px for view in sharp]))]
    distance = np.linalg.norm(places - places[chosen[0]], axis=1)
    while len(chosen) < most and distance.max() > _SAME_VIEW:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(places - places[chosen[-1]], axis=1))
    return [sharp[place] for place in chosen]


def _position(view: BoardView, board: Board) -> npt.NDArray[np.float64]:
    """Where the board is, how large, and how tilted, in numbers of about the same weight."""
    corners = view.corners.reshape(board.rows, board.columns, 2).astype(np.float64)
    width, height = view.size
    top, bottom = corners[0, -1] - corners[0, 0], corners[-1, -1] - corners[-1, 0]
    left, right = corners[-1, 0] - corners[0, 0], corners[-1, -1] - corners[0, -1]
    lengths = [float(np.linalg.norm(edge)) for edge in (top, bottom, left, right)]
    x, y = corners.reshape(-1, 2).mean(0)
    across, down = np.log(lengths[2] / lengths[3]), np.log(lengths[0] / lengths[1])
    squeezed = np.log(lengths[0] * board.rows / (lengths[2] * board.columns))
    size = np.log(np.sqrt(lengths[0] * lengths[2]) / width)
    return np.array([x / width, y / height, 0.3 * size, 1.5 * across, 1.5 * down, 0.3 * squeezed])


class Coverage:
    """What part of the picture was seen behind a board."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        self._scale = _CELLS / width
        self._mask = np.zeros((max(1, round(height * self._scale)), _CELLS), np.uint8)

    def add(self, view: BoardView) -> None:
        outline = cv2.convexHull(view.corners) * self._scale
        cv2.fillConvexPoly(self._mask, np.round(outline).astype(np.int32), 1)

    @classmethod
    def of(cls, views: Sequence[BoardView]) -> Coverage:
        coverage = cls(views[0].size)
        for view in views:
            coverage.add(view)
        return coverage

    @property
    def share(self) -> float:
        return float(self._mask.mean())

    @property
    def missing(self) -> tuple[str, ...]:
        """The ninths of the picture that were hardly seen, by name."""
        rows = np.array_split(self._mask, 3)
        return tuple(
            name
            for names, row in zip(_PLACES, rows, strict=True)
            for name, part in zip(names, np.array_split(row, 3, axis=1), strict=True)
            if part.mean() < _COVERED
        )
