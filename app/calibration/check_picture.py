"""A picture that shows whether a calibration is right: the board as the camera sees it, and without distortion."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from app.calibration.board import Board, BoardView
from app.calibration.solving import Calibration
from detectors import BgrImage
from hopenet.camera_geometry import CameraGeometry

_LINE = (60, 60, 230)
_DOT = (230, 180, 0)
_HEADING = 44


def check_picture(calibration: Calibration, board: Board) -> BgrImage:
    """Both pictures side by side, with a straight line through each row and column of corners: without distortion, all
    corners lie on the lines. It is the view that reaches farthest towards the rim."""
    geometry = calibration.geometry
    view = max(calibration.views, key=lambda one: _reach(one, geometry))
    picture = cv2.imdecode(np.frombuffer(view.picture, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("The check picture could not be decoded.")
    matrix = np.array([[geometry.fx, 0, geometry.cx], [0, geometry.fy, geometry.cy], [0, 0, 1]])
    distortion = np.array(geometry.distortion or (0.0,) * 5)
    whole, _ = cv2.getOptimalNewCameraMatrix(matrix, distortion, view.size, 1.0)
    straight = cv2.undistort(picture, matrix, distortion, None, whole)
    sights = geometry.sights(view.corners.astype(np.float64) + 0.5)
    corners = sights * (whole[0, 0], whole[1, 1]) + (whole[0, 2], whole[1, 2])
    left = _with_lines(np.asarray(picture, np.uint8), view.corners.astype(np.float64), board, "as recorded")
    right = _with_lines(np.asarray(straight, np.uint8), corners, board, "without distortion")
    return np.asarray(np.hstack([left, right]), np.uint8)


def _reach(view: BoardView, geometry: CameraGeometry) -> float:
    return float(np.hypot(*(view.corners - (geometry.cx, geometry.cy)).T).max())


def _with_lines(picture: BgrImage, corners: npt.NDArray[np.float64], board: Board, heading: str) -> BgrImage:
    drawn = picture.copy()
    width = max(1, round(picture.shape[1] / 900))
    grid = corners.reshape(board.rows, board.columns, 2)
    for line in (*grid, *grid.transpose(1, 0, 2)):
        start, end = (tuple(map(int, np.round(16 * point))) for point in (line[0], line[-1]))
        cv2.line(drawn, start, end, _LINE, width, cv2.LINE_AA, 4)
    for x, y in corners:
        cv2.circle(drawn, (round(16 * x), round(16 * y)), 16 * 2 * width, _DOT, -1, cv2.LINE_AA, 4)
    top = np.full((_HEADING, picture.shape[1], 3), 32, np.uint8)
    cv2.putText(top, heading, (12, 31), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (235, 235, 235), 2, cv2.LINE_AA)
    return np.asarray(np.vstack([top, drawn]), np.uint8)
