"""Pictures of a checkerboard as a camera with known geometry takes them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from app.calibration.board import Board
from detectors import BgrImage
from hopenet.camera_geometry import CameraGeometry

BOARD = Board(9, 6, 25)
_FINER = 2
"""Pixels are averaged from so many by so many samples."""


class BoardCamera:
    """Renders by following the ray of each pixel to the board."""

    def __init__(self, geometry: CameraGeometry) -> None:
        self._size = geometry.width, geometry.height
        rows, columns = np.mgrid[0 : geometry.height * _FINER, 0 : geometry.width * _FINER]
        points = np.column_stack([columns.ravel(), rows.ravel()]).astype(np.float64)
        self._sights = geometry.sights((points + 0.5) / _FINER)

    def picture(self, board: Board, turn: tuple[float, float, float], place_mm: tuple[float, float, float]) -> BgrImage:
        """`turn`: a rotation vector in radians; `place_mm`: of the board's middle, to the right, down, and away."""
        rotation = np.asarray(cv2.Rodrigues(np.array(turn))[0], np.float64)
        rays = np.column_stack([self._sights, np.ones(len(self._sights))])
        normal = rotation[:, 2]
        depth = (normal @ place_mm) / (rays @ normal)
        on_board: npt.NDArray[np.float64] = (rays * depth[:, None] - place_mm) @ rotation[:, :2] / board.square_mm
        x, y = on_board[:, 0] + (board.columns + 1) / 2, on_board[:, 1] + (board.rows + 1) / 2
        inside = (x > 0) & (x < board.columns + 1) & (y > 0) & (y < board.rows + 1)
        paper = (x > -1) & (x < board.columns + 2) & (y > -1) & (y < board.rows + 2) & (depth > 0)
        dark = (np.floor(x) + np.floor(y)) % 2 == 0
        grey = np.where(inside & dark & paper, 30, np.where(paper, 225, 120)).astype(np.uint8)
        fine = grey.reshape(self._size[1] * _FINER, self._size[0] * _FINER)
        small = cv2.resize(fine, self._size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.6), cv2.COLOR_GRAY2BGR), np.uint8)


def board_pictures(geometry: CameraGeometry, count: int = 30, *, seed: int = 0) -> list[BgrImage]:
    """The whole board in all parts of the picture, near and far, tilted to all sides."""
    camera, random = BoardCamera(geometry), np.random.default_rng(seed)
    pictures: list[BgrImage] = []
    while len(pictures) < count:
        depth = random.uniform(220, 420)
        x, y = (random.uniform(0.1, 0.9, 2) * (geometry.width, geometry.height)).tolist()
        sight = geometry.sight((x, y))
        about_x, about_y, about_z = (float(random.uniform(-most, most)) for most in (0.6, 0.6, 0.4))
        turn = about_x, about_y, about_z
        place = (sight.x * depth, sight.y * depth, depth)
        if _is_seen(geometry, turn, place):
            pictures.append(camera.picture(BOARD, turn, place))
    return pictures


def _is_seen(geometry: CameraGeometry, turn: tuple[float, float, float], place: tuple[float, float, float]) -> bool:
    half = np.array([(BOARD.columns + 3) / 2, (BOARD.rows + 3) / 2]) * BOARD.square_mm
    edges = np.array([(a * half[0], b * half[1], 0) for a in (-1, 1) for b in (-1, 1)])
    corners = edges @ np.asarray(cv2.Rodrigues(np.array(turn))[0]).T + place
    points = geometry.points(corners[:, :2] / corners[:, 2:])
    return bool((np.abs(points / (geometry.width, geometry.height) - 0.5) < 0.5).all())
