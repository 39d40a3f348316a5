"""Light and backdrops, drawn at random."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from hopenet.rendering.renderer import Uniform

Picture = npt.NDArray[np.uint8]


class Light(NamedTuple):
    """The light of a scene as the renderer's uniforms, and its kind for the table."""

    uniforms: dict[str, Uniform]
    kind: str


def draw_light(random: np.random.Generator) -> Light:
    """Three lights, the sky and the ground. Kinds: soft (mostly from around), front, side, back, top, below, mixed."""
    kind = str(random.choice(list(_DIRECTIONS), p=list(_SHARES)))
    centre, spread = _DIRECTIONS[kind]
    directions = [_unit(np.array(centre) + random.normal(0, spread, 3))]
    directions += [_unit(random.normal([0, 0.3, 0.3], 1)) for _ in range(2)]
    key, fill, ambient = _STRENGTHS[kind]
    exposure = float(np.exp(random.normal(0, 0.22)))
    strengths = np.array([key, fill * random.random(), 0.6 * fill * random.random()]) * exposure
    warmth = random.normal(0, 0.12)
    colours = np.array([_tinted(random, warmth + random.normal(0, 0.08)) for _ in range(3)]) * strengths[:, None]
    if random.random() < 0.04:  # coloured stage light
        colours *= random.uniform(0.2, 1.6, (3, 3))
    around = ambient * exposure * random.uniform(0.6, 1.3)
    sky = _tinted(random, random.normal(-0.05, 0.1)) * around
    ground = _tinted(random, random.normal(0.1, 0.1)) * around * random.uniform(0.3, 0.8)
    return Light(
        {
            "lights": np.array(directions, np.float32),
            "towards_light": _frame_towards(directions[0]).T.astype(np.float32),
            "shadow": float(random.uniform(0.4, 1.0)) * (0.5 if kind == "soft" else 1.0),
            "colours": colours.astype(np.float32),
            "sky": tuple(map(float, sky)),
            "ground": tuple(map(float, ground)),
            "saturation": float(np.clip(random.normal(0.8, 0.2), 0.2, 1.3)),
            "contrast": float(np.clip(random.normal(1.28, 0.2), 0.9, 2.0)),
        },
        kind,
    )


