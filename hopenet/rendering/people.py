"""People: shapes mixed from MakeHuman's targets, their skin, hair and what they wear. All of it drawn at random."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet.rendering.assets import BROWS, ETHNICITIES, HATS, LASHES, SEXES, SKINS, HeadAssets
from hopenet.rendering.meshes import Floats

Colour = tuple[float, float, float]

HELD_OUT_SHARE = 0.1
"""Share of the people that no training set contains."""

_SHORT_HAIR = ("short01", "short02", "short03", "short04", "afro01")
_LONG_HAIR = ("bob01", "bob02", "braid01", "long01", "ponytail01", "afro01")

_HAIR_COLOURS: tuple[tuple[Colour, float], ...] = (
    ((0.035, 0.03, 0.028), 0.28),  # black
    ((0.10, 0.06, 0.04), 0.24),  # dark brown
    ((0.22, 0.13, 0.07), 0.14),  # brown
    ((0.45, 0.32, 0.17), 0.08),  # dark blond
    ((0.55, 0.41, 0.23), 0.08),  # blond
    ((0.38, 0.12, 0.05), 0.05),  # red
    ((0.40, 0.39, 0.38), 0.06),  # grey
    ((0.75, 0.74, 0.72), 0.025),  # white
)
"""Colours and shares; the rest is dyed in any colour."""

_EYE_COLOURS: tuple[Colour, ...] = (
    (0.13, 0.06, 0.03),
    (0.20, 0.10, 0.05),
    (0.30, 0.20, 0.10),
    (0.25, 0.30, 0.14),
    (0.22, 0.34, 0.45),
    (0.38, 0.44, 0.46),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. `vertices` (V, 3): the base mesh's, with a neutral expression.

    `hair`, `hat`, `skin`, `lashes`: names of assets, "" for none; with `hair` "", `cut` is the length in decimetres of
    hair that is drawn as layers over the scalp (0: bald). `beard`: its density from 0 to 1, `beard_length` in
    decimetres. Colours are linear RGB.
    """

    number: int
    sex: str
    age: float
    dark: float
    vertices: Floats
    skin: str
    skin_tint: Colour
    hair: str
    hair_colour: Colour
    cut: float
    hat: str
    brow: str
    lashes: str
    eye_colour: Colour
    beard: float
    beard_length: float
    lipstick: float
    lip_colour: Colour
    blush: float


