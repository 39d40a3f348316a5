"""How a camera maps directions to pixels: focal lengths, principal point and lens distortion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

DISTORTION_NAMES = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "s1", "s2", "s3", "s4")
"""The coefficients of OpenCV's lens model, in its order; those that are left out are 0."""

NARROWEST_DEG, WIDEST_DEG = 2.0, 170.0
"""Horizontal fields of view between which a picture can be a plane."""

_ITERATIONS = 30
_EXACT_ENOUGH = 1e-9
_STEP = 1e-6
_RIGHT, _DOWN = np.array([_STEP, 0.0]), np.array([0.0, _STEP])
_CHECKED = 49
"""The distortion is checked at 49 × 49 points of the picture, and at as many places of the way from the axis there."""
_ROUNDING_PX = 2.0
"""Sizes of scaled videos are rounded to whole, often to even, numbers of pixels."""


class Sight(NamedTuple):
    """The direction from a camera to a point: how far to the right and down it goes for each unit of depth.

    (0, 0) is the camera's axis; (1, 0) is 45° to the picture's right.
    """

    x: float
    y: float

    @property
    def angle_deg(self) -> float:
        """The angle between the direction and the camera's axis."""
        return math.degrees(math.atan(math.hypot(self.x, self.y)))


ON_AXIS = Sight(0.0, 0.0)


