"""What covers parts of heads: glasses, masks, scarves, caps, hands and things. Drawn anew for each picture."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from hopenet.pose import FloatArray
from hopenet.rendering import shaders
from hopenet.rendering.meshes import Floats
from hopenet.rendering.primitives import Array, Solid, box, disc, ellipsoid, loop, path, ring
from hopenet.rendering.renderer import Part, Uniform

_BRIDGE, _LEFT_EAR, _RIGHT_EAR = 136, 12001, 5402
"""The vertices of the base mesh between the eyes and in front of the ears."""

_REGIONS = {"mask": 2, "cap": 3, "headscarf": 4, "scarf": 5}


class Worn(NamedTuple):
    """Parts to draw last, uniforms for all parts, and names for the table, "" for none.

    `body`: the body to draw below them. `hides_hair`: hair is not to be drawn.
    """

    body: Part
    parts: list[Part]
    uniforms: dict[str, Uniform]
    glasses: str
    occluder: str
    headwear: str
    hides_hair: bool


class Frame:
    """The head of a person, into which things made for the mean head are fitted."""

    def __init__(self, mean: Floats, vertices: Floats) -> None:
        own, usual = _anchors(vertices), _anchors(mean)
        self._from, self._to = usual[0], own[0]
        across, deep = own[1] / usual[1], own[2] / usual[2]
        self._scale = np.array([across, (across + deep) / 2, deep])

    def fitted(self, points: Array) -> Array:
        return np.asarray((points - self._from) * self._scale + self._to)


def _anchors(vertices: Floats) -> tuple[Array, float, float]:
    """The place between the eyes, the distance of the ears, and how far the first lies in front of the second."""
    bridge, left, right = (vertices[index].astype(np.float64) for index in (_BRIDGE, _LEFT_EAR, _RIGHT_EAR))
    return bridge, float(left[0] - right[0]), float(bridge[2] - (left[2] + right[2]) / 2)


def draw_worn(
    random: np.random.Generator, frame: Frame, body: Part, skin: Array, head: FloatArray, pivot: Array, *, has_hat: bool
) -> Worn:
    """Everything that a person wears or holds in front of the face in one picture.

    `body`: the drawn body, over which cloth lies. `skin`: the colour of hands. `head`, `pivot`: the head's rotation and
    centre.
    """
    parts: list[Part] = []
    uniforms: dict[str, Uniform] = {}
    glasses = str(random.choice(["", "clear", "sun"], p=[0.72, 0.19, 0.09]))
    if glasses:
        parts += _glasses(random, frame, sun=glasses == "sun")
    headwear = "" if has_hat else str(random.choice(["", "cap", "headscarf"], p=[0.88, 0.08, 0.04]))
    if headwear == "headscarf":
        body = _with_flat_ears(body)
    if headwear:
        parts.insert(0, _cloth(random, body, headwear, float(random.uniform(0.06, 0.13))))
        if headwear == "cap":
            plane = (float(random.uniform(7.55, 7.95)), float(random.uniform(-0.35, 0.05)), 1.0)
            uniforms["hat_plane"] = (plane[0] + plane[1] * 1.2, plane[1], 1.0)
            if random.random() < 0.5:
                parts.append(_visor(random, frame, parts[0]))
    occluder = str(
        random.choice(["", "mask", "scarf", "hand", "thing", "front"], p=[0.76, 0.05, 0.05, 0.06, 0.05, 0.03])
    )
    if occluder in _REGIONS:
        parts.insert(
            0, _cloth(random, body, occluder, 0.05 if occluder == "mask" else float(random.uniform(0.1, 0.25)))
        )
    elif occluder == "hand":
        parts += _hand(random, frame, skin)
    elif occluder == "thing":
        parts += _thing(random, frame)
    elif occluder == "front":
        parts += _in_front(random, head, pivot)
    return Worn(body, parts, uniforms, glasses, occluder, headwear, headwear == "headscarf")


def _colour(random: np.random.Generator) -> tuple[float, float, float]:
    grey = random.beta(0.7, 1.2)
    red, green, blue = (float(part) for part in np.clip(grey + random.normal(0, 0.15, 3), 0.008, 0.9))
    return red, green, blue


def _cloth(random: np.random.Generator, body: Part, kind: str, thickness: float) -> Part:
    stripes = float(random.uniform(2, 9)) if random.random() < 0.2 else 0.0
    tint = _colour(random)
    if kind == "mask" and random.random() < 0.6:
        tint = ((0.35, 0.6, 0.75), (0.8, 0.82, 0.85), (0.02, 0.02, 0.02))[int(random.integers(0, 3))]
    look: dict[str, Uniform] = {
        "region": _REGIONS[kind],
        "tint": tint,
        "shine": 0.01,
        "neckline": (-9.0, 0.0, stripes, float(random.random() < 0.3)),
    }
    return Part(body.form, body.vertices, body.normals, shaders.CLOTH, "", look, ((thickness, 0.0),))


def _with_flat_ears(body: Part) -> Part:
    """The body with ears that lie against the head, as below a tight cloth."""
    rest = body.form.rest
    across = np.abs(rest[:, 0])
    is_ear = (across > 0.66) & (rest[:, 1] > 6.8) & (rest[:, 1] < 7.5) & (np.abs(rest[:, 2] - 0.4) < 0.45)
    vertices = body.vertices.copy()
    vertices[is_ear, 0] *= 0.64 / across[is_ear]
    return replace(body, vertices=vertices)


def _plain(solid: Solid, colour: tuple[float, float, float], shine: float = 0.2, translucent: float = 0.0) -> Part:
    look: dict[str, Uniform] = {"tint": colour, "shine": shine, "gloss": 40.0, "translucent": translucent}
    return Part(solid.form, solid.vertices, solid.normals, shaders.PLAIN, "", look, see_through=translucent > 0)


def _fitted(frame: Frame, solid: Solid) -> Solid:
    return solid._replace(vertices=frame.fitted(solid.vertices.astype(np.float64)).astype(np.float32))


def _glasses(random: np.random.Generator, frame: Frame, *, sun: bool) -> list[Part]:
    """Two rims, a bridge, two temples and two lenses."""
    grow = 1.15 if sun else 1.0
    width, height = random.uniform(0.21, 0.28) * grow, random.uniform(0.14, 0.24) * grow
    outline = ring(width, height, random.choice([2.0, 2.6, 3.6, 5.0]))
    thickness = float(random.choice([0.006, 0.013, 0.025, 0.035], p=[0.15, 0.4, 0.3, 0.15]))
    frame_colour = _colour(random) if random.random() < 0.35 else (0.02, 0.02, 0.022)
    middle = 0.33 + max(0.0, width - 0.25)
    level = 7.33 + random.normal(0, 0.03)
    front = 1.47 + random.normal(0, 0.02)
    lens_colour, share = ((0.02, 0.02, 0.025), random.uniform(0.0, 0.3)) if sun else ((0.5, 0.55, 0.6), 0.93)
    if sun and random.random() < 0.3:
        lens_colour = _colour(random)
    parts, lenses = [], []
    for side in (-1, 1):
        rim = np.empty((len(outline), 3))
        rim[:, 0] = side * middle + outline[:, 0]
        rim[:, 1] = level + outline[:, 1]
        rim[:, 2] = front - 0.35 * (np.abs(rim[:, 0]) - 0.1).clip(0) ** 2
        parts.append(_fitted(frame, loop(rim, thickness)))
        lenses.append(_plain(_fitted(frame, disc(rim)), lens_colour, 0.5, share))
        edge = side * (middle + width)
        points = np.array(
            [
                (edge, level + 0.05, front - 0.12),
                (side * 0.69, level + 0.05, front - 0.3),
                (side * 0.72, level + 0.06, 0.75),
                (side * 0.72, level + 0.03, 0.5),
                (side * 0.72, level - 0.15, 0.3),
            ]
        )
        parts.append(_fitted(frame, path(points, max(thickness, 0.012))))
    inner = middle - width
    bridge = np.array([(-inner, level + 0.04, front), (0, level + 0.07, front + 0.02), (inner, level + 0.04, front)])
    parts.append(_fitted(frame, path(bridge, max(thickness, 0.012))))
    return [*(_plain(solid, frame_colour) for solid in parts), *lenses]


def _visor(random: np.random.Generator, frame: Frame, cap: Part) -> Part:
    """The visor of a cap: a flat ellipsoid above the brow."""
    length = random.uniform(0.45, 0.75)
    axes = np.array([[0.6, 0, 0], [0, 0.02, -0.3 * length], [0, -0.02, length]])
    solid = _fitted(frame, ellipsoid(np.array([0.0, 7.78, 1.3]), axes))
    tint = cap.uniforms["tint"]
    return _plain(solid, tint if isinstance(tint, tuple) and len(tint) == 3 else (0.1, 0.1, 0.1), 0.02)


def _turned(random: np.random.Generator) -> Array:
    """A random rotation matrix."""
    q, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return np.asarray(q * np.sign(np.linalg.det(q)))


_HOLDS = (
    ((0.55, 6.55, 1.15), (0.8, 0.5)),  # cheek
    ((0.0, 6.2, 1.45), (0.1, 1.0)),  # chin
    ((0.0, 6.65, 1.65), (0.8, 0.5)),  # mouth
    ((0.45, 7.6, 1.35), (-0.9, 0.1)),  # forehead
    ((0.3, 7.3, 1.6), (0.9, 0.3)),  # eye
    ((0.75, 7.1, 0.7), (0.2, 1.0)),  # ear
)
"""Where hands are held on the mean head, on the person's left, and where the fingers point, seen from the front."""


