"""Computes a camera's geometry from views of a board, and says whether it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from app.calibration.board import Board, BoardView
from app.calibration.views import Coverage
from app.errors import DataError
from hopenet.camera_geometry import CameraGeometry

FEWEST_VIEWS = 8
LEAST_COVERAGE = 0.4
LARGEST_ERROR = 1 / 1600
"""Of the reprojection error, as a share of the picture's width: 0.8 pixels of 1280. Good ones have 0.1 to 0.4."""

LARGEST_UNCERTAINTY = 0.01
"""Of the focal length, as a share."""

_WORTH_IT = 0.95
"""A further coefficient of distortion is used if it reduces the error to this share at most."""

_OUTLIER = 3.0
"""A view whose error is this many times the median was not found well, and is left out."""

_MODELS = (
    cv2.CALIB_FIX_K1 | cv2.CALIB_FIX_K2 | cv2.CALIB_FIX_K3 | cv2.CALIB_ZERO_TANGENT_DIST,
    cv2.CALIB_FIX_K2 | cv2.CALIB_FIX_K3 | cv2.CALIB_ZERO_TANGENT_DIST,
    cv2.CALIB_FIX_K3,
    0,
)
"""Models of distortion, from the simplest to the one with all of k1, k2, p1, p2 and k3."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A camera's geometry as it was measured.

    `error_px`: the root mean square distance between corners found and computed; `errors_px` of each view alone.
    `focal_uncertainty`: the standard deviation of the focal length as a share of it.
    """

    geometry: CameraGeometry
    error_px: float
    views: tuple[BoardView, ...]
    errors_px: tuple[float, ...]
    focal_uncertainty: float
    coverage: Coverage


def calibrated(views: Sequence[BoardView], board: Board) -> Calibration:
    """The geometry that explains these views best. Raises DataError, with what to do, if it cannot be trusted."""
    if len(views) < FEWEST_VIEWS:
        found = "1 view" if len(views) == 1 else f"{len(views)} views"
        raise DataError(
            f"The board was found in only {found} that are sharp and different; {FEWEST_VIEWS} are needed.",
            advice="Film the whole board slowly from many sides, near and far, in all parts of the picture.",
        )
    solution = _best_model(views, board)
    errors = solution.errors_px
    kept = [view for view, error in zip(views, errors, strict=True) if error <= max(_OUTLIER * np.median(errors), 0.2)]
    if FEWEST_VIEWS <= len(kept) < len(views):
        solution = _best_model(kept, board)
        views = kept
    width, height = views[0].size
    (fx, _, cx), (_, fy, cy) = solution.matrix[:2]
    coverage = Coverage.of(views)
    if coverage.share < LEAST_COVERAGE:
        raise DataError(
            f"The board was seen in only {coverage.share:.0%} of the picture; {LEAST_COVERAGE:.0%} are needed.",
            advice=_more(coverage),
        )
    try:
        distortion = tuple(float(number) for number in solution.distortion)
        geometry = CameraGeometry(width, height, float(fx), float(fy), float(cx), float(cy), distortion)
        geometry.check_distortion()
    except ValueError as error:
        raise DataError(f"The calibration is not usable: {error}", advice=_more(coverage)) from error
    found_out = Calibration(
        geometry, solution.error_px, tuple(views), solution.errors_px, solution.focal_uncertainty, coverage
    )
    _check(found_out)
    return found_out


def _check(calibration: Calibration) -> None:
    limit_px = LARGEST_ERROR * calibration.geometry.width
    if calibration.error_px > limit_px:
        raise DataError(
            f"The corners are {calibration.error_px:.2f} pixels from where this geometry puts them; at most "
            f"{limit_px:.2f} are acceptable.",
            advice="Check that the board is flat and stiff and its size right, and hold it still: blur moves corners.",
        )
    if calibration.focal_uncertainty > LARGEST_UNCERTAINTY:
        raise DataError(
            f"The focal length is uncertain by {calibration.focal_uncertainty:.1%}.",
            advice="Tilt the board in more views, by about 30 degrees to each side, up and down.",
        )


def _more(coverage: Coverage) -> str:
    where = f" Missing: {', '.join(coverage.missing)}." if coverage.missing else ""
    return f"Film the board also at the rim and in the corners of the picture.{where}"


@dataclass(frozen=True, slots=True)
class _Solution:
    error_px: float
    matrix: npt.NDArray[np.float64]
    distortion: npt.NDArray[np.float64]
    errors_px: tuple[float, ...]
    focal_uncertainty: float


def _best_model(views: Sequence[BoardView], board: Board) -> _Solution:
    """The simplest model of distortion that is hardly worse than the next one."""
    best = _solved(views, board, _MODELS[0])
    for flags in _MODELS[1:]:
        richer = _solved(views, board, flags)
        if richer.error_px < _WORTH_IT * best.error_px:
            best = richer
    return best


def _solved(views: Sequence[BoardView], board: Board, flags: int) -> _Solution:
    points = [board.points_mm] * len(views)
    try:
        error_px, matrix, distortion, _, _, deviations, _, errors = cv2.calibrateCameraExtended(
            points,
            [view.corners for view in views],
            views[0].size,
            np.eye(3),  # Not used: without a flag that says so, both are computed from nothing.
            np.zeros(5),
            flags=flags,
        )
    except cv2.error as error:
        raise DataError(
            "The views of the board do not determine a camera.", advice="Film the board from more sides."
        ) from error
    focal = float(matrix[0, 0])
    return _Solution(
        float(error_px),
        np.asarray(matrix, np.float64),
        np.asarray(distortion, np.float64).ravel()[:5],
        tuple(float(one) for one in np.ravel(errors)),
        float(np.ravel(deviations)[0]) / focal,
    )