def _frame_towards(light: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A rotation (3, 3) whose rows are right, up and towards the light."""
    right = _unit(np.cross([0.0, 1.0, 0.0] if abs(light[1]) < 0.9 else [1.0, 0.0, 0.0], light))
    return np.stack((right, np.cross(light, right), light))


_DIRECTIONS: dict[str, tuple[tuple[float, float, float], float]] = {
    "soft": ((0.0, 0.6, 0.8), 0.4),
    "front": ((0.0, 0.3, 1.0), 0.25),
    "side": ((1.0, 0.2, 0.2), 0.25),
    "other side": ((-1.0, 0.2, 0.2), 0.25),
    "top": ((0.0, 1.0, 0.35), 0.25),
    "below": ((0.0, -0.7, 0.7), 0.25),
    "back": ((0.2, 0.5, -1.0), 0.3),
    "mixed": ((0.0, 0.4, 0.5), 0.8),
}
_SHARES = (0.22, 0.14, 0.13, 0.13, 0.09, 0.03, 0.06, 0.2)
_STRENGTHS: dict[str, tuple[float, float, float]] = {
    "soft": (0.75, 0.4, 0.75),
    "front": (1.7, 0.4, 0.25),
    "side": (2.1, 0.4, 0.16),
    "other side": (2.1, 0.4, 0.16),
    "top": (1.9, 0.3, 0.25),
    "below": (1.2, 0.5, 0.3),
    "back": (2.2, 0.35, 0.35),
    "mixed": (1.5, 0.8, 0.3),
}
"""Of the first light, the others, and from around."""


def draw_backdrop(random: np.random.Generator, side: int) -> Picture:
    """A backdrop (side, side, 3) in BGR: a wall, gradients, foliage, a sky, a room, points of light, black."""
    kind = int(random.choice(len(_BACKDROPS), p=_BACKDROP_SHARES))
    scene = np.asarray(cv2.resize(_BACKDROPS[kind](random), (side, side), interpolation=cv2.INTER_LINEAR))
    if random.random() < 0.7:
        scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), float(random.uniform(0.4, 5)) * side / 128))
    return np.clip(scene * 255, 0, 255).astype(np.uint8)


_SIZE = 96


def _colour(random: np.random.Generator) -> npt.NDArray[np.float32]:
    """Mostly dull colours of any brightness."""
    grey = random.beta(1, 1.2)
    return np.clip(grey + random.normal(0, 0.25 * random.random() ** 2 + 0.02, 3), 0, 1).astype(np.float32)


def _noise(random: np.random.Generator, octaves: tuple[int, ...], *, channels: int = 1) -> npt.NDArray[np.float32]:
    """Noise (_SIZE, _SIZE, channels) of several scales, between 0 and 1."""
    total = np.zeros((_SIZE, _SIZE, channels), np.float32)
    for octave in octaves:
        cells = random.random((octave + 1, octave + 1, channels), np.float32)
        total += (
            cv2.resize(cells, (_SIZE, _SIZE), interpolation=cv2.INTER_CUBIC).reshape(_SIZE, _SIZE, channels) / octave
        )
    total -= total.min()
    return np.asarray(total / max(float(total.max()), 1e-6), np.float32)


def _wall(random: np.random.Generator) -> npt.NDArray[np.float32]:
    first, second = _colour(random), _colour(random)
    ramp = _gradient(random)
    own = first + (second - first) * ramp * random.random()
    return np.asarray(own + (_noise(random, (2, 5, 40)) - 0.5) * random.uniform(0, 0.2), np.float32)


def _gradient(random: np.random.Generator) -> npt.NDArray[np.float32]:
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : 1 : _SIZE * 1j, 0 : 1 : _SIZE * 1j]
    ramp = x * np.cos(angle) + y * np.sin(angle)
    return np.asarray((ramp - ramp.min()) / np.ptp(ramp), np.float32)[..., None]


def _clouds(random: np.random.Generator) -> npt.NDArray[np.float32]:
    first, second = _colour(random), _colour(random)
    return np.asarray(first + (second - first) * _noise(random, (2, 4, 9, 20)), np.float32)


def _foliage(random: np.random.Generator) -> npt.NDArray[np.float32]:
    green = np.array([random.uniform(0.02, 0.3), random.uniform(0.2, 0.6), random.uniform(0.05, 0.45)], np.float32)
    leaves = _noise(random, (6, 14, 30, 60)) ** random.uniform(1, 2.5)
    return np.asarray(green * (0.2 + 1.6 * leaves) + 0.5 * leaves**4, np.float32)


def _room(random: np.random.Generator) -> npt.NDArray[np.float32]:
    scene = np.empty((_SIZE, _SIZE, 3), np.float32)
    scene[:] = _colour(random)
    for _ in range(int(random.integers(2, 14))):
        x, y = (int(value) for value in random.integers(-20, _SIZE, 2))
        w, h = (int(value) for value in random.integers(5, 70, 2))
        tone = tuple(map(float, _colour(random)))
        if random.random() < 0.75:
            cv2.rectangle(scene, (x, y), (x + w, y + h), tone, -1)
        else:
            cv2.ellipse(scene, (x, y), (w // 2, h // 2), float(random.uniform(0, 180)), 0, 360, tone, -1)
    return np.asarray(scene + (_noise(random, (3, 8)) - 0.5) * 0.15, np.float32)


def _horizon(random: np.random.Generator) -> npt.NDArray[np.float32]:
    sky = np.array([random.uniform(0.5, 1), random.uniform(0.45, 0.9), random.uniform(0.3, 0.9)], np.float32)
    scene = np.asarray(sky * (0.75 + 0.35 * _noise(random, (2, 4, 8))), np.float32)
    line = int(random.uniform(0.2, 1.1) * _SIZE)
    if line < _SIZE:
        scene[line:] = (_foliage(random) if random.random() < 0.5 else _wall(random))[line:]
    return scene


def _bokeh(random: np.random.Generator) -> npt.NDArray[np.float32]:
    scene = np.asarray(_wall(random) * random.uniform(0.1, 0.6), np.float32)
    for _ in range(int(random.integers(5, 40))):
        layer = np.zeros_like(scene)
        centre = tuple(int(value) for value in random.integers(0, _SIZE, 2))
        cv2.circle(layer, centre, int(random.integers(2, 12)), tuple(map(float, _colour(random))), -1, cv2.LINE_AA)
        scene += layer * random.uniform(0.2, 0.9)
    return scene


def _crowd(random: np.random.Generator) -> npt.NDArray[np.float32]:
    """Blurred heads and clothes, roughly."""
    scene = _room(random)
    for _ in range(int(random.integers(1, 6))):
        x, y = int(random.integers(0, _SIZE)), int(random.integers(10, _SIZE))
        size = int(random.integers(8, 26))
        skin = np.array([0.45, 0.6, 0.85]) * random.uniform(0.25, 1.1)
        cv2.ellipse(
            scene, (x, y + 2 * size), (int(size * 1.6), size), 0, 0, 360, tuple(map(float, _colour(random))), -1
        )
        cv2.ellipse(scene, (x, y), (int(size * 0.75), size), 0, 0, 360, tuple(map(float, skin)), -1)
        hair = tuple(map(float, _colour(random) * 0.4))
        cv2.ellipse(scene, (x, y - size // 3), (int(size * 0.8), int(size * 0.8)), 0, 180, 360, hair, -1)
    return np.asarray(cv2.GaussianBlur(scene, (0, 0), float(random.uniform(0.8, 3))), np.float32)


def _black(random: np.random.Generator) -> npt.NDArray[np.float32]:
    return np.full((_SIZE, _SIZE, 3), random.choice([0.0, 0.02, 0.06, 0.95, 1.0]), np.float32)


_BACKDROPS = (_wall, _clouds, _foliage, _room, _horizon, _bokeh, _crowd, _black)
_BACKDROP_SHARES = (0.2, 0.12, 0.14, 0.22, 0.1, 0.07, 0.08, 0.07)


def _unit(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6))


def _tinted(random: np.random.Generator, warmth: float) -> npt.NDArray[np.float64]:
    return np.clip([1 + warmth, 1 + random.normal(0, 0.03), 1 - warmth], 0.3, 1.7)
