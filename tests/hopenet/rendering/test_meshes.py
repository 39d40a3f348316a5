"""Meshes of MakeHuman's formats, in small."""

from __future__ import annotations

import numpy as np
import pytest

from hopenet.rendering.landmarks import LANDMARKS, Square, square_around
from hopenet.rendering.meshes import Layout, read_binding, read_obj

_SQUARE = """
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
g body
f 1/1 2/2 3/3 4/4
g eye
f 1/1 3/3 4/2
"""


def test_polygons_become_fans_of_triangles_and_keep_their_group() -> None:
    mesh = read_obj(_SQUARE.splitlines())
    assert mesh.triangles.tolist() == [[0, 1, 2], [0, 2, 3], [0, 2, 3]]
    assert mesh.uv_triangles.tolist() == [[0, 1, 2], [0, 2, 3], [0, 2, 1]]
    assert mesh.groups.tolist() == ["body", "body", "eye"]


def test_a_vertex_with_two_places_in_the_texture_is_drawn_twice() -> None:
    layout = Layout(mesh := read_obj(_SQUARE.splitlines()))
    assert len(layout.vertex_of) == 5
    drawn = mesh.vertices[layout.vertex_of][layout.indices]
    assert np.array_equal(drawn, mesh.vertices[mesh.triangles])


def test_normals_point_to_where_triangles_run_counter_clockwise() -> None:
    mesh = read_obj(_SQUARE.splitlines())
    assert np.allclose(Layout(mesh).normals(mesh.vertices), [0, 0, 1])


def test_a_proxy_follows_the_base_mesh_and_scales_its_offsets() -> None:
    text = """
    name hair
    x_scale 0 1 2.0
    verts 0
    material hair.mhmat
    0 1 2 0.5 0.25 0.25 0.2 0.0 0.3
    3
    delete_verts
    7 8 9
    """
    binding = read_binding(text.splitlines())
    base = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    # The distance of 0 and 1 along x is 1 instead of 2, so the offset along x is halved.
    assert binding.fitted(base) == pytest.approx(np.array([[0.6, 0.25, 0.3], [0, 1, 0]]))


def test_the_square_is_centred_on_the_box_of_the_landmarks_and_as_wide_as_its_diagonal() -> None:
    points = np.array([[0.0, 0.0], [3.0, 1.0], [1.0, 4.0]])
    assert square_around(points) == Square(1.5, 2.0, 5.0)


def test_there_are_68_landmarks_in_pairs_of_left_and_right_but_those_of_the_middle() -> None:
    assert len(set(LANDMARKS)) == 68