def is_held_out(seed: int, number: int) -> bool:
    """Whether a person belongs to the tenth that is kept out of training. A function of the two numbers alone."""
    digest = hashlib.sha256(f"{seed} {number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < HELD_OUT_SHARE * 2**32


def person(assets: HeadAssets, seed: int, number: int) -> Person:
    """The person of this number: the same for the same seed and number, whatever else is rendered."""
    random = np.random.default_rng([seed, number, 1])
    sex = str(random.choice(SEXES))
    ages = _ages(random)
    age = float(ages @ [2, 9, 25, 80])
    ethnicities = random.dirichlet([0.35, 0.35, 0.35])
    vertices = assets.base.vertices.copy()
    for name, share in _macros(random, sex, ages, ethnicities):
        _add(vertices, assets, name, share)
    for name, share in _details(random, assets):
        _add(vertices, assets, name, share)
    dark = float(np.clip(ethnicities[0] * 1.1 + random.normal(0, 0.1), 0, 1))
    grown_man = sex == "male" and age > 17
    hair, cut = _hair(random, sex)
    hat = str(random.choice(HATS)) if random.random() < 0.05 else ""
    brow = str(random.choice(BROWS))
    lashes = str(random.choice(LASHES)) if random.random() < (0.8 if sex == "female" else 0.3) else ""
    skin = _skin(random, sex, age, dark)
    if assets.plain:
        hair = hat = brow = lashes = skin = ""
    return Person(
        number=number,
        sex=sex,
        age=age,
        dark=dark,
        vertices=vertices,
        skin=skin,
        skin_tint=_skin_tint(random, dark),
        hair=hair,
        hair_colour=_hair_colour(random, age),
        cut=cut,
        hat=hat,
        brow=brow,
        lashes=lashes,
        eye_colour=_EYE_COLOURS[min(int(random.integers(0, 6)), 2 if ethnicities[2] < 0.3 else 5)],
        beard=float(random.uniform(0.2, 1)) if grown_man and random.random() < 0.5 else 0.0,
        beard_length=float(random.choice([0, 0.03, 0.06, 0.14], p=[0.5, 0.25, 0.15, 0.1])) if grown_man else 0.0,
        lipstick=float(random.uniform(0.2, 0.9)) if sex == "female" and age > 14 and random.random() < 0.5 else 0.0,
        lip_colour=(
            float(random.uniform(0.25, 0.6)),
            float(random.uniform(0.02, 0.12)),
            float(random.uniform(0.03, 0.18)),
        ),
        blush=float(random.uniform(0, 0.3)),
    )


def expression(assets: HeadAssets, random: np.random.Generator, vertices: Floats) -> tuple[Floats, str]:
    """The person's vertices with a random expression, and its name."""
    moved = vertices.copy()
    kind = str(random.choice(list(_EXPRESSIONS), p=list(_EXPRESSION_SHARES)))
    strength = random.uniform(0.3, 1)
    for name, share in _EXPRESSIONS[kind]:
        _add(moved, assets, name, share * strength * random.uniform(0.7, 1.1))
    names = assets.expressions
    for index in random.integers(0, len(names), int(random.integers(0, 4))):
        if "open" not in names[index] and "eversion" not in names[index]:
            _add(moved, assets, names[index], random.uniform(0, 0.5))
    if random.random() < 0.15:
        closed = random.uniform(0.4, 1)
        for side in ("Left", "Right"):
            _add(moved, assets, f"eyeBlink{side}", closed)
        kind = f"{kind}+blink"
    return moved, kind


def _both(name: str, share: float) -> tuple[tuple[str, float], ...]:
    return (f"{name}Left", share), (f"{name}Right", share)


_EXPRESSIONS: dict[str, tuple[tuple[str, float], ...]] = {
    "neutral": (),
    "smile": (*_both("mouthSmile", 0.9), *_both("cheekSquint", 0.6), *_both("mouthDimple", 0.3)),
    "laugh": (
        *_both("mouthSmile", 1.0),
        ("jawOpen", 0.35),
        *_both("cheekSquint", 0.8),
        *_both("eyeSquint", 0.5),
        *_both("mouthUpperUp", 0.4),
    ),
    "talk": (("jawOpen", 0.25), *_both("mouthLowerDown", 0.3), *_both("mouthStretch", 0.3)),
    "open": (("jawOpen", 0.8), *_both("browOuterUp", 0.4)),
    "surprise": (("jawOpen", 0.5), ("browInnerUp", 0.8), *_both("browOuterUp", 0.8), *_both("eyeWide", 0.9)),
    "frown": (*_both("mouthFrown", 0.7), *_both("browDown", 0.8)),
    "disgust": (*_both("noseSneer", 0.9), *_both("mouthUpperUp", 0.5), *_both("browDown", 0.5)),
    "press": (*_both("mouthPress", 0.9), ("mouthRollLower", 0.4), ("mouthRollUpper", 0.4)),
    "squint": (*_both("eyeSquint", 0.9), *_both("browDown", 0.5), *_both("cheekSquint", 0.7)),
    "shift": (("jawLeft", 0.5), ("mouthStretchLeft", 0.6), ("mouthShrugUpper", 0.4)),
}
_EXPRESSION_SHARES = (0.28, 0.22, 0.1, 0.12, 0.04, 0.03, 0.06, 0.03, 0.04, 0.05, 0.03)


def _add(vertices: Floats, assets: HeadAssets, name: str, share: float) -> None:
    if share:
        target = assets.target(name)
        vertices[target.indices] += np.float32(share) * target.moves


def _ages(random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Shares of baby, child, young and old: neighbours are mixed."""
    is_child = random.random() < 0.14
    share = random.uniform(0.3, 2) if is_child else 2 + random.beta(1, 2.2) * 0.95
    mixed = np.zeros(4)
    first = min(int(share), 2)
    mixed[first], mixed[first + 1] = 1 - (share - first), share - first
    return mixed


def _macros(
    random: np.random.Generator, sex: str, ages: npt.NDArray[np.float64], ethnicities: npt.NDArray[np.float64]
) -> list[tuple[str, float]]:
    """Shares of the targets of sex, age, ethnicity and weight."""
    other = SEXES[1 - SEXES.index(sex)]
    sexes = {sex: 1 - (mixed := random.beta(1, 4) * 0.5), other: mixed}
    weights = dict(zip(("minweight", "averageweight", "maxweight"), random.dirichlet([1, 2.5, 1]), strict=True))
    shares = []
    for own, sex_share in sexes.items():
        for age, age_share in zip(("baby", "child", "young", "old"), ages, strict=True):
            both = sex_share * age_share
            shares += [
                (f"macrodetails/{name}-{own}-{age}", both * share)
                for name, share in zip(ETHNICITIES, ethnicities, strict=True)
            ]
            shares += [
                (f"macrodetails/universal-{own}-{age}-averagemuscle-{name}", both * share)
                for name, share in weights.items()
            ]
    return [(name, share) for name, share in shares if share > 0.005]


def _details(random: np.random.Generator, assets: HeadAssets) -> list[tuple[str, float]]:
    """Shares of details. Left and right mostly go together."""
    names = assets.details
    shares = []
    for index in random.choice(len(names), 22, replace=False):
        name, share = names[index], float(random.beta(1.2, 2.5))
        folder, _, own = name.partition("/")
        if own[:2] in {"l-", "r-"}:
            asymmetry = random.normal(1, 0.1)
            shares += [(f"{folder}/l-{own[2:]}", share), (f"{folder}/r-{own[2:]}", share * max(0.0, asymmetry))]
        else:
            shares.append((name, share * (0.4 if own.startswith("neck") else 1)))
    return shares


def _hair(random: np.random.Generator, sex: str) -> tuple[str, float]:
    """A proxy's name, or "" and the length of hair drawn as layers."""
    long_share = 0.85 if sex == "female" else 0.1
    if random.random() < (0.06 if sex == "female" else 0.3):
        return "", float(random.choice([0, 0.02, 0.05, 0.1, 0.16], p=[0.3, 0.2, 0.2, 0.2, 0.1]))
    names = _LONG_HAIR if random.random() < long_share else _SHORT_HAIR
    return str(random.choice(names)), 0.0


def _hair_colour(random: np.random.Generator, age: float) -> Colour:
    shares = np.array([share for _, share in _HAIR_COLOURS])
    if age > 50:
        shares[-2:] *= 6
    elif age < 25:
        shares[-2:] *= 0.3
    shares = np.append(shares, 0.03)
    index = int(random.choice(len(shares), p=shares / shares.sum()))
    if index == len(_HAIR_COLOURS):
        colour = random.uniform(0.02, 0.8, 3)
    else:
        colour = np.array(_HAIR_COLOURS[index][0]) * random.uniform(0.6, 1.5) * random.normal(1, 0.06, 3)
    red, green, blue = (float(part) for part in np.clip(colour, 0.01, 1))
    return red, green, blue


def _skin(random: np.random.Generator, sex: str, age: float, dark: float) -> str:
    names = SKINS["dark" if random.random() < (dark - 0.25) * 2 else "light"][sex]
    stage = "old" if age > 55 else "middleage" if age > 38 else "young"
    fitting = [name for name in names if name.startswith(stage)]
    return f"{fitting[int(random.integers(0, len(fitting)))]}.png"


def _skin_tint(random: np.random.Generator, dark: float) -> Colour:
    """Factors for the skin's colour."""
    brightness = random.uniform(0.72, 1.12) * (1 - 0.25 * dark * random.random())
    red, green, blue = (float(part) for part in brightness * random.normal([1, 0.97, 0.95], [0.03, 0.03, 0.05]))
    return red, green, blue
