"""Draws parts of a scene with OpenGL, without a window."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import moderngl
import numpy as np
import numpy.typing as npt

from hopenet.rendering import shaders
from hopenet.rendering.meshes import Floats

Uniform = int | float | bool | tuple[float, ...] | Floats
"""Arrays are passed row by row: a matrix that multiplies columns must be transposed."""

_OVERSAMPLING = 1.5
"""Mesa's software rasteriser draws 1.5² times as many pixels faster than four samples for each."""

_SHADOW_SIDE = 192
_SHADOW_REACH = 2.2
"""Half the side, in decimetres, of what casts shadows around the head's centre."""

_CASTING = frozenset({shaders.SKIN, shaders.HAIR, shaders.PLAIN, shaders.CLOTH})

_CLOSED = frozenset({shaders.SKIN, shaders.FUR, shaders.CLOTH})
"""Modes of surfaces whose insides are never seen."""


class NoRenderer(RuntimeError):
    """No OpenGL context can be made on this machine; the message is the reason."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What a part keeps from person to person: of N drawn vertices and F triangles.

    `uv`: (N, 2). `rest`: (N, 3), the places on the mean head, by which regions are told apart. `with_head`: (N,), 1 for
    what turns with the head and 0 for what stays with the torso. `open_sky`: (N,), the share of light from around that
    arrives. `indices`: (F, 3).
    """

    uv: Floats
    rest: Floats
    with_head: Floats
    open_sky: Floats
    indices: npt.NDArray[np.int32]

    def static(self) -> bytes:
        columns = (self.uv, self.rest, self.with_head[:, None], self.open_sky[:, None])
        return np.concatenate(columns, axis=1).astype("f4").tobytes()


@dataclass(frozen=True, slots=True)
class Part:
    """A form with the vertices and normals (N, 3) that it has now, and how it looks.

    `texture`: the name of a texture, "" for none. `layers`: heights and depths of the layers in which it is drawn.
    """

    form: Form
    vertices: Floats
    normals: Floats
    mode: int
    texture: str = ""
    uniforms: Mapping[str, Uniform] = field(default_factory=dict)
    layers: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    see_through: bool = False


