"""Simple solids, of which glasses, hands and other things are put together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hopenet.rendering.meshes import Floats
from hopenet.rendering.renderer import Form

Array = npt.NDArray[np.float64]


class Solid(NamedTuple):
    """A surface: its form, which is the same for all solids of a kind, and its vertices and normals (N, 3)."""

    form: Form
    vertices: Floats
    normals: Floats


def _form(count: int, triangles: npt.NDArray[np.integer]) -> Form:
    """A form that turns with the head and has no place on the mean head."""
    ones = np.ones(count, np.float32)
    return Form(
        np.zeros((count, 2), np.float32), np.zeros((count, 3), np.float32), ones, ones, triangles.astype(np.int32)
    )


def _grid(rows: int, columns: int, *, closed: bool) -> npt.NDArray[np.integer]:
    """Triangles between neighbouring rows of a grid of vertices; `closed` joins the last row to the first."""
    row, column = np.meshgrid(np.arange(rows if closed else rows - 1), np.arange(columns), indexing="ij")
    a = (row * columns + column).ravel()
    b = (row * columns + (column + 1) % columns).ravel()
    c = (((row + 1) % rows) * columns + column).ravel()
    d = (((row + 1) % rows) * columns + (column + 1) % columns).ravel()
    return np.concatenate((np.stack((a, b, c), 1), np.stack((b, d, c), 1)))


_RINGS, _SECTORS, _SIDES = 9, 14, 6


def _unit_sphere() -> Array:
    polar, around = np.meshgrid(
        np.linspace(0, np.pi, _RINGS), np.linspace(0, 2 * np.pi, _SECTORS, endpoint=False), indexing="ij"
    )
    points = np.stack((np.sin(polar) * np.cos(around), np.cos(polar), np.sin(polar) * np.sin(around)), axis=-1)
    return np.asarray(points.reshape(-1, 3))


_SPHERE = _unit_sphere()
_SPHERE_FORM = _form(len(_SPHERE), _grid(_RINGS, _SECTORS, closed=False))

_CORNERS = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
_BOX_FACES = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
_BOX = _CORNERS[_BOX_FACES].reshape(-1, 3)
_BOX_NORMALS = np.repeat(_CORNERS[_BOX_FACES].mean(axis=1), 4, axis=0)
_BOX_FORM = _form(24, np.concatenate([np.array([(0, 1, 2), (0, 2, 3)]) + 4 * face for face in range(6)]))

_LOOP = 28
_LOOP_FORM = _form(_LOOP * _SIDES, _grid(_LOOP, _SIDES, closed=True))
_DISC_FORM = _form(_LOOP + 1, np.array([(k, (k + 1) % _LOOP, _LOOP) for k in range(_LOOP)]))
_PATH = 8
_PATH_FORM = _form(_PATH * _SIDES, _grid(_PATH, _SIDES, closed=False))


def ellipsoid(centre: Array, axes: Array) -> Solid:
    """`axes`: (3, 3), its columns are the half axes."""
    normals = _SPHERE @ np.linalg.inv(axes)
    return _solid(_SPHERE_FORM, _SPHERE @ axes.T + centre, normals)


def box(centre: Array, axes: Array) -> Solid:
    """`axes`: (3, 3), its columns are the half edges."""
    return _solid(_BOX_FORM, _BOX @ axes.T + centre, _BOX_NORMALS @ np.linalg.inv(axes))


def loop(points: Array, radius: float) -> Solid:
    """A closed tube along 28 points (28, 3)."""
    along = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    return _tube(_LOOP_FORM, points, along, radius)


def path(points: Array, radius: float) -> Solid:
    """An open tube along points (N, 3), which are resampled."""
    place = np.linspace(0, len(points) - 1, _PATH)
    fine = np.stack([np.interp(place, np.arange(len(points)), points[:, axis]) for axis in range(3)], axis=1)
    return _tube(_PATH_FORM, fine, np.gradient(fine, axis=0), radius)


def disc(rim: Array) -> Solid:
    """A surface within 28 points (28, 3), facing +z."""
    vertices = np.concatenate((rim, rim.mean(axis=0, keepdims=True)))
    normals = np.tile([0.0, 0.0, 1.0], (len(vertices), 1))
    normals[:, :2] += (vertices - vertices[-1])[:, :2] * 0.6
    return _solid(_DISC_FORM, vertices, normals)


def ring(width: float, height: float, power: float) -> Array:
    """28 points (28, 2) of a superellipse; the power 2 gives an ellipse, larger ones are more rectangular."""
    angle = np.linspace(0, 2 * np.pi, _LOOP, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    x, y = np.sign(c) * np.abs(c) ** (2 / power), np.sign(s) * np.abs(s) ** (2 / power)
    return np.stack((x * width, y * height), axis=1)


def _tube(form: Form, points: Array, along: Array, radius: float) -> Solid:
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    helper = np.where(np.abs(along[:, 1:2]) > 0.8, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    first = np.cross(along, helper)
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-9)
    second = np.cross(along, first)
    angle = np.linspace(0, 2 * np.pi, _SIDES, endpoint=False)[None, :, None]
    normals = (first[:, None] * np.cos(angle) + second[:, None] * np.sin(angle)).reshape(-1, 3)
    return _solid(form, np.repeat(points, _SIDES, axis=0) + normals * radius, normals)


def _solid(form: Form, vertices: Array, normals: Array) -> Solid:
    length = np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return Solid(form, vertices.astype(np.float32), (normals / length).astype(np.float32))
