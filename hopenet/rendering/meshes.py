"""Meshes of MakeHuman's file formats: Wavefront objects, and proxies that are bound to the base mesh."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mesh:
    """A mesh of triangles with texture coordinates.

    `vertices`: (V, 3). `uv`: (T, 2), origin at the texture's lower left. `triangles` and `uv_triangles`: (F, 3),
    indices into the two. `groups`: the name of each triangle's group, of length F.
    """

    vertices: Floats
    uv: Floats
    triangles: Indices
    uv_triangles: Indices
    groups: npt.NDArray[np.str_]


def read_obj(lines: Iterable[str]) -> Mesh:
    """A mesh from a Wavefront object file; its polygons are split into fans. Raises ValueError if it is malformed."""
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    triangles: list[list[int]] = []
    uv_triangles: list[list[int]] = []
    groups: list[str] = []
    group = ""
    for line in lines:
        kind, *fields = line.split() or [""]
        if kind == "v":
            vertices.append([float(field) for field in fields[:3]])
        elif kind == "vt":
            uv.append([float(field) for field in fields[:2]])
        elif kind == "g":
            group = fields[0] if fields else ""
        elif kind == "f":
            corners = [field.split("/") for field in fields]
            own = [int(corner[0]) - 1 for corner in corners]
            textured = [int(corner[1]) - 1 if len(corner) > 1 and corner[1] else 0 for corner in corners]
            for last in range(2, len(own)):
                triangles.append([own[0], own[last - 1], own[last]])
                uv_triangles.append([textured[0], textured[last - 1], textured[last]])
                groups.append(group)
    return Mesh(
        np.array(vertices, np.float32).reshape(-1, 3),
        np.array(uv or [[0, 0]], np.float32),
        np.array(triangles, np.int64).reshape(-1, 3),
        np.array(uv_triangles, np.int64).reshape(-1, 3),
        np.array(groups, dtype=np.str_),
    )


@dataclass(frozen=True, slots=True)
class Binding:
    """How a proxy follows the base mesh: each vertex is a weighted mean of three base vertices, plus an offset.

    `bases`: (P, 3) indices of base vertices; `weights`: (P, 3); `offsets`: (P, 3), each axis scaled by the distance of
    two base vertices relative to that of the mesh for which the proxy was made: `scales` has (axis, first, second,
    distance there).
    """

    bases: Indices
    weights: Floats
    offsets: Floats
    scales: tuple[tuple[int, int, int, float], ...]

    def fitted(self, base: Floats) -> Floats:
        """The proxy's vertices (P, 3) on a base mesh whose vertices are `base`."""
        factors = np.ones(3, np.float32)
        for axis, first, second, made_for in self.scales:
            factors[axis] = abs(base[first, axis] - base[second, axis]) / made_for
        placed: Floats = np.einsum("pkc,pk->pc", base[self.bases], self.weights) + self.offsets * factors
        return placed


def read_binding(lines: Iterable[str]) -> Binding:
    """The binding in a `.mhclo` file. Raises ValueError if it is malformed."""
    bases: list[list[int]] = []
    numbers: list[list[float]] = []
    scales: list[tuple[int, int, int, float]] = []
    among_vertices = False
    for line in lines:
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if fields[0] in {"x_scale", "y_scale", "z_scale"}:
            scales.append(("xyz".index(fields[0][0]), int(fields[1]), int(fields[2]), float(fields[3])))
        elif fields[0] == "verts":
            among_vertices = True
        elif fields[0].startswith("delete"):
            among_vertices = False
        elif not fields[0].lstrip("-").isdigit():
            continue
        elif among_vertices and len(fields) >= 9:
            bases.append([int(field) for field in fields[:3]])
            numbers.append([float(field) for field in fields[3:9]])
        elif among_vertices:
            bases.append([int(fields[0])] * 3)
            numbers.append([1, 0, 0, 0, 0, 0])
    table = np.array(numbers, np.float32).reshape(-1, 6)
    return Binding(np.array(bases, np.int64).reshape(-1, 3), table[:, :3], table[:, 3:], tuple(scales))


class Layout:
    """The constant part of a drawable: which vertices and texture coordinates it joins, and its triangles.

    `vertex_of`: (N,) the mesh's vertex of each drawn vertex. `uv`: (N, 2). `indices`: (F, 3) into the drawn vertices.
    """

    def __init__(self, mesh: Mesh, chosen: npt.NDArray[np.bool_] | None = None) -> None:
        triangles, uv_triangles = mesh.triangles, mesh.uv_triangles
        if chosen is not None:
            triangles, uv_triangles = triangles[chosen], uv_triangles[chosen]
        self.triangles = triangles
        pairs = triangles.ravel() * (len(mesh.uv) + 1) + uv_triangles.ravel()
        unique, inverse = np.unique(pairs, return_inverse=True)
        self.vertex_of: Indices = unique // (len(mesh.uv) + 1)
        self.uv: Floats = mesh.uv[unique % (len(mesh.uv) + 1)]
        self.indices = inverse.reshape(-1, 3).astype(np.int32)
        # Sums the normals of a vertex's triangles.
        corners = triangles.ravel()
        ones = np.ones(len(corners), np.float32)
        self._sum = csr_matrix(
            (ones, (corners, np.repeat(np.arange(len(triangles)), 3))), (len(mesh.vertices), len(triangles))
        )[self.vertex_of]

    def normals(self, vertices: Floats) -> Floats:
        """Unit normals (N, 3) of the drawn vertices, weighted by the triangles' areas."""
        a, b, c = (vertices[self.triangles[:, corner]] for corner in range(3))
        sums: Floats = self._sum @ _cross(b - a, c - a)
        return np.asarray(sums / np.maximum(np.sqrt((sums * sums).sum(1, keepdims=True)), 1e-9), np.float32)


def _cross(a: Floats, b: Floats) -> Floats:
    """np.cross for rows of three, which is several times slower."""
    return np.stack(
        (
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ),
        axis=1,
    )