class Renderer:
    """Pictures of scenes, `side` by `side` pixels. Thread: the one that made it."""

    def __init__(self, side: int, texture: Any) -> None:
        """`texture`: a function from the name of a texture to its RGBA pixels. Raises NoRenderer."""
        self.side = side
        self._pixels_of = texture
        self._context = _context()
        self._program = self._context.program(shaders.VERTEX, shaders.FRAGMENT)
        self._shadow_program = self._context.program(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._shadows = self._context.depth_texture((_SHADOW_SIDE, _SHADOW_SIDE))
        self._shadows.compare_func = "<="
        self._shadows.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._shadow_frame = self._context.framebuffer(depth_attachment=self._shadows)
        self._backdrop_program = self._context.program(shaders.BACKDROP_VERTEX, shaders.BACKDROP_FRAGMENT)
        self._fine = round(side * _OVERSAMPLING)
        size = (self._fine, self._fine)
        self._drawn = self._context.framebuffer(
            [self._context.renderbuffer(size, 4)], self._context.depth_renderbuffer(size)
        )
        self._backdrop = self._context.texture((side, side), 3, alignment=1)
        self._backdrop.filter = (moderngl.LINEAR, moderngl.LINEAR)
        corners = self._context.buffer(np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], "f4").tobytes())
        self._backdrop_array = self._context.vertex_array(self._backdrop_program, [(corners, "2f", "in_position")])
        self._textures: dict[str, moderngl.Texture] = {}
        self._arrays: dict[int, tuple[Form, moderngl.Buffer, tuple[moderngl.VertexArray, moderngl.VertexArray]]] = {}
        self._contents: dict[int, Floats] = {}
        self._blank = self._context.texture((1, 1), 4, b"\xff\xff\xff\xff")

    def draw(
        self, backdrop: npt.NDArray[np.uint8], parts: list[Part], common: Mapping[str, Uniform]
    ) -> npt.NDArray[np.uint8]:
        """The picture (side, side, 3) in BGR of parts in front of a backdrop (side, side, 3) in BGR, drawn in turn.

        `common`: uniforms of all parts.
        """
        context = self._context
        self._draw_shadows(parts, common)
        self._drawn.use()
        context.enable_only(moderngl.NOTHING)
        self._drawn.clear(depth=1.0)
        self._backdrop.write(np.ascontiguousarray(backdrop[..., ::-1]).tobytes())
        self._backdrop.use(0)
        self._backdrop_array.render(moderngl.TRIANGLE_STRIP)
        context.cull_face = "front"  # pictures are drawn upside down, so the outer sides are the "back" ones
        self._shadows.use(1)
        self._set({**_DEFAULTS, **common})
        for part in parts:
            self._draw(part)
        pixels = np.frombuffer(self._drawn.read(components=4, alignment=1), np.uint8)
        fine = cv2.cvtColor(pixels.reshape(self._fine, self._fine, 4), cv2.COLOR_RGBA2BGR)
        return np.asarray(cv2.resize(fine, (self.side, self.side), interpolation=cv2.INTER_AREA), np.uint8)

    def _draw_shadows(self, parts: list[Part], common: Mapping[str, Uniform]) -> None:
        """Fills the picture of depths as seen from the first light."""
        self._shadow_frame.use()
        self._shadow_frame.clear(depth=1.0)
        self._context.enable_only(moderngl.DEPTH_TEST)
        program = self._shadow_program
        self._set({**_DEFAULTS, **common}, program)
        for part in parts:
            if part.mode in _CASTING and not part.see_through:
                self._texture(part.texture).use(0)
                self._set({"mode": part.mode, "layer": part.layers[-1][0]}, program)
                self._arrays_with(part)[1].render()

    def _draw(self, part: Part) -> None:
        array = self._arrays_with(part)[0]
        self._texture(part.texture).use(0)
        self._set({**_PART_DEFAULTS, "mode": part.mode, "textured": bool(part.texture), **part.uniforms})
        flags = moderngl.DEPTH_TEST
        if part.mode in _CLOSED:
            flags |= moderngl.CULL_FACE
        if part.see_through:
            flags |= moderngl.BLEND
        self._context.enable_only(flags)
        for height, depth in part.layers:
            self._set({"layer": height, "depth": depth})
            array.render()

    def _arrays_with(self, part: Part) -> tuple[moderngl.VertexArray, moderngl.VertexArray]:
        """The part's vertices for the picture and for shadows."""
        key = id(part.form)
        if key not in self._arrays:
            static = self._context.buffer(part.form.static())
            moving = self._context.buffer(reserve=24 * len(part.form.uv), dynamic=True)
            indices = self._context.buffer(np.ascontiguousarray(part.form.indices, np.int32).tobytes())
            shown = self._context.vertex_array(
                self._program,
                [
                    (moving, "3f 3f", "in_position", "in_normal"),
                    (static, "2f 3f 1f 1f", "in_uv", "in_rest", "in_head", "in_open"),
                ],
                indices,
            )
            casting = self._context.vertex_array(
                self._shadow_program,
                [
                    (moving, "3f 3f", "in_position", "in_normal"),
                    (static, "2f 3f 1f 4x", "in_uv", "in_rest", "in_head"),
                ],
                indices,
            )
            self._arrays[key] = part.form, moving, (shown, casting)
        _, moving, arrays = self._arrays[key]
        if self._contents.get(key) is not part.vertices:
            moving.write(np.concatenate((part.vertices, part.normals), axis=1).astype("f4").tobytes())
            self._contents[key] = part.vertices
        return arrays

    def _texture(self, name: str) -> moderngl.Texture:
        if not name:
            return self._blank
        if name not in self._textures:
            pixels = self._pixels_of(name)
            texture = self._context.texture(pixels.shape[1::-1], 4, pixels.tobytes())
            texture.build_mipmaps()
            texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
            self._textures[name] = texture
        return self._textures[name]

    def _set(self, uniforms: Mapping[str, Uniform], program: moderngl.Program | None = None) -> None:
        for name, value in uniforms.items():
            target: Any = (program or self._program).get(name, None)
            if target is None:
                continue
            if isinstance(value, np.ndarray):
                target.write(np.ascontiguousarray(value, "f4").tobytes())
            else:
                target.value = value


_DEFAULTS: dict[str, Uniform] = {
    "picture": 0,
    "shadows": 1,
    "reach": _SHADOW_REACH,
    "saturation": 1.0,
    "hat_plane": (9.0, 0.0, 0.0),
}
_PART_DEFAULTS: dict[str, Uniform] = {
    "tint": (1.0, 1.0, 1.0),
    "shine": 0.05,
    "gloss": 20.0,
    "beard": (0.0, 0.0, 0.0, 0.0),
    "lips": (0.0, 0.0, 0.0, 0.0),
    "scalp": (0.0, 0.0, 0.0, 0.0),
    "blush": 0.0,
    "region": 0,
    "translucent": 0.0,
    "neckline": (-9.0, 0.0, 0.0, 0.0),
}


def _context() -> moderngl.Context:
    """A context without a window: EGL on Linux, and the system's own kind elsewhere."""
    options: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith("linux") else {}
    try:
        return moderngl.create_standalone_context(require=330, **options)
    except Exception as error:
        raise NoRenderer(str(error)) from error
