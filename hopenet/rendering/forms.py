"""The drawable forms of a head, with what is measured once on the mean head."""

from __future__ import annotations

from functools import cached_property

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
        return _form(self.assets.body, self.mean)

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
    return share * share * (3 - 2 * share)
