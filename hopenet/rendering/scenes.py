"""From a seed and an index to a labelled picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from hopenet.pose import FloatArray, HeadPose
from hopenet.rendering import shaders
from hopenet.rendering.assets import HAIR, HeadAssets
from hopenet.rendering.forms import NECK, HeadForms
from hopenet.rendering.landmarks import LANDMARKS, PITCH_OF_MESH_DEG, Square, square_around
from hopenet.rendering.meshes import Floats, Layout
from hopenet.rendering.people import Person, expression, is_held_out, person
from hopenet.rendering.poses import PoseRange
from hopenet.rendering.renderer import Form, Part, Renderer, Uniform
from hopenet.rendering.surroundings import Picture, draw_backdrop, draw_light
from hopenet.rendering.wearing import Frame, draw_worn

_LANDMARKS = list(LANDMARKS)
_STRAND_WEIGHTS = (0.35, 0.45, 0.2)
"""Of red, green and blue in the brightness of hair, as in the shader."""

_BRIGHTNESS = (118.0, 34.0)
"""Mean and standard deviation of the brightness, up to 255, of crops of faces in photographs."""

_NEAREST, _FARTHEST = 4.5, 40.0
"""Distances of the camera, in decimetres."""


@dataclass(frozen=True, slots=True)
class SetPlan:
    """What a set of pictures consists of. Each picture depends on this and its index alone.

    `persons`: how many people; the pictures of each follow each other. `held_out`: whether they are people of the
    tenth that no training set contains. `side`: of the pictures, in pixels.
    """

    seed: int
    count: int
    persons: int
    poses: PoseRange
    held_out: bool
    side: int


class LabelledPicture(NamedTuple):
    """A picture (side, side, 3) in BGR, its label, and what it shows."""

    image: Picture
    pose: HeadPose
    facts: dict[str, str]
    quality: int


class SceneMaker:
    """Renders the pictures of a plan, in any order. Thread: the one that made it."""

    def __init__(self, assets: HeadAssets, plan: SetPlan) -> None:
        self._assets = assets
        self._forms = HeadForms(assets)
        self._plan = plan
        self._persons = persons_of_split(plan.seed, plan.persons, held_out=plan.held_out)
        self._renderer = Renderer(plan.side, assets.texture)
        self._brightnesses: dict[str, float] = {}
        self._person = lru_cache(maxsize=4)(self._make_person)

    def picture(self, index: int) -> LabelledPicture:
        """The picture with this index, from 0."""
        plan = self._plan
        random = np.random.default_rng([plan.seed, index, 2])
        own, kept = self._person(self._persons[index * len(self._persons) // plan.count])
        vertices, mood = expression(self._assets, random, own.vertices)
        held = plan.poses.draw(random)
        light = draw_light(random)
        camera = camera_for(random, vertices, held.pose.matrix(), held.torso, self._forms.mean)
        parts = _body(self._assets, self._forms, own, vertices, random)
        worn = draw_worn(
            random,
            Frame(self._forms.mean, vertices),
            parts[0],
            _hand_colour(own),
            camera.head,
            camera.pivot,
            has_hat=bool(own.hat),
        )
        if not worn.hides_hair:
            parts += kept
        image = self._renderer.draw(
            draw_backdrop(random, plan.side),
            [worn.body, *parts[1:], *worn.parts],
            {**camera.uniforms(), **light.uniforms, **_clothes(random), **worn.uniforms},
        )
        image = _exposed(image, random)
        facts = {
            "person": str(own.number),
            "sex": own.sex,
            "skin": "dark" if "dark" in own.skin else "light",
            "age": f"{own.age:.0f}",
            "hair": own.hair or ("bald" if own.cut == 0 else "cut"),
            "hat": own.hat or worn.headwear,
            "glasses": worn.glasses,
            "occluder": worn.occluder,
            "expression": mood,
            "light": light.kind,
            "distance_m": f"{camera.distance / 10:.2f}",
        }
        return LabelledPicture(image, held.pose, facts, int(random.integers(84, 97)))

    def _make_person(self, number: int) -> tuple[Person, list[Part]]:
        """A person, and the parts that expressions do not change: hair and hat."""
        own = person(self._assets, self._plan.seed, number)
        worn = []
        if own.hair:
            look: dict[str, Uniform] = {
                "tint": own.hair_colour,
                "strand_mean": self._brightness(HAIR[own.hair]),
                "shine": 0.12,
                "gloss": 14.0,
            }
            worn.append(self._proxy_part(own.hair, own.vertices, shaders.HAIR, HAIR[own.hair], look))
        if own.hat:
            worn.append(self._proxy_part(own.hat, own.vertices, shaders.PLAIN, "", {"tint": (0.08, 0.07, 0.06)}))
        return own, worn

    def _brightness(self, texture: str) -> float:
        """The mean brightness of a texture of hair, linear, as the shader sees it."""
        if texture not in self._brightnesses:
            pixels = self._assets.texture(texture)[::4, ::4].astype(np.float64) / 255
            strands = (pixels[..., :3] ** 1.4) @ _STRAND_WEIGHTS
            self._brightnesses[texture] = float(np.average(strands, weights=pixels[..., 3] + 1e-6))
        return self._brightnesses[texture]

    def _proxy_part(self, name: str, vertices: Floats, mode: int, texture: str, uniforms: dict[str, Uniform]) -> Part:
        proxy = self._assets.proxy(name)
        fitted = proxy.binding.fitted(vertices)
        return _part(self._forms.proxy(name), proxy.layout, fitted, mode, texture, uniforms)


def _part(
    form: Form, layout: Layout, vertices: Floats, mode: int, texture: str, uniforms: dict[str, Uniform], **more: object
) -> Part:
    return Part(form, vertices[layout.vertex_of], layout.normals(vertices), mode, texture, uniforms, **more)  # type: ignore[arg-type]


def _body(
    assets: HeadAssets, forms: HeadForms, own: Person, vertices: Floats, random: np.random.Generator
) -> list[Part]:
    """Skin, eyes, mouth, brows and lashes."""
    colour = own.hair_colour
    stubble = own.beard * 0.9
    skin: dict[str, Uniform] = {
        "tint": own.skin_tint if own.skin else tuple(map(float, _hand_colour(own))),
        "shine": 0.04 + 0.1 * float(random.random()) ** 2,
        "gloss": float(random.uniform(8, 40)),
        "beard": (stubble, *colour),
        "scalp": (0.85 if own.hair or own.cut else 0.25 * (own.number % 2), *(0.8 * part for part in colour)),
        "lips": (own.lipstick, *own.lip_colour),
        "blush": own.blush,
        "neckline": _neckline(random),
    }
    parts = [_part(forms.body, assets.body, vertices, shaders.SKIN, own.skin, skin)]
    body = parts[0]
    fur: dict[str, Uniform] = {"tint": colour, "shine": 0.05, "gloss": 12.0}
    if own.beard and own.beard_length:
        parts.append(
            Part(
                body.form,
                body.vertices,
                body.normals,
                shaders.FUR,
                "",
                {**fur, "region": 0},
                _layers(own.beard_length, 5),
            )
        )
    if own.cut and not own.hair:
        parts.append(
            Part(body.form, body.vertices, body.normals, shaders.FUR, "", {**fur, "region": 1}, _layers(own.cut, 5))
        )
    aim = np.array([random.normal(0, 0.22), random.normal(0, 0.12), 1.0])
    aim /= np.linalg.norm(aim)
    for form, layout in zip(forms.eyes, assets.eyes, strict=True):
        ball = vertices[layout.vertex_of]
        look: dict[str, Uniform] = {
            "eye_centre": tuple(map(float, ball.mean(axis=0))),
            "gaze": tuple(map(float, aim)),
            "iris": own.eye_colour,
            "gloss": 80.0,
        }
        parts.append(_part(form, layout, vertices, shaders.EYE, "", look))
    parts.append(
        _part(forms.teeth, assets.teeth, vertices, shaders.PLAIN, "", {"tint": (0.7, 0.66, 0.55), "shine": 0.3})
    )
    parts.append(
        _part(forms.tongue, assets.tongue, vertices, shaders.PLAIN, "", {"tint": (0.45, 0.12, 0.12), "shine": 0.2})
    )
    for name, factor in ((own.brow, 1.6), (own.lashes, 0.3)):
        if name:
            proxy = assets.proxy(name)
            look = {"tint": tuple(factor * part + 0.01 for part in colour), "shine": 0.0}
            worn = _part(
                forms.proxy(name), proxy.layout, proxy.binding.fitted(vertices), shaders.BROW, f"{name}.png", look
            )
            parts.append(worn)
    return parts


def _layers(length: float, number: int) -> tuple[tuple[float, float], ...]:
    return tuple((length * (k + 1) / number, (k + 0.5) / number) for k in range(number))


def _neckline(random: np.random.Generator) -> tuple[float, float, float, float]:
    height = random.uniform(5.45, 6.0)
    stripes = random.uniform(2, 9) if random.random() < 0.25 else 0.0
    return float(height), float(random.choice([0.0, 0.0, 0.6])), float(stripes), float(random.random() < 0.3)


def _clothes(random: np.random.Generator) -> dict[str, Uniform]:
    first, second = (np.clip(random.beta(0.7, 1.2) + random.normal(0, 0.15, 3), 0.005, 0.9) for _ in range(2))
    return {"shirt": tuple(map(float, first)), "shirt_second": tuple(map(float, second))}


class Camera(NamedTuple):
    """How a head is seen: rotations of head and torso (3, 3), the head's centre and the neck, the square in the plane
    through the centre, and the distance from it, in decimetres."""

    head: FloatArray
    torso: FloatArray
    pivot: FloatArray
    neck: FloatArray
    square: Square
    distance: float

    def in_picture(self, points: Floats) -> FloatArray:
        """Where points (N, 3) of the head are in the picture (N, 2): x right, y down, its edges at −1 and 1."""
        placed = (points - self.pivot) @ self.head.T
        flat = placed[:, :2] * (self.distance / (self.distance - placed[:, 2:]))
        centred = (flat - [self.square.x, self.square.y]) / (self.square.side / 2)
        return np.asarray(centred * [1, -1])

    def uniforms(self) -> dict[str, Uniform]:
        return {
            "head": self.head.T.astype(np.float32),
            "torso": self.torso.T.astype(np.float32),
            "pivot": tuple(map(float, self.pivot)),
            "neck": tuple(map(float, self.neck)),
            "window": (self.square.x, self.square.y, self.square.side / 2),
            "distance": self.distance,
            "up": (0.0, 1.0, 0.0),
        }


def _exposed(image: Picture, random: np.random.Generator) -> Picture:
    """The picture with a brightness nearer to that of photographs, as a camera's automatic exposure makes it."""
    wanted = np.clip(random.normal(*_BRIGHTNESS), 40, 200)
    gain = np.clip((wanted / max(float(image.mean()), 1.0)) ** 0.6, 0.85, 2.5)
    return np.asarray(cv2.convertScaleAbs(image, alpha=float(gain)), np.uint8)