def _hand(random: np.random.Generator, frame: Frame, skin: Array) -> list[Part]:
    """A palm and four fingers, roughly, and a part of the arm."""
    place, direction = _HOLDS[int(random.integers(0, len(_HOLDS)))]
    side = random.choice([-1, 1])
    centre = np.array(place) * [side, 1, 1] + random.normal(0, 0.06, 3)
    fingers = np.array([-side * direction[0], direction[1], 0.15]) + random.normal(0, 0.25, 3)
    fingers /= np.linalg.norm(fingers)
    out = centre - [0, 7.0, 0.6]
    across = np.cross(fingers, out)
    across /= max(float(np.linalg.norm(across)), 1e-6)
    outwards = np.cross(across, fingers)
    solids = [ellipsoid(centre, np.stack((0.42 * across, 0.45 * fingers, 0.14 * outwards), axis=1))]
    for number in range(4):
        base = centre + across * (-0.3 + 0.2 * number) + fingers * 0.35
        spread = fingers + across * (number - 1.5) * random.uniform(0, 0.12)
        length = random.uniform(0.25, 0.75)
        points = np.array(
            [base, base + spread * length * 0.6, base + spread * length - outwards * random.uniform(0, 0.2)]
        )
        solids.append(path(points, 0.085))
        solids.append(ellipsoid(points[-1], 0.085 * np.eye(3)))
    wrist = centre - fingers * 0.45
    solids.append(path(np.array([wrist, wrist - fingers * 1.2 - outwards * 0.2, wrist - fingers * 2.5]), 0.26))
    red, green, blue = (float(part) for part in skin)
    return [_plain(_fitted(frame, solid), (red, green, blue), 0.05) for solid in solids]