@dataclass(frozen=True)
class CameraGeometry:
    """The intrinsic parameters of a camera, for pictures of `width` × `height` pixels.

    Convention: OpenCV's pinhole camera with its rational and thin prism distortion, in the order of DISTORTION_NAMES.
    The principal point (cx, cy) counts from the centre of the picture's top left pixel.

    Raises ValueError if these numbers cannot be those of a camera.
    """

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float
    distortion: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        numbers = (self.fx, self.fy, self.cx, self.cy, *self.distortion)
        if self.width < 1 or self.height < 1:
            raise ValueError(f"A picture of {self.width}×{self.height} pixels has no camera geometry.")
        if not all(map(math.isfinite, numbers)):
            raise ValueError("The camera geometry contains a value that is not a number.")
        if self.fx <= 0 or self.fy <= 0:
            raise ValueError(f"Focal lengths must be above 0, not {self.fx:g} and {self.fy:g} pixels.")
        if len(self.distortion) > len(DISTORTION_NAMES):
            raise ValueError(
                f"{len(self.distortion)} coefficients of distortion are too many. "
                f"At most {len(DISTORTION_NAMES)} are supported: {', '.join(DISTORTION_NAMES)}."
            )
        if not (0 <= self.cx <= self.width and 0 <= self.cy <= self.height):
            raise ValueError(
                f"The principal point ({self.cx:g}, {self.cy:g}) lies outside the picture of "
                f"{self.width}×{self.height} pixels."
            )

    @classmethod
    def from_field_of_view(cls, horizontal_deg: float, size: tuple[int, int]) -> CameraGeometry:
        """A camera without distortion, with square pixels and its axis in the middle of pictures of this size.

        Raises ValueError for a horizontal field of view that is not between NARROWEST_DEG and WIDEST_DEG.
        """
        check_field_of_view(horizontal_deg)
        width, height = size
        focal = width / 2 / math.tan(math.radians(horizontal_deg) / 2)
        return cls(width, height, focal, focal, (width - 1) / 2, (height - 1) / 2)

    @cached_property
    def field_of_view_deg(self) -> float:
        """The angle between the middles of the picture's left and right edges, in degrees."""
        left, right = self.sight((0, self.height / 2)), self.sight((self.width, self.height / 2))
        return math.degrees(math.atan(right.x) - math.atan(left.x))

    def for_size(self, size: tuple[int, int]) -> CameraGeometry:
        """The geometry of the same camera for pictures that were scaled to (width, height).

        Raises ValueError if they have another shape, because then they are cropped, in a way that is not known.
        """
        if size == (self.width, self.height):
            return self
        width, height = size
        across, down = width / self.width, height / self.height
        if abs(self.height * across - height) > _ROUNDING_PX and abs(self.width * down - width) > _ROUNDING_PX:
            raise ValueError(
                f"The camera geometry is for pictures of {self.width}×{self.height} pixels, and the source has "
                f"{width}×{height}, which is another shape."
            )
        return CameraGeometry(
            width,
            height,
            self.fx * across,
            self.fy * down,
            (self.cx + 0.5) * across - 0.5,
            (self.cy + 0.5) * down - 0.5,
            self.distortion,
        )

    def sight(self, point: tuple[float, float]) -> Sight:
        """The direction to what appears at a point of the picture.

        Convention: points count from the picture's top left corner, as boxes do. Outside the picture, where the
        distortion is not known, directions go on from the nearest point inside it as without distortion.
        """
        return Sight(*map(float, self.sights(np.array([point], np.float64))[0]))

    def sights(self, points: FloatArray) -> FloatArray:
        """`sight` of many points, of shape (N, 2), as slopes to the right and down, of shape (N, 2)."""
        focal = self.fx, self.fy
        inside = np.clip(points, 0, (self.width, self.height)) if any(self.distortion) else points
        seen: FloatArray = (inside - 0.5 - (self.cx, self.cy)) / focal
        if not any(self.distortion):
            return seen
        sights: FloatArray = self._undistorted(seen) + (points - inside) / focal
        return sights

    def points(self, sights: FloatArray) -> FloatArray:
        """Where directions, of shape (N, 2), appear in the picture: the inverse of `sights`, of shape (N, 2).

        NaN for directions beyond those that the distortion is valid for, which are outside the picture.
        """
        seen = self.distorted(sights)
        places: FloatArray = seen * (self.fx, self.fy) + (self.cx + 0.5, self.cy + 0.5)
        if any(self.distortion):
            places[np.hypot(*sights.T) > self._widest_slope] = np.nan
        return places

    def distorted(self, sights: FloatArray) -> FloatArray:
        """The slopes (N, 2) at which a camera without distortion would have to see to give the same picture."""
        if not any(self.distortion):
            return sights
        k1, k2, p1, p2, k3, k4, k5, k6, s1, s2, s3, s4 = self._coefficients
        x, y = sights.T
        r2 = x * x + y * y
        radial = (1 + r2 * (k1 + r2 * (k2 + r2 * k3))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)))
        return np.stack(
            [
                x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) + r2 * (s1 + r2 * s2),
                y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y + r2 * (s3 + r2 * s4),
            ],
            axis=1,
        )

    def check_distortion(self) -> None:
        """Raises ValueError if the distortion is not valid up to the picture's corners: every point of the picture must
        have one direction, which appears there, and from the axis to there, the lens must fold nothing back."""
        if not any(self.distortion):
            return
        across, down = np.linspace(0, self.width, _CHECKED), np.linspace(0, self.height, _CHECKED)
        points = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        with np.errstate(all="ignore"):
            sights = self.sights(points)
            off = np.abs(self.distorted(sights) * (self.fx, self.fy) + (self.cx + 0.5, self.cy + 0.5) - points)
            ways = np.linspace(0, 1, _CHECKED)[:, None, None] * sights
            to_x, to_y = self._slopes(ways.reshape(-1, 2))
            unfolded = to_x[:, 0] * to_y[:, 1] - to_x[:, 1] * to_y[:, 0] > 0
        if not ((off < 0.5).all() and unfolded.all()):
            raise ValueError(
                "The distortion is not valid up to the picture's corners: some points have no direction, or several."
            )

    @cached_property
    def _coefficients(self) -> tuple[float, ...]:
        return (*self.distortion, *[0.0] * (len(DISTORTION_NAMES) - len(self.distortion)))

    @cached_property
    def _widest_slope(self) -> float:
        """The slope of the picture's farthest corner, and a little more: beyond it, the distortion may fold back."""
        corners = np.array([(x, y) for x in (0, self.width) for y in (0, self.height)], np.float64)
        return 1.02 * float(np.hypot(*self.sights(corners).T).max())

    def _undistorted(self, seen: FloatArray) -> FloatArray:
        """Newton's method on `distorted`, starting from the middle: towards the rim the way there is monotonous."""
        sights = seen
        for _ in range(_ITERATIONS):
            at = self.distorted(sights)
            missing = seen - at
            if np.abs(missing).max(initial=0.0) < _EXACT_ENOUGH:
                break
            to_x, to_y = self._slopes(sights, at)
            determinant = to_x[:, 0] * to_y[:, 1] - to_x[:, 1] * to_y[:, 0]
            determinant = np.where(np.abs(determinant) < 0.05, 0.05, determinant)
            x = (missing[:, 0] * to_y[:, 1] - missing[:, 1] * to_y[:, 0]) / determinant
            y = (missing[:, 1] * to_x[:, 0] - missing[:, 0] * to_x[:, 1]) / determinant
            sights = sights + np.clip(np.stack([x, y], axis=1), -0.3, 0.3)
        return sights

    def _slopes(self, sights: FloatArray, at: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """How much `distorted` changes at (N, 2) to the right and down, both (N, 2). `at`: its values, if known."""
        at = self.distorted(sights) if at is None else at
        return (self.distorted(sights + _RIGHT) - at) / _STEP, (self.distorted(sights + _DOWN) - at) / _STEP


def check_field_of_view(horizontal_deg: float) -> None:
    """Raises ValueError for a horizontal field of view that no flat picture has."""
    if not NARROWEST_DEG <= horizontal_deg <= WIDEST_DEG:
        raise ValueError(
            f"The horizontal field of view must be between {NARROWEST_DEG:g} and {WIDEST_DEG:g} degrees, "
            f"not {horizontal_deg:g}."
        )