def camera_for(
    random: np.random.Generator, vertices: Floats, pose: FloatArray, torso: FloatArray, mean: Floats
) -> Camera:
    """A camera that looks at the head's centre from any distance: the label is relative to its line of sight."""
    upright = HeadPose(0, -PITCH_OF_MESH_DEG, 0).matrix()
    head = pose @ upright
    points = vertices[_LANDMARKS].astype(np.float64)
    pivot = (points.min(axis=0) + points.max(axis=0)) / 2
    mean_points = mean[_LANDMARKS]
    mean_pivot = (mean_points.min(axis=0) + mean_points.max(axis=0)) / 2
    scale = np.ptp(points[:, 1]) / np.ptp(mean_points[:, 1])
    neck = pivot + (np.array(NECK) - mean_pivot) * scale
    distance = float(np.exp(random.uniform(np.log(_NEAREST), np.log(_FARTHEST))) * scale)
    placed = (points - pivot) @ head.T
    flat = placed[:, :2] * (distance / (distance - placed[:, 2:]))
    return Camera(head, torso @ upright, pivot, neck, square_around(flat), distance)


def _hand_colour(own: Person) -> FloatArray:
    """About the colour of the skin's texture."""
    usual = np.array(
        [0.16, 0.075, 0.04] if "dark" in own.skin or (not own.skin and own.dark > 0.5) else [0.72, 0.45, 0.32]
    )
    return np.asarray(usual * own.skin_tint)


def persons_of_split(seed: int, wanted: int, *, held_out: bool) -> list[int]:
    """The numbers of the first people of a split."""
    numbers: list[int] = []
    number = 0
    while len(numbers) < wanted:
        if is_held_out(seed, number) == held_out:
            numbers.append(number)
        number += 1
    return numbers