def _thing(random: np.random.Generator, frame: Frame) -> list[Part]:
    """A telephone at the ear, a microphone, a cup or a pair of headphones."""
    colour = _colour(random)
    side = random.choice([-1.0, 1.0])
    kind = int(random.integers(0, 4))
    if kind == 0:
        centre = np.array([side * 0.92, 6.95, 0.8])
        turn = np.array([[0.06, 0, 0], [0, 0.75, -0.2], [0, 0.2, 0.36]])
        solids = [box(centre, turn)]
    elif kind == 1:
        tip = np.array([side * random.uniform(0, 0.3), 6.5, 1.85])
        end = tip + np.array([side * random.uniform(0, 1), -random.uniform(0.5, 1.5), random.uniform(0.2, 1)])
        solids = [ellipsoid(tip, 0.2 * np.eye(3)), path(np.array([tip, end]), 0.1)]
    elif kind == 2:
        solids = [ellipsoid(np.array([0, 6.55, 1.95]), np.diag([0.38, 0.5, 0.38]))]
    else:
        solids = [ellipsoid(np.array([x, 7.15, 0.45]), np.diag([0.16, 0.36, 0.3])) for x in (-0.85, 0.85)]
        angle = np.linspace(0.05, np.pi - 0.05, 8)
        arc = np.stack((0.9 * np.cos(angle), 7.25 + 1.42 * np.sin(angle), np.full(8, 0.45)), axis=1)
        solids.append(path(arc, 0.06))
    return [_plain(_fitted(frame, solid), colour, 0.15) for solid in solids]


def _in_front(random: np.random.Generator, head: FloatArray, pivot: Array) -> list[Part]:
    """Something between camera and head that covers a part of the picture: a box or an ellipsoid of any size."""
    away = random.uniform(0, 2 * np.pi)
    reach = random.uniform(0.75, 1.25)
    place = np.array([reach * np.cos(away), reach * np.sin(away), 1.6])
    axes = _turned(random) * random.uniform(0.2, 0.75, 3)
    solid = (box if random.random() < 0.5 else ellipsoid)(place, axes)
    # The renderer turns everything with the head: what stays where it is is turned back first.
    vertices = solid.vertices @ head + pivot
    turned = Solid(solid.form, vertices.astype(np.float32), (solid.normals @ head).astype(np.float32))
    return [_plain(turned, _colour(random), 0.05)]
