"""A head as a mesh of small quadrilaterals, detailed enough that its direction is seen at a glance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_AROUND, _UP, _HAIR_ROWS = 32, 26, 8
SKIN, WHITE, DARK, LIPS, HAIR, SHADOW = range(6)
"""The material of a quadrilateral."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The corners and quadrilaterals of a surface.

    Convention: x towards the ear on the picture's right, y towards the chin, z out of the nose; the head is 2 high.
    Shapes: corners (N, 3); quads (M, 4), indices of corners in either winding order; normals (M, 3), pointing outward;
    materials (M,).
    """

    corners: Array
    quads: npt.NDArray[np.intp]
    normals: Array
    materials: npt.NDArray[np.intp]


def head_mesh() -> Mesh:
    skull = _mesh(_skull(*_sphere(_AROUND, _UP, hair=True)), _AROUND, _UP)
    skull.materials[: _AROUND * _HAIR_ROWS] = HAIR
    ears = [_mesh(_ellipsoid(_sphere(12, 8), (side * 0.74, 0.02, -0.1), (0.07, 0.2, 0.13)), 12, 8) for side in (-1, 1)]
    parts = [skull, *ears]
    return Mesh(
        np.concatenate([part.corners for part in parts]),
        _joined_quads(parts),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.materials for part in parts]),
    )


def on_face(x: Array, y: Array) -> Array:
    """The points, of shape (N, 3), on the front of the head at the given x and y, where facial features are drawn."""
    z = np.full_like(x, 0.8)
    for _ in range(12):
        # The surface is star-shaped around its centre: adjust the ray through (x, y, z) until it leaves at (x, y).
        length = np.sqrt(x**2 + y**2 + z**2)
        out = _skull(x / length, y / length, z / length)
        z = np.clip(z * out[:, 2] / np.maximum(z, 1e-6) * length / np.maximum(length, 1e-6), 0.2, 1.3)
        z = 0.5 * z + 0.5 * out[:, 2]
    return np.stack([x, y, z], axis=1)


def _sphere(around: int, up: int, *, hair: bool = False) -> tuple[Array, Array, Array]:
    """Points of a sphere, row by row from its top; with `hair`, one of the rows follows the hairline."""
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    turn, rise = np.meshgrid(angle, np.linspace(0, np.pi, up + 1))
    if hair:
        hairline = 0.95 + 0.85 * (0.5 - 0.5 * np.cos(turn)) ** 1.2
        row = np.arange(up + 1)[:, None]
        below = (row - _HAIR_ROWS) / (up - _HAIR_ROWS)
        rise = np.where(row <= _HAIR_ROWS, hairline * row / _HAIR_ROWS, hairline + (np.pi - hairline) * below)
    x = np.sin(rise) * np.sin(turn)
    y = -np.cos(rise)
    z = np.sin(rise) * np.cos(turn)
    return x.ravel(), y.ravel(), z.ravel()


def _skull(x: Array, y: Array, z: Array) -> Array:
    """Moves the points of a sphere to the surface of a head."""
    front = np.clip(z, 0, 1)
    jaw = np.clip(y, 0, 1) ** 1.6
    width = 0.74 * (1 - 0.22 * jaw) * (1 + 0.14 * _hump(y, 0.66, 0.30))
    depth = np.where(z > 0, 0.80, 0.92) * (1 - np.where(z > 0, 0.06, 0.5) * jaw)
    px, py, pz = x * width, y * 1.02, z * depth
    pz = pz + 0.10 * front * _hump(y, 0.88, 0.16) * _hump(x, 0, 0.28)  # chin
    ridge = np.clip((y + 0.22) / 0.50, 0, 1) * (y < 0.36)
    pz = pz + 0.34 * front**2 * ridge * _hump(x, 0, 0.11 + 0.06 * np.clip(y, 0, 1))  # nose
    for side in (-1, 1):
        pz = pz - 0.10 * front * _hump(x, side * 0.36, 0.17) * _hump(y, -0.10, 0.13)  # eye sockets
        pz = pz + 0.05 * front * _hump(x, side * 0.45, 0.2) * _hump(y, 0.22, 0.18)  # cheeks
    pz = pz + 0.05 * front * _hump(y, -0.30, 0.10) * _hump(x, 0, 0.5)  # brow
    return np.stack([px, py, pz], axis=1)


def _hump(position: Array, centre: float, width: float | Array) -> Array:
    hump: Array = np.exp(-(((position - centre) / width) ** 2))
    return hump


def _ellipsoid(sphere: tuple[Array, Array, Array], centre: tuple[float, ...], size: tuple[float, ...]) -> Array:
    ellipsoid: Array = np.stack(sphere, axis=1) * size + centre
    return ellipsoid


def _mesh(corners: Array, around: int, up: int) -> Mesh:
    row, column = np.meshgrid(np.arange(up), np.arange(around), indexing="ij")
    a, b = (row * around + column).ravel(), (row * around + (column + 1) % around).ravel()
    quads = np.stack([a, b, b + around, a + around], axis=1)
    points = corners[quads]
    normals = np.cross(points[:, 2] - points[:, 0], points[:, 3] - points[:, 1])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    outward = np.sign(np.sum(normals * (points.mean(1) - corners.mean(0)), axis=1))
    normals *= np.where(outward == 0, 1, outward)[:, None]
    return Mesh(corners, quads, _smoothed(normals, quads, len(corners)), np.full(len(quads), SKIN))


def _smoothed(normals: Array, quads: npt.NDArray[np.intp], corners: int) -> Array:
    """The normals averaged with those of their neighbours, so that the shading is smooth."""
    at_corners = np.zeros((corners, 3))
    for corner in range(4):
        np.add.at(at_corners, quads[:, corner], normals)
    around = at_corners[quads].sum(1)
    smooth = normals + around / np.maximum(np.linalg.norm(around, axis=1, keepdims=True), 1e-9)
    smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-9)
    smoothed: Array = smooth
    return smoothed


def _joined_quads(parts: list[Mesh]) -> npt.NDArray[np.intp]:
    starts = np.cumsum([0, *(len(part.corners) for part in parts[:-1])])
    return np.concatenate([part.quads + start for part, start in zip(parts, starts, strict=True)])
