"""Finds a checkerboard in a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from app.errors import UsageError
from detectors import BgrImage

Corners = npt.NDArray[np.float32]
"""Where four squares meet, in pixels from the centre of the top left one, shape (N, 2), row by row."""

_SEARCHED_PX = 640
"""In pictures with a longer side than this, the board is first looked for in a smaller copy, which is quick."""

_SMALLEST, _LARGEST = 3, 50

_REACH, _FARTHEST_PX = 0.3, 12
"""Around a corner, edges are used up to this share of a square, and up to so many pixels."""

_UNTIL = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 50, 0.001)
_UNEVEN = 0.3


@dataclass(frozen=True, slots=True)
class Board:
    """A checkerboard. `columns`, `rows`: of inner corners, where four squares meet: a chessboard has 7 × 7."""

    columns: int
    rows: int
    square_mm: float

    @classmethod
    def parsed(cls, text: str, square_mm: float) -> Board:
        """A board of a size such as 9x6. Raises UsageError."""
        match = re.fullmatch(r"(\d+)\s*[x×]\s*(\d+)", text.strip().lower())
        columns, rows = (int(number) for number in match.groups()) if match else (0, 0)
        if not (min(columns, rows) >= _SMALLEST and max(columns, rows) <= _LARGEST):
            raise UsageError(
                f"--board takes numbers of inner corners from {_SMALLEST} to {_LARGEST}, such as 9x6, not “{text}”.",
                advice="Count where four squares meet: a board of 10 by 7 squares is 9x6.",
            )
        if not 0 < square_mm < 10_000:
            raise UsageError(f"--square takes the side of a square in millimetres, not {square_mm:g}.")
        return cls(columns, rows, square_mm)

    @property
    def name(self) -> str:
        return f"{self.columns}x{self.rows}"

    @property
    def points_mm(self) -> Corners:
        """The corners on the board itself, (N, 3), in the order in which they are found."""
        rows, columns = np.mgrid[0 : self.rows, 0 : self.columns]
        flat = np.column_stack([columns.ravel(), rows.ravel(), np.zeros(self.columns * self.rows)])
        return (flat * self.square_mm).astype(np.float32)


class BoardView(NamedTuple):
    """A board that was found in a picture.

    `name`: of the picture. `blur_px`: over how many pixels black turns into white. `picture`: the picture as JPEG.
    """

    name: str
    size: tuple[int, int]
    corners: Corners
    blur_px: float
    picture: bytes


def find_board(image: BgrImage, board: Board, name: str) -> BoardView | None:
    """The whole board in a picture (H, W, 3); None if it is not there, or partly covered."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    height, width = grey.shape
    rough = _roughly(grey, board)
    if rough is None:
        return None
    step = float(np.linalg.norm(np.diff(rough.reshape(board.rows, board.columns, 2), axis=1), axis=2).min())
    # The search itself is off by a pixel or two in compressed pictures; this is not.
    reach = int(min(max(step * _REACH, 2), _FARTHEST_PX))
    corners = np.asarray(cv2.cornerSubPix(grey, rough.copy(), (reach, reach), (-1, -1), _UNTIL), np.float32)
    if not _is_even(corners, board, step):
        return None
    sharpness, _ = cv2.estimateChessboardSharpness(grey, (board.columns, board.rows), corners)
    _, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return BoardView(name, (width, height), corners, float(np.ravel(sharpness)[0]), jpeg.tobytes())


def _is_even(corners: Corners, board: Board, step: float) -> bool:
    """Whether each corner is about in the middle between its neighbours: otherwise one was taken for another."""
    grid = corners.reshape(board.rows, board.columns, 2)
    across, down = np.diff(grid, 2, axis=1), np.diff(grid, 2, axis=0)
    return bool(max(np.abs(across).max(), np.abs(down).max()) < _UNEVEN * step + 2)


def similar_board(image: BgrImage, board: Board) -> Board | None:
    """A board of almost this size that is in the picture: whoever counts squares gives one too many."""
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    for columns, rows in ((-1, -1), (1, 1), (-2, -2), (-1, 0), (0, -1), (1, 0), (0, 1)):
        other = Board(board.columns + columns, board.rows + rows, board.square_mm)
        if min(other.columns, other.rows) >= _SMALLEST and _roughly(grey, other) is not None:
            return other
    return None


def _roughly(grey: npt.NDArray[np.uint8], board: Board) -> Corners | None:
    """The corners, found in a smaller copy of the picture."""
    longer = max(grey.shape)
    if longer <= _SEARCHED_PX:
        return _searched(grey, board)
    factor = _SEARCHED_PX / longer
    small = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    corners = _searched(small, board)
    return None if corners is None else ((corners + 0.5) / factor - 0.5).astype(np.float32)


def _searched(grey: npt.NDArray[np.uint8], board: Board) -> Corners | None:
    pattern = board.columns, board.rows
    found, corners = cv2.findChessboardCornersSB(grey, pattern, flags=cv2.CALIB_CB_NORMALIZE_IMAGE)
    if not found or corners is None or np.size(corners) != 2 * board.columns * board.rows:
        return None
    return np.asarray(corners, np.float32).reshape(-1, 2)
