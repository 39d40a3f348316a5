"""The drawable forms of a head, with what is measured once on the mean head."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import cv2
import numpy as np

from hopenet.rendering.assets import ETHNICITIES, SEXES, HeadAssets
from hopenet.rendering.meshes import Floats, Layout
from hopenet.rendering.renderer import Form

NECK = (0.0, 5.95, 0.05)
"""About where the neck bends on the mean head, in decimetres."""


class HeadForms:
    """The forms of the assets. The mean head is that of young people of two sexes and three ethnicities."""

    def __init__(self, assets: HeadAssets) -> None:
        self.assets = assets
        self._proxies: dict[str, Form] = {}

    @cached_property
    def mean(self) -> Floats:
        """The vertices (V, 3) of the mean head."""
        names = [f"macrodetails/{ethnicity}-{sex}-young" for ethnicity in ETHNICITIES for sex in SEXES]
        vertices = self.assets.base.vertices.copy()
        for name in names:
            target = self.assets.target(name)
            vertices[target.indices] += target.moves / len(names)
        return vertices

    @cached_property
    def body(self) -> Form:
        layout = self.assets.body
        form = _form(layout, self.mean)
        return replace(form, open_sky=_openness(form.rest, layout.normals(self.mean)))

    @cached_property
    def eyes(self) -> tuple[Form, Form]:
        left, right = (_form(layout, self.mean) for layout in self.assets.eyes)
        return left, right

    @cached_property
    def teeth(self) -> Form:
        return _form(self.assets.teeth, self.mean)

    @cached_property
    def tongue(self) -> Form:
        return _form(self.assets.tongue, self.mean)

    def proxy(self, name: str) -> Form:
        if name not in self._proxies:
            proxy = self.assets.proxy(name)
            self._proxies[name] = _form(proxy.layout, proxy.binding.fitted(self.mean))
        return self._proxies[name]


def _form(layout: Layout, mean: Floats) -> Form:
    rest = mean[layout.vertex_of]
    return Form(layout.uv, rest, with_head(rest), np.ones(len(rest), np.float32), layout.indices)


def with_head(rest: Floats) -> Floats:
    """The share (N,) in which places on the mean head turn with the head: 0 at the shoulders, 1 above the jaw."""
    level = rest[:, 1] + 0.35 * (rest[:, 2] - 0.2)
    share = np.clip((level - 5.75) / 0.7, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


_DIRECTIONS = 96
_CELL = 0.07
"""Decimetres: coarser than the mesh is on a head, so that its vertices alone fill the cells."""


def _openness(places: Floats, normals: Floats) -> Floats:
    """The share (N,) of light from around that arrives at places on a surface which nothing else covers.

    From each of many directions, a place is hidden if another one in its cell, or a neighbouring cell, lies before it.
    """
    number = np.arange(_DIRECTIONS) + 0.5
    height, turn = 1 - 2 * number / _DIRECTIONS, np.pi * (1 + 5**0.5) * number
    flat = np.sqrt(1 - height**2)
    arriving, possible = np.zeros(len(places)), np.full(len(places), 1e-6)
    for direction in np.stack((flat * np.cos(turn), height, flat * np.sin(turn)), axis=1):
        facing = np.maximum(normals @ direction, 0)
        right = np.cross(direction, [0.3, 0.9, 0.2])
        right /= np.linalg.norm(right)
        across = places @ np.stack((right, np.cross(direction, right)), axis=1)
        cells = ((across - across.min(axis=0)) / _CELL).astype(int) + 1
        before = places @ direction
        nearest = np.full(cells.max(axis=0) + 2, -99.0, np.float32)
        np.maximum.at(nearest, (cells[:, 0], cells[:, 1]), before)
        nearest = np.asarray(cv2.dilate(nearest, np.ones((2, 2), np.uint8)), np.float32)
        seen = np.clip(1 - (nearest[cells[:, 0], cells[:, 1]] - before - 0.12) / 0.15, 0, 1)
        arriving += facing * seen
        possible += facing
    return np.asarray(np.clip(0.25 + 0.85 * arriving / possible, 0, 1), np.float32)
